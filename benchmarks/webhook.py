"""`webhook`: signed webhooks stored durably a second, beside a bare group commit.

The site runs as in production; the workers and the sweep do not, since the ceiling has none.
64 connections, kept alive, driven from a process of their own.
"""

import contextlib
import statistics
import subprocess
import sys
from collections.abc import Iterator

from benchmarks.bancada import Bancada
from benchmarks.figura import Figura, alternar
from benchmarks.pares import pywa
from benchmarks.portas import porta_livre
from prefeitura.ambiente.opcoes import RAIZ
from tests.pilha import SEGREDOS

META, P99_MS = 0.70, 250
UVICORN = "--loop uvloop --http httptools --no-access-log --no-server-header --log-level warning"


def medir(bancada: Bancada) -> Iterator[Figura]:
    """Yield the figure of the product, and those of the peers."""
    esperas: list[float] = []

    def produto() -> float:
        bancada.so("web")
        feito = _carregar(bancada, bancada.pilha.opcoes.porta)
        esperas.append(feito["p99_ms"])
        _conferir(bancada, feito)
        return feito["por_segundo"]

    def teto() -> float:
        bancada.so()
        with _servidor(bancada, "benchmarks.tetos.jornal") as porta:
            return _carregar(bancada, porta)["por_segundo"]

    pares = alternar(produto, teto, bancada.vezes)
    p99 = statistics.median(esperas)
    bem = pares.razao >= META and p99 < P99_MS
    yield Figura(
        "webhook",
        pares.valor,
        "webhooks/s",
        pares.do_teto,
        pares.razao,
        f"≥ 0,70 e p99 < {P99_MS} ms",
        bem,
        f"p99 {p99:.0f} ms",
        {"p99_ms": esperas, "rodadas": pares.rodadas},
    )
    yield from _pares(bancada, pares.valor)


def _pares(bancada: Bancada, nosso: float) -> Iterator[Figura]:
    bancada.so()
    subprocess.run(
        [sys.executable, "-m", "benchmarks.pares.django_insert"],
        cwd=RAIZ,
        env=bancada.ambiente(),
        check=True,
    )
    with _servidor(bancada, "benchmarks.pares.django_insert") as porta:
        valor = _carregar(bancada, porta)["por_segundo"]
    nota = f"nós: {nosso / valor:.1f} vezes".replace(".", ",")
    yield Figura("  par: Django, INSERT", valor, "webhooks/s", nota=nota)
    with contextlib.ExitStack() as pilha:
        try:
            porta = pilha.enter_context(pywa.servidor(bancada))
        except pywa.Ausente as erro:
            yield Figura("  par: pywa", None, "webhooks/s", nota=str(erro))
            return
        valor = _carregar(bancada, porta)["por_segundo"]
    nota = f"não guarda nada; nós: {nosso / valor:.1f} vezes".replace(".", ",")
    yield Figura("  par: pywa", valor, "webhooks/s", nota=nota)


@contextlib.contextmanager
def _servidor(bancada: Bancada, modulo: str) -> Iterator[int]:
    porta = porta_livre()
    comando = [sys.executable, "-m", "uvicorn", *UVICORN.split(), "--host", "127.0.0.1"]
    with bancada.no_ar([*comando, "--port", str(porta), f"{modulo}:application"], porta):
        yield porta


def _carregar(bancada: Bancada, porta: int) -> dict:
    feito = bancada.rodar(
        "-m", "benchmarks.carga", "--porta", porta, "--segundos", bancada.segundos,
        "--segredo", SEGREDOS["WHATSAPP_APP_SECRET"],
    )  # fmt: skip
    if set(feito["respostas"]) != {"200"}:
        raise RuntimeError(f"nem tudo foi 200: {feito['respostas']}")
    return feito


def _conferir(bancada: Bancada, feito: dict) -> None:
    """Every 200 is in the table, and the table is empty again for the next round."""
    with bancada.conectar() as conexao:
        guardados = conexao.execute("SELECT count(*) FROM whatsapp_eventorecebido").fetchone()[0]
        if guardados < feito["respostas"]["200"]:
            raise RuntimeError(f"{feito['respostas']} respostas, {guardados} guardados")
        conexao.execute("TRUNCATE whatsapp_eventorecebido CASCADE")
