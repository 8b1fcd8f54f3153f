"""What a person may decide of a send that failed or stayed in doubt.

Once decided it is no doubt any more: the new try is a send of its own.
"""

from datetime import timedelta

from django.db import transaction
from django.db.models.functions import Now

from prefeitura.cadastro.models import Servidor
from prefeitura.whatsapp import sinais
from prefeitura.whatsapp.metricas import INCERTOS_RESOLVIDOS
from prefeitura.whatsapp.models import Envio
from prefeitura.whatsapp.saida.enfileirar import enfileirar

ESPERA_DA_DUVIDA = timedelta(minutes=15)


class NaoPodeReenviar(Exception):
    """The sentence says why this send cannot be decided by a person now."""


@transaction.atomic
def reenviar(*, envio: Envio, servidor: Servidor | None) -> Envio:
    """Order a new try: a new Envio whose `origem` is this one.

    Raises NaoPodeReenviar unless it failed, or has been in doubt for 15 minutes, and nobody
    ordered a new try before.
    """
    envio = _travar(envio)
    if envio.novas_tentativas.exists():
        raise NaoPodeReenviar("Esta mensagem já foi enviada de novo.")
    estado = envio.estado_mostrado
    if estado == Envio.Estado.INCERTA:
        _exigir_duvida_velha(envio)
    elif estado != Envio.Estado.FALHOU:
        raise NaoPodeReenviar("Esta mensagem não falhou: não é preciso enviar de novo.")
    novo = enfileirar(
        numero=envio.numero,
        cidadao=envio.cidadao,
        corpo=envio.corpo,
        prioridade=envio.prioridade,
        servidor=servidor,
        midia=envio.midia,
        origem=envio,
    )
    if estado == Envio.Estado.INCERTA:
        _encerrar(envio, Envio.Estado.FALHOU, f"{servidor or 'O sistema'} mandou enviar de novo.")
    sinais.envio_refeito.send(sender=Envio, de=envio.pk, para=novo.pk)
    return novo


def marcar_como_enviada(*, envio: Envio, servidor: Servidor) -> None:
    """A person saw that it arrived. Raises NaoPodeReenviar when there is no doubt."""
    _decidir(envio, Envio.Estado.ENVIADA, f"Marcada como enviada por {servidor}.")


def desistir(*, envio: Envio, servidor: Servidor) -> None:
    """A person gives it up; a late receipt still tells the truth. Raises NaoPodeReenviar."""
    _decidir(envio, Envio.Estado.FALHOU, f"{servidor} decidiu não enviar de novo.")


@transaction.atomic
def _decidir(envio: Envio, estado: str, detalhe: str) -> None:
    envio = _travar(envio)
    if envio.estado != Envio.Estado.INCERTA:
        raise NaoPodeReenviar("Esta mensagem não está mais em dúvida.")
    _exigir_duvida_velha(envio)
    _encerrar(envio, estado, detalhe)
    sinais.envios_mudaram.send(sender=Envio, envios=[envio.pk])


def _encerrar(envio: Envio, estado: str, detalhe: str) -> None:
    """End a doubt; a late receipt still tells the truth."""
    Envio.objects.filter(pk=envio.pk).update(estado=estado, detalhe=detalhe[:500])
    transaction.on_commit(INCERTOS_RESOLVIDOS.labels("pessoa").inc, robust=True)


def _travar(envio: Envio) -> Envio:
    return (
        Envio.objects.select_for_update(of=["self"], no_key=True)
        .select_related("numero", "cidadao", "midia", "situacao")
        .get(pk=envio.pk)
    )


def _exigir_duvida_velha(envio: Envio) -> None:
    limite = Envio.objects.filter(pk=envio.pk, incerta_em__lte=Now() - ESPERA_DA_DUVIDA)
    if not limite.exists():
        raise NaoPodeReenviar(
            "Ainda esperamos a confirmação do WhatsApp. Depois de 15 minutos você pode decidir."
        )
