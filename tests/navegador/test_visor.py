"""The image viewer: pictures of the conversation seen large, by mouse, keyboard and on a phone."""

import re
import struct
import zlib

import pytest
from playwright.sync_api import Page, expect

from tests.navegador.test_acessibilidade import conferir
from tests.navegador.test_cuidados import abrir, bolha


def png(largura: int, altura: int, cor: bytes) -> bytes:
    """A picture of one colour."""

    def pedaco(nome: bytes, dados: bytes) -> bytes:
        soma = struct.pack(">I", zlib.crc32(nome + dados))
        return struct.pack(">I", len(dados)) + nome + dados + soma

    cabeca = struct.pack(">IIBBBBB", largura, altura, 8, 2, 0, 0, 0)
    linhas = zlib.compress((b"\0" + cor * largura) * altura)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        pedaco(*p) for p in ((b"IHDR", cabeca), (b"IDAT", linhas), (b"IEND", b""))
    )


def manda_foto(elenco, legenda: str, cor: bytes = b"\x20\x60\xa0") -> None:
    elenco.pilha.controle(
        "POST",
        f"cidadaos/{elenco.maria.wa_id}/mensagens",
        files={"arquivo": ("poste.png", png(1600, 1200, cor), "image/png")},
        data={"legenda": legenda, "nome": elenco.maria.nome},
    )


def link(pagina: Page, legenda: str):
    return bolha(pagina, legenda).locator("a.foto-link")


@pytest.fixture
def ana(elenco, entrar):
    """Ana's page with Maria's conversation and two pictures in it."""
    elenco.maria.escreve("o poste caiu")
    pagina = entrar(elenco.ana)
    abrir(pagina)
    manda_foto(elenco, "de *longe*")
    expect(link(pagina, "de longe")).to_be_visible()
    manda_foto(elenco, "de perto", b"\xa0\x60\x20")
    expect(link(pagina, "de perto")).to_be_visible()
    return pagina


@pytest.fixture
def visor(ana):
    return ana.get_by_role("dialog", name="Foto da conversa")


def largura(visor) -> float:
    return visor.locator("img").bounding_box()["width"]


def test_the_arrows_walk_the_pictures_and_escape_gives_the_focus_back(ana, visor):
    link(ana, "de longe").focus()
    ana.keyboard.press("Enter")
    expect(visor).to_be_visible()
    expect(visor.locator("img")).to_have_js_property("naturalWidth", 1600)
    assert largura(visor) > 700
    expect(visor.locator(".visor-dados")).to_contain_text("Maria Souza")
    expect(visor.locator("[data-quando]")).to_have_text(re.compile(r"\d\d[:h]\d\d"))
    expect(visor.locator("[data-conta]")).to_have_text("1 de 2")
    expect(visor.locator(".visor-legenda strong, .visor-legenda b")).to_have_text("longe")
    ana.keyboard.press("ArrowLeft")
    expect(visor.locator("[data-conta]")).to_have_text("1 de 2")
    ana.keyboard.press("ArrowRight")
    expect(visor.locator(".visor-legenda")).to_have_text("de perto")
    expect(visor.get_by_role("button", name="Próxima foto")).to_have_attribute(
        "aria-disabled", "true"
    )
    ana.keyboard.press("Escape")
    expect(visor).to_be_hidden()
    expect(link(ana, "de perto")).to_be_focused()
    expect(ana.locator("#topo h2")).to_have_text("Maria Souza")


def test_a_picture_that_arrives_meanwhile_is_the_next_one(ana, visor, elenco):
    link(ana, "de perto").click()
    proxima = visor.get_by_role("button", name="Próxima foto")
    expect(proxima).to_have_attribute("aria-disabled", "true")
    manda_foto(elenco, "o conserto")
    expect(link(ana, "o conserto")).to_be_attached()
    proxima.click()
    expect(visor.locator(".visor-legenda")).to_have_text("o conserto")
    expect(visor.locator("[data-conta]")).to_have_text("3 de 3")
    # Two quick presses are two steps, unlike on the buttons of the page.
    visor.get_by_role("button", name="Foto anterior").dblclick()
    expect(visor.locator("[data-conta]")).to_have_text("1 de 3")


def test_it_zooms_by_key_wheel_and_button_and_is_pulled(ana, visor):
    link(ana, "de longe").click()
    expect(visor.locator("img")).to_have_js_property("naturalWidth", 1600)
    inteira = largura(visor)
    ana.keyboard.press("+")
    assert largura(visor) == pytest.approx(1.5 * inteira, abs=2)
    ana.keyboard.press("-")
    assert largura(visor) == pytest.approx(inteira, abs=2)
    visor.get_by_role("button", name="Aumentar").dblclick()
    assert largura(visor) == pytest.approx(2.25 * inteira, abs=2)
    palco = visor.locator(".visor-palco")
    antes = palco.evaluate("(p) => p.scrollLeft")
    ana.keyboard.press("ArrowRight")
    assert palco.evaluate("(p) => p.scrollLeft") > antes
    expect(visor.locator("[data-conta]")).to_have_text("1 de 2")
    meio = palco.bounding_box()
    ana.mouse.move(meio["x"] + 300, meio["y"] + 200)
    ana.mouse.down()
    ana.mouse.move(meio["x"] + 400, meio["y"] + 200)
    ana.mouse.up()
    assert palco.evaluate("(p) => p.scrollLeft") < antes
    ana.mouse.wheel(0, -100)
    expect(visor.get_by_role("button", name="Tamanho da tela")).to_have_text("338%")
    visor.get_by_role("button", name="Tamanho da tela").click()
    assert largura(visor) == pytest.approx(inteira, abs=2)


def test_it_is_downloaded_as_it_came(ana, visor):
    link(ana, "de perto").click()
    with ana.expect_download() as espera:
        visor.get_by_role("link", name="Baixar foto").click()
    assert espera.value.path().read_bytes() == png(1600, 1200, b"\xa0\x60\x20")
    expect(visor).to_be_visible()


def test_a_link_of_a_tab_of_its_own_is_left_to_the_browser(ana, visor):
    with ana.context.expect_page():
        link(ana, "de perto").click(modifiers=["ControlOrMeta"])
    expect(visor).to_be_hidden()


def test_it_is_accessible_and_fits_a_phone(ana, visor):
    ana.set_viewport_size({"width": 390, "height": 844})
    link(ana, "de perto").click()
    expect(visor.locator("img")).to_have_js_property("naturalWidth", 1600)
    conferir(ana)
    for controle in visor.locator("button:visible, a:visible").all():
        caixa = controle.bounding_box()
        assert caixa["x"] >= 0 and caixa["x"] + caixa["width"] <= 390
        assert caixa["width"] >= 24 and caixa["height"] >= 24
    assert largura(visor) == pytest.approx(390, abs=2)
    assert ana.evaluate("document.documentElement.scrollWidth") <= 390
