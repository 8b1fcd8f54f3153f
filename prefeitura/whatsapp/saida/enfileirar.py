"""Write a send together with whatever caused it, and wake a worker after the commit."""

import logging
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction

from prefeitura.banco.linhas import inserir
from prefeitura.cadastro.models import Cidadao, Servidor
from prefeitura.whatsapp import sinais
from prefeitura.whatsapp.models import Envio, Midia, Numero, SituacaoDoEnvio
from prefeitura.whatsapp.tasks import enviar as tarefa_enviar
from prefeitura.whatsapp.tasks import pedir_para_cada

registro = logging.getLogger(__name__)


@transaction.atomic
def enfileirar(
    *,
    numero: Numero,
    cidadao: Cidadao,
    corpo: dict[str, Any],
    prioridade: int = Envio.Prioridade.RESPOSTA,
    servidor: Servidor | None = None,
    chave_cliente: UUID | None = None,
    midia: Midia | None = None,
    origem: Envio | None = None,
) -> Envio:
    """Store one send, pending, inside the caller's transaction.

    Args:
        corpo: what `mensagens` built: no address, no id, no media id.
        prioridade: one of Envio.Prioridade; replies and the bot overtake the rest.
        chave_cliente: unique per servidor (GUARANTEES G8); a repeat raises IntegrityError.
        midia: file of ours, uploaded to Meta before the first try.
        origem: the send that this one repeats, by order of a person.
    """
    envio = Envio(
        numero=numero,
        cidadao=cidadao,
        corpo=corpo,
        prioridade=prioridade,
        servidor=servidor,
        chave_cliente=chave_cliente,
        midia=midia,
        origem=origem,
    )
    enfileirar_lote(envios=[envio])
    return envio


@transaction.atomic
def enfileirar_lote(*, envios: list[Envio]) -> None:
    """Store many unsaved sends at once, each as `enfileirar` would."""
    inserir(envios)
    inserir([SituacaoDoEnvio(envio=envio) for envio in envios])
    transaction.on_commit(partial(_registrar, envios), robust=True)
    pedir_para_cada(tarefa_enviar, [str(envio.pk) for envio in envios])


def _registrar(envios: list[Envio]) -> None:
    for envio in envios:
        registro.info(
            "envio_criado",
            extra={
                "envio_id": envio.pk,
                "correlacao": envio.correlacao,
                "servidor_id": envio.servidor_id,
            },
        )


def acordar(envio_id: UUID) -> None:
    """Ask a worker to try this send, once the current transaction commits."""
    transaction.on_commit(partial(tarefa_enviar.delay, str(envio_id)), robust=True)


@transaction.atomic
def cancelar(*, envio: Envio) -> bool:
    """Give up a send that has not left; False when it is too late."""
    mudou = Envio.objects.filter(pk=envio.pk, estado=Envio.Estado.PENDENTE).update(
        estado=Envio.Estado.CANCELADA
    )
    if mudou:
        sinais.envios_mudaram.send(sender=Envio, envios=[envio.pk])
    return bool(mudou)
