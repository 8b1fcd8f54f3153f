"""The voice player: heard, sought and sped up by mouse and keyboard, whatever happens around it."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.navegador.test_acessibilidade import TEMAS, conferir, vestir
from tests.navegador.test_cuidados import abrir

VOZES = Path(__file__).parents[2] / "atendimento/demonstracao/dados"
TOCA = "(s) => !s.paused && s.currentTime > 0"


def manda_voz(elenco, qual: str) -> str:
    """Send one of the recordings of the demo; return its wamid."""
    arquivo = (VOZES / f"voz-{qual}.ogg").read_bytes()
    return elenco.pilha.controle(
        "POST",
        f"cidadaos/{elenco.maria.wa_id}/mensagens",
        files={"arquivo": ("voz.ogg", arquivo, "audio/ogg; codecs=opus")},
        data={"nome": elenco.maria.nome},
    ).json()["wamid"]


@pytest.fixture
def ana(elenco, entrar):
    """Ana's page with Maria's conversation and one voice message of eleven seconds in it."""
    elenco.maria.escreve("posso mandar áudio?")
    pagina = entrar(elenco.ana)
    abrir(pagina)
    elenco.wamid_da_voz = manda_voz(elenco, "lourdes")
    expect(voz(pagina)).to_be_visible()
    return pagina


def voz(pagina: Page, n: int = 0):
    return pagina.locator("#itens [data-tocador]").nth(n)


def som(pagina: Page, n: int = 0):
    return pagina.locator("#itens .voz audio").nth(n)


def tocar(pagina: Page, n: int = 0) -> None:
    voz(pagina, n).get_by_role("button", name="Tocar").click()
    toca(pagina, n)


def tocar_devagar(pagina: Page, n: int = 0) -> None:
    """So that it cannot come to its end by itself during the test."""
    tocar(pagina, n)
    som(pagina, n).evaluate("(s) => { s.playbackRate = 0.1 }")


def toca(pagina: Page, n: int = 0) -> None:
    """Wait until it is really heard."""
    pagina.wait_for_function(f"(s) => ({TOCA})(s)", arg=som(pagina, n).element_handle())


def agora(pagina: Page, n: int = 0) -> float:
    return som(pagina, n).evaluate("(s) => s.currentTime")


def test_it_shows_how_long_it_is_plays_and_pauses(ana):
    expect(voz(ana).locator(".dur")).to_have_text("0:10")
    expect(som(ana)).to_be_hidden()
    tocar_devagar(ana)
    expect(voz(ana).locator(".dur")).to_contain_text(" / 0:10")
    voz(ana).get_by_role("button", name="Pausar").click()
    expect(som(ana)).to_have_js_property("paused", True)
    expect(voz(ana).get_by_role("button", name="Tocar")).to_be_visible()


def test_it_is_sought_by_keyboard_and_by_mouse(ana):
    expect(voz(ana).locator(".dur")).to_have_text("0:10")
    posicao = voz(ana).get_by_role("slider", name="Posição")
    posicao.press("ArrowRight")
    assert agora(ana) == pytest.approx(1, abs=0.1)
    posicao.press("PageUp")
    assert agora(ana) == pytest.approx(5, abs=0.1)
    expect(posicao).to_have_attribute("aria-valuetext", "0:05 de 0:10")
    posicao.press("ArrowLeft")
    assert agora(ana) == pytest.approx(4, abs=0.1)
    posicao.press(" ")
    toca(ana)
    posicao.press(" ")
    expect(som(ana)).to_have_js_property("paused", True)
    barra = posicao.bounding_box()
    ana.mouse.click(barra["x"] + barra["width"] / 2, barra["y"] + barra["height"] / 2)
    assert agora(ana) == pytest.approx(5.4, abs=0.4)
    posicao.press("Home")
    assert agora(ana) == 0


def test_the_speed_is_remembered_for_each_person(ana, elenco, entrar):
    voz(ana).get_by_role("button", name="Velocidade: 1×").click()
    voz(ana).get_by_role("button", name="Velocidade: 1,5×").click()
    expect(voz(ana).locator(".veloc")).to_have_text("2×")
    ana.reload()
    ana.wait_for_selector("html[data-ready]", state="attached")
    expect(voz(ana).locator(".veloc")).to_have_text("2×")
    tocar(ana)
    expect(som(ana)).to_have_js_property("playbackRate", 2)
    voz(ana).locator(".veloc").click()
    expect(som(ana)).to_have_js_property("playbackRate", 1)
    voz(ana).locator(".veloc").click()
    guardado = ana.evaluate("() => JSON.stringify({...localStorage})")
    assert {k for k, v in json.loads(guardado).items() if v == "1.5"} == {
        f"velocidade-da-voz/{elenco.ana.pk}"
    }


def test_only_one_is_heard_at_a_time(ana, elenco):
    tocar_devagar(ana)
    manda_voz(elenco, "obrigada")
    expect(voz(ana, 1)).to_be_visible()
    expect(voz(ana, 1).locator(".dur")).to_have_text("0:04")
    tocar(ana, 1)
    expect(som(ana)).to_have_js_property("paused", True)
    expect(voz(ana).get_by_role("button", name="Tocar")).to_be_visible()


def test_it_plays_on_while_its_bubble_is_drawn_again(ana, elenco):
    tocar_devagar(ana)
    som(ana).evaluate("(s) => { window.osom = s }")
    antes = agora(ana)
    elenco.maria.manda(
        {"type": "reaction", "reaction": {"message_id": elenco.wamid_da_voz, "emoji": "🙏"}}
    )
    expect(ana.locator("#itens .msg:has([data-tocador]) .reacao")).to_contain_text("🙏")
    assert som(ana).evaluate("(s) => s === window.osom && !s.paused")
    assert agora(ana) > antes
    expect(voz(ana).get_by_role("button", name="Pausar")).to_be_visible()
    voz(ana).get_by_role("button", name="Pausar").click()
    expect(som(ana)).to_have_js_property("paused", True)


def test_what_the_browser_does_not_play_is_offered_to_be_kept(ana):
    som(ana).evaluate("(s) => { s.src = '/healthz' }")
    expect(voz(ana).get_by_role("link", name="não toca este áudio: baixar")).to_be_visible()
    expect(voz(ana).get_by_role("button")).to_have_count(0)


def test_without_scripts_the_browsers_own_player_is_there(ana, elenco, browser):
    contexto = browser.new_context(
        java_script_enabled=False, storage_state=ana.context.storage_state()
    )
    pagina = contexto.new_page()
    pagina.goto(ana.url)
    expect(pagina.locator("#itens .voz audio[controls]")).to_be_visible()
    expect(pagina.locator("#itens [data-tocador]")).to_be_hidden()
    contexto.close()


def test_it_is_accessible_and_fits_a_phone(ana, elenco):
    expect(voz(ana).locator(".dur")).to_have_text("0:10")
    for tema in TEMAS:
        vestir(ana, tema)
        conferir(ana)
    ana.set_viewport_size({"width": 320, "height": 640})
    largo = voz(ana).bounding_box()
    assert largo["x"] + largo["width"] <= 320
    assert (
        ana.evaluate("(e => e.scrollWidth - e.clientWidth)(document.getElementById('registro'))")
        <= 0
    )
