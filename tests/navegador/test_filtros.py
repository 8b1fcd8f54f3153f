"""Narrowing the list, in the address and with a name."""

import re

import pytest
from playwright.sync_api import expect

from tests.navegador.test_lista import linha
from tests.navegador.test_varias import aba, com_menu


@pytest.fixture
def ana(elenco, entrar):
    elenco.maria.escreve("oi")
    elenco.outra_pessoa("Rui Alves").escreve("bom dia")
    pagina = entrar(elenco.ana)
    aba(pagina, "Todas")
    com_menu(pagina, "Maria Souza").get_by_role("button", name="Alta").click()
    expect(linha(pagina, "Maria Souza").locator(".bandeira")).to_be_visible()
    return pagina


def filtrar_urgentes_e_altas(pagina):
    pagina.get_by_role("link", name="Filtrar a lista").click()
    pagina.get_by_label("Prioridade").select_option("alta")
    pagina.get_by_role("dialog").get_by_role("button", name="Filtrar").click()
    expect(pagina.locator("#linhas .linha")).to_have_count(1)


def test_the_filter_is_in_the_address_and_follows_what_changes(ana, elenco):
    filtrar_urgentes_e_altas(ana)
    expect(ana.get_by_role("dialog")).to_have_count(0)
    expect(ana).to_have_url(re.compile("prioridade=alta"))
    ana.reload()
    ana.wait_for_selector("html[data-ready]", state="attached")
    expect(linha(ana, "Maria Souza")).to_be_visible()
    expect(linha(ana, "Rui Alves")).to_have_count(0)
    # What no longer fits leaves; what fits again comes, live.
    com_menu(ana, "Maria Souza").get_by_role("button", name="Normal").click()
    expect(ana.locator("#lista-vazia")).to_have_text("Nenhum atendimento com estes filtros.")
    ana.locator(".brinde").get_by_role("button", name="Desfazer").click()
    expect(linha(ana, "Maria Souza")).to_be_visible()


def test_taking_the_filter_off_brings_the_rest(ana):
    filtrar_urgentes_e_altas(ana)
    ana.get_by_role("link", name="Tirar o filtro Alta e urgente").click()
    expect(ana.locator("#linhas .linha")).to_have_count(2)
    expect(ana).not_to_have_url(re.compile("prioridade"))


def test_a_named_list_is_one_click_away_and_can_be_dropped(ana):
    filtrar_urgentes_e_altas(ana)
    ana.get_by_role("button", name="Visões guardadas").click()
    ana.locator("#menu-solto").get_by_role("link", name="Guardar a lista de agora").click()
    ana.get_by_label("Nome", exact=True).fill("Para hoje")
    ana.get_by_role("dialog").get_by_role("button", name="Guardar").click()
    expect(ana.locator(".brinde")).to_contain_text("Visão “Para hoje” guardada.")
    aba(ana, "Encerrados")
    ana.get_by_role("button", name="Visões guardadas").click()
    ana.locator("#menu-solto").get_by_role("link", name="Para hoje").click()
    expect(ana.locator("#lista [aria-current=page]")).to_contain_text("Todas")
    expect(linha(ana, "Maria Souza")).to_be_visible()
    expect(ana).to_have_url(re.compile("aba=todas.*prioridade=alta"))
    ana.get_by_role("button", name="Visões guardadas").click()
    ana.get_by_role("button", name="Apagar a visão Para hoje").click()
    expect(ana.locator(".brinde")).to_contain_text("Visão apagada.")
    ana.get_by_role("button", name="Visões guardadas").click()
    expect(ana.locator("#menu-solto")).to_contain_text("Nenhuma ainda")
