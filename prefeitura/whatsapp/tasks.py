"""Celery tasks of the gateway: ids in, nothing out; each may run zero, one or many times."""

import time
from collections.abc import Sequence
from functools import partial

from celery import shared_task
from django.db import transaction
from django.db.models.functions import Now

from prefeitura.whatsapp.fila import Tarefa

FILAS = ("entrada", "resposta", "midia", "geral")
TURNO_S = 5
_opcoes = {"base": Tarefa, "ignore_result": True}


@shared_task(**_opcoes)
def processar_eventos() -> None:
    """Apply the stored webhooks that wait, for a few seconds; with more of them, ask again.

    Their worker does one thing at a time: between two turns it shows that it lives (`bater`).
    """
    from prefeitura.whatsapp import entrada

    fim = time.monotonic() + TURNO_S
    while entrada.processar_lote():
        if time.monotonic() >= fim:
            transaction.on_commit(processar_eventos.delay, robust=True)
            break


@shared_task(**_opcoes)
def enviar(envio_id: str) -> None:
    """Carry one Envio through one try."""
    from prefeitura.whatsapp import saida

    saida.enviar(envio_id)


@shared_task(**_opcoes)
def baixar_midia(midia_id: str) -> None:
    """Fetch one file that a citizen sent."""
    from prefeitura.whatsapp import midia

    midia.baixar(midia_id)


@shared_task(**_opcoes)
def repartir(tarefa: str, ids: list[str]) -> None:
    """Ask for one task per id."""
    pedida = {"enviar": enviar, "baixar_midia": baixar_midia}[tarefa]
    for um in ids:
        pedida.delay(um)


def pedir_para_cada(tarefa: Tarefa, ids: Sequence[str]) -> None:
    """Ask for `tarefa` once per id, when the current transaction commits.

    Publishing takes longer than writing the row, so for a batch it is left to another worker.
    """
    if len(ids) == 1:
        transaction.on_commit(partial(tarefa.delay, ids[0]), robust=True)
    elif ids:
        transaction.on_commit(partial(repartir.delay, tarefa.apelido, list(ids)), robust=True)


@shared_task(**_opcoes)
def fazer_miniaturas() -> None:
    """Draw the first pages of the PDFs that wait."""
    from prefeitura.whatsapp import midia

    midia.fazer_miniaturas()


@shared_task(**_opcoes)
def limpar_midias() -> None:
    """Remove from the disk the files that no row names."""
    from prefeitura.whatsapp import midia

    midia.limpar_sobras()


@shared_task(**_opcoes)
def sincronizar_modelos(conta_id: int) -> None:
    """Mirror the templates of one account."""
    from prefeitura.whatsapp import modelos
    from prefeitura.whatsapp.models import Conta

    if conta := Conta.objects.filter(pk=conta_id).first():
        modelos.sincronizar(conta)


@shared_task(**_opcoes)
def bater(fila: str) -> None:
    """Write the heartbeat of `fila`: the proof that a worker takes tasks from it."""
    from prefeitura.whatsapp.models import Batimento

    Batimento.objects.update_or_create(processo=fila, defaults={"quando": Now()})
