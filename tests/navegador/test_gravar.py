"""Recording voice: heard before it goes, thrown away, taken back, never lost by what stops it."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from atendimento.models import Conversa, Mensagem
from tests.navegador.test_acessibilidade import TEMAS, conferir, vestir
from tests.navegador.test_cuidados import abrir, atendimento_de, escrever
from tests.navegador.test_uso import assumir


@pytest.fixture(scope="module")
def browser(browser_type, browser_type_launch_args):
    """A Chromium whose microphone beeps once a second; whoever may use it is said by the page."""
    args = [*browser_type_launch_args["args"], "--use-fake-device-for-media-stream"]
    navegador = browser_type.launch(**(browser_type_launch_args | {"args": args}))
    yield navegador
    navegador.close()


@pytest.fixture
def ana(elenco, entrar):
    """Ana's page with Maria's conversation, Rui waiting below, and leave to use the microphone."""
    elenco.maria.escreve("pode me explicar?")
    elenco.outra_pessoa("Rui Alves").escreve("bom dia")
    pagina = entrar(elenco.ana, permissions=["microphone"])
    abrir(pagina)
    return pagina


def faixa(pagina: Page):
    return pagina.get_by_role("group", name="Gravar mensagem de voz")


def gravar(pagina: Page, segundos: int = 1) -> None:
    """Start, and wait until the clock says so many seconds."""
    pagina.get_by_role("button", name="Gravar mensagem de voz").click()
    expect(faixa(pagina).get_by_role("timer")).to_have_text(
        re.compile(rf"^0:0[{segundos}-9]$"), timeout=15_000
    )


def ouvir_o_bipe(pagina: Page) -> None:
    """Wait until the level shows that something is heard."""
    traco = faixa(pagina).locator("[data-nivel] path").element_handle()
    pagina.wait_for_function("(p) => p.getBBox().height > 6", arg=traco)


def parar(pagina: Page) -> None:
    faixa(pagina).get_by_role("button", name="Parar e ouvir").click()
    expect(pronta(pagina)).to_be_visible()


def pronta(pagina: Page):
    return faixa(pagina).get_by_role("button", name="Enviar mensagem de voz")


def vozes(telefone) -> list[dict]:
    """Voice notes that the phone got from the city."""
    return [m for m in telefone.mostra() if m["direcao"] == "saida" and m["tipo"] == "audio"]


def test_it_is_recorded_heard_and_sent_as_a_native_voice_note(ana, elenco, logo):
    ana.locator("#texto").fill("um rascunho")
    gravar(ana)
    expect(ana.locator("#texto")).to_be_hidden()
    expect(faixa(ana).get_by_role("button", name="Parar e ouvir")).to_be_focused()
    ouvir_o_bipe(ana)
    parar(ana)
    tocar = faixa(ana).get_by_role("button", name="Tocar")
    expect(tocar).to_be_focused()
    expect(faixa(ana).locator(".dur")).to_have_text(re.compile(r"^0:0[1-9]$"))
    tocar.press("Enter")
    ana.wait_for_function("() => document.querySelector('#gravador audio').currentTime > 0.2")
    pronta(ana).click()
    expect(faixa(ana)).to_be_hidden()
    expect(ana.locator("#texto")).to_be_focused()
    expect(ana.locator("#texto")).to_have_value("um rascunho")
    logo(lambda: len(vozes(elenco.maria)) == 1)
    recebida = vozes(elenco.maria)[0]["audio"]
    assert recebida["voice"] is True
    midia = elenco.pilha.controle("GET", f"midia/{recebida['id']}")
    assert midia.headers["Content-Type"].startswith("audio/ogg")
    assert midia.content[:4] == b"OggS" and b"OpusHead" in midia.content[:64]
    minha = ana.locator("#itens .msg-sai:not(.msg-robo)")
    expect(minha.get_by_role("group", name="Mensagem de voz")).to_be_visible()
    expect(minha.locator(".dur")).to_have_text(re.compile(r"^0:0[1-9]$"))
    expect(minha).to_have_attribute("data-estado", "entregue")
    with elenco.pilha.no_banco():
        dita = Mensagem.objects.get(atendimento=atendimento_de(elenco), tipo="audio")
        assert dita.dados == {"voz": True}


def test_thrown_away_it_can_be_taken_back(ana):
    gravar(ana)
    ana.keyboard.press("Escape")
    expect(faixa(ana)).to_be_hidden()
    expect(ana.locator("#texto")).to_be_focused()
    ana.get_by_role("button", name="Desfazer").click()
    expect(pronta(ana)).to_be_visible()
    faixa(ana).get_by_role("button", name="Tocar").focus()
    ana.keyboard.press("Escape")
    expect(faixa(ana)).to_be_hidden()
    expect(ana.locator("#topo h2")).to_have_text("Maria Souza")
    ana.get_by_role("button", name="Desfazer").click()
    faixa(ana).get_by_role("button", name="Descartar gravação").click()
    expect(faixa(ana)).to_be_hidden()


def test_another_conversation_stops_it_and_it_waits_in_its_own(ana, elenco, logo):
    gravar(ana)
    abrir(ana, "Rui Alves")
    expect(faixa(ana)).to_be_hidden()
    expect(ana.locator(".brinde")).to_contain_text("A gravação para Maria Souza parou")
    abrir(ana)
    expect(pronta(ana)).to_be_visible()
    pronta(ana).click()
    minha = ana.locator("#itens .msg-sai:not(.msg-robo)")
    expect(minha).to_have_attribute("data-estado", "entregue", timeout=30_000)
    logo(lambda: len(vozes(elenco.maria)) == 1)


def test_a_note_takes_no_voice_and_stops_it(ana):
    gravar(ana)
    ana.get_by_text("Nota interna", exact=True).click()
    expect(faixa(ana)).to_be_hidden()
    expect(ana.locator(".brinde")).to_contain_text("notas internas não levam voz")
    expect(ana.get_by_role("button", name="Gravar mensagem de voz")).to_have_count(0)
    ana.get_by_text("Resposta", exact=True).click()
    expect(pronta(ana)).to_be_visible()


def test_closing_the_page_asks_first_while_there_is_voice(ana):
    gravar(ana)
    perguntas = []

    def ficar(dialogo):
        perguntas.append(dialogo.type)
        dialogo.dismiss()

    ana.on("dialog", ficar)
    ana.close(run_before_unload=True)
    parar(ana)
    assert perguntas == ["beforeunload"]
    faixa(ana).get_by_role("button", name="Descartar gravação").click()
    expect(faixa(ana)).to_be_hidden()
    assert ana.evaluate("() => dispatchEvent(new Event('beforeunload', {cancelable: true}))")


def test_written_offline_it_waits_and_goes_once(ana, elenco, logo):
    gravar(ana)
    parar(ana)
    ana.context.set_offline(True)
    pronta(ana).click()
    minha = ana.locator("#itens .otimista")
    expect(minha).to_contain_text("Mensagem de voz")
    expect(minha).to_contain_text("está guardada e vai sozinha")
    ana.context.set_offline(False)
    logo(lambda: len(vozes(elenco.maria)) == 1)
    expect(minha).to_have_count(0)
    escrever(ana, "foi?")
    logo(lambda: "foi?" in elenco.maria.recebidas())
    assert len(vozes(elenco.maria)) == 1


def test_the_end_of_the_24_hours_stops_it_and_loses_nothing(ana, elenco, logo):
    assumir(ana)
    gravar(ana)
    ana.evaluate("document.getElementById('rodape').dataset.modo = 'fechada'")
    expect(ana.locator("#recusa")).to_contain_text("O prazo de 24 horas terminou: a gravação parou")
    expect(pronta(ana)).to_be_visible()
    with elenco.pilha.no_banco():
        Conversa.objects.filter(cidadao__wa_id=elenco.maria.wa_id).update(
            janela_ate=timezone.now() - timedelta(minutes=1)
        )
    pronta(ana).click()
    expect(ana.locator("#recusa")).to_contain_text("O prazo de 24 horas terminou às")
    expect(pronta(ana)).to_be_visible()
    elenco.maria.escreve("voltei")
    expect(ana.locator("#rodape")).to_have_attribute("data-modo", "aberto")
    pronta(ana).click()
    logo(lambda: len(vozes(elenco.maria)) == 1)


def test_of_a_colleagues_conversation_it_asks_and_goes_when_confirmed(ana, elenco, entrar, logo):
    beto = entrar(elenco.beto)
    abrir(beto)
    assumir(beto)
    gravar(ana)
    parar(ana)
    pronta(ana).click()
    expect(ana.locator("#recusa")).to_contain_text("está com Beto Reis")
    expect(pronta(ana)).to_be_visible()
    ana.get_by_role("button", name="Responder mesmo assim").click()
    logo(lambda: len(vozes(elenco.maria)) == 1)
    expect(faixa(ana)).to_be_hidden()


def test_E104_a_recording_cut_short_is_refused_and_stays(ana):
    gravar(ana)
    parar(ana)
    ana.evaluate(
        """() => {
          const posta = XMLHttpRequest.prototype.send;
          XMLHttpRequest.prototype.send = function (dados) {
            const voz = dados.get('arquivo');
            dados.set('arquivo', voz.slice(0, voz.size - 7, voz.type), voz.name);
            return posta.call(this, dados);
          };
        }"""
    )
    pronta(ana).click()
    expect(ana.locator("#recusa")).to_contain_text("A gravação não pôde ser lida. Grave de novo.")
    expect(pronta(ana)).to_be_visible()


def test_near_ten_minutes_it_warns_and_then_stops(ana):
    ana.clock.install()
    ana.get_by_role("button", name="Gravar mensagem de voz").click()
    ouvir_o_bipe(ana)
    ana.clock.fast_forward("09:01")
    expect(faixa(ana)).to_contain_text("Falta menos de 1 minuto")
    expect(faixa(ana).get_by_role("timer")).to_have_text(re.compile("^9:0"))
    ana.clock.fast_forward("01:00")
    expect(pronta(ana)).to_be_visible()


SEM_MICROFONE = """Object.defineProperty(navigator.mediaDevices, 'getUserMedia',
  {value: async () => { throw new DOMException('x', '%s') }})"""
SEM_HTTPS = "Object.defineProperty(window, 'isSecureContext', {value: false})"


@pytest.mark.parametrize(
    ("script", "frase"),
    [
        (SEM_MICROFONE % "NotFoundError", "Nenhum microfone foi encontrado"),
        (SEM_MICROFONE % "NotReadableError", "em uso por outro programa"),
        (
            "Object.defineProperty(window, 'isSecureContext', {value: false})",
            "só funciona em endereço seguro (https)",
        ),
        ("delete window.MediaRecorder", "Este navegador não grava mensagens de voz"),
    ],
    ids=["sem", "ocupado", "http", "velho"],
)
def test_what_stands_in_the_way_is_said(ana, script, frase):
    ana.evaluate(f"() => {{ {script} }}")
    ana.get_by_role("button", name="Gravar mensagem de voz").click()
    expect(ana.locator("#recusa")).to_contain_text(frase)
    expect(faixa(ana)).to_be_hidden()
    expect(ana.locator("#texto")).to_be_visible()


def test_a_denied_microphone_says_what_to_do(elenco, entrar):
    elenco.maria.escreve("oi")
    pagina = entrar(elenco.ana)
    abrir(pagina)
    pagina.get_by_role("button", name="Gravar mensagem de voz").click()
    expect(pagina.locator("#recusa")).to_contain_text("Permita no cadeado ao lado do endereço")
    expect(pagina.locator("#texto")).to_be_focused()


def test_it_is_accessible_and_fits_a_phone(ana):
    gravar(ana)
    for tema in TEMAS:
        vestir(ana, tema)
        conferir(ana)
    ana.set_viewport_size({"width": 320, "height": 640})
    cabe(ana)
    parar(ana)
    cabe(ana)
    for tema in TEMAS:
        vestir(ana, tema)
        conferir(ana)


def cabe(pagina: Page) -> None:
    sobra = pagina.evaluate(
        "(e => e.scrollWidth - e.clientWidth)(document.getElementById('rodape'))"
    )
    assert sobra <= 0
