"""Internal notes: written by keyboard, seen by colleagues at once, and by the citizen never."""

import pytest
from playwright.sync_api import Page, expect

from tests.navegador.test_acessibilidade import TEMAS, conferir, vestir
from tests.navegador.test_cuidados import abrir, bolha
from tests.navegador.test_escrever import SOLTAR
from tests.navegador.test_uso import assumir


@pytest.fixture
def ana(elenco, entrar):
    """Ana's page with Maria's conversation open."""
    elenco.maria.escreve("oi, perdi o meu cartão")
    pagina = entrar(elenco.ana)
    abrir(pagina)
    return pagina


def nota(pagina: Page, texto: str):
    return pagina.locator("#itens .nota", has_text=texto)


def anotar(pagina: Page, texto: str) -> None:
    """From outside any field, by keyboard alone."""
    pagina.locator("#conversa").focus()
    pagina.keyboard.press("n")
    expect(pagina.locator("#nota-texto")).to_be_focused()
    pagina.keyboard.type(texto)
    pagina.keyboard.press("Enter")
    expect(nota(pagina, texto)).to_have_count(1)


def ditas(elenco) -> str:
    return str(elenco.maria.mostra())


def test_a_note_by_keyboard_calls_a_colleague_and_never_reaches_the_phone(
    ana, elenco, entrar, logo
):
    beto = entrar(elenco.beto)
    conta = beto.locator("#aba-mencoes [data-contagem]")
    expect(conta).to_have_text("0")

    ana.locator("#conversa").focus()
    ana.keyboard.press("n")
    expect(ana.get_by_label("Nota interna: o cidadão não vê")).to_be_focused()
    ana.keyboard.type("Falta o CPF. @be")
    opcao = ana.get_by_role("option", name="Beto Reis")
    expect(opcao).to_have_attribute("aria-selected", "true")
    expect(ana.locator("#nota-texto")).to_have_attribute(
        "aria-activedescendant", opcao.get_attribute("id")
    )
    ana.keyboard.press("Enter")
    expect(ana.locator("#nota-texto")).to_have_value("Falta o CPF. @Beto Reis ")
    expect(ana.get_by_role("listbox")).to_be_hidden()
    ana.keyboard.type("sabe dele?")
    ana.keyboard.press("Enter")
    expect(nota(ana, "sabe dele?")).to_contain_text("Você")
    expect(nota(ana, "sabe dele?").locator(".mencao")).to_have_text("@Beto Reis")
    expect(ana.locator("#nota-texto")).to_have_value("")

    expect(conta).to_have_text("1")
    beto.get_by_role("link", name="Menções 1").click()
    linha = beto.locator("#linhas .linha", has_text="Maria Souza")
    expect(linha.locator(".conta-mencao")).to_be_visible()
    linha.locator("a").click()
    expect(nota(beto, "sabe dele?")).to_contain_text("menciona você")
    expect(conta).to_have_text("0")
    expect(linha.locator(".conta-mencao")).to_have_count(0)

    # With the conversation open in both pages, it comes by itself and counts as seen.
    anotar(beto, "Tenho sim, @Ana Souza")
    expect(nota(ana, "Tenho sim")).to_contain_text("menciona você")
    expect(ana.locator("#aba-mencoes [data-contagem]")).to_have_text("0")

    ana.locator("#conversa").focus()
    ana.keyboard.press("r")
    expect(ana.locator("#texto")).to_be_focused()
    ana.keyboard.type("Já achamos, Maria.")
    ana.keyboard.press("Enter")
    logo(lambda: "Já achamos, Maria." in elenco.maria.recebidas())
    assert "CPF" not in ditas(elenco)
    assert "Tenho sim" not in ditas(elenco)


def test_switching_modes_keeps_both_drafts_and_never_mixes_them(ana, elenco, logo):
    ana.locator("#texto").press_sequentially("Bom dia, Maria")
    ana.get_by_role("radio", name="Resposta").focus()
    ana.keyboard.press("ArrowRight")
    expect(ana.get_by_role("radio", name="Nota interna")).to_be_checked()
    expect(ana.locator("#texto")).to_be_hidden()
    with ana.expect_response("**/notas/rascunho/"):
        ana.locator("#nota-texto").press_sequentially("ela já ligou ontem")
    ana.reload()
    ana.wait_for_selector("html[data-ready]", state="attached")
    expect(ana.get_by_role("radio", name="Resposta")).to_be_checked()
    expect(ana.locator("#texto")).to_have_value("Bom dia, Maria")
    ana.get_by_text("Nota interna", exact=True).click()
    expect(ana.locator("#nota-texto")).to_have_value("ela já ligou ontem")
    ana.get_by_role("button", name="Guardar nota").click()
    expect(nota(ana, "ela já ligou ontem")).to_have_count(1)
    expect(ana.locator("#nota-texto")).to_be_focused()
    ana.get_by_text("Resposta", exact=True).click()
    ana.get_by_role("button", name="Enviar").click()
    expect(bolha(ana, "Bom dia, Maria")).to_have_attribute("data-estado", "entregue")
    assert elenco.maria.recebidas().count("Bom dia, Maria") == 1
    assert "ligou" not in ditas(elenco)


def test_axe_finds_nothing_while_a_note_is_written(ana):
    anotar(ana, "Falta o CPF dela")
    ana.keyboard.type("@")
    expect(ana.get_by_role("option", name="Agendamento")).to_be_visible()
    for tema in TEMAS:
        vestir(ana, tema)
        conferir(ana)
    ana.keyboard.press("Escape")
    expect(ana.get_by_role("listbox")).to_be_hidden()
    expect(ana.locator("#nota-texto")).to_be_focused()
    ana.set_viewport_size({"width": 320, "height": 640})
    assert ana.evaluate("document.documentElement.scrollWidth") <= 320
    assert ana.evaluate("document.querySelector('#rodape').scrollWidth") <= 320
    conferir(ana)


def test_a_note_takes_no_files_and_a_closed_matter_takes_notes(ana, elenco):
    ana.locator("#conversa").focus()
    ana.keyboard.press("n")
    expect(ana.get_by_text("Notas não levam arquivos")).to_be_visible()
    assert ana.evaluate(SOLTAR, ["#registro", "drop"])
    expect(ana.locator(".brinde")).to_contain_text("Notas internas não levam arquivos")
    expect(ana.locator("#anexos li")).to_have_count(0)
    assumir(ana)
    ana.locator("#conversa").focus()
    ana.keyboard.press("e")
    ana.get_by_label("Resolvido").check()
    ana.get_by_role("dialog").get_by_role("button", name="Encerrar").click()
    expect(ana.locator("#topo")).to_contain_text("encerrado")
    anotar(ana, "Encerrado a pedido da família")
    expect(ana.locator("#topo")).to_contain_text("encerrado")
    assert "família" not in ditas(elenco)


def test_without_network_the_note_stays_and_goes_once(ana, elenco):
    ana.route("**/notas/", lambda rota: rota.abort())
    ana.locator("#conversa").focus()
    ana.keyboard.press("n")
    ana.keyboard.type("Não sei se guardou")
    ana.keyboard.press("Enter")
    expect(ana.locator("#recusa-nota")).to_contain_text("A nota continua aqui")
    expect(ana.locator("#nota-texto")).to_have_value("Não sei se guardou")
    ana.unroute("**/notas/")
    perdidas = []

    def perder_a_resposta(rota):
        perdidas.append(rota.fetch())
        rota.abort()

    ana.route("**/notas/", perder_a_resposta)
    ana.keyboard.press("Enter")
    expect(nota(ana, "Não sei se guardou")).to_have_count(1)
    expect(ana.locator("#recusa-nota")).to_be_visible()
    ana.unroute("**/notas/")
    ana.keyboard.press("Enter")
    expect(ana.locator("#nota-texto")).to_have_value("")
    expect(nota(ana, "Não sei se guardou")).to_have_count(1)
    assert perdidas
