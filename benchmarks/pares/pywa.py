"""pywa, the best-kept Python client library of the Cloud API, in an environment of its own.

Installed by pip when it is asked for, in the folder of the run, never into the house's locks.
Where it cannot be installed, `Ausente` says so.
"""

import contextlib
import subprocess
import venv
from collections.abc import Iterator
from pathlib import Path

from benchmarks.bancada import Bancada
from benchmarks.portas import porta_livre
from tests.pilha import SEGREDOS

PACOTES = ("pywa==4.5.0", "fastapi", "uvicorn", "uvloop", "httptools")
PRAZO_S = 240
PROGRAMA = Path(__file__).with_name("pywa_programa.py")


class Ausente(Exception):
    """There is no pywa here; `str()` tells why."""


def python(bancada: Bancada) -> str:
    """Return the interpreter that has pywa, installing it at the first call."""
    pasta = bancada.pasta / "pywa"
    programa = pasta / "bin" / "python"
    if not programa.exists():
        try:
            venv.create(pasta, with_pip=True)
            pip = [programa, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
            subprocess.run(
                [*pip, *PACOTES], check=True, timeout=PRAZO_S, capture_output=True, text=True
            )
        except (subprocess.SubprocessError, OSError) as erro:
            fim = (getattr(erro, "stderr", "") or str(erro)).strip().splitlines()[-1]
            raise Ausente(f"não pôde ser instalado: {fim}") from erro
    return str(programa)


@contextlib.contextmanager
def servidor(bancada: Bancada) -> Iterator[int]:
    """A webhook server as its documentation builds it: FastAPI, uvicorn, signature checked."""
    porta = porta_livre()
    comando = [python(bancada), "-I", str(PROGRAMA), "servir", str(porta)]
    with bancada.no_ar(comando, porta, **SEGREDOS):
        yield porta


def enviar(bancada: Bancada, telefone: str, quantas: int) -> float:
    """Send so many texts to one citizen, one after the other; return messages a second."""
    comando = [python(bancada), "-I", str(PROGRAMA), "enviar", bancada.pilha.simulador, telefone]
    comando.append(str(quantas))
    feito = subprocess.run(comando, check=True, stdout=subprocess.PIPE, text=True, timeout=PRAZO_S)
    return float(feito.stdout.split()[-1])
