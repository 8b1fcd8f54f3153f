"""Buttons, lists, places and contacts put together in the composer, seen before and answered."""

import pytest
from playwright.sync_api import Page, expect

from tests.navegador.test_acessibilidade import TEMAS, conferir, vestir
from tests.navegador.test_cuidados import abrir, bolha
from tests.navegador.test_uso import assumir


@pytest.fixture
def ana(elenco, entrar):
    """Ana's page with Maria's conversation open, and Rui waiting below."""
    elenco.maria.escreve("bom dia")
    elenco.outra_pessoa("Rui Alves").escreve("oi")
    pagina = entrar(elenco.ana)
    abrir(pagina)
    return pagina


def compor(pagina: Page, qual: str):
    pagina.get_by_role("button", name="Botões, lista, localização ou contato").click()
    pagina.get_by_role("button", name=qual, exact=True).click()
    janela = pagina.locator("dialog[open]")
    expect(janela).to_be_visible()
    return janela


def enviar(janela) -> None:
    janela.get_by_role("button", name="Enviar").click()


def do_telefone(elenco, tipo: str) -> list[dict]:
    return [m for m in elenco.maria.mostra() if m["direcao"] == "saida" and m["tipo"] == tipo]


def test_buttons_are_seen_before_sent_once_and_answered(ana, elenco, logo):
    ana.locator("#texto").fill("um rascunho")
    janela = compor(ana, "Botões")
    janela.get_by_label("Texto").fill("Ficou *resolvido*?")
    janela.get_by_label("Botão 1").fill("Sim")
    janela.get_by_label("Botão 2").fill("Ainda não")
    previa = janela.locator("[data-previa]")
    expect(previa.locator("strong")).to_have_text("resolvido")
    expect(previa.locator(".opcao")).to_have_text(["Sim", "Ainda não"])
    enviar(janela)
    minha = bolha(ana, "Ficou resolvido?")
    expect(minha).to_have_attribute("data-estado", "entregue")
    expect(minha.locator(".opcao")).to_have_text(["Sim", "Ainda não"])
    expect(ana.locator("#texto")).to_have_value("um rascunho")
    logo(lambda: len(do_telefone(elenco, "interactive")) == 1)
    enviada = do_telefone(elenco, "interactive")[0]
    assert enviada["interactive"]["action"]["buttons"][0]["reply"]["title"] == "Sim"
    elenco.maria.manda(
        {
            "type": "interactive",
            "context": {"id": enviada["wamid"]},
            "interactive": {
                "type": "button_reply",
                "button_reply": {"id": "botao-1", "title": "Sim"},
            },
        }
    )
    expect(ana.locator("#itens .msg-entra .escolha")).to_contain_text("Sim")
    ana.reload()
    expect(ana.locator("#texto")).to_have_value("um rascunho")


def test_limits_are_counted_and_said_beside_the_field(ana):
    janela = compor(ana, "Botões")
    enviar(janela)
    expect(janela.get_by_label("Texto")).to_be_focused()
    expect(janela.get_by_text("Falta preencher: texto.")).to_be_visible()
    expect(janela.get_by_text("Falta preencher: botão 1.")).to_be_visible()
    janela.get_by_label("Texto").fill("Pode ser?")
    expect(janela.get_by_text("Falta preencher: texto.")).to_be_hidden()
    primeiro = janela.get_by_label("Botão 1")
    primeiro.fill("Pode, na quarta-feira à tarde")
    expect(janela.get_by_text("Tem 29 caracteres; o WhatsApp aceita 20.")).to_be_visible()
    expect(primeiro).to_have_attribute("aria-invalid", "true")
    primeiro.fill("Pode")
    expect(janela.locator("[data-campo=botao-1] [data-conta]")).to_have_text("4 de 20")
    janela.get_by_label("Botão 2").fill("Pode")
    enviar(janela)
    expect(janela.get_by_text("Já há um botão com este título.")).to_be_visible()
    expect(janela.get_by_label("Botão 2")).to_be_focused()


def test_a_list_with_sections_goes_as_it_was_seen(ana, elenco, logo):
    janela = compor(ana, "Lista")
    janela.get_by_label("Texto").fill("Qual serviço?")
    janela.get_by_label("Botão que abre a lista").fill("Ver opções")
    janela.get_by_label("Título da opção").fill("Tapa-buraco")
    janela.get_by_role("button", name="Opção", exact=True).click()
    expect(janela.get_by_label("Título da opção").nth(1)).to_be_focused()
    ana.keyboard.type("Bueiro")
    janela.get_by_role("button", name="Seção", exact=True).click()
    janela.get_by_label("Título da opção").nth(2).fill("Poste apagado")
    janela.get_by_label("Descrição").nth(2).fill("Luz da rua")
    enviar(janela)
    expect(janela.get_by_text("Falta preencher: título da seção.")).to_have_count(2)
    janela.get_by_label("Título da seção").nth(0).fill("Ruas")
    janela.get_by_label("Título da seção").nth(1).fill("Luz")
    opcoes = ["Tapa-buraco", "Bueiro", "Poste apagado"]
    expect(janela.locator("[data-previa] .opcao")).to_have_text(opcoes)
    enviar(janela)
    expect(bolha(ana, "Qual serviço?").locator(".opcao")).to_have_text(opcoes)
    logo(lambda: len(do_telefone(elenco, "interactive")) == 1)
    secoes = do_telefone(elenco, "interactive")[0]["interactive"]["action"]["sections"]
    assert [(s["title"], len(s["rows"])) for s in secoes] == [("Ruas", 2), ("Luz", 1)]


def test_ten_options_are_the_most(ana):
    janela = compor(ana, "Lista")
    expect(janela.get_by_role("button", name="Retirar opção")).to_be_hidden()
    for n in range(2, 11):
        janela.get_by_role("button", name="Opção", exact=True).click()
        expect(janela.get_by_label("Título da opção")).to_have_count(n)
    expect(janela.get_by_text("O WhatsApp aceita até 10 opções.")).to_be_visible()
    expect(janela.get_by_role("button", name="Opção", exact=True)).to_be_disabled()
    janela.get_by_role("button", name="Retirar opção").last.click()
    expect(janela.get_by_role("button", name="Opção", exact=True)).to_be_enabled()


def test_a_place_pasted_from_a_map(ana, elenco, logo):
    janela = compor(ana, "Localização")
    janela.get_by_label("Latitude").evaluate(
        """(campo) => {
          const clipboardData = new DataTransfer();
          clipboardData.setData('text', '-18.9186, -48.2772');
          campo.dispatchEvent(new ClipboardEvent('paste', {clipboardData, cancelable: true}));
        }"""
    )
    expect(janela.get_by_label("Longitude")).to_have_value("-48.2772")
    janela.get_by_label("Endereço").fill("Av. X, 1")
    enviar(janela)
    expect(janela.get_by_text("Falta preencher: nome do lugar.")).to_be_visible()
    janela.get_by_label("Nome do lugar").fill("UBS Centro")
    janela.get_by_label("Latitude").fill("-91")
    enviar(janela)
    expect(janela.get_by_text("A latitude vai de -90 a 90 graus")).to_be_visible()
    janela.get_by_label("Latitude").fill("-18,9186")
    enviar(janela)
    expect(bolha(ana, "UBS Centro").get_by_role("link", name="Ver no mapa")).to_be_visible()
    logo(lambda: len(do_telefone(elenco, "location")) == 1)


def test_a_contact_with_a_number_of_the_city(ana, elenco, logo):
    janela = compor(ana, "Contato")
    janela.get_by_label("Nome").fill("Ouvidoria")
    janela.get_by_label("Telefone").fill("33")
    enviar(janela)
    expect(janela.get_by_text("Escreva o telefone com DDD")).to_be_visible()
    janela.get_by_label("Telefone").fill("(34) 3333-0000")
    janela.get_by_label("Órgão ou empresa").fill("Prefeitura")
    enviar(janela)
    expect(bolha(ana, "Ouvidoria")).to_contain_text("(34) 3333-0000")
    logo(lambda: len(do_telefone(elenco, "contacts")) == 1)


def test_closed_by_accident_it_waits_in_its_conversation(ana):
    janela = compor(ana, "Botões")
    janela.get_by_label("Texto").fill("Só para a Maria")
    ana.keyboard.press("Escape")
    expect(ana.locator("dialog[open]")).to_have_count(0)
    expect(ana.locator("#topo h2")).to_have_text("Maria Souza")
    abrir(ana, "Rui Alves")
    expect(compor(ana, "Botões").get_by_label("Texto")).to_have_value("")
    ana.keyboard.press("Escape")
    abrir(ana)
    expect(compor(ana, "Botões").get_by_label("Texto")).to_have_value("Só para a Maria")


def test_of_a_colleagues_conversation_it_asks_and_goes_when_confirmed(ana, elenco, entrar, logo):
    beto = entrar(elenco.beto)
    abrir(beto)
    assumir(beto)
    janela = compor(ana, "Contato")
    janela.get_by_label("Nome").fill("Ouvidoria")
    janela.get_by_label("Telefone").fill("156")
    enviar(janela)
    expect(ana.locator("#recusa")).to_contain_text("está com Beto Reis")
    ana.get_by_role("button", name="Responder mesmo assim").click()
    logo(lambda: len(do_telefone(elenco, "contacts")) == 1)


def test_it_goes_once_after_a_fall_of_the_network(ana, elenco, logo):
    janela = compor(ana, "Contato")
    janela.get_by_label("Nome").fill("SAMU")
    janela.get_by_label("Telefone").fill("192")
    ana.context.set_offline(True)
    enviar(janela)
    expect(bolha(ana, "SAMU")).to_contain_text("está guardada e vai sozinha")
    ana.context.set_offline(False)
    logo(lambda: len(do_telefone(elenco, "contacts")) == 1)
    expect(ana.locator(".otimista")).to_have_count(0)


@pytest.mark.parametrize("qual", ["Botões", "Lista", "Localização", "Contato"])
def test_it_is_accessible_and_fits_a_phone(ana, qual):
    janela = compor(ana, qual)
    enviar(janela)
    for tema in TEMAS:
        vestir(ana, tema)
        conferir(ana)
    ana.set_viewport_size({"width": 320, "height": 640})
    assert janela.evaluate("(e) => e.scrollWidth - e.clientWidth") <= 0
