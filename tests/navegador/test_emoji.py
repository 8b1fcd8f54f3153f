"""The emoji picker: found by Portuguese words, put where the cursor is, by mouse or keyboard."""

import re

import pytest
from playwright.sync_api import expect

from tests.navegador.test_acessibilidade import TEMAS, conferir, vestir
from tests.navegador.test_cuidados import abrir


@pytest.fixture
def ana(elenco, entrar):
    """Ana's page, writing to Maria."""
    elenco.maria.escreve("bom dia")
    pagina = entrar(elenco.ana)
    pagina.locator(".abas").get_by_role("link", name="Sem atendente").click()
    abrir(pagina)
    pagina.locator("#texto").fill("Tudo certo. Até logo!")
    return pagina


def test_a_word_finds_it_and_enter_puts_it_at_the_cursor(ana, elenco):
    texto = ana.locator("#texto")
    texto.evaluate("(t) => t.setSelectionRange(11, 11)")
    ana.get_by_role("button", name="Emoji").press("Enter")
    procurar = ana.get_by_role("combobox", name="Procurar emoji")
    expect(procurar).to_be_focused()
    procurar.press_sequentially("seringa")
    expect(ana.locator("#emojis").get_by_role("option")).to_have_count(1)
    procurar.press("Enter")
    expect(texto).to_be_focused()
    expect(texto).to_have_value("Tudo certo.💉 Até logo!")
    texto.press("Enter")
    expect(ana.locator("#itens .msg-sai .texto").last).to_have_text("Tudo certo.💉 Até logo!")
    ana.get_by_role("button", name="Emoji").click()
    expect(ana.locator("#emojis").get_by_role("option").first).to_have_text("💉")


def test_arrows_walk_the_groups_and_escape_leaves_the_text_alone(ana):
    ana.get_by_role("button", name="Emoji").click()
    ana.get_by_role("button", name="Comidas e bebidas").click()
    expect(ana.locator("#emojis").get_by_role("option").first).to_have_text("🍇")
    procurar = ana.locator("#busca-emoji")
    procurar.press("ArrowRight")
    expect(ana.locator("#emojis").get_by_role("option", selected=True)).to_have_text("🍈")
    procurar.press("ArrowDown")
    expect(ana.locator("#emojis").get_by_role("option", selected=True)).not_to_have_text("🍈")
    procurar.press("ArrowUp")
    expect(ana.locator("#emojis").get_by_role("option", selected=True)).to_have_text("🍈")
    procurar.press("Escape")
    expect(ana.locator("#emojis")).to_be_hidden()
    expect(ana.locator("#texto")).to_have_value("Tudo certo. Até logo!")
    expect(ana.locator("#topo")).to_be_visible()


def test_without_network_or_with_an_unknown_word_it_says_so(ana):
    ana.route(re.compile(r"/pt\.[0-9a-f]*\.?json"), lambda rota: rota.abort())
    ana.get_by_role("button", name="Emoji").click()
    expect(ana.locator("#nome-emoji")).to_contain_text("Não deu para buscar os emojis")
    ana.unroute_all()
    ana.locator("#busca-emoji").fill("zzzz")
    expect(ana.locator("#nome-emoji")).to_have_text("Nenhum emoji com “zzzz”.")


def test_it_is_accessible_and_fits_a_phone(ana):
    ana.get_by_role("button", name="Emoji").click()
    expect(ana.locator("#emojis").get_by_role("option").first).to_be_visible()
    for tema in TEMAS:
        vestir(ana, tema)
        conferir(ana)
    ana.keyboard.press("Escape")
    ana.set_viewport_size({"width": 320, "height": 568})
    ana.get_by_role("button", name="Emoji").click()
    # The page places it when it hears that it opened.
    ana.wait_for_function(
        "() => document.getElementById('emojis').getBoundingClientRect().right <= 320"
    )
    caixa = ana.locator("#emojis").bounding_box()
    assert caixa["x"] >= 0 and caixa["x"] + caixa["width"] <= 320
    assert caixa["y"] >= 0
    for grupo in ana.locator("#emojis [data-grupo]").all():
        lugar = grupo.bounding_box()
        assert lugar["width"] >= 24
        assert lugar["x"] + lugar["width"] <= caixa["x"] + caixa["width"]
