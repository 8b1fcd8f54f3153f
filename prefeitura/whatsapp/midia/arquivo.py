"""Write a file so that it is either whole and on disk, or not there at all."""

import hashlib
import os
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

TEMPORARIOS = "temporarios"


class PassouDoLimite(Exception):
    """More bytes came than may be kept."""


@dataclass(slots=True)
class Escrito:
    """A temporary file, complete and synced, waiting for its place."""

    caminho: Path
    tamanho: int
    sha256: str

    def mover(self, relativo: str) -> None:
        """Put it at `relativo` inside MEDIA_ROOT; replaces what a killed try had left there."""
        destino = Path(settings.MEDIA_ROOT) / relativo
        destino.parent.mkdir(parents=True, exist_ok=True)
        self.caminho.chmod(0o640)
        self.caminho.replace(destino)
        pasta = os.open(destino.parent, os.O_RDONLY)
        try:
            os.fsync(pasta)
        finally:
            os.close(pasta)

    def descartar(self) -> None:
        """Remove it, if it was not moved."""
        self.caminho.unlink(missing_ok=True)


def escrever(pedacos: Iterable[bytes], *, maximo: int) -> Escrito:
    """Write the chunks to a temporary file, synced. Raises PassouDoLimite above `maximo` bytes.

    On any error nothing is left behind.
    """
    pasta = Path(settings.MEDIA_ROOT) / TEMPORARIOS
    pasta.mkdir(parents=True, exist_ok=True)
    descritor, nome = tempfile.mkstemp(dir=pasta)
    soma, tamanho = hashlib.sha256(), 0
    try:
        with open(descritor, "wb") as arquivo:
            for pedaco in pedacos:
                tamanho += len(pedaco)
                if tamanho > maximo:
                    raise PassouDoLimite
                soma.update(pedaco)
                arquivo.write(pedaco)
            arquivo.flush()
            os.fsync(arquivo.fileno())
    except BaseException:
        Path(nome).unlink(missing_ok=True)
        raise
    return Escrito(Path(nome), tamanho, soma.hexdigest())
