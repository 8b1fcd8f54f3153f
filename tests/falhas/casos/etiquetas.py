"""Tags: put, taken, made."""

from atendimento import acoes
from tests import factories
from tests.falhas.casos.cena import cena
from tests.falhas.laco import caso


@caso("atendimento.acoes.etiquetar.etiquetar")
def _(mundo):
    c = cena(com="ana")
    etiquetas = factories.EtiquetaFactory.create_batch(2, equipe=c.saude)
    ids = [e.pk for e in etiquetas]
    return lambda: acoes.etiquetar(atendimento_id=c.pk, servidor=c.ana, etiquetas=ids)


@caso("atendimento.acoes.etiquetar.desetiquetar")
def _(mundo):
    c = cena(com="ana")
    etiqueta = factories.EtiquetaFactory(equipe=c.saude)
    acoes.etiquetar(atendimento_id=c.pk, servidor=c.ana, etiquetas=[etiqueta.pk])
    return lambda: acoes.desetiquetar(atendimento_id=c.pk, servidor=c.ana, etiquetas=[etiqueta.pk])


@caso("atendimento.acoes.etiquetar.criar_etiqueta")
def _(mundo):
    c = cena()
    return lambda: acoes.criar_etiqueta(servidor=c.carla, nome="Retorno", equipe=c.saude)
