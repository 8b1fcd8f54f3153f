"""Tables of the gateway: numbers, the durable inbox, the durable outbox, media, templates."""

from prefeitura.whatsapp.models.envio import (
    ConsumoMensal,
    Envio,
    EnvioEmDuvida,
    SituacaoDoEnvio,
)
from prefeitura.whatsapp.models.evento import Batimento, EventoRecebido, ItemParado, StatusOrfao
from prefeitura.whatsapp.models.midia import Midia, MidiaNaMeta
from prefeitura.whatsapp.models.modelo import ModeloDeMensagem
from prefeitura.whatsapp.models.numero import Conta, Numero
from prefeitura.whatsapp.models.saude import Alerta, Medida

__all__ = [
    "Alerta",
    "Batimento",
    "ConsumoMensal",
    "Conta",
    "Envio",
    "EnvioEmDuvida",
    "EventoRecebido",
    "ItemParado",
    "Medida",
    "Midia",
    "MidiaNaMeta",
    "ModeloDeMensagem",
    "Numero",
    "SituacaoDoEnvio",
    "StatusOrfao",
]
