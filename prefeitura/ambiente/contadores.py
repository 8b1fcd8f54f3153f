"""Counters that site, workers and sweep add to together, so that `/metrics` tells the whole house.

Each process counts in files of its own in settings.PROMETHEUS_MULTIPROC_DIR, and `/metrics` adds
them up. The files are named after a place in the folder, not after the pid: a process takes the
first free place, keeps it while it lives, and whoever takes it next goes on from where it
stopped. So restarts neither lose counts nor pile up files.

Every metric of the house is made from the classes below. What cannot be written there (a full
disk, another owner) is counted in memory: figures are never a reason not to work.
"""

import fcntl
import logging
import os
from pathlib import Path

from django.conf import settings
from prometheus_client import Counter, Gauge, Histogram, values

registro = logging.getLogger(__name__)

LUGARES = 256
# Written whole at the start: a hole in the file would kill the process when the disk is full.
BYTES_POR_ARQUIVO = 256 * 1024
ESPECIES = ("counter", "histogram", "gauge_livesum")


class Lugar:
    """The place of this process in the folder; a forked child takes one of its own."""

    def __init__(self, pasta: Path) -> None:
        self.pasta = pasta
        self._pid = 0
        self._nome = ""
        self._trava = -1

    def nome(self) -> str:
        """Return the number of the place, which no other living process has.

        Raises OSError when there is none or it cannot be written.
        """
        if self._pid != os.getpid():
            self._nome, self._trava = self._tomar()
            self._pid = os.getpid()
        return self._nome

    def _tomar(self) -> tuple[str, int]:
        self.pasta.mkdir(parents=True, exist_ok=True)
        for numero in range(LUGARES):
            trava = os.open(self.pasta / f"{numero}.lugar", os.O_RDWR | os.O_CREAT, 0o640)
            try:
                # The lock goes with the process, whatever ends it.
                fcntl.flock(trava, fcntl.LOCK_EX | fcntl.LOCK_NB)
                self._reservar(numero)
            except BlockingIOError:
                os.close(trava)
                continue
            except OSError:
                os.close(trava)
                raise
            return str(numero), trava
        raise OSError("todos os lugares estão ocupados")

    def _reservar(self, numero: int) -> None:
        for especie in ESPECIES:
            arquivo = os.open(self.pasta / f"{especie}_{numero}.db", os.O_RDWR | os.O_CREAT, 0o640)
            try:
                if hasattr(os, "posix_fallocate"):
                    os.posix_fallocate(arquivo, 0, BYTES_POR_ARQUIVO)
            finally:
                os.close(arquivo)


def _onde_contar() -> type:
    """Return where metrics keep their values: the folder in processes that serve, else memory."""
    if not settings.PROMETHEUS_MULTIPROC_DIR or settings.PAPEL == "comando":
        return values.MutexValue
    pasta = Path(settings.PROMETHEUS_MULTIPROC_DIR)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(pasta)
    try:
        return values.MultiProcessValue(Lugar(pasta).nome)
    except OSError as erro:
        registro.warning("contadores_so_em_memoria", extra={"erro": type(erro).__name__})
        return values.MutexValue


# Read by prometheus_client at the birth of each metric.
values.ValueClass = _onde_contar()

__all__ = ["Counter", "Gauge", "Histogram"]
