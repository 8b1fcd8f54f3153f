"""Canned replies: kept, changed, dropped."""

from atendimento import acoes
from tests import factories
from tests.falhas.casos.cena import cena
from tests.falhas.laco import caso

CORPO = {"atalho": "ola", "titulo": "Cumprimento", "texto": "{saudacao}, {nome}!"}


@caso("atendimento.acoes.resposta_pronta.guardar_resposta_pronta")
def _(mundo):
    c = cena()
    return lambda: acoes.guardar_resposta_pronta(servidor=c.ana, **CORPO)


@caso("atendimento.acoes.resposta_pronta.guardar_resposta_pronta#mudar")
def _(mundo):
    c = cena()
    pronta = factories.RespostaProntaFactory(equipe=c.saude)
    return lambda: acoes.guardar_resposta_pronta(
        servidor=c.carla, equipe=c.saude, resposta_id=pronta.pk, **CORPO
    )


@caso("atendimento.acoes.resposta_pronta.apagar_resposta_pronta")
def _(mundo):
    c = cena()
    pronta = factories.RespostaProntaFactory(dono=c.ana)
    return lambda: acoes.apagar_resposta_pronta(servidor=c.ana, resposta_id=pronta.pk)
