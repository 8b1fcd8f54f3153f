"""The first page of each PDF as a small picture, drawn by a worker once the file is here.

The row is the queue (`Midia.miniatura`): a worker that dies leaves it to the next one, and a PDF
that takes three of them down, or that cannot be drawn, goes on without a picture.
"""

import logging
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from uuid import UUID

from django.db import connection, transaction
from django.db.models.functions import Now

from prefeitura.whatsapp import sinais, tasks
from prefeitura.whatsapp.cliente.transporte import exigir_fora_de_transacao
from prefeitura.whatsapp.midia import folha
from prefeitura.whatsapp.midia.arquivo import escrever
from prefeitura.whatsapp.midia.nomes import caminho, lugar_da_miniatura
from prefeitura.whatsapp.models import Midia

registro = logging.getLogger(__name__)

PDF = "application/pdf"
PRAZO_S = 10
RESERVA_S = 60
TURNO_S = 20
TENTATIVAS = 3
_uma_por_vez = threading.Lock()

_REIVINDICAR = """
UPDATE whatsapp_midia SET miniatura_tentativas = miniatura_tentativas + 1,
    nao_antes_de = statement_timestamp() + make_interval(secs => %s)
WHERE id = (
    SELECT id FROM whatsapp_midia
    WHERE miniatura = 'pendente' AND nao_antes_de <= statement_timestamp()
    ORDER BY nao_antes_de LIMIT 1 FOR UPDATE SKIP LOCKED
)
RETURNING id, arquivo, miniatura_tentativas
"""


def pedir(tipo: str) -> dict:
    """Return the fields of a Midia of this type that has just come, and wake a worker for it."""
    if tipo != PDF:
        return {}
    transaction.on_commit(tasks.fazer_miniaturas.delay, robust=True)
    return {"miniatura": Midia.Miniatura.PENDENTE, "nao_antes_de": Now()}


def fazer_miniaturas() -> None:
    """Draw what is due, one after the other, for some seconds. Must run outside a transaction.

    One at a time in each process: drawing is heavy, and threads of the same worker send answers.
    """
    exigir_fora_de_transacao()
    if not _uma_por_vez.acquire(blocking=False):
        return
    try:
        fim = time.monotonic() + TURNO_S
        while time.monotonic() < fim and _fazer_uma():
            pass
    finally:
        _uma_por_vez.release()


def ha_miniaturas() -> bool:
    """Tell the sweep whether something is due."""
    return Midia.objects.filter(
        miniatura=Midia.Miniatura.PENDENTE, nao_antes_de__lte=Now()
    ).exists()


def _fazer_uma() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_REIVINDICAR, [RESERVA_S])
        linha = cursor.fetchone()
    if linha is None:
        return False
    chave, relativo, tentativa = linha
    if tentativa > TENTATIVAS:
        _encerrar(chave, Midia.Miniatura.FALHOU)
        return True
    try:
        imagem = desenhar(caminho(relativo))
        if imagem:
            escrever([imagem], maximo=folha.MAIOR).mover(lugar_da_miniatura(chave))
    except OSError as erro:
        # Our own trouble, not the file's: the claim runs out and it is tried again.
        registro.error("miniatura_adiada", exc_info=erro, extra={"midia_id": str(chave)})
        return True
    _encerrar(chave, Midia.Miniatura.PRONTA if imagem else Midia.Miniatura.FALHOU)
    return True


def desenhar(pdf: Path) -> bytes:
    """Return the WebP of the first page; empty when this file cannot be drawn.

    In a process of its own, without our environment. Raises OSError when it cannot be started.
    """
    # A file and not a pipe: how much may be written into it is limited too.
    with pdf.open("rb") as arquivo, tempfile.TemporaryFile() as saida:
        try:
            feito = subprocess.run(
                [sys.executable, "-I", folha.__file__],
                stdin=arquivo,
                stdout=saida,
                stderr=subprocess.DEVNULL,
                env={},
                cwd="/",
                timeout=PRAZO_S,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return b""
        saida.seek(0)
        imagem = saida.read(folha.MAIOR)
    e_webp = imagem[:4] == b"RIFF" and imagem[8:12] == b"WEBP"
    return imagem if feito.returncode == 0 and e_webp else b""


@transaction.atomic
def _encerrar(chave: UUID, estado: str) -> None:
    if Midia.objects.filter(pk=chave, miniatura="pendente").update(miniatura=estado):
        sinais.midias_mudaram.send(sender=Midia, midias=[chave])
