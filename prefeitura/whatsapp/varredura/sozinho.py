"""Do the work here when no worker shows a sign of life: without a broker nothing may wait.

Slowly, one thread for each queue: it keeps the city answering until the workers are back.
"""

import logging
import threading
import time
from collections.abc import Callable
from datetime import timedelta

from django.db import close_old_connections
from django.db.models.functions import Now

from prefeitura.whatsapp import entrada, midia, saida
from prefeitura.whatsapp.models import Batimento

registro = logging.getLogger(__name__)

SILENCIO_S = 30
POR_VEZ = 50


def _enviar() -> None:
    for envio_id in saida.pendentes_vencidos(limite=POR_VEZ):
        saida.enviar(envio_id)


def _baixar() -> None:
    for midia_id in midia.pendentes(limite=POR_VEZ):
        midia.baixar(midia_id)


class Sozinho:
    """Runs the claims of silent queues in daemon threads, each queue once at a time."""

    def __init__(self) -> None:
        self._desde = time.monotonic()
        self._fazendo: set[str] = set()
        self._trava = threading.Lock()

    def ajudar(self) -> list[str]:
        """Do the work of every silent queue; return the names of those queues."""
        mudas = self.filas_mudas()
        trabalhos = {"entrada": entrada.processar, "resposta": _enviar, "midia": _baixar}
        for fila in mudas:
            self._fazer(fila, trabalhos[fila])
        return mudas

    def filas_mudas(self) -> list[str]:
        """Queues whose last heartbeat is older than 30 s by the database's clock.

        Right after the start there may be none yet: workers get 30 s to show up.
        """
        if time.monotonic() - self._desde < SILENCIO_S:
            return []
        recentes = Batimento.objects.filter(quando__gt=Now() - timedelta(seconds=SILENCIO_S))
        vivas = set(recentes.values_list("processo", flat=True))
        return [fila for fila in ("entrada", "resposta", "midia") if fila not in vivas]

    def _fazer(self, nome: str, trabalho: Callable[[], object]) -> None:
        with self._trava:
            if nome in self._fazendo:
                return
            self._fazendo.add(nome)
        threading.Thread(
            target=self._rodar, args=(nome, trabalho), name=f"sozinho-{nome}", daemon=True
        ).start()

    def _rodar(self, nome: str, trabalho: Callable[[], object]) -> None:
        try:
            trabalho()
        except Exception as erro:  # noqa: BLE001 (the row keeps its state; the next round returns)
            registro.warning("trabalho_sozinho_falhou", extra={"erro": type(erro).__name__})
        finally:
            close_old_connections()
            with self._trava:
                self._fazendo.discard(nome)
