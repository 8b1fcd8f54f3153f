"""A scheduled message as the conversation shows it."""

from dataclasses import dataclass

from django.utils import timezone

from atendimento import agenda
from atendimento.acoes.agendar import impedimento
from atendimento.models import Atendimento, MensagemAgendada


@dataclass
class Agendada:
    """What waits, when it goes, and what keeps it from going by itself."""

    agendada: MensagemAgendada
    aviso: str
    quem: str

    @property
    def quando(self) -> str:
        """ "Amanhã às 08:00"."""
        local = timezone.localtime(self.agendada.enviar_em)
        dito = agenda.em_palavras(local, timezone.localtime())
        return dito[0].upper() + dito[1:]


def da_conversa(atendimento: Atendimento, quem_ve: int) -> list[Agendada]:
    """Return what waits in `atendimento`, in the order of the clock."""
    return [
        Agendada(
            agendada,
            agendada.motivo or impedimento(agendada, atendimento),
            "você" if agendada.autor_id == quem_ve else str(agendada.autor),
        )
        for agendada in atendimento.agendadas.que_esperam().select_related("autor", "modelo")
    ]
