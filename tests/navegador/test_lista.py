"""The list under a hand that is working in it: nothing jumps, nothing is lost."""

import pytest
from playwright.sync_api import Page, expect

from tests.navegador.test_cuidados import abrir

PARADA = 1_200  # ms of SOSSEGO, in static/js/lista.js


@pytest.fixture
def ana(elenco, entrar):
    """Ana's list of those without anyone, with Maria and Rui in it."""
    elenco.maria.escreve("oi")
    elenco.outra_pessoa("Rui Alves").escreve("bom dia")
    pagina = entrar(elenco.ana)
    pagina.locator(".abas").get_by_role("link", name="Sem atendente").click()
    expect(pagina.locator("#linhas .linha")).to_have_count(2)
    return pagina


def linha(pagina: Page, nome: str):
    return pagina.locator("#linhas .linha", has_text=nome)


def test_no_row_goes_away_under_a_moving_pointer(ana, elenco, entrar):
    beto = entrar(elenco.beto)
    abrir(beto, "Maria Souza")
    alvo = linha(ana, "Rui Alves").bounding_box()
    meio = alvo["x"] + 100, alvo["y"] + alvo["height"] / 2
    # The hand goes on moving over Rui until the page knows that Maria left.
    ana.evaluate(
        """() => { window.mao = setInterval(() => document.querySelector('.linhas').dispatchEvent(
          new PointerEvent('pointermove', {bubbles: true, pointerType: 'mouse'})), 50) }"""
    )
    ana.mouse.move(*meio)
    beto.locator("#topo").get_by_role("button", name="Assumir").click()
    expect(linha(ana, "Maria Souza")).to_have_class("linha nao-lida saindo")
    assert linha(ana, "Rui Alves").bounding_box() == alvo
    ana.evaluate("clearInterval(window.mao)")
    expect(linha(ana, "Maria Souza")).to_have_count(0, timeout=PARADA + 5_000)


def test_the_keyboard_on_a_row_that_leaves_goes_to_its_neighbour(ana, elenco, entrar):
    beto = entrar(elenco.beto)
    abrir(beto, "Maria Souza")
    linha(ana, "Maria Souza").locator("a").focus()
    beto.locator("#topo").get_by_role("button", name="Assumir").click()
    expect(linha(ana, "Maria Souza")).to_have_count(0)
    expect(linha(ana, "Rui Alves").locator("a")).to_be_focused()


def test_a_search_says_why_it_found_and_emptied_goes_back_to_the_tab(ana, elenco):
    ana.locator("#busca").fill("souza")
    expect(ana.locator("#linhas mark")).to_have_text("Souza")
    ana.locator("#busca").fill(elenco.maria.wa_id[2:])
    expect(ana.locator("#linhas .l2 .num")).to_contain_text(elenco.maria.wa_id[4:9])
    ana.locator("#busca").fill("")
    expect(ana.locator(".abas [aria-current]")).to_contain_text("Sem atendente")
    ana.locator("#busca").fill("souza")
    ana.get_by_role("link", name="Limpar busca").click()
    expect(ana.locator(".abas [aria-current]")).to_contain_text("Sem atendente")


def test_choosing_a_tab_moves_none_of_them(ana):
    def lugares() -> list[float]:
        return [aba.bounding_box()["x"] for aba in ana.locator(".abas a").all()]

    antes = lugares()
    ana.locator(".abas").get_by_role("link", name="Todas").click()
    expect(ana.locator(".abas [aria-current]")).to_contain_text("Todas")
    assert lugares() == antes


def test_the_tab_of_the_browser_is_named_after_what_is_open(ana):
    abrir(ana, "Maria Souza")
    expect(ana).to_have_title("Maria Souza · Vila Esperança")
    linha(ana, "Rui Alves").locator("a").click()
    expect(ana).to_have_title("Rui Alves · Vila Esperança")
    ana.go_back()
    expect(ana).to_have_title("Maria Souza · Vila Esperança")


def test_a_row_pressed_while_the_list_is_drawn_again_still_opens(ana):
    ana.evaluate("() => { window.velha = document.querySelector('#linhas .linha') }")
    linha(ana, "Maria Souza").locator("a").hover()
    ana.mouse.down()
    ana.locator("#ordem").evaluate("campo => campo.dispatchEvent(new Event('change'))")
    ana.wait_for_function("() => !window.velha.isConnected")
    ana.mouse.up()
    expect(ana.locator("#topo h2")).to_have_text("Maria Souza")


def test_the_open_row_stays_marked_from_one_list_to_another(ana):
    abrir(ana, "Maria Souza")
    ana.locator(".abas").get_by_role("link", name="Todas").click()
    expect(ana.locator(".abas [aria-current]")).to_contain_text("Todas")
    expect(ana.locator("#aba-todas")).to_be_focused()
    ana.wait_for_function("() => !document.querySelector('.htmx-settling, .htmx-swapping')")
    expect(linha(ana, "Maria Souza")).to_have_class("linha nao-lida selecionada")


def test_marked_as_unread_it_closes_and_waits_in_the_list(ana):
    abrir(ana, "Maria Souza")
    ana.locator("#topo").get_by_role("button", name="Assumir").click()
    expect(ana.locator("#topo")).to_contain_text("com você")
    expect(linha(ana, "Maria Souza").locator(".conta")).to_have_count(0)
    ana.get_by_role("button", name="Mais ações").click()
    ana.get_by_role("button", name="Marcar como não lido").click()
    expect(ana.locator("#topo")).to_have_count(0)
    ana.locator(".abas").get_by_role("link", name="Minhas").click()
    expect(linha(ana, "Maria Souza").locator(".conta")).to_contain_text("1")
    linha(ana, "Maria Souza").locator("a").click()
    expect(ana.locator("#novas-linha")).to_have_text("1 não lida")
    expect(linha(ana, "Maria Souza").locator(".conta")).to_have_count(0)
