"""How the gateway's signals become actions here."""

from uuid import UUID

from django.dispatch import receiver

from atendimento.acoes.assumir import devolver_de_quem_saiu
from atendimento.acoes.receber import receber
from atendimento.acoes.refletir import (
    refletir_envios,
    refletir_midias,
    refletir_nova_tentativa,
)
from prefeitura.cadastro.models import Servidor
from prefeitura.cadastro.sinais import servidor_desligado
from prefeitura.whatsapp import sinais
from prefeitura.whatsapp.entrada import Recebido


@receiver(sinais.mensagens_recebidas)
def ao_receber_mensagens(*, recebidos: list[Recebido], **_) -> None:
    """Citizens wrote."""
    receber(recebidos=recebidos)


@receiver(sinais.envios_mudaram)
def ao_mudar_envios(*, envios: list[UUID], **_) -> None:
    """Ticks moved."""
    refletir_envios(envios=envios)


@receiver(sinais.envio_refeito)
def ao_refazer_envio(*, de: UUID, para: UUID, **_) -> None:
    """A person ordered a new try, here or in the admin."""
    refletir_nova_tentativa(de=de, para=para)


@receiver(sinais.midias_mudaram)
def ao_mudar_midias(*, midias: list[UUID], **_) -> None:
    """A file of a citizen arrived, or could not be fetched."""
    refletir_midias(midias=midias)


@receiver(servidor_desligado)
def ao_desligar_servidor(*, servidor: Servidor, **_) -> str:
    """Somebody left: what was in their hands waits for the team."""
    quantos = devolver_de_quem_saiu(limite=None, servidor=servidor)
    if quantos == 1:
        return "1 atendimento voltou para a fila."
    return f"{quantos} atendimentos voltaram para a fila." if quantos else ""
