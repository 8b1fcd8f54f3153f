"""G14: frames may be lost, repeated, late or out of order; the page ends equal to the server."""

import json
import re
import threading
import time
import uuid

import requests
from knox.models import get_token_model
from playwright.sync_api import Page, WebSocketRoute

from atendimento.models import Atendimento
from prefeitura.ambiente.processos import esperar
from prefeitura.whatsapp.models import Envio, EventoRecebido
from tests.falhas.medida import anotar, tamanho
from tests.falhas.relogio import sementes

# What a person sees of the list and of the open conversation, without the clock.
RETRATO = """() => {
  const texto = (no) => {
    if (!no) return '';
    const copia = no.cloneNode(true);
    const relogios = 'time, [data-texto], [data-resta], svg';
    for (const fora of copia.querySelectorAll(relogios)) fora.remove();
    return copia.textContent.replace(/\\s+/g, ' ').trim();
  };
  return {
    linhas: [...document.querySelectorAll('#linhas .linha')].map((li) => [
      li.id, li.dataset.naoLidas, li.dataset.versao, texto(li)]),
    contagens: [...document.querySelectorAll('[data-contagem]')].map((no) => no.textContent),
    inteiro: !document.getElementById('ha-mais'),
    registro: [...document.querySelectorAll('#itens > li:not(#ha-mais, #novas-linha, .dia)')]
      .map((li) => [li.id, li.dataset.estado || '', texto(li)]),
    topo: texto(document.getElementById('topo')),
    rodape: document.getElementById('rodape')?.dataset.modo || '',
  };
}"""


class Caos:
    """Stands in the page's socket: drops a third of the changes, repeats some, delays others."""

    def __init__(self, acaso) -> None:
        self.acaso = acaso
        self.contas = {"quadros": 0, "sumiram": 0, "repetidos": 0, "atrasados": 0}
        self._guardados: list[str] = []
        self._pagina: WebSocketRoute | None = None

    def ligar(self, rota: WebSocketRoute) -> None:
        self._pagina = rota
        servidor = rota.connect_to_server()
        servidor.on_message(self._do_servidor)
        rota.on_message(lambda quadro: servidor.send(quadro))

    def _do_servidor(self, quadro: str) -> None:
        if json.loads(quadro)["tipo"] != "atendimento":
            self._pagina.send(quadro)
            return
        self.contas["quadros"] += 1
        sorte = self.acaso.random()
        if sorte < 0.3:
            self.contas["sumiram"] += 1
            return
        if sorte < 0.5:
            self.contas["atrasados"] += 1
            self._guardados.append(quadro)
            return
        vezes = 2 if sorte < 0.6 else 1
        self.contas["repetidos"] += vezes - 1
        for _ in range(vezes):
            self._pagina.send(quadro)
        if self._guardados and self.acaso.random() < 0.5:
            self._pagina.send(self._guardados.pop(self.acaso.randrange(len(self._guardados))))

    def soltar(self) -> None:
        """Let what was held go, long after what came later."""
        while self._guardados:
            self._pagina.send(self._guardados.pop())


class Colega:
    """Somebody of the same team, on another screen: changes things through the API."""

    def __init__(self, elenco, acaso) -> None:
        self.elenco, self.acaso = elenco, acaso
        with elenco.pilha.no_banco():
            self.tokens = {
                quem: get_token_model().objects.create(user=getattr(elenco, quem))[1]
                for quem in ("ana", "beto", "bruno")
            }
        self.pessoas = [elenco.maria, *(elenco.outra_pessoa(f"Vizinha {n}") for n in range(4))]

    def mudar(self) -> None:
        """One change, drawn; one that is refused (409, 404) is a change that was not."""
        if self.acaso.random() < 0.4:
            self.acaso.choice(self.pessoas).escreve(f"recado {self.acaso.randrange(10**6)}")
            return
        with self.elenco.pilha.no_banco():
            meus = Atendimento.objects.filter(equipe__in=[self.elenco.equipe, self.elenco.outra])
            alvo = self.acaso.choice(list(meus.values_list("pk", flat=True)) or [0])
        qual, dados = self.acaso.choice(
            [
                ("assumir", {}),
                ("devolver", {}),
                ("encerrar", {"resultado": "resolvido"}),
                ("reabrir", {}),
                ("transferir", {"fila": self.elenco.outra.slug}),
                ("transferir", {"fila": self.elenco.equipe.slug}),
                ("mensagens", {"texto": f"resposta {self.acaso.randrange(10**6)}"}),
                ("mensagens", {"texto": f"resposta {self.acaso.randrange(10**6)}"}),
            ]
        )
        quem = self.acaso.choice(["beto", "beto", "bruno", "ana"])
        requests.post(
            f"{self.elenco.pilha.endereco}/api/v1/atendimentos/{alvo}/{qual}/",
            json=dados,
            headers={
                "Authorization": f"Token {self.tokens[quem]}",
                "Idempotency-Key": str(uuid.uuid4()),
            },
            timeout=20,
        )


def assentar(elenco) -> None:
    """Wait until nothing is under way, so that "the server's state" means something.

    Only this test's: others leave in the same database, on purpose, what never arrives.
    """

    def parado() -> bool:
        with elenco.pilha.no_banco():
            envios = Envio.objects.filter(
                mensagens__atendimento__equipe__in=[elenco.equipe, elenco.outra]
            )
            return not (
                elenco.pilha.controle("GET", "webhook").json()["retidos"]
                or EventoRecebido.objects.filter(estado="novo").exists()
                or envios.filter(estado__in=["pendente", "enviando"]).exists()
                or envios.filter(estado="enviada", situacao__posto__lt=3).exists()
            )

    assert esperar(parado, 60, passo=0.1), elenco.pilha.registros()


def abrir(pagina: Page) -> None:
    """Open the first conversation of the list, if nothing is open and one is left."""
    primeira = pagina.locator("#linhas .linha > a").first
    if pagina.locator("#topo").count() or not primeira.count():
        return
    primeira.click()
    pagina.locator("#topo h2").wait_for()
    # A row under the pointer or the focus waits to be moved: the person is elsewhere.
    pagina.mouse.move(900, 400)
    pagina.evaluate("document.activeElement.blur()")


@sementes("g14")
def test_the_page_ends_equal_to_the_server_whatever_the_socket_lost(
    elenco,
    entrar,
    acaso,
    record_property,
):
    caos, colega = Caos(acaso), Colega(elenco, acaso)
    for pessoa in colega.pessoas:
        pessoa.escreve("bom dia")
    assentar(elenco)
    ana = entrar(elenco.ana)
    ana.clock.install()
    ana.route_web_socket("**/ws/", caos.ligar)
    ana.reload()
    ana.wait_for_selector("html[data-ready]", state="attached")
    ana.locator(".abas").get_by_role("link", name="Todas").click()
    ana.locator("#linhas .linha", has_text="Maria Souza").wait_for()
    espelho = ana.context.new_page()
    historias, fim = 0, time.monotonic() + tamanho(60, 600)
    while historias < tamanho(4, 300) and time.monotonic() < fim:
        abrir(ana)
        mudancas = acaso.randint(1, 6)
        fio = threading.Thread(target=lambda n=mudancas: [colega.mudar() for _ in range(n)])
        fio.start()
        while fio.is_alive():
            ana.wait_for_timeout(20)  # frames are carried while Playwright listens
        assentar(elenco)
        caos.soltar()
        convergir(ana, espelho)
        historias += 1
    anotar(record_property, "G14", historias=historias, paginas_diferentes=0, **caos.contas)


def convergir(pagina: Page, espelho: Page) -> None:
    """The page asks by itself within 20 s of its own clock; then it shows what a new one shows."""
    pagina.clock.fast_forward(21_000)
    if espelho.goto(pagina.url).status == 404:  # it went to a team of others: the page leaves it
        pagina.wait_for_url(re.compile(r"/atendimento/\?"))
        espelho.goto(pagina.url)
    espelho.wait_for_selector("html[data-ready]", state="attached")
    certo = espelho.evaluate(RETRATO)
    visto = {}

    def igual() -> bool:
        pagina.wait_for_timeout(50)
        visto.clear()
        visto.update(pagina.evaluate(RETRATO))
        if not certo["inteiro"]:  # the older page keeps what the new one would load on demand
            visto["inteiro"] = False
            visto["registro"] = visto["registro"][-len(certo["registro"]) :]
        return visto == certo

    esperar(igual, 10, passo=0)
    assert visto == certo
