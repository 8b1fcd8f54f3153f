"""What the tests of this folder share: free ports, and the demo or a set of services in a child."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

from prefeitura.ambiente.opcoes import RAIZ
from prefeitura.ambiente.processos import esperar

DO_AMBIENTE = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "FIELD_ENCRYPTION_KEY", "MODO", "DADOS")


def par_de_portas() -> int:
    """Return a free port whose next one is free too."""
    while True:
        with socket.socket() as uma, socket.socket() as outra:
            uma.bind(("127.0.0.1", 0))
            porta = uma.getsockname()[1]
            try:
                outra.bind(("127.0.0.1", porta + 1))
            except OSError:
                continue
            return porta


def ambiente_limpo(**mais: str) -> dict[str, str]:
    """Return our environment without what the test session set, plus `mais`."""
    fora = {nome for nome in os.environ if nome.startswith("WHATSAPP_")} | set(DO_AMBIENTE)
    fora |= {"MEDIA_ROOT", "ALLOWED_HOSTS", "CSRF_TRUSTED_ORIGINS", "DJANGO_SETTINGS_MODULE"}
    return {nome: valor for nome, valor in os.environ.items() if nome not in fora} | mais


class EmOutroProcesso:
    """A Python child of this test with its output in a file; ended by force in the end."""

    def __init__(self, *argumentos: str, saida: Path, **ambiente: str) -> None:
        self.saida = saida
        with saida.open("wb") as arquivo:
            self.popen = subprocess.Popen(
                [sys.executable, *argumentos],
                cwd=RAIZ,
                env=ambiente_limpo(**ambiente),
                stdin=subprocess.DEVNULL,
                stdout=arquivo,
                stderr=subprocess.STDOUT,
            )

    @property
    def texto(self) -> str:
        """All that it printed so far."""
        return self.saida.read_text()

    def esperar_texto(self, trecho: str, limite: float = 60) -> None:
        """Wait until `trecho` was printed."""
        acabou = lambda: trecho in self.texto or self.popen.poll() is not None  # noqa: E731
        assert esperar(acabou, limite) and trecho in self.texto, self.texto

    def terminar(self, sinal: signal.Signals = signal.SIGTERM, limite: float = 15) -> int:
        """Send `sinal`, wait and return the exit code."""
        self.popen.send_signal(sinal)
        return self.popen.wait(limite)

    def __enter__(self) -> "EmOutroProcesso":
        return self

    def __exit__(self, *_: object) -> None:
        if self.popen.poll() is None:
            self.popen.kill()
            self.popen.wait()
