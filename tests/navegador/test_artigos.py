"""Articles from the composer: found by a word, read at the side, and put in the answer."""

import pytest
from playwright.sync_api import expect

from tests import factories
from tests.navegador.test_acessibilidade import TEMAS, conferir, vestir
from tests.navegador.test_cuidados import abrir


@pytest.fixture
def ana(elenco, entrar):
    """Ana's page with Maria's conversation, and two articles of her team."""
    with elenco.pilha.no_banco():
        factories.ArtigoFactory(
            titulo="Como remarcar",
            texto="Até *um dia útil* antes.\n\nQuem faltou volta para a fila.",
            resposta_curta="{nome}, preciso do Cartão SUS.",
            endereco="https://exemplo.gov.br/consultas",
            equipe=elenco.equipe,
        )
        factories.ArtigoFactory(titulo="Vacinação", texto="Aos sábados.", equipe=elenco.equipe)
    elenco.maria.escreve("bom dia")
    pagina = entrar(elenco.ana)
    abrir(pagina)
    return pagina


def abrir_artigo(pagina, palavra: str):
    pagina.get_by_role("button", name="Artigos", exact=True).click()
    procurar = pagina.get_by_role("combobox", name="Procurar artigo")
    expect(procurar).to_be_focused()
    expect(pagina.locator("#artigos").get_by_role("option")).to_have_count(2)
    procurar.press_sequentially(palavra)
    expect(pagina.locator("#artigos").get_by_role("option")).to_have_count(1)
    procurar.press("Enter")
    dialogo = pagina.locator("#dialogo")
    expect(dialogo).to_be_visible()
    return dialogo


def test_by_keyboard_the_short_answer_is_written_and_the_phone_gets_it(ana, elenco, logo):
    dialogo = abrir_artigo(ana, "REMARCÁR")
    expect(dialogo.get_by_role("heading", name="Como remarcar")).to_be_visible()
    expect(dialogo.get_by_role("button", name="Inserir no texto", exact=True)).to_be_focused()
    ana.keyboard.press("Enter")
    expect(dialogo).to_be_hidden()
    texto = ana.locator("#texto")
    expect(texto).to_be_focused()
    expect(texto).to_have_value("Maria, preciso do Cartão SUS.")
    texto.press("Enter")
    logo(lambda: "Maria, preciso do Cartão SUS." in elenco.maria.recebidas(), 30)


def test_a_selected_passage_a_piece_and_the_link_go_where_one_writes(ana):
    texto = ana.locator("#texto")
    texto.fill("Veja:")
    dialogo = abrir_artigo(ana, "remarcar")
    dialogo.get_by_role("button", name="Inserir link").click()
    expect(texto).to_have_value("Veja: https://exemplo.gov.br/consultas")
    dialogo = abrir_artigo(ana, "remarcar")
    dialogo.get_by_role("button", name="Inserir este trecho no texto").last.click()
    expect(texto).to_have_value(
        "Veja: https://exemplo.gov.br/consultas Quem faltou volta para a fila."
    )
    texto.fill("")
    dialogo = abrir_artigo(ana, "remarcar")
    dialogo.locator(".artigo-trecho strong").dblclick()
    ana.evaluate(
        "getSelection().selectAllChildren(document.querySelector('#dialogo .artigo-trecho strong'))"
    )
    dialogo.get_by_role("button", name="Inserir trecho selecionado").click()
    expect(texto).to_have_value("um dia útil")


def test_it_is_accessible_and_fits_a_phone(ana, elenco):
    dialogo = abrir_artigo(ana, "remarcar")
    for tema in TEMAS:
        vestir(ana, tema)
        conferir(ana)
    ana.set_viewport_size({"width": 320, "height": 568})
    caixa = dialogo.bounding_box()
    assert caixa["x"] >= 0 and caixa["x"] + caixa["width"] <= 320
    ana.keyboard.press("Escape")
    expect(ana.get_by_role("button", name="Artigos", exact=True)).to_be_visible()
    for caminho in ("artigos/", "artigos/?q=remarcar"):
        ana.goto(f"{elenco.pilha.endereco}/{caminho}")
        conferir(ana)
    ana.get_by_role("link", name="Como remarcar").click()
    expect(ana.get_by_role("heading", name="Como remarcar")).to_be_visible()
    conferir(ana)
