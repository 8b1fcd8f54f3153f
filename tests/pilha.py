"""The whole house as real processes, on a database of its own: site, workers, sweep, simulator.

Browser tests drive it from outside, and fault tests may stop, freeze or SIGKILL any part by its
name, PostgreSQL and Valkey included when they are its own.
"""

import contextlib
import os
import secrets
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import environ
import psycopg
import requests
from django.db import connection

from prefeitura.ambiente.filhos import Filho, filhos
from prefeitura.ambiente.opcoes import RAIZ, Opcoes
from prefeitura.ambiente.processos import Processo, esperar
from prefeitura.ambiente.servicos import ServicosEmbutidos, com_banco_do_redis
from tests.servicos import BANCO_DA_PILHA

PHONE_NUMBER_ID, WABA = "100000000000001", "200000000000001"
SEGREDOS = {
    "WHATSAPP_APP_SECRET": "demo-app-secret",
    "WHATSAPP_VERIFY_TOKEN": "demo-verify-token",
}


class Pilha:
    """Starts, stops and kills the processes of a demo by name.

    Args:
        pasta: folder for logs, media and the simulator's ledger.
        database_url, redis_url: of the servers to use; the default is the test session's. The
            database is always a new one there, dropped at the end.
        exato: True makes the simulator deliver each webhook once and in order.
        servicos: its own PostgreSQL and Valkey, started and stopped with it, and then known to
            `matar` and `subir` as "postgres" and "valkey".
        pressa: True divides the waits of our processes (see `tests.falhas.apressado`).
    """

    def __init__(
        self,
        pasta: Path,
        *,
        database_url: str | None = None,
        redis_url: str | None = None,
        exato: bool = True,
        servicos: ServicosEmbutidos | None = None,
        pressa: bool = False,
    ) -> None:
        self.pasta = pasta
        self.servicos = servicos
        self.pressa = pressa
        if servicos is not None:
            database_url, redis_url = servicos.database_url, servicos.redis_url
        self.servidor = database_url or os.environ["DATABASE_URL"]
        self.banco = f"pilha_{secrets.token_hex(4)}"
        redis = redis_url or os.environ["REDIS_URL"]
        porta = _duas_portas_livres()
        self.opcoes = Opcoes(porta, pasta, "vazia")
        self.ambiente = {
            "MODO": "teste",
            "DADOS": str(pasta),
            "MEDIA_ROOT": str(pasta / "midia"),
            "DATABASE_URL": _com_banco(self.servidor, self.banco),
            "REDIS_URL": com_banco_do_redis(redis, BANCO_DA_PILHA),
            "WHATSAPP_GRAPH_URL": self.opcoes.endereco_do_simulador,
            **SEGREDOS,
        }
        self.processos: dict[str, Processo] = {}
        for filho in filhos(self.opcoes):
            self.processos[filho.nome] = self._processo(filho, exato)

    def _processo(self, filho: Filho, exato: bool) -> Processo:
        processo = filho.processo(self.pasta, self.ambiente)
        if filho.nome == "simulador":
            processo.comando += ["--exato"] * exato
        elif self.pressa:
            processo.comando[1:1] = ["-m", "tests.falhas.apressado"]
        return processo

    def desviar(self, **ambiente: str) -> None:
        """Change variables of the processes of ours, before they start: to pass by a proxy."""
        for nome, processo in self.processos.items():
            if nome != "simulador":
                processo.ambiente |= ambiente

    @property
    def endereco(self) -> str:
        """Where the site answers."""
        return self.opcoes.endereco

    @property
    def simulador(self) -> str:
        """Where the simulator answers."""
        return self.opcoes.endereco_do_simulador

    def iniciar(self) -> None:
        """Create and migrate the database, start everything, wait until all of it works.

        Raises TimeoutError with the end of the logs when something does not come up.
        """
        for nome in ("logs", "midia", "processos", "simulador"):
            (self.pasta / nome).mkdir(parents=True, exist_ok=True)
        if self.servicos is not None:
            self.servicos.iniciar()
        self._no_servidor(f'CREATE DATABASE "{self.banco}"')
        subprocess.run(
            [sys.executable, "manage.py", "migrate", "--verbosity", "0"],
            cwd=RAIZ,
            env={**os.environ, **self.ambiente, "PAPEL": "comando"},
            check=True,
        )
        for nome in self.processos:
            self.subir(nome)
        self.esperar_pronta()

    def parar(self) -> None:
        """Stop every process and drop the database."""
        for processo in self.processos.values():
            if processo.pid:
                processo.pedir_fim()
        for processo in self.processos.values():
            if processo.popen is not None:
                processo.parar(8)
        if self.servicos is not None:
            self.servicos.parar()
        else:
            self._no_servidor(f'DROP DATABASE IF EXISTS "{self.banco}" WITH (FORCE)')

    def subir(self, nome: str) -> None:
        """Start the process `nome`: web, trabalhador-entrada, trabalhador-geral, varredor,
        simulador; or postgres or valkey, and then wait until it answers."""
        if nome in ("postgres", "valkey"):
            getattr(self.servicos, f"reiniciar_{nome}")()
        else:
            self.processos[nome].iniciar()

    def matar(self, nome: str) -> None:
        """SIGKILL the process `nome`."""
        if nome in ("postgres", "valkey"):
            getattr(self.servicos, f"matar_{nome}")()
        else:
            self.processos[nome].matar()

    def congelar(self, nome: str) -> None:
        """SIGSTOP the process `nome`: alive, and deaf, as a machine that was paused."""
        os.killpg(self.processos[nome].pid, signal.SIGSTOP)

    def descongelar(self, nome: str) -> None:
        """SIGCONT the process `nome`: it goes on as if no time had passed."""
        os.killpg(self.processos[nome].pid, signal.SIGCONT)

    def esperar_pronta(self, limite: float = 180) -> None:
        """Wait until site, workers and simulator answer; TimeoutError after `limite` seconds."""
        if not esperar(self._pronta, limite, passo=0.1):
            raise TimeoutError(f"a pilha não ficou pronta\n{self.registros()}")

    def _pronta(self) -> bool:
        try:
            return (
                requests.get(f"{self.endereco}/readyz?trabalho=1", timeout=2).ok
                and requests.get(f"{self.simulador}/healthz", timeout=2).ok
            )
        except requests.RequestException:
            return False

    def registros(self, linhas: int = 30) -> str:
        """Return the end of every log, for the message of a failure."""
        partes = []
        for processo in self.processos.values():
            with contextlib.suppress(OSError):
                fim = processo.registro.read_text(errors="replace").splitlines()[-linhas:]
                partes.append(f"--- {processo.nome} ({processo.codigo})\n" + "\n".join(fim))
        return "\n".join(partes)

    @contextlib.contextmanager
    def no_banco(self) -> Iterator[None]:
        """Point this process's Django at the stack's database, to prepare or read rows."""
        antes = dict(connection.settings_dict)
        connection.close()
        # In place: the connections of other threads read the same dictionary.
        connection.settings_dict |= environ.Env.db_url_config(_com_banco(self.servidor, self.banco))
        connection.settings_dict["ENGINE"] = antes["ENGINE"]
        try:
            yield
        finally:
            connection.close()
            connection.settings_dict |= antes

    def controle(self, metodo: str, caminho: str, **opcoes) -> requests.Response:
        """Call the simulator's control API (`/_simulador/…`); an error status raises."""
        resposta = requests.request(
            metodo, f"{self.simulador}/_simulador/{caminho}", timeout=10, **opcoes
        )
        resposta.raise_for_status()
        return resposta

    def _no_servidor(self, comando: str) -> None:
        with psycopg.connect(_com_banco(self.servidor, "postgres"), autocommit=True) as conexao:
            conexao.execute(comando)


class Telefone:
    """A citizen's phone in the simulator."""

    def __init__(self, pilha: Pilha, wa_id: str, nome: str) -> None:
        self.pilha, self.wa_id, self.nome = pilha, wa_id, nome

    def escreve(self, texto: str) -> str:
        """Send a text to the city; return its wamid."""
        corpo = {"type": "text", "text": {"body": texto}, "nome": self.nome}
        return self.manda(corpo)

    def manda(self, corpo: dict) -> str:
        """Send any message in Meta's form; return its wamid."""
        corpo = {"nome": self.nome, **corpo}
        return self.pilha.controle("POST", f"cidadaos/{self.wa_id}/mensagens", json=corpo).json()[
            "wamid"
        ]

    def manda_foto(self, foto: bytes) -> str:
        """Send a JPEG; return its wamid."""
        resposta = self.pilha.controle(
            "POST",
            f"cidadaos/{self.wa_id}/mensagens",
            data={"nome": self.nome},
            files={"arquivo": ("foto.jpg", foto, "image/jpeg")},
        )
        return resposta.json()["wamid"]

    def mostra(self) -> list[dict]:
        """Return what the phone shows, both directions, oldest first."""
        return self.pilha.controle("GET", f"cidadaos/{self.wa_id}/mensagens").json()

    def recebidas(self) -> list[str]:
        """Return the texts that came from the city, in order."""
        return [
            m["text"]["body"]
            for m in self.mostra()
            if m["direcao"] == "saida" and m["tipo"] == "text"
        ]

    def le(self) -> None:
        """Open the chat: everything becomes read."""
        self.pilha.controle("POST", f"cidadaos/{self.wa_id}/lida")


def _duas_portas_livres() -> int:
    """Return a free port whose next one is free too."""
    while True:
        with socket.socket() as um, socket.socket() as outro:
            um.bind(("127.0.0.1", 0))
            porta = um.getsockname()[1]
            with contextlib.suppress(OSError, OverflowError):
                outro.bind(("127.0.0.1", porta + 1))
                return porta


def _com_banco(url: str, banco: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{banco}"))
