"""The main job, end to end: a citizen writes, two servants see it, one answers, ticks move."""

import re

from playwright.sync_api import Page, expect


def aba(pagina: Page, nome: str) -> None:
    pagina.locator(".abas").get_by_role("link", name=nome).click()
    expect(pagina.locator(".abas [aria-current]")).to_contain_text(nome)


def linha(pagina: Page, nome: str):
    return pagina.locator("#linhas .linha", has_text=nome)


def abrir(pagina: Page, nome: str) -> None:
    linha(pagina, nome).locator("a").click()
    expect(pagina.locator("#topo h2")).to_have_text(nome)


def bolha(pagina: Page, texto: str):
    return pagina.locator("#itens .msg", has_text=texto)


def escrever(pagina: Page, texto: str) -> None:
    campo = pagina.get_by_label("Mensagem para Maria Souza")
    campo.fill(texto)
    campo.press("Enter")


def test_a_citizen_is_answered_and_both_servants_follow(elenco, entrar, logo):
    ana, beto = entrar(elenco.ana), entrar(elenco.beto)
    for pagina in (ana, beto):
        aba(pagina, "Sem atendente")
    elenco.maria.escreve("bom dia, queria marcar consulta")
    for pagina in (ana, beto):
        expect(linha(pagina, "Maria Souza")).to_contain_text("queria marcar consulta")
        expect(linha(pagina, "Maria Souza").locator(".conta")).to_contain_text("1")
        abrir(pagina, "Maria Souza")
    expect(beto.locator("#presenca")).to_contain_text("Ana Souza está vendo")

    ana.locator("#topo").get_by_role("button", name="Assumir").click()
    expect(ana.locator("#topo")).to_contain_text("com você")
    expect(beto.locator("#topo")).to_contain_text("com Ana")
    expect(linha(beto, "Maria Souza")).to_have_count(0)
    expect(beto.locator("#itens")).to_contain_text(re.compile(r"Ana Souza assumiu às \d\d:\d\d"))

    escrever(ana, "Bom dia, Maria! Terça às *9h* serve?")
    expect(bolha(beto, "Terça às 9h serve?")).to_have_count(1)
    expect(bolha(beto, "Terça às 9h serve?").locator("strong")).to_have_text("9h")
    expect(bolha(ana, "Terça às 9h serve?")).to_have_count(1)
    logo(lambda: "Bom dia, Maria! Terça às *9h* serve?" in elenco.maria.recebidas())
    minha = bolha(ana, "Terça às 9h serve?")
    expect(minha).to_have_attribute("data-estado", "entregue")
    elenco.maria.le()
    expect(minha).to_have_attribute("data-estado", "lida")

    elenco.maria.escreve("serve sim, obrigada!")
    expect(bolha(ana, "serve sim, obrigada!")).to_have_count(1)

    ana.locator("#topo").get_by_role("link", name="Encerrar").click()
    ana.get_by_label("Resolvido").check()
    ana.get_by_role("dialog").get_by_role("button", name="Encerrar").click()
    expect(ana.locator("#topo")).to_contain_text("encerrado")
    expect(beto.locator("#topo")).to_contain_text("encerrado")
    ana.get_by_role("button", name="Desfazer").click()
    expect(ana.locator("#topo")).to_contain_text("com você")


def test_what_one_does_the_other_sees_without_asking(elenco, entrar):
    """How soon is measured by `make bench T=ao_vivo`."""
    elenco.maria.escreve("bom dia")
    ana, beto = entrar(elenco.ana), entrar(elenco.beto)
    for pagina in (ana, beto):
        aba(pagina, "Sem atendente")
        abrir(pagina, "Maria Souza")
    # Without the catch-up that the page asks for now and then, only the socket tells it.
    beto.route("**/atendimento/desde/**", lambda rota: rota.abort())
    ana.locator("#topo").get_by_role("button", name="Assumir").click()
    expect(beto.locator("#topo")).to_contain_text("com Ana")


def test_a_transfer_moves_it_to_the_other_team_and_closes_the_pane(elenco, entrar):
    elenco.maria.escreve("quero a segunda via do IPTU")
    ana, bruno = entrar(elenco.ana), entrar(elenco.bruno)
    aba(ana, "Sem atendente")
    aba(bruno, "Sem atendente")
    abrir(ana, "Maria Souza")
    ana.get_by_role("link", name="Transferir").first.click()
    ana.get_by_label("Para qual fila").select_option(label=elenco.outra.nome)
    expect(ana.get_by_label("Para quem", exact=True)).to_contain_text("Bruno Lima")
    ana.get_by_label("Nota para quem recebe").fill("Ela já mandou o carnê.")
    ana.get_by_role("button", name="Transferir").click()
    expect(ana.get_by_role("heading", name="Escolha um atendimento")).to_be_visible()
    expect(linha(ana, "Maria Souza")).to_have_count(0)
    abrir(bruno, "Maria Souza")
    expect(bruno.locator("#itens")).to_contain_text("Ela já mandou o carnê.")
    expect(bruno.locator("#itens")).to_contain_text("quero a segunda via do IPTU")


def test_files_go_one_message_each_after_the_text(elenco, entrar, logo, tmp_path):
    foto = tmp_path / "comprovante.pdf"
    foto.write_bytes(b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n")
    elenco.maria.escreve("pode mandar o comprovante?")
    ana = entrar(elenco.ana)
    aba(ana, "Sem atendente")
    abrir(ana, "Maria Souza")
    ana.set_input_files("#arquivo", foto)
    expect(ana.locator("#anexos")).to_contain_text("comprovante.pdf")
    escrever(ana, "Segue.")
    expect(bolha(ana, "comprovante.pdf").locator("a.arquivo")).to_be_visible()
    logo(lambda: [m["tipo"] for m in elenco.maria.mostra()][-2:] == ["text", "document"])
