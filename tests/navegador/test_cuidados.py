"""What must not go wrong: outsiders, drafts, races, failed sends, falls of the network."""

import json

import requests
from playwright.sync_api import Page, WebSocketRoute, expect

from atendimento.models import Atendimento
from tests import factories


def abrir(pagina: Page, nome: str = "Maria Souza") -> None:
    pagina.locator(".abas").get_by_role("link", name="Sem atendente").click()
    pagina.locator("#linhas .linha", has_text=nome).locator("a").click()
    expect(pagina.locator("#topo h2")).to_have_text(nome)


def bolha(pagina: Page, texto: str):
    return pagina.locator("#itens .msg", has_text=texto)


def escrever(pagina: Page, texto: str) -> None:
    pagina.locator("#texto").fill(texto)
    pagina.locator("#texto").press("Enter")


def atendimento_de(elenco) -> int:
    with elenco.pilha.no_banco():
        return Atendimento.objects.get(conversa__cidadao__wa_id=elenco.maria.wa_id).pk


def test_an_outsider_neither_sees_nor_opens_it(elenco, entrar, logo):
    elenco.maria.escreve("assunto de saúde, só da equipe")
    ana, bruno = entrar(elenco.ana), entrar(elenco.bruno)
    abrir(ana)
    pk = atendimento_de(elenco)
    bruno.locator(".abas").get_by_role("link", name="Todas").click()
    expect(bruno.locator("#lista-vazia")).to_be_visible()
    cookies = {c["name"]: c["value"] for c in bruno.context.cookies()}
    for caminho in ("", "partes/", "mensagens/", "presenca/", "modelos/"):
        resposta = requests.get(
            f"{elenco.pilha.endereco}/atendimento/{pk}/{caminho}", cookies=cookies, timeout=10
        )
        assert resposta.status_code == 404
    resposta = bruno.goto(f"{elenco.pilha.endereco}/atendimento/{pk}/")
    assert resposta.status == 404
    expect(bruno.get_by_role("heading", name="Página não encontrada")).to_be_visible()
    assert "assunto de saúde" not in bruno.content()


def test_a_draft_survives_the_reload_and_shows_in_the_list(elenco, entrar):
    elenco.maria.escreve("oi")
    ana = entrar(elenco.ana)
    abrir(ana)
    ana.locator("#texto").press_sequentially("Bom dia, Maria. A sua con")
    linha = ana.locator("#linhas .linha", has_text="Maria Souza")
    expect(linha.locator(".rascunho")).to_be_visible()
    ana.reload()
    ana.wait_for_selector("html[data-ready]", state="attached")
    expect(ana.locator("#texto")).to_have_value("Bom dia, Maria. A sua con")
    expect(ana.locator("#linhas .linha", has_text="Maria Souza")).to_contain_text("A sua con")
    ana.locator("#texto").press("Enter")
    expect(bolha(ana, "A sua con")).to_have_count(1)
    expect(ana.locator("#linhas .rascunho")).to_have_count(0)


def test_a_draft_that_could_not_be_saved_survives_the_reload(elenco, entrar, logo):
    elenco.maria.escreve("oi")
    ana = entrar(elenco.ana)
    abrir(ana)
    ana.route("**/rascunho/", lambda rota: rota.abort())
    ana.locator("#texto").press_sequentially("Escrito sem rede")
    ana.reload()
    ana.wait_for_selector("html[data-ready]", state="attached")
    expect(ana.locator("#texto")).to_have_value("Escrito sem rede")
    ana.unroute("**/rascunho/")
    ana.locator("#texto").press_sequentially(", e guardado")
    logo(lambda: not ana.evaluate("'rascunhos' in sessionStorage"))
    ana.reload()
    expect(ana.locator("#texto")).to_have_value("Escrito sem rede, e guardado")


def test_who_logs_out_leaves_no_text_behind(elenco, entrar):
    elenco.maria.escreve("oi")
    ana = entrar(elenco.ana)
    abrir(ana)
    ana.route("**/rascunho/", lambda rota: rota.abort())
    ana.locator("#texto").press_sequentially("Só meu")
    ana.reload()
    ana.wait_for_selector("html[data-ready]", state="attached")
    assert "Só meu" in ana.evaluate("sessionStorage.rascunhos")
    ana.locator("[data-sair]").evaluate("(form) => form.requestSubmit()")
    ana.wait_for_url("**/entrar/**")
    assert not ana.evaluate("'rascunhos' in sessionStorage")


def test_teams_that_change_meanwhile_do_not_interrupt_who_is_writing(elenco, entrar):
    elenco.maria.escreve("oi")
    ana = entrar(elenco.ana)
    abrir(ana)
    ana.evaluate("window.amesma = true")
    ana.locator("#texto").press_sequentially("Bom dia, Ma")
    with elenco.pilha.no_banco():
        factories.AtendimentoFactory(
            equipe=elenco.outra,
            conversa__numero=Atendimento.objects.get(equipe=elenco.equipe).conversa.numero,
            conversa__cidadao__nome_no_whatsapp="João Prado",
            conversa__cidadao__wa_id=elenco.outra_pessoa("João Prado").wa_id,
        )
        admin = factories.ServidorFactory(
            username=f"admin.{elenco.ana.pk}", password=elenco.ana.password, administra=True
        )
    dela = entrar(admin)
    dela.goto(f"{elenco.pilha.endereco}/admin/cadastro/servidor/{elenco.ana.pk}/change/")
    escolhas = {"secretaria": elenco.outra.secretaria.nome, "equipe": elenco.outra.nome}
    for campo, nome in escolhas.items():
        dela.locator(f"#participacoes-1 .field-{campo} .select2-selection").click()
        dela.locator(".select2-search__field").fill(nome)
        dela.locator(".select2-results__option", has_text=nome).click()
    dela.get_by_role("button", name="Salvar", exact=True).click()
    expect(dela.locator(".messagelist")).to_contain_text("com sucesso")
    expect(ana.locator("#linhas .linha", has_text="João")).to_have_count(1)
    ana.locator("#texto").press_sequentially("ria")
    expect(ana.locator("#texto")).to_have_value("Bom dia, Maria")
    assert ana.evaluate("window.amesma")


def test_of_two_who_take_it_the_second_is_told_who_got_it(elenco, entrar):
    elenco.maria.escreve("oi")
    ana, beto = entrar(elenco.ana), entrar(elenco.beto)
    abrir(ana)
    # Beto's page hears nothing more, so that he still sees the button.
    beto.route("**/partes/", lambda rota: rota.abort())
    abrir(beto)
    ana.locator("#topo").get_by_role("button", name="Assumir").click()
    expect(ana.locator("#topo")).to_contain_text("com você")
    beto.locator("#topo").get_by_role("button", name="Assumir").click()
    expect(beto.locator(".brinde")).to_contain_text("Ana Souza assumiu")


def test_a_colleagues_conversation_asks_before_answering_and_keeps_the_text(elenco, entrar, logo):
    elenco.maria.escreve("oi")
    ana, beto = entrar(elenco.ana), entrar(elenco.beto)
    abrir(ana)
    abrir(beto)
    ana.locator("#topo").get_by_role("button", name="Assumir").click()
    expect(beto.locator("#topo")).to_contain_text("com Ana")
    escrever(beto, "Deixa comigo, Ana")
    expect(beto.locator("#recusa")).to_contain_text("Este atendimento está com Ana Souza")
    expect(beto.locator("#texto")).to_have_value("Deixa comigo, Ana")
    assert "Deixa comigo, Ana" not in elenco.maria.recebidas()
    beto.get_by_role("button", name="Responder mesmo assim").click()
    expect(bolha(ana, "Deixa comigo, Ana")).to_have_count(1)
    logo(lambda: elenco.maria.recebidas().count("Deixa comigo, Ana") == 1)


def test_a_failed_send_says_why_and_can_be_tried_again(elenco, entrar, logo):
    elenco.maria.escreve("oi")
    ana = entrar(elenco.ana)
    abrir(ana)
    dela = f"cidadaos/{elenco.maria.wa_id}"
    elenco.pilha.controle("POST", dela, json={"no_whatsapp": False})
    escrever(ana, "A consulta é terça")
    minha = bolha(ana, "A consulta é terça")
    expect(minha).to_have_attribute("data-estado", "falhou")
    expect(minha.locator(".falha")).to_contain_text("O WhatsApp não entregou")
    elenco.pilha.controle("POST", dela, json={"no_whatsapp": True})
    minha.get_by_role("button", name="Tentar de novo").click()
    expect(minha).to_have_attribute("data-estado", "entregue")
    logo(lambda: elenco.maria.recebidas().count("A consulta é terça") == 1)


def test_after_a_fall_of_the_socket_the_page_catches_up(elenco, entrar):
    elenco.maria.escreve("primeira")
    ana = entrar(elenco.ana)
    sockets: list[WebSocketRoute] = []
    caido = {"sim": False}

    def pelo_meio(rota: WebSocketRoute) -> None:
        sockets.append(rota)
        if caido["sim"]:
            rota.close(code=1001)
        else:
            rota.connect_to_server()

    ana.route_web_socket("**/ws/", pelo_meio)
    ana.reload()
    ana.wait_for_selector("html[data-ready]", state="attached")
    abrir(ana)
    caido["sim"] = True
    sockets[-1].close(code=1001)
    expect(ana.locator("#conexao")).to_have_text("Reconectando")
    elenco.maria.escreve("segunda, com o socket caído")
    caido["sim"] = False
    expect(bolha(ana, "segunda, com o socket caído")).to_have_count(1, timeout=30_000)
    expect(ana.locator("#conexao")).to_have_text("Conectado", timeout=30_000)


def test_E080_message_written_offline_waits_survives_a_reload_and_goes_once(elenco, entrar, logo):
    elenco.maria.escreve("oi")
    ana = entrar(elenco.ana)
    abrir(ana)
    ana.route("**/responder/", lambda rota: rota.abort())
    escrever(ana, "Escrita sem rede")
    expect(bolha(ana, "Escrita sem rede")).to_contain_text("Sua mensagem está guardada")
    ana.reload()
    ana.wait_for_selector("html[data-ready]", state="attached")
    expect(bolha(ana, "Escrita sem rede")).to_have_count(1)
    ana.unroute("**/responder/")
    expect(bolha(ana, "Escrita sem rede")).to_have_attribute("data-estado", "entregue")
    logo(lambda: elenco.maria.recebidas().count("Escrita sem rede") == 1)
    assert ana.locator(".otimista").count() == 0


def test_the_answer_lost_on_its_way_back_does_not_send_twice(elenco, entrar):
    elenco.maria.escreve("oi")
    ana = entrar(elenco.ana)
    abrir(ana)
    vezes = {"n": 0}

    def perder_a_primeira(rota) -> None:
        vezes["n"] += 1
        if vezes["n"] == 1:
            rota.fetch()  # the server does it; the answer never arrives
            rota.abort()
        else:
            rota.continue_()

    ana.route("**/responder/", perder_a_primeira)
    with ana.expect_response("**/responder/") as segunda:
        escrever(ana, "Uma vez só")
    assert segunda.value.ok
    assert vezes["n"] == 2
    expect(bolha(ana, "Uma vez só")).to_have_attribute("data-estado", "entregue")
    expect(ana.locator(".otimista")).to_have_count(0)
    assert elenco.maria.recebidas().count("Uma vez só") == 1


def test_an_empty_or_too_long_text_is_refused_with_a_sentence(elenco, entrar):
    elenco.maria.escreve("oi")
    ana = entrar(elenco.ana)
    abrir(ana)
    escrever(ana, "   ")
    expect(ana.locator("#recusa")).to_contain_text("Escreva a mensagem antes de enviar.")
    ana.locator("#texto").fill("x" * 4_097)
    ana.locator("#texto").press("Enter")
    expect(ana.locator("#recusa")).to_contain_text("A mensagem tem 4.097 caracteres")
    expect(ana.locator("#texto")).to_have_value("x" * 4_097)


def test_a_busy_house_says_since_when(elenco, entrar):
    ana = entrar(elenco.ana)

    def ocupada(rota: WebSocketRoute) -> None:
        servidor = rota.connect_to_server()
        rota.on_message(lambda quadro: servidor.send(quadro))
        servidor.on_message(
            lambda quadro: rota.send(json.dumps(json.loads(quadro) | {"carga": 3, "desde": "9:05"}))
        )

    expect(ana.locator("#movimento")).to_be_hidden()
    ana.route_web_socket("**/ws/", ocupada)
    ana.reload()
    expect(ana.locator("#movimento")).to_contain_text("Muito movimento desde 9:05")
