"""Show on the pages what Meta told of our sends and of the files of citizens."""

from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from django.db import OperationalError, transaction
from django.db.models import Q
from django.db.models.functions import Now
from psycopg.errors import LockNotAvailable

from atendimento.acoes.comum import avisar, avisar_varios, gravar
from atendimento.models import Atendimento, Mensagem

TENTATIVAS = 3


def refletir_envios(*, envios: Iterable[UUID]) -> None:
    """Mark as changed the atendimentos of these sends, and tell the pages of their teams."""
    _refletir(Q(envio__in=list(envios)))


@transaction.atomic
def refletir_nova_tentativa(*, de: UUID, para: UUID) -> None:
    """Make the bubble of the send `de` show its new try, whoever ordered it."""
    Mensagem.objects.filter(envio=de).update(envio=para)
    _refletir(Q(envio=para))


def refletir_midias(*, midias: Iterable[UUID]) -> None:
    """Mark as changed the atendimentos that show these files."""
    _refletir(Q(midia__in=list(midias)))


@transaction.atomic
def _refletir(quais: Q) -> None:
    """Never waits for a matter: whoever brings a receipt holds the send, which comes after the
    matter in the order of locks. A matter that is held is marked right after the commit."""
    bolhas = defaultdict(list)
    for mensagem_id, atendimento_id in Mensagem.objects.filter(quais).values_list(
        "pk", "atendimento_id"
    ):
        bolhas[atendimento_id].append(mensagem_id)
    if not bolhas:
        return
    livres = list(
        Atendimento.objects.filter(pk__in=bolhas)
        .order_by("pk")
        .select_for_update(no_key=True, skip_locked=True)
        .only("equipe_id", "servidor_id", "versao")
    )
    Atendimento.objects.filter(pk__in=[a.pk for a in livres]).update(alterado_em=Now())
    avisar_varios([(atendimento, bolhas.pop(atendimento.pk)) for atendimento in livres])
    if bolhas:
        transaction.on_commit(lambda: _refletir_presos(bolhas), robust=True)


def _refletir_presos(bolhas: dict[int, list[int]]) -> None:
    """One that stays held longer than the time limit of a lock is asked for once more, and no
    reason to leave the others."""
    for vez in range(TENTATIVAS):
        for atendimento_id in list(bolhas):
            try:
                _refletir_um(atendimento_id, bolhas[atendimento_id])
                del bolhas[atendimento_id]
            except OperationalError as erro:
                if vez + 1 == TENTATIVAS or not isinstance(erro.__cause__, LockNotAvailable):
                    raise


@transaction.atomic
def _refletir_um(atendimento_id: int, mensagens: list[int]) -> None:
    atendimento = Atendimento.objects.select_for_update(no_key=True).get(pk=atendimento_id)
    gravar(atendimento)
    avisar(atendimento, mensagens=mensagens)
