"""Ask ClamAV about a file, by its INSTREAM protocol over a Unix socket.

settings.ANTIVIRUS is `obrigatorio` (no answer, no file), `tentar` (the default: no answer, the
file says that it was not verified) or `desligado`. Where there is no daemon at all, `tentar` asks
nothing.
"""

import logging
import socket
import struct
from enum import Enum
from pathlib import Path

from django.conf import settings

registro = logging.getLogger(__name__)

PRAZO_S = 20.0
PEDACO = 64 * 1024
MAIOR_RESPOSTA = 4_096
NAO_VERIFICADO = "Arquivo não verificado pelo antivírus."
BLOQUEADO = "O antivírus bloqueou este arquivo."
SEM_RESPOSTA = "O antivírus não respondeu. Tente em instantes."


class Veredito(Enum):
    """What is known of a file."""

    LIMPO = "limpo"
    INFECTADO = "infectado"
    NAO_VERIFICADO = "não verificado"
    DESLIGADO = "desligado"


def verificar(caminho: Path) -> Veredito:
    """Return the daemon's word on the file at `caminho`; waits twenty seconds at most."""
    if settings.ANTIVIRUS == "desligado":
        return Veredito.DESLIGADO
    tomada = Path(settings.ANTIVIRUS_SOCKET)
    if settings.ANTIVIRUS == "tentar" and not tomada.exists():
        return Veredito.DESLIGADO
    try:
        resposta = _perguntar(tomada, caminho)
    except OSError as erro:
        registro.warning("antivirus_sem_resposta", extra={"erro": type(erro).__name__})
        return Veredito.NAO_VERIFICADO
    if resposta.endswith(b"FOUND"):
        registro.warning("antivirus_bloqueou")
        return Veredito.INFECTADO
    if resposta == b"stream: OK":
        return Veredito.LIMPO
    registro.warning("antivirus_sem_resposta", extra={"erro": "ERROR"})
    return Veredito.NAO_VERIFICADO


def _perguntar(tomada: Path, caminho: Path) -> bytes:
    """Send the bytes in chunks, each with its length; an empty one ends them."""
    with socket.socket(socket.AF_UNIX) as conexao, caminho.open("rb") as arquivo:
        conexao.settimeout(PRAZO_S)
        conexao.connect(str(tomada))
        conexao.sendall(b"zINSTREAM\0")
        while pedaco := arquivo.read(PEDACO):
            conexao.sendall(struct.pack("!I", len(pedaco)) + pedaco)
        conexao.sendall(struct.pack("!I", 0))
        resposta = b""
        while not resposta.endswith(b"\0") and len(resposta) < MAIOR_RESPOSTA:
            parte = conexao.recv(MAIOR_RESPOSTA)
            if not parte:
                break
            resposta += parte
    if not resposta.endswith(b"\0"):
        raise ConnectionResetError
    return resposta.rstrip(b"\0")
