"""The jobs of the sweep and how often each runs."""

import logging
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import timedelta

from django.db import Error, close_old_connections, connection
from django.db.models.functions import Now
from django.utils import timezone

from prefeitura.whatsapp import midia, saida
from prefeitura.whatsapp.models import Batimento, EventoRecebido
from prefeitura.whatsapp.tasks import (
    FILAS,
    baixar_midia,
    bater,
    fazer_miniaturas,
    limpar_midias,
    processar_eventos,
)
from prefeitura.whatsapp.varredura import extras, retencao
from prefeitura.whatsapp.varredura.sozinho import Sozinho

registro = logging.getLogger(__name__)

REPETIR_S = 15.0
MADRUGADA = range(2, 5)
LOTES_POR_RODADA = 20


@dataclass(slots=True)
class Rodada:
    """One job, every `cada` seconds of this process."""

    cada: float
    fazer: Callable[[], object]
    proxima: float = 0.0


class Lembranca:
    """What was asked of a worker lately, so that a long queue is not asked again each second."""

    def __init__(self, segundos: float = REPETIR_S) -> None:
        self._segundos = segundos
        self._ate: dict[Hashable, float] = {}

    def atuais(self) -> set:
        """Return what was asked less than `segundos` ago."""
        agora = time.monotonic()
        self._ate = {coisa: ate for coisa, ate in self._ate.items() if ate > agora}
        return set(self._ate)

    def anotar(self, coisas) -> None:
        """Remember that these were asked now."""
        ate = time.monotonic() + self._segundos
        self._ate.update(dict.fromkeys(coisas, ate))


class Rodadas:
    """All jobs; `rodar` does those that are due."""

    def __init__(self) -> None:
        self.sozinho = Sozinho()
        self._envios, self._midias = Lembranca(), Lembranca()
        self._todas = [
            Rodada(1, self.acordar_envios),
            Rodada(5, saida.vencer_prazos),
            Rodada(5, saida.conferir_orfaos),
            Rodada(5, self.acordar_eventos),
            Rodada(5, self.acordar_midias),
            Rodada(5, self.acordar_miniaturas),
            Rodada(5, self.encerrar_transacoes),
            Rodada(5, self.marcar_vida),
            Rodada(5, self.sozinho.ajudar),
            Rodada(10, self.pedir_batimentos),
            Rodada(60, self.apagar_de_madrugada),
            Rodada(3600, self.limpar_midias),
            *(Rodada(cada, fazer) for cada, fazer in extras.registrados()),
        ]

    def rodar(self, parar: Callable[[], bool]) -> None:
        """Run what is due, one by one. Raises only when the database is away.

        A job that fails for another reason says so and does not stop its neighbours.
        """
        for rodada in self._todas:
            if parar() or rodada.proxima > time.monotonic():
                continue
            rodada.proxima = time.monotonic() + rodada.cada
            close_old_connections()
            try:
                rodada.fazer()
            except Exception as erro:
                if isinstance(erro, Error) and not connection.is_usable():
                    raise
                nome = getattr(rodada.fazer, "__name__", "")
                registro.error("rodada_falhou", exc_info=erro, extra={"rodada": nome})

    def acordar_envios(self) -> None:
        """Sends whose turn came: put back earlier, or lost by the broker."""
        self._envios.anotar(saida.acordar_pendentes(atraso=1, menos=self._envios.atuais()))

    def acordar_eventos(self) -> None:
        """Stored webhooks that nobody applied in two seconds."""
        esperam = EventoRecebido.objects.filter(
            estado="novo", nao_antes_de__lte=Now() - timedelta(seconds=2)
        )
        if esperam.exists():
            processar_eventos.delay()

    def acordar_midias(self) -> None:
        """Files that are due."""
        ja = self._midias.atuais()
        ids = [i for i in midia.pendentes() if i not in ja]
        for midia_id in ids:
            baixar_midia.delay(str(midia_id))
        self._midias.anotar(ids)

    def acordar_miniaturas(self) -> None:
        """First pages of PDFs that nobody drew."""
        if midia.ha_miniaturas():
            fazer_miniaturas.delay()

    def limpar_midias(self) -> None:
        """A worker walks through the files: the loop must not stand still meanwhile."""
        limpar_midias.delay()

    def encerrar_transacoes(self) -> None:
        """Old servers do not limit the life of a transaction."""
        if retencao.servidor_sem_prazo():
            retencao.encerrar_transacoes_velhas()

    def marcar_vida(self) -> None:
        """Our own heartbeat."""
        Batimento.objects.update_or_create(processo="varredor", defaults={"quando": Now()})

    def pedir_batimentos(self) -> None:
        """A task for each queue: what comes back proves that somebody works on it."""
        for fila in FILAS:
            bater.apply_async(args=[fila], queue=fila)

    def apagar_de_madrugada(self) -> None:
        """Old applied events and ended sessions, a few batches each minute of the small hours."""
        if timezone.localtime().hour in MADRUGADA:
            retencao.apagar_sessoes_vencidas()
            for _ in range(LOTES_POR_RODADA):
                if not retencao.apagar_eventos_velhos():
                    break
