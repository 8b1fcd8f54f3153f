"""axe finds nothing in any theme, the keyboard reaches everything, and narrow screens reflow."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

TEMAS = ("claro", "escuro", "contraste")


def conferir(pagina: Page) -> None:
    achados = Axe().run(pagina).response["violations"]
    assert [(a["id"], [n["html"][:160] for n in a["nodes"]][:3]) for a in achados] == []


def vestir(pagina: Page, tema: str) -> None:
    pagina.evaluate("(tema) => { document.documentElement.dataset.tema = tema }", tema)


@pytest.fixture
def ana(elenco, entrar):
    """Ana's page with a conversation of several kinds of message open."""
    elenco.maria.escreve("oi, tudo *bem*? veja https://exemplo.gov.br/a")
    elenco.maria.manda({"type": "location", "location": {"latitude": -18.9, "longitude": -48.2}})
    elenco.maria.manda({"type": "contacts", "contacts": [{"name": {"formatted_name": "José"}}]})
    pagina = entrar(elenco.ana)
    pagina.locator(".abas").get_by_role("link", name="Sem atendente").click()
    pagina.locator("#linhas a", has_text="Maria Souza").click()
    pagina.locator("#texto").fill("Bom dia")
    pagina.locator("#texto").press("Enter")
    expect(pagina.locator("#itens .msg-sai:not(.msg-robo)")).to_have_attribute(
        "data-estado", "entregue"
    )
    return pagina


def test_axe_finds_nothing_in_the_conversation(ana):
    for tema in TEMAS:
        vestir(ana, tema)
        conferir(ana)


def test_axe_finds_nothing_in_dialogs_and_menus(ana):
    ana.locator(".abas").get_by_role("link", name="Todas").click()
    expect(ana.locator(".abas [aria-current]")).to_contain_text("Todas")
    ana.locator("#linhas .linha").first.click(button="right")
    ana.locator("#menu-solto").get_by_role("link", name="Adiar").click()
    ana.get_by_label("Outro dia e hora").check()
    conferir(ana)
    ana.keyboard.press("Escape")
    for abre in ("#botao-filtros", "#botao-visoes"):
        ana.locator(abre).click()
        expect(ana.locator("#dialogo[open], #menu-solto:popover-open")).to_be_visible()
        conferir(ana)
        ana.keyboard.press("Escape")
    ana.locator("#linhas .linha a").first.focus()
    ana.keyboard.press("x")
    ana.locator("#linhas .linha").first.click(button="right")
    expect(ana.locator("#menu-solto")).to_be_visible()
    for tema in TEMAS:
        vestir(ana, tema)
        conferir(ana)
    ana.keyboard.press("Escape")
    ana.keyboard.press("Escape")
    for nome in ("Transferir", "Encerrar", "Devolver"):
        ana.locator("#topo").get_by_role("link", name=nome).first.click()
        expect(ana.get_by_role("dialog")).to_be_visible()
        conferir(ana)
        ana.keyboard.press("Escape")
        expect(ana.get_by_role("dialog")).to_have_count(0)
    ana.get_by_role("button", name="Sua conta: Ana Souza").click()
    conferir(ana)
    ana.keyboard.press("Escape")
    ana.get_by_role("button", name="Copiar protocolo").click()
    expect(ana.locator(".brinde")).to_be_visible()
    conferir(ana)


def test_axe_finds_nothing_in_the_empty_inbox_and_on_the_phone(ana, elenco):
    ana.goto(f"{elenco.pilha.endereco}/atendimento/")
    for tema in TEMAS:
        vestir(ana, tema)
        conferir(ana)
    ana.set_viewport_size({"width": 390, "height": 844})
    conferir(ana)


@pytest.mark.parametrize("caminho", ["/entrar/", "/privacidade/", "/nao-existe/"])
def test_axe_finds_nothing_on_public_pages(pilha, page: Page, caminho):
    page.goto(pilha.endereco + caminho)
    for tema in TEMAS:
        vestir(page, tema)
        conferir(page)


def test_at_320_pixels_nothing_is_cut_sideways(ana):
    ana.set_viewport_size({"width": 320, "height": 640})
    assert ana.evaluate("document.documentElement.scrollWidth") <= 320
    for parte in ("#topo", "#rodape", "#registro"):
        sobra = ana.evaluate(
            "(s) => { const e = document.querySelector(s); return e.scrollWidth - e.clientWidth }",
            parte,
        )
        assert sobra <= 0, parte


def test_the_keyboard_alone_goes_through_list_conversation_and_search(ana):
    ana.locator(".abas").get_by_role("link", name="Minhas").click()
    expect(ana.locator(".abas [aria-current]")).to_contain_text("Minhas")
    ana.locator("#conversa").focus()
    ana.keyboard.press("r")
    expect(ana.locator("#texto")).to_be_focused()
    ana.keyboard.press("Escape")
    expect(ana.locator("#conversa")).to_be_focused()
    ana.keyboard.press("F6")
    expect(ana.locator("#ficha")).to_be_focused()
    ana.keyboard.press("F6")
    expect(ana.locator("#lista")).to_be_focused()
    ana.keyboard.press("j")
    expect(ana.locator("#linhas a").first).to_be_focused()
    ana.keyboard.press("Control+k")
    expect(ana.locator("#busca")).to_be_focused()
    ana.keyboard.type("maria")
    expect(ana.locator("#lista .resultado")).to_contain_text("maria")
    ana.locator("#linhas a").first.focus()
    ana.keyboard.press("?")
    expect(ana.get_by_role("dialog", name="Atalhos do teclado")).to_be_visible()


def test_targets_are_large_enough(ana):
    pequenos = ana.evaluate(
        """() => [...document.querySelectorAll('button, a, summary, select, input')]
          .filter((e) => e.checkVisibility())
          .filter((e) => !e.closest('.texto, .so-leitor, p, .evento, .item, .cartao'))
          .filter((e) => !e.matches('.so-leitor, .pular'))
          .map((e) => (e.type === 'checkbox' && e.closest('label')) || e)
          .map((e) => [e.outerHTML.slice(0, 80), e.getBoundingClientRect()])
          .filter(([, r]) => r.width < 24 || r.height < 24)
          .map(([html, r]) => `${html} ${r.width}x${r.height}`)"""
    )
    assert pequenos == []
