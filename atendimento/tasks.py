"""Celery tasks of receptive work: ids in, nothing out; each may run zero, one or many times."""

from celery import shared_task

from atendimento.models import Mensagem
from prefeitura.whatsapp import saida
from prefeitura.whatsapp.fila import Tarefa


@shared_task(base=Tarefa, ignore_result=True)
def avisar_leitura(mensagem_id: int) -> None:
    """Turn the citizen's ticks blue up to this message.

    The id is ours: a wamid carries the citizen's number, and nothing personal goes to the broker.
    """
    mensagem = Mensagem.objects.filter(pk=mensagem_id, wamid__isnull=False).first()
    if mensagem is not None:
        saida.avisar_leitura(numero_id=mensagem.numero_id, wamid=mensagem.wamid)


@shared_task(base=Tarefa, ignore_result=True)
def levar_bloqueio(pedido_id: int) -> None:
    """Ask Meta to block, or to unblock, a citizen."""
    from atendimento import bloqueios

    bloqueios.levar(pedido_id)


@shared_task(base=Tarefa, ignore_result=True)
def avisar_ausencias() -> None:
    """Write to the teams where somebody waits and nobody is present."""
    from atendimento import ausencias

    ausencias.avisar()
