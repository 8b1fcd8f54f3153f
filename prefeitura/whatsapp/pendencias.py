"""What waits for a person in the inbox: which errors, whose, tried again or given up.

Only the admin and `manage.py reprocessar` use it; `parados` is what put it there. Trying again is
harmless: the wamid decides.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Min, QuerySet
from django.db.models.functions import Now

from prefeitura.cadastro.acoes import Quem, conhecido
from prefeitura.cadastro.models import Cidadao
from prefeitura.whatsapp import entrada
from prefeitura.whatsapp.leitura import Eco, Ligacao, MensagemRecebida, StatusRecebido
from prefeitura.whatsapp.lidos import ler_evento
from prefeitura.whatsapp.models import EventoRecebido, ItemParado

POR_VEZ = 50
MAIORES_GRUPOS = 20


@dataclass(slots=True)
class Andamento:
    """What one stretch of reprocessing did; `ate` is the last event that it looked at."""

    resultados: Counter[str]
    ate: int

    @property
    def quantos(self) -> int:
        return self.resultados.total()


def pendentes(*, erro: str = "", desde: datetime | None = None) -> QuerySet[ItemParado]:
    """Return the items that wait, of one error and since a moment when these are given."""
    itens = ItemParado.objects.filter(resolvido_em=None)
    if erro:
        itens = itens.filter(motivo=erro)
    return itens.filter(criado_em__gte=desde) if desde else itens


def por_erro() -> list[dict]:
    """Return {motivo, quantos, desde} of the commonest errors, most common first."""
    grupos = pendentes().values("motivo").annotate(quantos=Count("pk"), desde=Min("criado_em"))
    return list(grupos.order_by("-quantos", "motivo")[:MAIORES_GRUPOS])


def reprocessar_trecho(
    *, erro: str = "", desde: datetime | None = None, depois_de: int = 0, limite: int = 0
) -> Andamento:
    """Try again the next events of an error, in order of arrival, each in its own transaction.

    `limite` is POR_VEZ when not given. Whoever stops between two stretches has lost nothing: what
    was applied stays applied.
    """
    eventos = (
        pendentes(erro=erro, desde=desde)
        .filter(evento_id__gt=depois_de)
        .order_by("evento_id")
        .values_list("evento_id", flat=True)
        .distinct()[: limite or POR_VEZ]
    )
    ids = list(eventos)
    resultados = Counter(entrada.reprocessar(evento_id=evento_id) for evento_id in ids)
    return Andamento(resultados, ids[-1] if ids else depois_de)


@transaction.atomic
def descartar(*, itens: Iterable[int], motivo: str) -> list[ItemParado]:
    """Give up these items (ids) with a reason; return those that were still waiting.

    An event of which nothing waits any more is over, even before its last try: what is beside the
    items was applied. It says why, and leaves with the old ones.
    """
    ids = list(itens)
    dos_itens = pendentes().filter(pk__in=ids).values("evento_id")
    eventos = EventoRecebido.objects.filter(pk__in=dos_itens).defer("corpo").order_by("pk")
    travados = list(eventos.select_for_update())
    esperavam = list(pendentes().filter(pk__in=ids, evento__in=travados))
    resolucao = f"{ItemParado.DESCARTADO}{motivo}"[:300]
    pendentes().filter(pk__in=[item.pk for item in esperavam]).update(
        resolvido_em=Now(), resolucao=resolucao
    )
    ainda = set(pendentes().filter(evento__in=travados).values_list("evento_id", flat=True))
    for evento in travados:
        if evento.pk in ainda or evento.estado == EventoRecebido.Estado.FEITO:
            continue
        nota = "; ".join(filter(None, (evento.nota, resolucao)))[:500]
        EventoRecebido.objects.filter(pk=evento.pk).update(
            estado=EventoRecebido.Estado.FEITO, aplicado_em=Now(), erro="", nota=nota
        )
    return esperavam


def de_quem(item: ItemParado) -> Cidadao | None:
    """Return the citizen that an item is about, when its event can be read and they are known."""
    for lido in ler_evento(item.evento).itens:
        if lido.indice != item.indice:
            continue
        if isinstance(lido, Eco | StatusRecebido):
            pessoa = lido.destinatario
        elif isinstance(lido, Ligacao):
            pessoa = lido.pessoa
        elif isinstance(lido, MensagemRecebida):
            pessoa = lido.remetente
        else:
            return None
        return conhecido(Quem(wa_id=pessoa.wa_id or "", user_id=pessoa.user_id or ""))
    return None
