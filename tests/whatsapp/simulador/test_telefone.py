"""The citizen's phone in a real Chromium: read, answer, tap, record, choose who to be."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.whatsapp.simulador.apoio import (
    MARIA,
    NUMERO,
    PNG,
    WABA,
    Simulado,
    configurar,
    esperar,
)
from tests.whatsapp.simulador.test_envio import INTERATIVAS
from tests.whatsapp.simulador.test_modelos_enviados import (
    ATE,
    CARROSSEL,
    CUPOM,
    OFERTA,
    VER,
    carrossel,
    cartao,
)

pytestmark = pytest.mark.navegador


# The browser is shared with other tests, so the microphone is replaced in the page: it hums.
MICROFONE = """
navigator.mediaDevices.getUserMedia = async () => {
  const contexto = new AudioContext();
  const zumbido = contexto.createOscillator();
  const saida = contexto.createMediaStreamDestination();
  zumbido.connect(saida);
  zumbido.start();
  return saida.stream;
};
"""


@pytest.fixture
def aparelho():
    """A simulator where Maria, first of the list, has just written."""
    aparelho = Simulado(configurar())
    aparelho.escrever(texto="Tem um *buraco* na rua", nome="Maria Souza")
    yield aparelho
    aparelho.fechar()


@pytest.fixture
def tela(aparelho, page):
    """The page open on Maria's conversation; any console error fails the test."""
    queixas = []
    page.on("console", lambda m: queixas.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda erro: queixas.append(str(erro)))
    page.add_init_script(
        "addEventListener('securitypolicyviolation', e => console.error(e.violatedDirective))"
    )
    page.add_init_script(MICROFONE)
    page.goto(aparelho.url)
    page.get_by_role("button", name="Maria Souza").click()
    page.locator("html[data-vivo]").wait_for(state="attached")
    page.locator(".minha strong", has_text="buraco").wait_for()
    yield page
    assert queixas == []


def ultima(aparelho):
    return aparelho.tela()[-1]


def test_citys_answer_appears_live_and_is_read(aparelho, tela):
    wamid = aparelho.texto("Já _anotamos_. Veja https://x.gov.br/p.")
    bolha = tela.locator(".dela .bolha")
    bolha.locator("em", has_text="anotamos").wait_for()
    assert bolha.locator("a").first.get_attribute("href") == "https://x.gov.br/p"
    esperar(lambda: ultima(aparelho)["status"] == "read")
    assert ultima(aparelho)["wamid"] == wamid


def test_citizen_writes_with_enter_and_sees_the_ticks(aparelho, tela):
    tela.get_by_label("Mensagem para a prefeitura").fill("Obrigada!")
    tela.keyboard.press("Enter")
    tela.locator(".minha .texto", has_text="Obrigada!").wait_for()
    assert ultima(aparelho)["text"] == {"body": "Obrigada!"}
    leitura = {
        "messaging_product": "whatsapp",
        "status": "read",
        "message_id": ultima(aparelho)["wamid"],
        "typing_indicator": {"type": "text"},
    }
    aparelho.graph.post(f"/{NUMERO}/messages", json=leitura)
    tela.locator(".minha .tique.lido").nth(1).wait_for()
    tela.get_by_text("digitando…").wait_for()


def test_reply_button_and_list_row_answer_with_their_context(aparelho, tela):
    for tipo in ("button", "list"):
        aparelho.mandar(type="interactive", interactive=INTERATIVAS[tipo])
    tela.get_by_role("button", name="Nº 1").click()
    esperar(lambda: ultima(aparelho)["interactive"]["type"] == "button_reply")
    assert ultima(aparelho)["interactive"]["button_reply"] == {"id": "b1", "title": "Nº 1"}
    assert ultima(aparelho)["resposta_a"] == aparelho.tela()[1]["wamid"]
    tela.get_by_role("button", name="Ver", exact=True).click()
    tela.locator(".opcao-folha", has_text="Um").click()
    tela.get_by_role("dialog").get_by_role("button", name="Enviar").click()
    esperar(lambda: ultima(aparelho)["interactive"]["type"] == "list_reply")
    resposta = ultima(aparelho)["interactive"]["list_reply"]
    assert (resposta["id"], resposta["description"]) == ("1", "d" * 72)


def test_template_shows_its_text_and_its_quick_reply_answers(aparelho, tela):
    parametros = [{"type": "text", "text": valor} for valor in ("Maria", "12/12", "UBS")]
    componentes = [
        {"type": "body", "parameters": parametros},
        {
            "type": "button",
            "sub_type": "quick_reply",
            "index": 0,
            "parameters": [{"type": "payload", "payload": "CONFIRMA:1"}],
        },
    ]
    modelo = {
        "name": "lembrete_consulta",
        "language": {"code": "pt_BR"},
        "components": componentes,
    }
    aparelho.mandar(type="template", template=modelo)
    tela.locator("p.texto", has_text="Você tem consulta em 12/12, na unidade UBS.").wait_for()
    tela.get_by_role("button", name="Confirmar", exact=True).click()
    esperar(lambda: ultima(aparelho)["tipo"] == "button")
    assert ultima(aparelho)["button"] == {"payload": "CONFIRMA:1", "text": "Confirmar"}
    expect(tela.get_by_role("button", name="Confirmar", exact=True)).to_be_disabled()


def test_carousel_and_offer_are_shown_and_a_card_answers(aparelho, tela):
    for modelo, partes in (
        (OFERTA, [ATE, CUPOM, VER]),
        (CARROSSEL, carrossel(*map(cartao, (0, 1)))),
    ):
        criado = aparelho.graph.post(f"/{WABA}/message_templates", json=modelo).json()["id"]
        esperar(lambda c=criado: aparelho.graph.get(f"/{c}").json()["status"] == "APPROVED")
        enviado = {"name": modelo["name"], "language": {"code": "pt_BR"}, "components": partes}
        assert aparelho.mandar(type="template", template=enviado).status_code == 200
    tela.locator(".oferta", has_text="Termina em").wait_for()
    cartoes = tela.locator(".cartao")
    expect(cartoes).to_have_count(2)
    cartoes.first.get_by_text("Banca A da feira.").wait_for()
    cartoes.last.get_by_role("button", name="Quero").click()
    esperar(lambda: ultima(aparelho)["tipo"] == "button")
    assert ultima(aparelho)["button"]["text"] == "Quero"


def test_quote_shows_the_words_without_their_marks(aparelho, tela):
    citada = aparelho.tela()[0]["wamid"]
    aparelho.texto("Anotado.", context={"message_id": citada})
    citacao = tela.locator(".dela .citacao")
    citacao.wait_for()
    assert "Tem um buraco na rua" in citacao.inner_text()


def test_arrow_tells_of_news_only_when_there_are(aparelho, tela):
    for posicao in range(12):
        aparelho.texto(f"Linha {posicao}\n" * 4)
    tela.get_by_text("Linha 11").first.wait_for()
    seta = tela.locator("#descer")
    tela.locator("#conversa").evaluate("c => { c.scrollTop = 0 }")
    expect(seta).to_have_text("↓")
    aparelho.texto("Chegou outra.")
    expect(seta).to_have_text("↓ novas")
    seta.click()
    expect(seta).to_be_hidden()


def test_voice_is_recorded_and_sent_as_ogg(aparelho, tela):
    tela.get_by_label("Gravar mensagem de voz").click()
    tela.locator("#gravando-tempo", has_text="0:01").wait_for()
    tela.get_by_label("Enviar a gravação").click()
    esperar(lambda: ultima(aparelho)["tipo"] == "audio")
    voz = ultima(aparelho)["audio"]
    assert (voz["mime_type"], voz["voice"]) == ("audio/ogg; codecs=opus", True)
    duracao = tela.locator(".minha audio").evaluate(
        "a => a.readyState ? a.duration : new Promise((bom, mau) => {"
        "a.onloadedmetadata = () => bom(a.duration); a.onerror = () => mau(a.error.message) })"
    )
    assert 0.5 < duracao < 5


def test_photo_goes_with_its_caption_and_opens_large(aparelho, tela):
    foto = {"name": "rua.png", "mimeType": "image/png", "buffer": PNG}
    tela.locator("#arquivo").set_input_files(foto)
    tela.get_by_label("Legenda").fill("olha")
    tela.get_by_role("dialog").get_by_role("button", name="Enviar").click()
    esperar(lambda: ultima(aparelho)["tipo"] == "image")
    assert ultima(aparelho)["image"]["caption"] == "olha"
    tela.get_by_role("button", name="Ampliar a imagem").click()
    tela.get_by_role("dialog", name="Imagem").wait_for()
    tela.keyboard.press("Escape")


def test_reaction_and_quoted_reply(aparelho, tela):
    alvo = aparelho.texto("Resolvido?")
    bolha = tela.locator(".dela .bolha")
    bolha.hover()
    bolha.get_by_label("Ações desta mensagem").click()
    bolha.get_by_label("Reagir com 👍").click()
    bolha.locator(".reacao").wait_for()
    assert ultima(aparelho)["reacoes"] == [{"de": "cidadao", "emoji": "👍"}]
    bolha.hover()
    bolha.get_by_label("Ações desta mensagem").click()
    bolha.get_by_role("button", name="Responder").click()
    tela.keyboard.type("Sim")
    tela.keyboard.press("Enter")
    esperar(lambda: ultima(aparelho)["direcao"] == "entrada")
    assert ultima(aparelho)["resposta_a"] == alvo


def test_new_citizen_known_by_username_writes_without_a_phone(aparelho, tela):
    tela.get_by_role("button", name="Novo cidadão").click()
    tela.get_by_label("Nome", exact=True).fill("Zé da Silva")
    tela.get_by_label("Só pelo nome de usuário").check()
    tela.get_by_label("Nome de usuário", exact=True).fill("ze silva")
    tela.get_by_role("button", name="Criar").click()
    tela.get_by_text("Use de 3 a 35 letras").wait_for()
    tela.get_by_label("Nome de usuário", exact=True).fill("ze.silva")
    tela.get_by_role("button", name="Criar").click()
    tela.get_by_role("button", name="Quero a segunda via do IPTU").click()
    tela.locator(".minha .texto", has_text="segunda via").wait_for()
    quem = aparelho.controle.get("/cidadaos/ze.silva").json()
    assert (quem["nome"], quem["wa_id"]) == ("Zé da Silva", None)


@pytest.mark.parametrize("tema", ["claro", "escuro"])
def test_page_passes_axe_in_both_themes(aparelho, tela, tema):
    for tipo in ("button", "cta_url", "order_details"):
        aparelho.mandar(type="interactive", interactive=INTERATIVAS[tipo])
    tela.get_by_role("button", name="Copiar código Pix").wait_for()
    tela.evaluate("tema => { document.documentElement.dataset.tema = tema }", tema)
    achados = Axe().run(tela).response["violations"]
    assert [(v["id"], v["nodes"][0]["html"]) for v in achados] == []


def test_narrow_screen_has_a_picker(aparelho, tela):
    tela.set_viewport_size({"width": 390, "height": 800})
    lista = tela.get_by_role("complementary", name="Cidadãos")
    assert not lista.is_visible()
    tela.get_by_label("Trocar de cidadão").click()
    lista.get_by_role("button", name="Luzia Nascimento").click()
    assert not lista.is_visible()
    tela.get_by_text("Você é Luzia Nascimento").wait_for()
    largura = tela.evaluate("document.documentElement.scrollWidth")
    assert largura <= 390


def test_profile_of_the_number_opens(aparelho, tela):
    tela.get_by_label("Ver o perfil da prefeitura").click()
    perfil = tela.get_by_role("dialog")
    perfil.get_by_text("+55 11 99000-0001").wait_for()
    assert perfil.get_by_text("Governo").is_visible()
    assert aparelho.controle.get(f"/cidadaos/{MARIA}").status_code == 200
