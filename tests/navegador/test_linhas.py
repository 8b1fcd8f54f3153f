"""What a row of the list tells, its address, and what the browser's tab tells without looking."""

import re

import pytest
from playwright.sync_api import expect

from prefeitura.cadastro.models import Servidor
from tests.navegador.test_cuidados import abrir, bolha, escrever
from tests.navegador.test_lista import linha
from tests.navegador.test_uso import PNG


@pytest.fixture
def ana(elenco, entrar):
    """Ana's list of those without anyone, with Maria in it."""
    elenco.maria.escreve("oi")
    pagina = entrar(elenco.ana)
    pagina.locator(".abas").get_by_role("link", name="Sem atendente").click()
    expect(linha(pagina, "Maria Souza")).to_be_visible()
    return pagina


def test_a_row_tells_who_when_what_and_for_how_long(ana, elenco):
    maria = linha(ana, "Maria Souza")
    expect(maria).to_have_class(re.compile(r"\bnao-lida\b"))
    expect(maria.locator("time")).to_have_text(re.compile(r"^\d\d:\d\d$"))
    expect(maria.locator(".l2")).to_contain_text("Sem assunto")
    expect(maria.locator(".l2 [data-espera]")).to_have_text(re.compile(r"espera\s*< 1 min"))
    elenco.maria.manda_foto(PNG)
    expect(maria.locator(".l3")).to_contain_text("Foto")
    expect(maria.locator(".l3 svg")).to_have_count(1)
    expect(maria.locator(".conta")).to_contain_text("2")
    abrir(ana)
    escrever(ana, "bom dia")
    ana.locator(".abas").get_by_role("link", name="Minhas").click()
    expect(maria.locator(".l3")).to_contain_text("Você: bom dia")
    expect(maria.locator(".conta")).to_have_count(0)
    expect(maria.locator(".l2 [data-espera]")).to_have_count(0)


def test_tab_and_order_are_in_the_address_and_survive_a_reload(ana):
    ana.locator(".abas").get_by_role("link", name="Todas").click()
    expect(ana).to_have_url(re.compile("aba=todas"))
    ana.wait_for_function("() => !document.querySelector('.htmx-settling, .htmx-swapping')")
    ana.locator("#ordem").select_option("espera")
    expect(ana).to_have_url(re.compile("ordem=espera"))
    ana.reload()
    expect(ana.locator(".abas [aria-current]")).to_contain_text("Todas")
    expect(ana.locator("#ordem")).to_have_value("espera")


def test_a_conversation_opens_in_a_tab_of_its_own_with_ctrl(ana):
    with ana.context.expect_page() as nova:
        linha(ana, "Maria Souza").locator("a").click(modifiers=["Control"])
    expect(nova.value.locator("#topo h2")).to_have_text("Maria Souza")
    expect(ana.locator("#topo")).to_have_count(0)


def test_the_title_and_the_icon_tell_of_news_in_what_is_ones_own(ana, elenco):
    abrir(ana)
    ana.locator("#topo").get_by_role("button", name="Assumir").click()
    expect(ana.locator("#topo")).to_contain_text("com você")
    ana.locator(".abas").get_by_role("link", name="Minhas").click()
    expect(linha(ana, "Maria Souza")).to_be_visible()
    expect(linha(ana, "Maria Souza").locator(".conta")).to_have_count(0)
    ana.locator("#conversa").press("Escape")
    expect(ana.locator("#topo")).to_have_count(0)
    expect(ana).to_have_title(re.compile(r"^Caixa"))
    simples = ana.locator("[data-favicon]").get_attribute("href")
    elenco.maria.escreve("ainda está aí?")
    expect(ana).to_have_title(re.compile(r"^\(1\) "))
    expect(ana.locator("[data-favicon]")).not_to_have_attribute("href", simples)
    linha(ana, "Maria Souza").locator("a").click()
    expect(ana).to_have_title(re.compile(r"^Maria Souza"))
    expect(ana.locator("[data-favicon]")).to_have_attribute("href", simples)


def test_shift_breaks_the_line_and_by_choice_only_ctrl_enter_sends(ana, elenco, entrar):
    abrir(ana)
    campo = ana.locator("#texto")
    campo.press_sequentially("um")
    campo.press("Shift+Enter")
    campo.press_sequentially("dois")
    campo.press("Enter")
    expect(bolha(ana, "dois").locator(".texto")).to_have_text(re.compile("um\\s*dois"))
    with elenco.pilha.no_banco():
        Servidor.objects.filter(pk=elenco.ana.pk).update(enter_envia=False)
    ana.reload()
    campo.fill("três")
    campo.press("Enter")
    expect(campo).to_have_value("três\n")
    campo.press("Control+Enter")
    expect(bolha(ana, "três")).to_have_count(1)


def test_the_field_grows_with_the_text_and_counts_near_the_limit(ana):
    abrir(ana)
    campo = ana.locator("#texto")
    baixa = campo.bounding_box()["height"]
    campo.fill("\n".join("linha" for _ in range(6)))
    alta = campo.bounding_box()["height"]
    assert alta > baixa
    campo.fill("\n".join("linha" for _ in range(60)))
    assert campo.bounding_box()["height"] < 2 * alta
    expect(ana.locator("#conta-letras")).to_be_hidden()
    campo.fill("a" * 4_000)
    expect(ana.locator("#conta-letras")).to_be_visible()


def test_single_keys_can_be_turned_off(ana):
    abrir(ana)
    ana.get_by_role("button", name="Sua conta: Ana Souza").click()
    ana.locator("#teclas-simples").click()
    ana.keyboard.press("Escape")
    ana.locator("#conversa").focus()
    ana.keyboard.press("r")
    expect(ana.locator("#conversa")).to_be_focused()
    ana.get_by_role("button", name="Sua conta: Ana Souza").click()
    ana.locator("#teclas-simples").click()
    ana.keyboard.press("Escape")
    ana.locator("#conversa").focus()
    ana.keyboard.press("r")
    expect(ana.locator("#texto")).to_be_focused()
