"""The menu of a row, several rows at once, putting off, and the way back from each."""

import re

import pytest
from playwright.sync_api import Page, expect

from atendimento.models import Atendimento
from tests.factories import EtiquetaFactory
from tests.navegador.test_lista import linha


@pytest.fixture
def ana(elenco, entrar):
    """Ana's list of all, with Maria, Rui and Lia in it, of nobody."""
    elenco.maria.escreve("oi")
    for nome in ("Rui Alves", "Lia Prado"):
        elenco.outra_pessoa(nome).escreve("bom dia")
    pagina = entrar(elenco.ana)
    aba(pagina, "Todas")
    expect(pagina.locator("#linhas .linha")).to_have_count(3)
    return pagina


def aba(pagina: Page, nome: str) -> None:
    pagina.locator("#lista .aba, #filtros a").filter(has_text=nome).click()
    expect(pagina.locator("#lista [aria-current=page]")).to_contain_text(nome)


def escolher(pagina: Page, *nomes: str) -> None:
    for nome in nomes:
        linha(pagina, nome).hover()
        pagina.get_by_label(f"Escolher a conversa com {nome}").check()


def com_menu(pagina: Page, nome: str):
    linha(pagina, nome).click(button="right")
    menu = pagina.locator("#menu-solto")
    expect(menu.locator(".menu-titulo")).to_contain_text(nome)
    return menu


def test_the_menu_of_a_row_acts_without_opening_it(ana):
    com_menu(ana, "Rui Alves").get_by_role("button", name="Assumir").click()
    expect(linha(ana, "Rui Alves").locator(".l2")).to_contain_text("com Ana")
    com_menu(ana, "Rui Alves").get_by_role("button", name="Urgente").click()
    expect(linha(ana, "Rui Alves").locator(".bandeira")).to_have_attribute(
        "title", "Prioridade urgente"
    )
    ana.locator(".brinde").get_by_role("button", name="Desfazer").click()
    expect(linha(ana, "Rui Alves").locator(".bandeira")).to_have_count(0)
    expect(ana.locator("#topo")).to_have_count(0)


def test_the_menu_opens_and_is_walked_by_keyboard(ana):
    linha(ana, "Lia Prado").locator("a").focus()
    ana.keyboard.press("Shift+F10")
    menu = ana.locator("#menu-solto")
    expect(menu.get_by_role("button", name="Assumir")).to_be_focused()
    ana.keyboard.press("ArrowDown")
    expect(menu.get_by_role("link", name="Transferir")).to_be_focused()
    ana.keyboard.press("Escape")
    expect(linha(ana, "Lia Prado").locator("a")).to_be_focused()


def test_several_are_taken_at_once_and_one_choice_undoes_it(ana, elenco):
    escolher(ana, "Maria Souza", "Rui Alves")
    expect(ana.locator("#quantas-escolhidas")).to_have_text("2 conversas")
    ana.get_by_role("toolbar").get_by_role("link", name="Encerrar").click()
    dialogo = ana.get_by_role("dialog")
    expect(dialogo.get_by_role("heading")).to_have_text("Encerrar 2 atendimentos")
    dialogo.get_by_label("Resolvido").check()
    dialogo.get_by_role("button", name="Encerrar").click()
    expect(ana.locator("#linhas .linha")).to_have_count(1)
    expect(ana.get_by_role("toolbar")).to_have_count(0)
    ana.locator(".brinde").get_by_role("button", name="Desfazer").click()
    expect(ana.locator("#linhas .linha")).to_have_count(3)
    with elenco.pilha.no_banco():
        assert not Atendimento.objects.filter(equipe=elenco.equipe, resultado="resolvido").exists()


def test_what_a_colleague_took_first_is_told_and_stays_chosen(ana, elenco, entrar):
    escolher(ana, "Maria Souza", "Rui Alves")
    beto = entrar(elenco.beto)
    aba(beto, "Sem atendente")
    com_menu(beto, "Rui Alves").get_by_role("button", name="Assumir").click()
    expect(linha(ana, "Rui Alves").locator(".l2")).to_contain_text("com Beto")
    ana.get_by_role("toolbar").get_by_role("button", name="Assumir").click()
    expect(ana.locator(".brinde")).to_contain_text("1 assumido. 1 não: Beto Reis assumiu")
    expect(linha(ana, "Rui Alves")).to_have_class(re.compile("escolhida"))
    expect(linha(ana, "Maria Souza")).not_to_have_class(re.compile("escolhida"))


def test_by_key_in_a_stretch_and_all(ana):
    primeira = ana.locator("#linhas .linha > a").first
    primeira.focus()
    ana.keyboard.press("x")
    expect(ana.locator("#quantas-escolhidas")).to_have_text("1 conversa")
    terceira = ana.locator("#linhas .linha").nth(2)
    terceira.hover()
    terceira.locator("[data-marca]").click(modifiers=["Shift"])
    expect(ana.locator("#quantas-escolhidas")).to_have_text("3 conversas")
    expect(ana.get_by_label("Escolher todas desta lista")).to_be_checked()
    ana.locator("#lista").focus()
    ana.keyboard.press("Escape")
    expect(ana.locator(".escolhida")).to_have_count(0)
    expect(ana.locator("[data-marca]:checked")).to_have_count(0)


def test_a_chosen_row_that_is_drawn_again_stays_chosen(ana, elenco):
    escolher(ana, "Maria Souza")
    elenco.maria.escreve("mais uma coisa")
    expect(linha(ana, "Maria Souza").locator(".l3")).to_contain_text("mais uma coisa")
    expect(ana.get_by_label("Escolher a conversa com Maria Souza")).to_be_checked()


def test_put_off_it_leaves_the_list_until_the_citizen_writes(ana, elenco):
    com_menu(ana, "Maria Souza").get_by_role("link", name="Adiar").click()
    ana.get_by_label(re.compile("Amanhã às 8h")).check()
    ana.get_by_role("dialog").get_by_role("button", name="Adiar").click()
    expect(ana.locator(".brinde")).to_contain_text("Adiado até")
    expect(linha(ana, "Maria Souza").locator(".l2")).to_contain_text("às 08:00")
    aba(ana, "Minhas")
    expect(ana.locator("#lista-vazia")).to_be_visible()
    expect(ana.locator('[data-contagem="adiadas"]')).to_have_text("1")
    elenco.maria.escreve("consegui o documento")
    expect(linha(ana, "Maria Souza").locator(".l3")).to_contain_text("consegui o documento")
    expect(ana.locator('[data-contagem="adiadas"]')).to_have_text("")


def test_a_past_moment_is_refused_where_it_was_written(ana):
    com_menu(ana, "Lia Prado").get_by_role("link", name="Adiar").click()
    dialogo = ana.get_by_role("dialog")
    expect(dialogo.get_by_label("Dia e hora", exact=True)).to_be_hidden()
    dialogo.get_by_label("Outro dia e hora").check()
    dialogo.get_by_label("Dia e hora", exact=True).fill("2020-01-01T08:00")
    dialogo.get_by_role("button", name="Adiar").click()
    expect(dialogo.get_by_role("alert")).to_contain_text("Este momento já passou.")
    expect(dialogo.get_by_label("Dia e hora", exact=True)).to_have_value("2020-01-01T08:00")


def test_the_open_conversation_put_off_closes_and_comes_back_by_its_tab(ana):
    linha(ana, "Rui Alves").locator("a").click()
    ana.locator("#topo").get_by_role("button", name="Mais ações").click()
    ana.locator("#menu-acoes").get_by_role("link", name="Adiar").click()
    ana.get_by_label("Até a pessoa escrever de novo").check()
    ana.get_by_role("dialog").get_by_role("button", name="Adiar").click()
    expect(ana.locator("#topo")).to_have_count(0)
    aba(ana, "Adiados")
    linha(ana, "Rui Alves").locator("a").click()
    expect(ana.locator("#topo")).to_contain_text("adiado até a próxima mensagem")
    expect(ana.locator("#itens")).to_contain_text("Você adiou até a próxima mensagem")
    ana.locator("#topo").get_by_role("button", name="Mais ações").click()
    ana.locator("#menu-acoes").get_by_role("button", name="Trazer de volta").click()
    expect(ana.locator("#topo")).to_contain_text("com você")
    expect(ana.locator("#linhas .linha")).to_have_count(0)


def test_tags_are_put_from_the_menu_and_show_in_the_row(ana, elenco):
    with elenco.pilha.no_banco():
        EtiquetaFactory(equipe=elenco.equipe, nome="Falta documento")
    com_menu(ana, "Lia Prado").get_by_role("link", name="Etiquetas").click()
    ana.get_by_role("dialog").get_by_role("option", name="Falta documento").click()
    ana.get_by_role("dialog").get_by_role("button", name="Guardar").click()
    expect(linha(ana, "Lia Prado")).to_contain_text("Falta documento")
