"""What could not be applied: kept with its reason, tried again a few times, left to a person.

Only `entrada` calls it; what the person does is in `pendencias`.
"""

import logging
from collections.abc import Iterable
from datetime import timedelta
from itertools import count

from django.db.models import F
from django.db.models.functions import Now

from prefeitura.whatsapp.leitura import Item
from prefeitura.whatsapp.lidos import Guardado, Lido, descartados, tipo_de
from prefeitura.whatsapp.metricas import contar_itens
from prefeitura.whatsapp.models import EventoRecebido, ItemParado

registro = logging.getLogger(__name__)

TENTATIVAS = 5
PENDENTE = {"resolvido_em": None, "resolucao": ""}


def parar(lido: Lido) -> None:
    """Stop the event for a reason that no new try would change: a person must look at it."""
    if lido.invalido:
        _guardar(lido.evento, 0, lido.invalido, tipo=ItemParado.Tipo.CORPO)
    for item, motivo in lido.impossiveis:
        _guardar(lido.evento, item.indice, motivo, tipo=tipo_de(item))
    motivo = lido.invalido or lido.impossiveis[0][1]
    EventoRecebido.objects.filter(pk=lido.evento.pk).update(
        estado="parado", erro=motivo[:500], tentativas=F("tentativas") + 1
    )


def adiar(lido: Lido, falhas: list[tuple[Item, Exception]]) -> None:
    """Keep what failed, and try the event again later: five times in about ten minutes."""
    for item, motivo in lido.impossiveis:
        _guardar(lido.evento, item.indice, motivo, tipo=tipo_de(item))
    for item, erro in falhas:
        motivo = str(erro) if isinstance(erro, ValueError) else ""
        _guardar(
            lido.evento,
            item.indice,
            motivo or "Não foi possível aplicar este item.",
            f"{type(erro).__name__} em {type(item).__name__}",
            tipo_de(item),
        )
    tentar_mais_tarde(lido.evento, f"{len(falhas)} item(ns) parado(s)")


def tentar_mais_tarde(evento: EventoRecebido | Guardado, erro: str) -> None:
    """Put the event off, or stop it after the last try, named among what waits for a person."""
    tentativas = evento.tentativas + 1
    acabou = tentativas >= TENTATIVAS
    if acabou and not ItemParado.objects.filter(evento_id=evento.pk, resolvido_em=None).exists():
        dados = descartados(evento.pk)
        livre = next(n for n in count() if n not in dados)
        _guardar(evento, livre, erro)
    EventoRecebido.objects.filter(pk=evento.pk).update(
        estado="parado" if acabou else "novo",
        tentativas=tentativas,
        nao_antes_de=Now() + timedelta(seconds=min(400, 10 * 4**evento.tentativas)),
        erro=erro,
    )


def dar_por_aplicados(eventos: Iterable[int]) -> None:
    """Close the items of events (ids) that are applied again; what still fails comes back."""
    ItemParado.objects.filter(evento_id__in=list(eventos), resolvido_em=None).update(
        resolvido_em=Now(), resolucao="aplicado"
    )


def _guardar(
    evento: EventoRecebido | Guardado,
    indice: int,
    motivo: str,
    detalhe: str = "",
    tipo: str = "outro",
) -> None:
    _, criado = ItemParado.objects.update_or_create(
        evento_id=evento.pk,
        indice=indice,
        defaults={
            "tipo": tipo,
            "motivo": motivo[:500],
            "detalhe": detalhe,
            "tentativas": evento.tentativas + 1,
            **PENDENTE,
        },
    )
    if criado:
        contar_itens("outro" if tipo == ItemParado.Tipo.CORPO else tipo, parado=1)
    registro.error(
        "item_parado",
        extra={"evento_id": evento.pk, "correlacao": evento.correlacao, "erro": detalhe or motivo},
    )
