"""Opening a conversation: who read it, that it was read, and that it still wants reading."""

from functools import partial

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest, Now

from atendimento.acoes.comum import (
    avisar,
    exigir_aberto,
    exigir_que_atenda,
    exigir_que_nao_seja_de_outro,
    gravar,
    travar,
)
from atendimento.models import Atendimento, Mensagem
from atendimento.tasks import avisar_leitura
from prefeitura.cadastro.acoes import registrar_acesso
from prefeitura.cadastro.models import Servidor


@transaction.atomic
def abrir_leitura(*, atendimento: Atendimento, servidor: Servidor) -> None:
    """Record the opening; when it is theirs, zero the unread and tell the citizen's phone.

    A supervisor or a colleague who looks does not turn the citizen's ticks blue.
    """
    registrar_leitura(atendimento=atendimento, servidor=servidor)
    if atendimento.servidor_id != servidor.pk or not atendimento.nao_lidas:
        return
    # Only what `atendimento` was read with: more may have come since, or it changed hands.
    lidas = Atendimento.objects.filter(pk=atendimento.pk, servidor=servidor).update(
        nao_lidas=Greatest(F("nao_lidas") - atendimento.nao_lidas, 0), alterado_em=Now()
    )
    if lidas:
        _avisar_o_cidadao(atendimento)
        avisar(atendimento)


@transaction.atomic
def marcar_nao_lida(*, atendimento_id: int, servidor: Servidor) -> Atendimento:
    """Show the matter as unread again, as a reminder to come back; Meta is told nothing.

    Raises Conflito when it is a colleague's or closed: the reminder would be somebody else's.
    """
    atendimento = travar(atendimento_id=atendimento_id, servidor=servidor)
    exigir_que_atenda(servidor, atendimento)
    exigir_aberto(atendimento)
    exigir_que_nao_seja_de_outro(servidor, atendimento)
    if not atendimento.nao_lidas:
        gravar(atendimento, nao_lidas=1)
        avisar(atendimento)
    return atendimento


def registrar_leitura(*, atendimento: Atendimento, servidor: Servidor) -> None:
    """Record that what was said there was shown to `servidor`: every view that shows it asks."""
    registrar_acesso(
        quem=servidor,
        acao="abriu",
        objeto=f"atendimento {atendimento.pk}",
        cidadao=atendimento.conversa.cidadao,
    )


def zerar_nao_lidas(atendimento: Atendimento) -> None:
    """Mark all of a locked atendimento as read here and, after the commit, at Meta."""
    gravar(atendimento, nao_lidas=0)
    _avisar_o_cidadao(atendimento)


def _avisar_o_cidadao(atendimento: Atendimento) -> None:
    ultima = (
        Mensagem.objects.filter(
            atendimento=atendimento, direcao=Mensagem.Direcao.ENTRADA, wamid__isnull=False
        )
        .em_ordem()
        .last()
    )
    if ultima:
        transaction.on_commit(partial(avisar_leitura.delay, ultima.pk), robust=True)
