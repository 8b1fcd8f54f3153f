"""What this app asks of the sweep. Registered by `apps.py`."""

from functools import partial

from django.db import transaction

from atendimento import acoes, bloqueios
from atendimento.tasks import avisar_ausencias, levar_bloqueio
from prefeitura.whatsapp.varredura import extras


def registrar() -> None:
    """Add the jobs to the sweep."""
    extras.registrar(5, acoes.enviar_agendadas)
    extras.registrar(5, acordar_bloqueios)
    extras.registrar(15, acoes.devolver_de_quem_saiu)
    extras.registrar(5, acoes.retomar_vencidos)
    extras.registrar(60, procurar_ausencias)


def acordar_bloqueios() -> None:
    """Requests to block that are due: put off, or lost by the broker."""
    for pedido_id in bloqueios.pendentes():
        transaction.on_commit(partial(levar_bloqueio.delay, pedido_id))


def procurar_ausencias() -> None:
    """Teams where somebody waits and nobody is present; a mail server may be slow, so a worker
    does it."""
    transaction.on_commit(avisar_ausencias.delay)
