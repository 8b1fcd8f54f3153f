"""Sound, notification and dot: only by choice, only for what is one's own or nobody's, only when
the page is out of sight."""

import pytest
from playwright.sync_api import Page, expect

from tests.navegador.test_acessibilidade import conferir
from tests.navegador.test_cuidados import abrir, atendimento_de, bolha
from tests.navegador.test_uso import assumir

# A browser without a screen shows no notification and no other tab: what the page asks is noted.
OUVIDO = """
window.toques = 0;
window.avisos = [];
const iniciar = OscillatorNode.prototype.start;
OscillatorNode.prototype.start = function (...quando) {
  window.toques += 1;
  iniciar.apply(this, quando);
};
window.Notification = class extends EventTarget {
  static permission = localStorage.permissao || 'default';
  static async requestPermission() {
    return (localStorage.permissao = this.permission = window.resposta || 'granted');
  }
  constructor(titulo, opcoes) {
    super();
    window.avisos.push({ titulo, ...opcoes, aviso: this });
  }
  close() { this.fechado = true; }
};
window.esconder = (sim) => {
  Object.defineProperty(document, 'hidden', { configurable: true, get: () => sim });
  document.dispatchEvent(new Event('visibilitychange'));
};
"""
POR_TOQUE = 2  # notes
SOM, AVISOS = "Som de mensagem nova", "Avisos do navegador"


@pytest.fixture
def ana(elenco, entrar):
    """Ana's page, with Maria's conversation in her hands and another one open."""
    elenco.maria.escreve("oi")
    elenco.rui = elenco.outra_pessoa("Rui Alves")
    elenco.rui.escreve("bom dia")
    pagina = entrar(elenco.ana)
    pagina.context.add_init_script(OUVIDO)
    pagina.reload()
    pagina.wait_for_selector("html[data-ready]", state="attached")
    abrir(pagina)
    assumir(pagina)
    abrir(pagina, "Rui Alves")
    return pagina


def ligar(pagina: Page, *quais: str) -> None:
    pagina.get_by_role("button", name="Sua conta").click()
    for qual in quais:
        botao = pagina.get_by_role("button", name=qual)
        expect(botao).to_have_attribute("aria-pressed", "false")
        botao.click()
        expect(botao).to_have_attribute("aria-pressed", "true")
    pagina.keyboard.press("Escape")
    pagina.evaluate("window.toques = 0")


def esconder(pagina: Page, sim: bool = True) -> None:
    pagina.evaluate("(sim) => window.esconder(sim)", sim)


def esperar_toques(pagina: Page, quantos: int) -> None:
    pagina.wait_for_function("(n) => window.toques >= n", arg=quantos * POR_TOQUE)
    assert pagina.evaluate("window.toques") == quantos * POR_TOQUE


def esperar_ponto(pagina: Page, *, sim: bool = True) -> None:
    pagina.wait_for_function(
        """(sim) => {
          const icone = document.querySelector('[data-favicon]');
          return (icone.getAttribute('href') === icone.dataset.novas) === sim;
        }""",
        arg=sim,
    )


def viu(pagina: Page, nome: str, texto: str) -> None:
    """Wait until the list shows it: whatever the page does about it, it has been told."""
    pagina.locator(".abas").get_by_role("link", name="Todas").click()
    expect(pagina.locator("#linhas .linha", has_text=nome)).to_contain_text(texto)


def test_a_notice_says_the_name_and_not_the_message_and_opens_the_conversation(ana, elenco):
    ligar(ana, SOM, AVISOS)
    esconder(ana)
    elenco.maria.escreve("é sobre o meu exame de sangue")
    esperar_toques(ana, 1)
    ana.wait_for_function("() => window.avisos.length === 1")
    aviso = ana.evaluate("(({titulo, body, tag}) => ({titulo, body, tag}))(window.avisos[0])")
    assert (aviso["titulo"], aviso["body"]) == ("Maria Souza", "Nova mensagem")
    assert "exame" not in str(ana.evaluate("JSON.stringify(window.avisos)"))
    esperar_ponto(ana)
    ana.evaluate("window.avisos[0].aviso.dispatchEvent(new Event('click'))")
    expect(ana.locator("#topo h2")).to_have_text("Maria Souza")
    esconder(ana, False)
    expect(bolha(ana, "exame de sangue")).to_have_count(1)
    ana.wait_for_function("() => window.avisos[0].aviso.fechado")


def test_it_sounds_again_every_30_seconds_until_it_is_read(ana, elenco):
    ligar(ana, SOM)
    ana.clock.install()
    esconder(ana)
    elenco.maria.escreve("tem alguém aí?")
    ana.wait_for_function(f"() => window.toques === {POR_TOQUE}")
    ana.clock.fast_forward(30_000)
    ana.wait_for_function(f"() => window.toques === {2 * POR_TOQUE}")
    ana.clock.fast_forward(30_000)
    ana.wait_for_function(f"() => window.toques === {3 * POR_TOQUE}")
    # Read meanwhile on another computer.
    with ana.expect_response("**/novas/**") as espera:
        ana.request.get(f"{elenco.pilha.endereco}/atendimento/{atendimento_de(elenco)}/")
        ana.clock.fast_forward(30_000)
    assert espera.value.json() == {"novas": []}
    ana.clock.fast_forward(60_000)
    assert ana.evaluate("window.toques") == 3 * POR_TOQUE


def test_what_is_of_nobody_calls_and_what_is_of_a_colleague_does_not(ana, elenco, entrar):
    beto = entrar(elenco.beto)
    abrir(beto, "Rui Alves")
    assumir(beto)
    ligar(ana, SOM, AVISOS)
    esconder(ana)
    elenco.rui.escreve("é com o Beto")
    viu(ana, "Rui Alves", "é com o Beto")
    elenco.outra_pessoa("Lia Prado").escreve("primeira vez aqui")
    ana.wait_for_function("() => window.avisos.length > 0")
    nomes = ana.evaluate("window.avisos.map((a) => a.titulo)")
    assert nomes == ["Lia Prado"]
    esperar_toques(ana, 1)


def test_it_is_quiet_while_the_page_is_in_sight_or_nobody_asked(ana, elenco):
    esconder(ana)
    elenco.maria.escreve("ninguém pediu aviso")
    viu(ana, "Maria Souza", "ninguém pediu aviso")
    esconder(ana, False)
    ligar(ana, SOM, AVISOS)
    pedidos = []
    ana.on("request", lambda p: pedidos.append(p.url) if "/novas/" in p.url else None)
    elenco.maria.escreve("estou à vista")
    viu(ana, "Maria Souza", "estou à vista")
    # Another tab of the same person is in sight: this one, hidden, keeps quiet.
    outra = ana.context.new_page()
    outra.goto(ana.url)
    outra.wait_for_selector("html[data-ready]", state="attached")
    assert pedidos == []
    esconder(ana)
    with ana.expect_response("**/novas/**") as espera:
        elenco.maria.escreve("a outra aba vê")
    assert len(espera.value.json()["novas"]) == 1
    esperar_ponto(ana)
    assert ana.evaluate("[window.toques, window.avisos.length]") == [0, 0]


def test_the_choice_is_of_the_person_and_needs_the_permission_of_the_browser(ana, elenco, entrar):
    ana.evaluate("window.resposta = 'denied'")
    ana.get_by_role("button", name="Sua conta").click()
    ana.get_by_role("button", name=AVISOS).click()
    expect(ana.locator(".brinde")).to_contain_text("não deixa este site mostrar avisos")
    expect(ana.get_by_role("button", name=AVISOS)).to_have_attribute("aria-pressed", "false")
    conferir(ana)
    ana.evaluate("window.resposta = 'granted'")
    ana.keyboard.press("Escape")
    ligar(ana, SOM, AVISOS)
    ana.reload()
    ana.wait_for_selector("html[data-ready]", state="attached")
    ana.get_by_role("button", name="Sua conta").click()
    expect(ana.get_by_role("button", name=SOM)).to_have_attribute("aria-pressed", "true")
    expect(ana.get_by_role("button", name=AVISOS)).to_have_attribute("aria-pressed", "true")
    guardadas = ana.evaluate("Object.keys(localStorage).filter((c) => c.startsWith('avisos/'))")
    assert {c.split("/")[1] for c in guardadas} == {str(elenco.ana.pk)}


def test_the_dot_stands_on_the_icon_while_something_of_ones_own_is_unread(ana, elenco):
    elenco.maria.escreve("ainda está aí?")
    expect(ana).to_have_title("(1) Rui Alves · Vila Esperança")
    esperar_ponto(ana)
    ana.locator(".abas").get_by_role("link", name="Minhas").click()
    ana.locator("#linhas .linha", has_text="Maria Souza").locator("a").click()
    expect(ana).to_have_title("Maria Souza · Vila Esperança")
    esperar_ponto(ana, sim=False)
