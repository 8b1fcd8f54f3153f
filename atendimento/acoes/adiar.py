"""Put an atendimento off: out of one's list until a moment, or until the citizen writes."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from atendimento.acoes.assumir import passar_para
from atendimento.acoes.comum import (
    DE_VOLTA,
    anotar,
    avisar,
    exigir_aberto,
    exigir_que_atenda,
    exigir_que_nao_seja_de_outro,
    gravar,
    mudar,
    travar,
    travar_o_de,
)
from atendimento.erros import Invalido
from atendimento.models import Atendimento, Transicao
from prefeitura.cadastro.models import Servidor

MAIS_LONGE = timedelta(days=366)


@transaction.atomic
def adiar(*, atendimento_id: int, servidor: Servidor, ate: datetime | None = None) -> Atendimento:
    """Put it off until `ate`, or without it until the citizen writes, which ends it in any case.

    The clocks of the city go on. One of nobody becomes theirs: what nobody has, nobody remembers.
    Raises Conflito when it is a colleague's or closed, Invalido for a moment that is past or more
    than a year away.
    """
    atendimento = travar(atendimento_id=atendimento_id, servidor=servidor)
    exigir_que_atenda(servidor, atendimento)
    exigir_aberto(atendimento)
    exigir_que_nao_seja_de_outro(servidor, atendimento)
    agora = timezone.now()
    if ate is not None and ate <= agora:
        raise Invalido("Este momento já passou. Escolha outro.", campo="ate")
    if ate is not None and ate > agora + MAIS_LONGE:
        raise Invalido("Escolha um momento dentro de um ano.", campo="ate")
    if atendimento.servidor_id is None:
        passar_para(atendimento, servidor)
    if atendimento.adiado_em and atendimento.adiado_ate == ate:
        return atendimento
    mudar(
        atendimento,
        Transicao.Tipo.ADIADO,
        quem=servidor,
        campos={"adiado_em": agora, "adiado_ate": ate},
        ate=ate,
    )
    return atendimento


@transaction.atomic
def retomar(*, atendimento_id: int, servidor: Servidor) -> Atendimento:
    """Bring it back to the list now; one that was not put off stays as it is."""
    atendimento = travar(atendimento_id=atendimento_id, servidor=servidor)
    exigir_que_atenda(servidor, atendimento)
    if atendimento.adiado_em:
        mudar(atendimento, Transicao.Tipo.RETOMADO, quem=servidor, campos=DE_VOLTA)
    return atendimento


def retomar_vencidos(limite: int = 200) -> int:
    """Bring back, unread and on top, what was put off until now. Returns how many."""
    vencidos = Atendimento.objects.filter(adiado_ate__lte=Now()).order_by("adiado_ate", "pk")
    return sum(_retomar_vencido(pk) for pk in vencidos.values_list("pk", flat=True)[:limite])


@transaction.atomic
def _retomar_vencido(atendimento_id: int) -> bool:
    # Looked at again under the lock: it may have come back, or been put off anew.
    vencido = Atendimento.objects.filter(pk=atendimento_id, adiado_ate__lte=Now())
    atendimento = travar_o_de(vencido)
    if atendimento is None:
        return False
    gravar(
        atendimento,
        **DE_VOLTA,
        nao_lidas=max(atendimento.nao_lidas, 1),
        ultima_em=max(atendimento.ultima_em, atendimento.adiado_ate),
    )
    anotar(atendimento, Transicao.Tipo.RETOMADO, equipe=atendimento.equipe)
    avisar(atendimento)
    return True
