"""`ao_vivo`: from the POST of a citizen's message to its frame on 200 open pages.

The whole house runs. Beside it, at the same pace, a bare Redis publication to 200 sockets.
"""

import contextlib
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import requests

from benchmarks.bancada import Bancada
from benchmarks.figura import Figura, alternar
from benchmarks.gente import assuntos, sessoes
from benchmarks.portas import porta_livre
from benchmarks.tetos.ao_vivo import CANAL
from prefeitura.ambiente.opcoes import RAIZ
from tests import chegada
from tests.pilha import SEGREDOS
from tests.whatsapp.servidor_web import assinar

PAGINAS = 200
RAZAO, P95_MS = 15, 500
INTERVALO_S, SOSSEGO_S = 0.25, 2.0
UVICORN = (
    "--loop uvloop --http httptools --ws websockets-sansio --no-access-log --no-server-header "
    "--log-level warning"
)


def medir(bancada: Bancada) -> list[Figura]:
    """Return the one figure."""
    bancada.so("web", "trabalhador-entrada", "trabalhador-geral", "varredor", "simulador")
    quantos = max(8, round(bancada.segundos / INTERVALO_S))
    deles = {a.telefone: a.atendimento for a in assuntos(bancada, quantos)}
    cookies, medianas = sessoes(bancada), []

    def produto() -> float:
        with requests.Session() as sessao:

            def dizer(n: int) -> int:
                telefone = list(deles)[n]
                _escrever(bancada, sessao, telefone)
                return deles[telefone]

            url = f"{bancada.pilha.endereco.replace('http', 'ws')}/ws/"
            with _abertas(url, bancada.pilha.endereco, cookies) as colher:
                return _p95(dizer, colher, quantos, medianas)

    def teto() -> float:
        with _nu(bancada) as url, bancada.broker() as valkey:

            def dizer(n: int) -> int:
                valkey.publish(CANAL, json.dumps({"tipo": "atendimento", "id": n + 1}))
                return n + 1

            with _abertas(url, bancada.pilha.endereco, []) as colher:
                return _p95(dizer, colher, quantos, [])

    produto()
    medianas.clear()
    pares = alternar(produto, teto, bancada.vezes)
    return [
        Figura(
            "ao_vivo",
            pares.valor,
            "ms (p95)",
            pares.do_teto,
            pares.razao,
            f"< {RAZAO} × e p95 < {P95_MS} ms",
            pares.razao < RAZAO and pares.valor < P95_MS,
            f"p50 {statistics.median(medianas):.0f} ms",
            {"p50_ms": medianas, "paginas": PAGINAS, "rodadas": pares.rodadas},
        )
    ]


def _escrever(bancada: Bancada, sessao: requests.Session, telefone: str) -> None:
    """One citizen writes: a signed webhook."""
    mensagem = chegada.mensagem("Bom dia", de=telefone, wamid=f"wamid.AV{time.time_ns()}")
    corpo = chegada.corpo(bancada.numero, chegada.valor(bancada.numero, mensagens=[mensagem]))
    sessao.post(
        f"{bancada.pilha.endereco}/webhook/whatsapp/",
        data=corpo,
        headers={"X-Hub-Signature-256": assinar(corpo, SEGREDOS["WHATSAPP_APP_SECRET"])},
        timeout=10,
    ).raise_for_status()


def _p95(
    dizer: Callable[[int], int], colher: Callable[[], list], quantos: int, medianas: list[float]
) -> float:
    """Say so many things, one every quarter of a second; return p95 over all pages, in ms."""
    ditos: dict[int, float] = {}
    for n in range(quantos):
        proximo = time.monotonic() + INTERVALO_S
        saiu = time.time()
        ditos[dizer(n)] = saiu
        time.sleep(max(0.0, proximo - time.monotonic()))
    time.sleep(SOSSEGO_S)
    primeiros: dict[tuple[int, int], float] = {}
    for pagina, identificador, quando in colher():
        if identificador in ditos and quando > ditos[identificador]:
            primeiros.setdefault((identificador, pagina), quando)
    esperas = [1000 * (quando - ditos[i]) for (i, _), quando in primeiros.items()]
    if len(esperas) < PAGINAS * quantos:
        raise RuntimeError(f"{len(esperas)} quadros de {PAGINAS * quantos}")
    vinte = statistics.quantiles(esperas, n=20)
    medianas.append(vinte[9])
    return vinte[18]


@contextlib.contextmanager
def _abertas(url: str, origem: str, cookies: list[str]) -> Iterator[Callable[[], list]]:
    """All pages open; `colher()` closes them and returns what they saw."""
    comando = [sys.executable, "-m", "benchmarks.ouvintes", url, str(PAGINAS), origem]
    with subprocess.Popen(
        comando, cwd=RAIZ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as processo:
        try:
            processo.stdin.write("".join(f"{c}\n" for c in cookies) + "\n")
            processo.stdin.flush()
            if processo.stdout.readline().strip() != "pronto":
                raise RuntimeError("as páginas não abriram")

            def colher() -> list:
                processo.stdin.write("\n")
                processo.stdin.flush()
                return json.loads(processo.stdout.readline())

            yield colher
        finally:
            processo.kill()


@contextlib.contextmanager
def _nu(bancada: Bancada) -> Iterator[str]:
    porta = porta_livre()
    comando = (
        f"{sys.executable} -m uvicorn {UVICORN} --port {porta} benchmarks.tetos.ao_vivo:application"
    )
    with bancada.no_ar(comando.split(), porta):
        yield f"ws://127.0.0.1:{porta}/ws/"
