"""The workbench: the house as real processes on durable services of its own.

Every figure is taken with fsync and synchronous_commit on, the log level and the counters of
production, and a database made for the run.
"""

import contextlib
import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import django
import psycopg
import redis

from prefeitura.ambiente.opcoes import RAIZ
from prefeitura.ambiente.servicos import ServicosEmbutidos, com_banco_do_redis
from tests.servicos import AMBIENTE_DE_TESTE, BANCO_DA_PILHA

SERVIDORES = 20


class Bancada:
    """Starts the house once; each benchmark says with `so` which of its processes it needs.

    Args:
        pasta: folder for data, logs and the peers' environment.
        semente: of everything that is drawn.
        vezes: how many pairs of rounds.
        segundos: length of a round that is measured by the clock.
        tamanho: share of the usual data in a round that is measured by its work.
    """

    def __init__(
        self, pasta: Path, *, semente: int, vezes: int, segundos: float, tamanho: float
    ) -> None:
        self.pasta, self.semente, self.vezes = pasta, semente, vezes
        self.segundos, self.tamanho = segundos, tamanho
        self.acaso = random.Random(semente)
        self.servicos = ServicosEmbutidos(pasta / "servicos", duravel=True)
        self.pilha = None

    def iniciar(self) -> None:
        """Start the services, Django of this process, and the house with its city."""
        self.servicos.iniciar()
        self.redis_url = com_banco_do_redis(self.servicos.redis_url, BANCO_DA_PILHA)
        os.environ.update(AMBIENTE_DE_TESTE)
        os.environ |= {
            "DADOS": str(self.pasta),
            "DATABASE_URL": self.servicos.database_url,
            "REDIS_URL": self.redis_url,
            "DJANGO_SETTINGS_MODULE": "prefeitura.settings",
        }
        django.setup()
        from tests.pilha import Pilha  # needs the settings

        self.pilha = Pilha(self.pasta, servicos=self.servicos)
        self.pilha.desviar(
            NIVEL_DO_REGISTRO="INFO", PROMETHEUS_MULTIPROC_DIR=str(self.pasta / "metricas")
        )
        self.pilha.iniciar()
        with self.pilha.no_banco():
            self._povoar()

    def _povoar(self) -> None:
        from tests import factories
        from tests.pilha import PHONE_NUMBER_ID, WABA

        factories.MunicipioFactory()
        self.numero = factories.NumeroFactory(
            phone_number_id=PHONE_NUMBER_ID,
            conta__waba_id=WABA,
            conta__token="demo-token",
            equipe_de_triagem__slug="central",
            mensagens_por_segundo=1_000,
        )
        self.pessoas = [
            factories.ServidorFactory(username=f"servidor{n}", em=self.numero.equipe_de_triagem)
            for n in range(SERVIDORES)
        ]

    def parar(self) -> None:
        """Stop everything that runs."""
        if self.pilha is not None:
            self.pilha.parar()
        self.servicos.parar()

    def so(self, *nomes: str) -> None:
        """Leave only these processes of the house running, and wait until they work."""
        from prefeitura.ambiente.processos import esperar

        for nome, processo in self.pilha.processos.items():
            if nome not in nomes:
                processo.parar(8)
        faltam = [n for n in nomes if self.pilha.processos[n].pid is None]
        for nome in faltam:
            self.pilha.subir(nome)
        if not esperar(lambda: all(self._responde(n) for n in faltam), 120, passo=0.1):
            raise TimeoutError(f"{faltam} não responderam\n{self.pilha.registros()}")
        self.broker().flushdb()

    def _responde(self, nome: str) -> bool:
        import requests

        if nome.startswith("trabalhador"):
            return self._bate(nome.removeprefix("trabalhador-"))
        enderecos = {"web": f"{self.pilha.endereco}/healthz"}
        enderecos["simulador"] = f"{self.pilha.simulador}/healthz"
        if nome not in enderecos:
            return self.pilha.processos[nome].pid is not None
        with contextlib.suppress(requests.RequestException):
            return requests.get(enderecos[nome], timeout=2).ok
        return False

    def _bate(self, fila: str) -> bool:
        """Whether a worker takes tasks of `fila` now."""
        from prefeitura.whatsapp.tasks import bater

        bater.apply_async(args=[fila], queue=fila)
        with self.conectar() as conexao:
            achado = conexao.execute(
                "SELECT 1 FROM whatsapp_batimento WHERE processo = %s"
                " AND quando > clock_timestamp() - interval '2 s'",
                [fila],
            )
            return achado.fetchone() is not None

    def conectar(self) -> psycopg.Connection:
        """A connection of our own to the house's database, each statement its own commit."""
        return psycopg.connect(self.pilha.ambiente["DATABASE_URL"], autocommit=True)

    def broker(self) -> redis.Redis:
        """The Valkey of the house."""
        return redis.Redis.from_url(self.redis_url)

    def ambiente(self) -> dict[str, str]:
        """The environment of a program that works on the house's services."""
        return {**os.environ, **self.pilha.ambiente}

    def rodar(self, *argumentos: object) -> dict:
        """Run a program of ours until it ends; return the JSON of its last line."""
        feito = subprocess.run(
            [sys.executable, *map(str, argumentos)],
            cwd=RAIZ,
            env=self.ambiente(),
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        return json.loads(feito.stdout.splitlines()[-1])

    @contextlib.contextmanager
    def no_ar(self, comando: list[str], porta: int, **ambiente: str) -> Iterator[None]:
        """Keep a server of others running, from the moment when it takes connections."""
        from benchmarks.portas import esperar_porta

        registro = (self.pasta / "logs" / f"{comando[-1].replace('/', '_')[:40]}.log").open("ab")
        with (
            registro,
            subprocess.Popen(
                comando,
                cwd=RAIZ,
                env=self.ambiente() | ambiente,
                stdout=registro,
                stderr=registro,
            ) as processo,
        ):
            try:
                esperar_porta(porta, processo)
                yield
            finally:
                processo.terminate()
                try:
                    processo.wait(8)
                except subprocess.TimeoutExpired:
                    processo.kill()


@contextlib.contextmanager
def aberta(pasta: Path, **opcoes) -> Iterator[Bancada]:
    """A workbench from start to stop, also after a failure."""
    bancada = Bancada(pasta, **opcoes)
    try:
        bancada.iniciar()
        yield bancada
    finally:
        bancada.parar()
