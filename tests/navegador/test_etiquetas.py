"""Tags: chosen by keyboard, seen by colleagues at once, made in place by who supervises."""

import pytest
from playwright.sync_api import expect

from prefeitura.cadastro.models import Participacao
from tests import factories
from tests.navegador.test_acessibilidade import TEMAS, conferir, vestir
from tests.navegador.test_cuidados import abrir


@pytest.fixture
def ana(elenco, entrar):
    """Ana's page with Maria's conversation, and three tags of her team."""
    with elenco.pilha.no_banco():
        for nome, cor in (("Exame", "azul"), ("Falta documento", "amarelo"), ("Retorno", "verde")):
            factories.EtiquetaFactory(nome=nome, cor=cor, equipe=elenco.equipe)
    elenco.maria.escreve("bom dia")
    pagina = entrar(elenco.ana)
    abrir(pagina)
    return pagina


def escolher(pagina):
    pagina.get_by_role("button", name="Mais ações").click()
    pagina.locator("#menu-acoes").get_by_role("link", name="Etiquetas").click()
    procurar = pagina.get_by_role("combobox", name="Procurar etiqueta")
    expect(procurar).to_be_focused()
    return procurar


def test_they_are_marked_by_keyboard_and_a_colleague_sees_them_at_once(ana, elenco, entrar):
    beto = entrar(elenco.beto)
    beto.locator(".abas").get_by_role("link", name="Todas").click()
    linha = beto.locator("#linhas .linha", has_text="Maria Souza")
    expect(linha).to_be_visible()
    procurar = escolher(ana)
    procurar.press("Enter")
    procurar.press_sequentially("RETÓ")
    opcao = ana.get_by_role("dialog").get_by_role("option")
    expect(opcao).to_have_count(1)
    procurar.press("Enter")
    expect(opcao).to_have_attribute("aria-checked", "true")
    procurar.fill("docu")
    procurar.press("Enter")
    procurar.press("Tab")
    for _ in range(4):
        if ana.get_by_role("button", name="Guardar").evaluate("b => b === document.activeElement"):
            break
        ana.keyboard.press("Tab")
    ana.keyboard.press("Enter")
    expect(ana.locator(".etq-ficha .etq")).to_have_count(3)
    expect(linha.locator(".etq")).to_have_text(["Exame", "Falta documento"])
    expect(linha.locator(".etq-mais")).to_have_text("+1")
    ana.get_by_role("button", name="Tirar a etiqueta Exame").click()
    expect(linha.locator(".etq")).to_have_text(["Falta documento", "Retorno"])
    expect(linha.locator(".etq-mais")).to_have_count(0)


def test_who_supervises_makes_what_was_not_found_and_a_repeated_name_says_so(ana, elenco):
    with elenco.pilha.no_banco():
        Participacao.objects.filter(servidor=elenco.ana).update(papel="supervisor")
    procurar = escolher(ana)
    procurar.press_sequentially("Mutirão")
    expect(ana.locator("#aviso-etiquetas")).to_contain_text("Nenhuma etiqueta com “Mutirão”")
    ana.get_by_text("Criar etiqueta").click()
    expect(ana.locator("#nova-etiqueta")).to_have_value("Mutirão")
    ana.locator("#nova-etiqueta").fill("exame")
    ana.get_by_role("button", name="Guardar").click()
    expect(ana.get_by_role("alert").first).to_contain_text("Já existe aqui a etiqueta “Exame”")
    ana.locator("#nova-etiqueta").fill("Mutirão")
    ana.get_by_role("radio", name="Vermelho").check()
    ana.get_by_role("button", name="Guardar").click()
    expect(ana.locator(".etq-ficha .etq-vermelho")).to_contain_text("Mutirão")


def test_it_is_accessible_and_fits_a_phone(ana, elenco):
    with elenco.pilha.no_banco():
        Participacao.objects.filter(servidor=elenco.ana).update(papel="supervisor")
    escolher(ana).press("Enter")
    ana.get_by_text("Criar etiqueta").click()
    for tema in TEMAS:
        vestir(ana, tema)
        conferir(ana)
    ana.set_viewport_size({"width": 320, "height": 568})
    caixa = ana.get_by_role("dialog").bounding_box()
    assert caixa["x"] >= 0 and caixa["x"] + caixa["width"] <= 320
    ana.get_by_role("button", name="Guardar").click()
    ana.set_viewport_size({"width": 1366, "height": 768})
    expect(ana.locator(".etq-ficha .etq")).to_have_count(1)
    for tema in TEMAS:
        vestir(ana, tema)
        conferir(ana)
