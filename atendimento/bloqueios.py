"""Carry the requests to block to Meta: claim, commit, call, record.

Meta takes a repetition as the same, so a worker that dies after the call costs one more call.
"""

from datetime import timedelta

from django.db.models import F
from django.db.models.functions import Now

from atendimento.acoes.bloquear import concluir_bloqueio
from atendimento.models import PedidoDeBloqueio
from prefeitura.whatsapp.bloqueio import BloqueioFalhou, mudar_bloqueio
from prefeitura.whatsapp.models import Numero

PRAZO = timedelta(seconds=60)  # longer than the call: nobody else takes it meanwhile
ESPERAS = (10, 40, 160, 300)  # seconds before each new try

Estado = PedidoDeBloqueio.Estado


def levar(pedido_id: int) -> None:
    """Make one try of one request, if it is due; harmless for any id, any number of times.

    Must run outside a transaction.
    """
    pedido = _reivindicar(pedido_id)
    if pedido is None:
        return
    try:
        mudar_bloqueio(numero=_numero_de(pedido), cidadao=pedido.cidadao, bloquear=pedido.bloquear)
    except BloqueioFalhou as erro:
        if erro.definitivo or pedido.tentativas > len(ESPERAS):
            concluir_bloqueio(pedido_id=pedido.pk, aceito=False, codigo=erro.codigo)
        else:
            _adiar(pedido)
        return
    concluir_bloqueio(pedido_id=pedido.pk, aceito=True)


def pendentes(limite: int = 50) -> list[int]:
    """Return the ids of the requests whose turn it is, oldest first."""
    devidos = PedidoDeBloqueio.objects.filter(estado=Estado.PENDENTE, nao_antes_de__lte=Now())
    return list(devidos.order_by("pk").values_list("pk", flat=True)[:limite])


def _reivindicar(pedido_id: int) -> PedidoDeBloqueio | None:
    meu = PedidoDeBloqueio.objects.filter(
        pk=pedido_id, estado=Estado.PENDENTE, nao_antes_de__lte=Now()
    ).update(tentativas=F("tentativas") + 1, nao_antes_de=Now() + PRAZO)
    if not meu:
        return None
    return PedidoDeBloqueio.objects.select_related(
        "cidadao", "atendimento__conversa__numero__conta"
    ).get(pk=pedido_id)


def _numero_de(pedido: PedidoDeBloqueio) -> Numero:
    """The list is of one number: a block is undone on the number where it was made."""
    if not pedido.bloquear:
        feito = (
            PedidoDeBloqueio.objects.filter(
                cidadao=pedido.cidadao_id, bloquear=True, estado=Estado.FEITO
            )
            .select_related("atendimento__conversa__numero__conta")
            .order_by("-pk")
            .first()
        )
        if feito is not None:
            return feito.atendimento.conversa.numero
    return pedido.atendimento.conversa.numero


def _adiar(pedido: PedidoDeBloqueio) -> None:
    espera = timedelta(seconds=ESPERAS[pedido.tentativas - 1])
    PedidoDeBloqueio.objects.filter(pk=pedido.pk, estado=Estado.PENDENTE).update(
        nao_antes_de=Now() + espera
    )
