"""`resposta`: from a servant's POST until the request reaches Meta, with 20 servants at once.

Each servant answers once a second through the API of the whole running house. Beside it, at the
same pace: the bare chain (a view with one INSERT and an empty task) and a bare `requests` call.
"""

import random
import statistics
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import datetime

import requests

from benchmarks.bancada import Bancada
from benchmarks.figura import Figura, alternar
from benchmarks.gente import assuntos
from benchmarks.pares import pywa
from benchmarks.tetos import corrente
from tests.pilha import PHONE_NUMBER_ID

SERVIDORES = 20
P95_MS, CORRENTES = 300, 3
GRAPH = f"v25.0/{PHONE_NUMBER_ID}/messages"
EM_SEGUIDA = 300
Postar = Callable[[requests.Session, int, str], None]


def medir(bancada: Bancada) -> Iterator[Figura]:
    """Yield the figures of the product and of the peers that send."""
    bancada.so("web", "trabalhador-entrada", "trabalhador-geral", "varredor", "simulador")
    bancada.pilha.controle(
        "POST", "config", json={"mps": 1_000, "limite_por_par": False, "latencia_ms": 0}
    )
    deles = assuntos(bancada, SERVIDORES)
    medianas: dict[str, list[float]] = {"produto": [], "corrente": [], "requests": []}

    def produto() -> float:
        def postar(sessao: requests.Session, n: int, texto: str) -> None:
            sessao.post(
                f"{bancada.pilha.endereco}/api/v1/atendimentos/{deles[n].atendimento}/mensagens/",
                json={"texto": texto},
                headers={
                    "Authorization": f"Token {deles[n].token}",
                    "Idempotency-Key": str(uuid.uuid4()),
                },
                timeout=30,
            ).raise_for_status()

        return _p95(bancada, postar, _chegadas_a_meta(bancada), medianas["produto"])

    def puro() -> float:
        def postar(sessao: requests.Session, n: int, texto: str) -> None:
            _mandar(sessao, bancada.pilha.simulador, deles[n].telefone, texto)

        return _p95(bancada, postar, _chegadas_a_meta(bancada), medianas["requests"])

    with corrente.no_ar(bancada) as (endereco, chegadas):

        def bare() -> float:
            def postar(sessao: requests.Session, n: int, texto: str) -> None:
                sessao.post(endereco, data=texto.encode(), timeout=30).raise_for_status()

            return _p95(bancada, postar, chegadas, medianas["corrente"])

        _aquecer(produto, bare, puro, medianas)
        pares = alternar(produto, bare, bancada.vezes)
    diretos = alternar(produto, puro, max(1, bancada.vezes // 2))
    p50 = {nome: statistics.median(valores) for nome, valores in medianas.items()}
    bem = pares.valor < P95_MS and pares.razao < CORRENTES
    yield Figura(
        "resposta",
        pares.valor,
        "ms (p95)",
        pares.do_teto,
        pares.razao,
        f"p95 < {P95_MS} ms e < {CORRENTES} × a corrente nua",
        bem,
        f"p50 {p50['produto']:.0f} ms",
        {"p50_ms": p50, "rodadas": pares.rodadas},
    )
    yield Figura(
        "resposta ÷ requests",
        diretos.valor,
        "ms (p95)",
        diretos.do_teto,
        diretos.razao,
        "< 10 × uma chamada nua",
        diretos.razao < 10,
        f"p50 da chamada {p50['requests']:.1f} ms".replace(".", ","),
        {"rodadas": diretos.rodadas},
    )
    yield from _pares(bancada, deles[0].telefone)


def _aquecer(produto, bare, puro, medianas: dict[str, list[float]]) -> None:
    for quem in (produto, bare, puro):
        quem()
    for valores in medianas.values():
        valores.clear()


def _mandar(sessao: requests.Session, simulador: str, telefone: str, texto: str) -> None:
    sessao.post(
        f"{simulador}/{GRAPH}",
        json={
            "messaging_product": "whatsapp",
            "to": telefone,
            "type": "text",
            "text": {"body": texto},
        },
        headers={"Authorization": "Bearer demo-token"},
        timeout=30,
    ).raise_for_status()


def _chegadas_a_meta(bancada: Bancada) -> Callable[[], dict[str, float]]:
    ultima = _chamadas(bancada, 0)[-1:]
    desde = ultima[0]["n"] if ultima else 0

    def chegadas() -> dict[str, float]:
        return {
            c["corpo"]["text"]["body"]: datetime.fromisoformat(c["horario"]).timestamp()
            for c in _chamadas(bancada, desde)
            if isinstance(c["corpo"], dict) and c["corpo"].get("type") == "text"
        }

    return chegadas


def _chamadas(bancada: Bancada, desde: int) -> list[dict]:
    return bancada.pilha.controle("GET", f"chamadas?desde={desde}").json()


def _p95(
    bancada: Bancada,
    postar: Postar,
    chegadas: Callable[[], dict[str, float]],
    medianas: list[float],
) -> float:
    """Run one round; return p95 in milliseconds, and add p50 to `medianas`."""
    from prefeitura.ambiente.processos import esperar

    saidas: dict[str, float] = {}
    vezes = max(3, round(bancada.segundos))
    inicio = time.monotonic() + 0.2
    fios = [
        threading.Thread(target=_servidor, args=(postar, n, vezes, inicio, saidas))
        for n in range(SERVIDORES)
    ]
    for fio in fios:
        fio.start()
    for fio in fios:
        fio.join()
    if len(saidas) != vezes * SERVIDORES:
        raise RuntimeError(f"{len(saidas)} respostas de {vezes * SERVIDORES}")
    if not esperar(lambda: saidas.keys() <= chegadas().keys(), 60, passo=0.2):
        raise RuntimeError("nem todas as respostas chegaram")
    chegaram = chegadas()
    esperas = [1000 * (chegaram[texto] - saiu) for texto, saiu in saidas.items()]
    vinte = statistics.quantiles(esperas, n=20)
    medianas.append(vinte[9])
    return vinte[18]


def _servidor(postar: Postar, n: int, vezes: int, inicio: float, saidas: dict) -> None:
    """One servant: an answer a second, each at a moment of its own within it."""
    acaso = random.Random(n)
    with requests.Session() as sessao:
        for vez in range(vezes):
            espera = inicio + vez + acaso.random() - time.monotonic()
            if espera > 0:
                time.sleep(espera)
            texto = f"resposta {uuid.uuid4()}"
            saiu = time.time()
            postar(sessao, n, texto)
            saidas[texto] = saiu


def _pares(bancada: Bancada, telefone: str) -> list[Figura]:
    """How fast others send to the same simulator, one message after the other."""
    with requests.Session() as sessao:
        inicio = time.perf_counter()
        for n in range(EM_SEGUIDA):
            _mandar(sessao, bancada.pilha.simulador, telefone, f"em seguida {n}")
        valor = EM_SEGUIDA / (time.perf_counter() - inicio)
    figuras = [Figura("  par: requests, uma a uma", valor, "mensagens/s")]
    try:
        dele = pywa.enviar(bancada, telefone, EM_SEGUIDA)
    except pywa.Ausente as erro:
        return [*figuras, Figura("  par: pywa, uma a uma", None, "mensagens/s", nota=str(erro))]
    return [*figuras, Figura("  par: pywa, uma a uma", dele, "mensagens/s")]
