"""Small things people meet all day: files on their way, focus, and what is typed meanwhile."""

import pytest
from playwright.sync_api import Page, expect

from tests.navegador.test_acessibilidade import conferir
from tests.navegador.test_cuidados import abrir, bolha, escrever

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c"
    "6360f8cfc0000000030001005f3a4b9d0000000049454e44ae426082"
)
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


@pytest.fixture
def ana(elenco, entrar):
    """Ana's page with Maria's conversation open."""
    elenco.maria.escreve("oi")
    pagina = entrar(elenco.ana)
    abrir(pagina)
    return pagina


def assumir(pagina: Page) -> None:
    pagina.locator("#topo").get_by_role("button", name="Assumir").click()
    expect(pagina.locator("#topo")).to_contain_text("com você")


def test_a_citizens_photo_takes_the_place_of_downloading_without_a_reload(ana, elenco):
    ana.evaluate("window.amesma = true")
    elenco.pilha.controle("POST", "falhas", json={"onde": "download", "latencia_ms": 1500})
    try:
        elenco.pilha.controle(
            "POST",
            f"cidadaos/{elenco.maria.wa_id}/mensagens",
            files={"arquivo": ("poste.png", PNG, "image/png")},
            data={"legenda": "é esse aqui", "nome": elenco.maria.nome},
        )
        foto = bolha(ana, "é esse aqui")
        expect(foto).to_contain_text("Baixando…")
        expect(foto.locator("img")).to_be_visible()
    finally:
        elenco.pilha.controle("DELETE", "falhas")
    expect(foto).not_to_contain_text("Baixando…")
    expect(foto.locator("img")).to_have_js_property("naturalWidth", 1)
    assert ana.evaluate("window.amesma")


def test_the_row_under_the_focus_still_follows_the_server(ana, elenco):
    assumir(ana)
    linha = ana.locator("#linhas .linha", has_text="Maria Souza")
    ana.locator(".abas").get_by_role("link", name="Minhas").click()
    expect(linha).to_have_count(1)
    ana.keyboard.press("Escape")
    elenco.maria.escreve("ainda está aí?")
    expect(linha.locator(".conta")).to_contain_text("1")
    linha.locator("a").focus()
    linha.locator("a").click()
    expect(bolha(ana, "ainda está aí?")).to_have_count(1)
    expect(linha.locator(".conta")).to_have_count(0)
    expect(linha.locator("a")).to_be_focused()


def test_an_upload_shows_how_much_has_gone_and_can_be_given_up(ana, elenco, logo):
    rede = ana.context.new_cdp_session(ana)
    rede.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 300_000},
    )
    ana.set_input_files(
        "#arquivo",
        {"name": "planta.pdf", "mimeType": "application/pdf", "buffer": PDF + b" " * 3_000_000},
    )
    ana.get_by_role("button", name="Enviar").click()
    minha = bolha(ana, "planta.pdf")
    expect(minha.get_by_role("progressbar", name="Envio do arquivo")).to_be_visible()
    conferir(ana)
    minha.get_by_role("button", name="Cancelar").click()
    expect(minha).to_have_count(0)
    expect(ana.locator(".brinde")).to_contain_text("Envio cancelado: planta.pdf")
    expect(ana.locator("#texto")).to_be_focused()
    escrever(ana, "Mando depois")
    logo(lambda: "Mando depois" in elenco.maria.recebidas())
    assert "document" not in [m["tipo"] for m in elenco.maria.mostra()]


def test_what_is_typed_while_the_list_is_on_its_way_stays(ana, elenco):
    elenco.outra_pessoa("Mariana Lopes").escreve("bom dia")
    linhas = ana.locator("#linhas .linha")
    expect(linhas).to_have_count(2)
    presas = []
    ana.route("**/atendimento/?*q=Maria*", lambda rota: presas.append(rota))
    campo = ana.locator("#busca-lista")
    with ana.expect_request("**/atendimento/?*q=Maria*"):
        campo.press_sequentially("Maria")
    ana.unroute("**/atendimento/?*q=Maria*")
    campo.press_sequentially("na")
    for rota in presas:
        rota.continue_()
    expect(linhas).to_have_count(1)
    expect(linhas).to_contain_text("Mariana Lopes")
    expect(campo).to_have_value("Mariana")
    expect(campo).to_be_focused()


def test_the_keyboard_is_not_lost_when_the_pressed_button_goes_away(ana):
    assumir(ana)
    ana.locator("#topo").get_by_role("link", name="Encerrar").focus()
    ana.keyboard.press("Enter")
    ana.get_by_label("Resolvido").press("Space")
    ana.keyboard.press("Enter")
    expect(ana.locator("#topo")).to_contain_text("encerrado")
    expect(ana.locator("#conversa")).to_be_focused()


def test_a_notice_can_be_closed(ana):
    ana.get_by_role("button", name="Copiar protocolo").first.click()
    ana.get_by_role("button", name="Fechar aviso").click()
    expect(ana.locator(".brinde")).to_have_count(0)


def test_the_phone_finds_everything_behind_a_button(ana, elenco):
    ana.set_viewport_size({"width": 390, "height": 844})
    ana.get_by_role("link", name="Voltar para a lista").click()
    ana.get_by_role("button", name="Buscar em tudo").click()
    expect(ana.locator("#busca")).to_be_focused()
    ana.keyboard.type("maria")
    expect(ana.locator("#lista .resultado")).to_contain_text("maria")
    conferir(ana)
    ana.get_by_role("button", name="Fechar busca").click()
    expect(ana.get_by_role("button", name="Buscar em tudo")).to_be_focused()


@pytest.mark.parametrize("largura", [1366, 390])
def test_letters_twice_as_large_neither_overlap_nor_leave_the_screen(ana, largura):
    ana.set_viewport_size({"width": largura, "height": 768})
    ana.evaluate("document.documentElement.style.fontSize = '200%'")
    if largura == 390:
        ana.get_by_role("link", name="Voltar para a lista").click()
    else:
        expect(ana.locator("#topo h2")).to_be_in_viewport(ratio=1)
    assert ana.evaluate(
        """() => [...document.querySelectorAll('.linha-dados')].every((l) =>
          [...l.children].every((e, i, todos) => !i
            || e.getBoundingClientRect().top >= todos[i - 1].getBoundingClientRect().bottom - 1))"""
    )
    assert ana.evaluate("document.documentElement.scrollWidth") <= largura
