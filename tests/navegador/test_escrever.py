"""Writing all day: what was chosen, typed or sent stays where the hand left it."""

import pytest
from playwright.sync_api import expect

from tests.navegador.test_acessibilidade import conferir, vestir
from tests.navegador.test_cuidados import abrir, bolha, escrever
from tests.navegador.test_uso import PDF, PNG, assumir

SOLTAR = """([onde, tipo]) => {
  const dados = new DataTransfer();
  dados.items.add(new File(['oi'], 'nota.txt', {type: 'text/plain'}));
  const gesto = new DragEvent(tipo, {dataTransfer: dados, bubbles: true, cancelable: true});
  document.querySelector(onde).dispatchEvent(gesto);
  return gesto.defaultPrevented;
}"""


@pytest.fixture
def ana(elenco, entrar):
    """Ana's page with Maria's conversation open, and Rui waiting below."""
    elenco.maria.escreve("oi")
    elenco.outra_pessoa("Rui Alves").escreve("bom dia")
    pagina = entrar(elenco.ana)
    abrir(pagina)
    return pagina


def test_what_is_on_its_way_stays_below_what_arrived(ana):
    presas = []
    ana.route("**/responder/", lambda rota: presas.append(rota))
    arquivo = {"name": "guia.pdf", "mimeType": "application/pdf", "buffer": PDF}
    foto = {"name": "poste.png", "mimeType": "image/png", "buffer": PNG}
    ana.set_input_files("#arquivo", [arquivo, foto])
    with ana.expect_request("**/responder/"):
        escrever(ana, "Seguem os dois")
    expect(ana.locator(".otimista")).to_have_count(3)
    with ana.expect_request("**/responder/"):
        presas.pop().continue_()
    expect(bolha(ana, "Seguem os dois")).to_have_attribute("data-estado", "entregue")
    ordem = ana.locator("#itens .msg-sai:not(.msg-robo)")
    expect(ordem.nth(0)).to_contain_text("Seguem os dois")
    expect(ordem.nth(1)).to_contain_text("guia.pdf")
    expect(ordem.nth(1)).to_have_class("msg msg-sai otimista msg-seg")
    expect(ana.locator("#novas-linha")).to_have_count(0)
    with ana.expect_request("**/responder/"):
        presas.pop().continue_()
    expect(ana.locator(".otimista")).to_have_count(1)
    presas.pop().continue_()
    expect(ana.locator(".otimista")).to_have_count(0)
    expect(ordem.nth(1)).to_contain_text("guia.pdf")
    expect(ordem.nth(2).locator("img")).to_be_visible()


def test_draft_and_files_wait_while_another_conversation_is_open(ana):
    ana.route("**/rascunho/", lambda rota: rota.abort())
    ana.locator("#texto").fill("Maria, um momento")
    ana.set_input_files(
        "#arquivo", {"name": "guia.pdf", "mimeType": "application/pdf", "buffer": PDF}
    )
    ana.get_by_label("Legenda de guia.pdf").fill("a guia")
    abrir(ana, "Rui Alves")
    expect(ana.locator("#texto")).to_have_value("")
    expect(ana.locator("#anexos li")).to_have_count(0)
    abrir(ana)
    expect(ana.locator("#texto")).to_have_value("Maria, um momento")
    expect(ana.get_by_label("Legenda de guia.pdf")).to_have_value("a guia")
    ana.get_by_role("button", name="Retirar guia.pdf").click()
    expect(ana.locator("#texto")).to_be_focused()
    ana.unroute("**/rascunho/")


def test_a_double_click_is_one_click_and_a_double_enter_one_message(ana, elenco, logo):
    ana.locator("#topo").get_by_role("button", name="Assumir").dblclick()
    expect(ana.locator("#topo")).to_contain_text("com você")
    expect(ana.locator("#texto")).to_be_focused()
    ana.keyboard.type("Bom dia")
    ana.keyboard.press("Enter")
    ana.keyboard.press("Enter")
    expect(bolha(ana, "Bom dia")).to_have_attribute("data-estado", "entregue")
    expect(ana.locator("#recusa")).to_be_hidden()
    ana.locator("#topo").get_by_role("link", name="Devolver").dblclick()
    expect(ana.get_by_role("dialog")).to_have_count(1)
    ana.get_by_label("Nota para quem assumir").fill("Falta o CPF dela.")
    ana.mouse.click(5, 5)
    expect(ana.get_by_role("dialog")).to_be_visible()
    ana.get_by_role("button", name="Devolver à fila").dblclick()
    expect(ana.locator("#topo")).to_contain_text("sem atendente")
    expect(ana.locator("#itens .evento", has_text="devolveu")).to_have_count(1)
    assert elenco.maria.recebidas().count("Bom dia") == 1


def test_many_short_lines_bring_a_hint_to_join_them_and_nothing_is_blocked(ana):
    for n in range(4):
        escrever(ana, f"linha {n}")
        expect(bolha(ana, f"linha {n}")).to_have_attribute("data-estado", "entregue")
    expect(ana.locator(".brinde")).to_have_count(0)
    escrever(ana, "linha 4")
    expect(ana.locator(".brinde")).to_contain_text("várias linhas vão numa só")
    expect(bolha(ana, "linha 4")).to_have_attribute("data-estado", "entregue")
    ana.locator(".brinde").get_by_role("button", name="Fechar aviso").click()
    escrever(ana, "linha 5")
    expect(bolha(ana, "linha 5")).to_have_attribute("data-estado", "entregue")
    expect(ana.locator(".brinde")).to_have_count(0)


def test_files_are_dropped_on_the_conversation_and_nowhere_else(ana):
    ana.evaluate(SOLTAR, ["#registro", "dragover"])
    expect(ana.get_by_text("Solte para anexar")).to_be_visible()
    assert ana.evaluate(SOLTAR, ["#lista", "drop"])
    expect(ana.get_by_text("Solte para anexar")).to_be_hidden()
    expect(ana.locator("#anexos li")).to_have_count(0)
    assert ana.evaluate(SOLTAR, ["#registro", "drop"])
    expect(ana.locator("#anexos li")).to_contain_text("nota.txt")


def test_refused_texts_come_back_in_the_order_they_were_written(ana, elenco, entrar):
    beto = entrar(elenco.beto)
    abrir(beto)
    assumir(beto)
    expect(ana.locator("#topo")).to_contain_text("com Beto")
    escrever(ana, "primeira")
    escrever(ana, "segunda")
    expect(ana.locator("#recusa")).to_contain_text("Este atendimento está com Beto Reis")
    expect(ana.locator("#texto")).to_have_value("primeira\nsegunda")


def test_the_line_of_a_reopening_comes_with_the_message_that_caused_it(ana, elenco):
    assumir(ana)
    ana.keyboard.press("Escape")
    ana.keyboard.press("e")
    ana.get_by_label("Resolvido").check()
    ana.get_by_role("dialog").get_by_role("button", name="Encerrar").click()
    expect(ana.locator("#topo")).to_contain_text("encerrado")
    elenco.maria.escreve("ainda não chegou")
    expect(bolha(ana, "ainda não chegou")).to_have_count(1)
    expect(ana.locator("#itens")).to_contain_text("Reaberto por nova mensagem")


def test_without_network_the_page_says_so_and_recovers_by_itself(ana):
    ana.context.set_offline(True)
    aviso = ana.get_by_text("Sem conexão. Pode continuar")
    expect(aviso).to_be_visible()
    for tema in ("claro", "escuro", "contraste"):
        vestir(ana, tema)
        conferir(ana)
    ana.context.set_offline(False)
    expect(aviso).to_be_hidden()
    expect(ana.locator("#conexao")).to_have_text("Conectado")


def test_a_long_text_is_folded_and_opens_by_keyboard(ana, elenco):
    elenco.maria.escreve("Palavra por palavra. " * 200 + "FIM")
    longa = bolha(ana, "FIM")
    fechada = longa.bounding_box()["height"]
    longa.locator("summary").focus()
    ana.keyboard.press("Enter")
    expect(longa.get_by_text("Ver menos")).to_be_visible()
    assert longa.bounding_box()["height"] > 2 * fechada


def test_a_document_fits_in_320_pixels(ana):
    assumir(ana)
    nome = "comprovante-de-residencia-da-titular-da-conta-de-luz.pdf"
    ana.set_input_files("#arquivo", {"name": nome, "mimeType": "application/pdf", "buffer": PDF})
    ana.get_by_role("button", name="Enviar").click()
    documento = ana.locator("#itens a.arquivo")
    expect(documento).to_be_visible()
    ana.set_viewport_size({"width": 320, "height": 640})
    direita = documento.bounding_box()
    assert direita["x"] + direita["width"] <= 320
