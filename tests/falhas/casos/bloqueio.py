"""Blocking a citizen: the request, its way to Meta, and what came of it."""

from atendimento import acoes, bloqueios
from tests import factories
from tests.falhas.casos.cena import Cena, cena
from tests.falhas.laco import caso


def _pedido(c: Cena):
    return acoes.bloquear(atendimento_id=c.pk, servidor=c.carla, motivo="Ameaças")


@caso("atendimento.acoes.bloquear.bloquear")
def _(mundo):
    c = cena(com="ana")
    return lambda: _pedido(c)


@caso("atendimento.acoes.bloquear.desbloquear")
def _(mundo):
    c = cena(com="ana", conversa__cidadao=factories.CidadaoFactory(bloqueado=True))
    return lambda: acoes.desbloquear(atendimento_id=c.pk, servidor=c.carla)


@caso("atendimento.acoes.bloquear.concluir_bloqueio")
def _(mundo):
    pedido = _pedido(cena(com="ana"))
    return lambda: acoes.concluir_bloqueio(pedido_id=pedido.pk, aceito=True)


@caso("atendimento.bloqueios.levar")
def _(mundo):
    pedido = _pedido(cena(com="ana"))
    return lambda: bloqueios.levar(pedido.pk)
