"""The processes of the demo: what each one runs and with which role."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from prefeitura.ambiente.opcoes import RAIZ, Opcoes
from prefeitura.ambiente.processos import Processo

TRABALHADOR = (
    "-m celery -A prefeitura worker --pool threads --loglevel WARNING "
    "--without-gossip --without-mingle --without-heartbeat"
).split()


@dataclass(frozen=True)
class Filho:
    """One child of the supervisor.

    `papel` sets its time limits in the settings; `url` is what must answer 200 before the demo is
    ready; `mostrar` lets its standard output reach the terminal.
    """

    nome: str
    argumentos: list[str]
    papel: str
    url: str = ""
    mostrar: bool = False

    def processo(self, dados: Path, ambiente: dict[str, str]) -> Processo:
        """Return the child as a process of this Python, with `ambiente` over our own."""
        return Processo(
            self.nome,
            [sys.executable, *self.argumentos],
            marcas=dados / "processos",
            registros=dados / "logs",
            ambiente={
                **os.environ,
                "DJANGO_SETTINGS_MODULE": "prefeitura.settings",
                "PYTHONUNBUFFERED": "1",
                # Threads otherwise get an arena of memory each, mostly empty.
                "MALLOC_ARENA_MAX": "2",
                **ambiente,
                "PAPEL": self.papel,
            },
            pasta=RAIZ,
            mostrar=self.mostrar,
        )


def filhos(opcoes: Opcoes) -> list[Filho]:
    """Return the children of a demo: site, two workers, the sweep and the simulator."""
    return [
        Filho(
            "web",
            [
                *"-m uvicorn prefeitura.asgi:application --host 127.0.0.1".split(),
                *f"--port {opcoes.porta} --loop uvloop --http httptools".split(),
                *"--ws websockets-sansio --no-access-log --log-level warning".split(),
                *"--no-server-header --timeout-graceful-shutdown 3".split(),
            ],
            "web",
            url=f"{opcoes.endereco}/readyz?trabalho=1",
        ),
        # One thread: events are applied in batches, and two batches would only wait for each other.
        Filho(
            "trabalhador-entrada",
            [*TRABALHADOR, *"-Q entrada --concurrency 1 -n entrada@%h".split()],
            "trabalhador",
        ),
        Filho(
            "trabalhador-geral",
            [*TRABALHADOR, *"-Q resposta,midia,geral --concurrency 8 -n geral@%h".split()],
            "trabalhador",
        ),
        Filho("varredor", ["manage.py", "varredor"], "trabalhador"),
        Filho(
            "simulador",
            [
                *f"-m prefeitura.whatsapp.simulador --porta {opcoes.porta_do_simulador}".split(),
                *f"--webhook {opcoes.endereco}/webhook/whatsapp/".split(),
                "--estado",
                str(opcoes.dados / "simulador"),
            ],
            "comando",
            url=f"{opcoes.endereco_do_simulador}/healthz",
        ),
    ]
