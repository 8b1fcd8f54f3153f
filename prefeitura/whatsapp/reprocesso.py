"""Replay many stopped events at once: they go back to the queue, and the worker takes them.

`entrada.reprocessar` does one and says what became of it; a hundred thousand would hold the page
of whoever asks.
"""

from datetime import UTC, datetime

from django.db import transaction
from django.db.models import QuerySet

from prefeitura.whatsapp.models import EventoRecebido
from prefeitura.whatsapp.tasks import processar_eventos

# Also the mark of what a person put back: no other event has waited since then.
JA = datetime(2000, 1, 1, tzinfo=UTC)


@transaction.atomic
def reprocessar_muitos(*, eventos: QuerySet[EventoRecebido]) -> int:
    """Put every stopped one of `eventos` back in the queue; return how many."""
    parados = EventoRecebido.objects.filter(pk__in=eventos.values("pk"), estado="parado")
    quantos = parados.update(estado="novo", tentativas=0, nao_antes_de=JA)
    transaction.on_commit(processar_eventos.delay, robust=True)
    return quantos


def faltam() -> int:
    """Return how many of those that people put back still wait; a hundred thousand at most."""
    return EventoRecebido.objects.filter(estado="novo", nao_antes_de=JA)[:100_000].count()
