"""Scheduled messages: kept, changed, given up, sent by hand and by the clock."""

from datetime import timedelta

from django.utils import timezone

from atendimento import acoes
from atendimento.acoes.conteudo import Texto
from tests import factories
from tests.falhas.casos.cena import CHAVE, cena
from tests.falhas.laco import caso

TEXTO = Texto("Bom dia! A consulta ficou para sexta.")


def _depois():
    return timezone.now() + timedelta(hours=2)


def _agendada(c, **campos):
    return factories.MensagemAgendadaFactory(
        atendimento=c.atendimento, autor=c.ana, com=c.ana, **campos
    )


@caso("atendimento.acoes.agendar.agendar_mensagem")
def _(mundo):
    c = cena(com="ana")
    acoes.guardar_rascunho(atendimento_id=c.pk, servidor=c.ana, texto="Bom dia! A cons")
    return lambda: acoes.agendar_mensagem(
        atendimento_id=c.pk,
        servidor=c.ana,
        chave_cliente=CHAVE,
        conteudo=TEXTO,
        enviar_em=_depois(),
    )


# Asked again after the house has sent it, there is nothing left to change.
@caso("atendimento.acoes.agendar.mudar_agendada", repetir=False)
def _(mundo):
    c = cena(com="ana")
    agendada = _agendada(c)
    return lambda: acoes.mudar_agendada(
        agendada_id=agendada.pk, servidor=c.ana, conteudo=TEXTO, enviar_em=_depois()
    )


@caso("atendimento.acoes.agendar.cancelar_agendada")
def _(mundo):
    c = cena(com="ana")
    agendada = _agendada(c, retida=True)
    return lambda: acoes.cancelar_agendada(agendada_id=agendada.pk, servidor=c.ana)


@caso("atendimento.acoes.agendar.enviar_agendada")
def _(mundo):
    c = cena(com="ana")
    agendada = _agendada(c, retida=True)
    return lambda: acoes.enviar_agendada(agendada_id=agendada.pk, servidor=c.ana)


@caso("atendimento.acoes.agendadas_devidas.enviar_agendadas")
def _(mundo):
    c = cena(com="ana")
    _agendada(c, devida=True)
    return acoes.enviar_agendadas


@caso("atendimento.acoes.agendadas_devidas.enviar_agendadas#o cidadão escreveu depois")
def _(mundo):
    c = cena(com="ana")
    _agendada(c, devida=True, vista=None)
    return acoes.enviar_agendadas
