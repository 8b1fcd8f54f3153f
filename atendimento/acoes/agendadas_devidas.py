"""Send the scheduled messages whose hour came. The sweep calls it; the table is the queue."""

import logging
from datetime import timedelta

from django.db import Error, transaction
from django.db.models.functions import Now
from django.utils import timezone

from atendimento.acoes.agendar import enviar, impedimento, reter
from atendimento.acoes.comum import RELACIONADOS, segurar_chave
from atendimento.erros import Demais, ErroDeAtendimento
from atendimento.models import Atendimento, Conversa, MensagemAgendada

registro = logging.getLogger(__name__)

TARDE = timedelta(hours=1)
POR_RODADA = 50
FALHA = "O sistema falhou ao enviar. Use “Enviar agora” para tentar de novo."


def enviar_agendadas() -> int:
    """Send what is due, each in its own transaction; return how many went.

    What a person must weigh first, or what cannot go, waits in the conversation with the reason.
    """
    devidas = MensagemAgendada.objects.filter(
        estado=MensagemAgendada.Estado.AGENDADA, enviar_em__lte=Now()
    )
    ids = list(devidas.order_by("enviar_em", "pk").values_list("pk", flat=True)[:POR_RODADA])
    return sum(_tentar(agendada_id) for agendada_id in ids)


def _tentar(agendada_id: int) -> bool:
    try:
        return _executar(agendada_id)
    except Error:
        raise  # of the database: nothing was written, and the next round asks again
    except Exception as erro:  # noqa: BLE001 (one that breaks must not hold the others)
        registro.error("agendada_falhou", exc_info=erro)
        return _executar(agendada_id, motivo=FALHA)


@transaction.atomic
def _executar(agendada_id: int, motivo: str = "") -> bool:
    vista = MensagemAgendada.objects.select_related("autor", "atendimento").get(pk=agendada_id)
    segurar_chave(vista.autor, vista.chave_cliente)
    Conversa.objects.select_for_update().get(pk=vista.atendimento.conversa_id)
    atendimento = (
        Atendimento.objects.select_for_update(of=["self"])
        .select_related(*RELACIONADOS, "servidor")
        .get(pk=vista.atendimento_id)
    )
    agendada = (
        MensagemAgendada.objects.select_for_update(of=["self"])
        .select_related("autor", "modelo")
        .get(pk=agendada_id)
    )
    devida = agendada.estado == MensagemAgendada.Estado.AGENDADA
    mesma_conversa = atendimento.conversa_id == vista.atendimento.conversa_id
    if not devida or not mesma_conversa or agendada.enviar_em > timezone.now():
        return False
    agendada.atendimento = atendimento
    motivo = motivo or impedimento(agendada, atendimento) or _atraso(agendada)
    if not motivo:
        try:
            with transaction.atomic():
                enviar(agendada, quem=agendada.autor, por=None)
            return True
        except Demais:
            return False
        except ErroDeAtendimento as erro:
            motivo = str(erro)
            agendada.refresh_from_db()
    reter(agendada, atendimento, motivo)
    return False


def _atraso(agendada: MensagemAgendada) -> str:
    """A greeting of the morning does not go at night because the system was off."""
    if timezone.now() - agendada.enviar_em < TARDE:
        return ""
    return "O sistema estava parado na hora marcada. Confira antes de enviar."
