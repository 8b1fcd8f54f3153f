"""Canned replies in the composer: `/`, a filter, the blanks, and what the phone gets."""

import pytest
from playwright.sync_api import expect

from tests import factories
from tests.navegador.test_acessibilidade import TEMAS, conferir, vestir
from tests.navegador.test_cuidados import abrir


@pytest.fixture
def ana(elenco, entrar):
    """Ana's page with Maria's conversation, and three replies of her team."""
    with elenco.pilha.no_banco():
        for atalho, titulo, texto in (
            ("documentos", "Documentos", "{nome}, traga o CPF."),
            ("horario", "Horário", "Atendemos das 8h às 17h."),
            ("consulta", "Consulta marcada", "{nome}, a consulta ficou para {data}."),
        ):
            factories.RespostaProntaFactory(
                atalho=atalho, titulo=titulo, texto=texto, equipe=elenco.equipe
            )
    elenco.maria.escreve("bom dia")
    pagina = entrar(elenco.ana)
    pagina.locator(".abas").get_by_role("link", name="Sem atendente").click()
    abrir(pagina)
    return pagina


def opcoes(pagina):
    return pagina.locator("#prontas").get_by_role("option")


def test_the_bar_a_word_and_enter_write_it_and_the_phone_gets_it(ana, elenco, logo):
    texto = ana.locator("#texto")
    texto.press("/")
    procurar = ana.get_by_role("combobox", name="Procurar resposta pronta")
    expect(procurar).to_be_focused()
    expect(opcoes(ana)).to_have_count(3)
    procurar.press_sequentially("cpf")
    expect(opcoes(ana)).to_have_count(1)
    procurar.press("Enter")
    expect(texto).to_be_focused()
    expect(texto).to_have_value("Maria, traga o CPF.")
    texto.press("Enter")
    logo(lambda: "Maria, traga o CPF." in elenco.maria.recebidas(), 30)


def test_an_open_blank_is_selected_and_refused_until_it_is_filled(ana):
    texto = ana.locator("#texto")
    ana.get_by_role("button", name="Respostas prontas").click()
    opcoes(ana).filter(has_text="Consulta marcada").click()
    expect(texto).to_have_value("Maria, a consulta ficou para {data}.")
    texto.press("Enter")
    expect(ana.locator("#recusa")).to_contain_text("Falta preencher: data.")
    expect(texto).to_have_value("Maria, a consulta ficou para {data}.")
    texto.fill("Maria, a consulta ficou para amanhã.")
    texto.press("Enter")
    expect(ana.locator("#itens .msg-sai .texto").last).to_contain_text("amanhã")


def test_escape_gives_the_bar_back_and_arrows_walk_the_list(ana):
    texto = ana.locator("#texto")
    texto.press("/")
    expect(opcoes(ana)).to_have_count(3)
    ana.keyboard.press("ArrowDown")
    ativa = ana.locator("#prontas [aria-selected=true]")
    expect(ativa).to_contain_text("/documentos")
    ana.keyboard.press("Escape")
    expect(texto).to_be_focused()
    expect(texto).to_have_value("/")
    texto.press("/")
    expect(texto).to_have_value("//")


def test_it_is_accessible_and_fits_a_phone(ana, elenco):
    ana.get_by_role("button", name="Respostas prontas").click()
    expect(opcoes(ana)).to_have_count(3)
    for tema in TEMAS:
        vestir(ana, tema)
        conferir(ana)
    ana.keyboard.press("Escape")
    ana.set_viewport_size({"width": 320, "height": 568})
    ana.get_by_role("button", name="Respostas prontas").click()
    caixa = ana.locator("#prontas").bounding_box()
    assert caixa["x"] >= 0 and caixa["x"] + caixa["width"] <= 320
    assert caixa["y"] >= 0
    for caminho in ("respostas-prontas/", "respostas-prontas/nova/"):
        ana.goto(f"{elenco.pilha.endereco}/{caminho}")
        conferir(ana)
