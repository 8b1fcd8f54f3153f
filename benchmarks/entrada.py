"""`entrada`: stored webhooks applied a second by the real events worker, beside bare statements.

The worker runs alone, as a process, woken by its own task; what it asks of other workers stays in
Valkey. Three mixes: that of PERFORMANCE.md, and each kind apart (DECISIONS 21).
"""

import time
from collections.abc import Iterator

import psycopg

from benchmarks.bancada import Bancada
from benchmarks.eventos import preparar
from benchmarks.figura import Figura, alternar

EVENTOS = 6_000
# (name, share of statuses, goal)
MISTURAS = (
    ("entrada", 0.7, 0.50),
    ("entrada: status", 1.0, 0.50),
    ("entrada: mensagens", 0.0, 0.25),
)
LIMITE_S = 300


def medir(bancada: Bancada) -> Iterator[Figura]:
    """Yield the figures of the three mixes."""
    bancada.so("trabalhador-entrada")
    for mistura in MISTURAS:
        yield _mistura(bancada, *mistura)


def _mistura(bancada: Bancada, nome: str, parte: float, meta: float) -> Figura:
    eventos = int(EVENTOS * bancada.tamanho)
    status = int(eventos * parte)

    def encher(conexao: psycopg.Connection) -> None:
        preparar(conexao, bancada.numero, bancada.acaso, status=status, mensagens=eventos - status)
        bancada.broker().flushdb()

    def produto() -> float:
        with bancada.conectar() as conexao:
            encher(conexao)
            return eventos / _pelo_trabalhador(conexao)

    def teto() -> float:
        with bancada.conectar() as conexao:
            encher(conexao)
        feito = bancada.rodar("-m", "benchmarks.tetos.entrada")
        if feito["eventos"] != eventos:
            raise RuntimeError(f"o teto aplicou {feito['eventos']} de {eventos}")
        return eventos / feito["segundos"]

    _aquecer(bancada)
    pares = alternar(produto, teto, bancada.vezes)
    return Figura(
        nome,
        pares.valor,
        "eventos/s",
        pares.do_teto,
        pares.razao,
        f"≥ {meta:.2f}".replace(".", ","),
        pares.razao >= meta,
        detalhe={"eventos": eventos, "status": status, "rodadas": pares.rodadas},
    )


def _aquecer(bancada: Bancada) -> None:
    """Let the worker import and prepare what it needs once, as it did days ago in production."""
    with bancada.conectar() as conexao:
        preparar(conexao, bancada.numero, bancada.acaso, status=30, mensagens=30)
        _pelo_trabalhador(conexao)


def _pelo_trabalhador(conexao: psycopg.Connection) -> float:
    """Wake the worker; return the seconds until the last event is done.

    Raises RuntimeError when any of them stopped, or after five minutes.
    """
    from prefeitura.whatsapp.tasks import processar_eventos

    inicio = time.perf_counter()
    processar_eventos.delay()
    while conexao.execute(
        "SELECT 1 FROM whatsapp_eventorecebido WHERE estado = 'novo' LIMIT 1"
    ).fetchone():
        if time.perf_counter() - inicio > LIMITE_S:
            raise RuntimeError("o trabalhador não acabou")
        time.sleep(0.01)
    segundos = time.perf_counter() - inicio
    if conexao.execute("SELECT count(*) FROM whatsapp_itemparado").fetchone()[0]:
        raise RuntimeError("um evento parou: a medida não vale")
    return segundos
