"""One demo per folder of data: a lock that the kernel drops when its holder dies.

Because the kernel holds it, a file left behind by a killed demo never blocks the next one.
"""

import fcntl
import json
import os
from pathlib import Path

from prefeitura.ambiente.erros import ErroDeAmbiente
from prefeitura.ambiente.processos import ler_json, nascimento

ARQUIVO = "demo.lock"


class Trava:
    """The exclusive right to run on the folder `dados`; keep it referenced while it is needed."""

    def __init__(self, dados: Path, porta: int) -> None:
        """Take the lock; raises ErroDeAmbiente when another demo holds it."""
        caminho = dados / ARQUIVO
        self.arquivo = os.open(caminho, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self.arquivo, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as erro:
            os.close(self.arquivo)
            outra = ler_json(caminho)
            raise ErroDeAmbiente(
                f"Já há uma demonstração usando {dados} (processo {outra.get('pid', '?')}, porta "
                f"{outra.get('porta', '?')}). Pare-a com Ctrl+C, ou inicie outra ao lado: "
                f"make demo PORT={porta + 2} DADOS=.dados-{porta + 2}"
            ) from erro
        texto = json.dumps({"pid": os.getpid(), "inicio": nascimento(os.getpid()), "porta": porta})
        os.ftruncate(self.arquivo, 0)
        os.pwrite(self.arquivo, texto.encode(), 0)

    def soltar(self) -> None:
        """Give the lock back; the file stays, empty, as the mark of a folder of ours."""
        os.ftruncate(self.arquivo, 0)
        os.close(self.arquivo)


def quem_usa(dados: Path) -> int | None:
    """Return the pid of the demo that runs on `dados`, or None."""
    marca = ler_json(dados / ARQUIVO)
    pid, inicio = marca.get("pid"), marca.get("inicio")
    return pid if isinstance(pid, int) and inicio and nascimento(pid) == inicio else None
