"""Free ports, and waiting until somebody listens at one."""

import socket
import subprocess

from prefeitura.ambiente.processos import esperar


def porta_livre() -> int:
    """Return a port of this machine that nobody uses now."""
    with socket.socket() as um:
        um.bind(("127.0.0.1", 0))
        return um.getsockname()[1]


def esperar_porta(porta: int, processo: subprocess.Popen, limite: float = 30) -> None:
    """Wait until `porta` (0: none) takes connections.

    Raises RuntimeError when `processo` ends before, or after `limite` seconds.
    """
    if not porta:
        return

    def pronta() -> bool:
        if processo.poll() is not None:
            raise RuntimeError(f"{processo.args} terminou com {processo.returncode}")
        with socket.socket() as um:
            return um.connect_ex(("127.0.0.1", porta)) == 0

    if not esperar(pronta, limite, passo=0.05):
        raise RuntimeError(f"{processo.args} não respondeu em {limite:.0f} s")
