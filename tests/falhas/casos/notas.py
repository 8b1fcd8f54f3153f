"""Internal notes: kept with whom they call, and seen."""

from atendimento import acoes
from tests import factories
from tests.falhas.casos.cena import CHAVE, cena
from tests.falhas.laco import caso


@caso("atendimento.acoes.escrever_nota.escrever_nota")
def _(mundo):
    c = cena(com="ana")
    acoes.guardar_rascunho(atendimento_id=c.pk, servidor=c.ana, texto="@Carla, veja", modo="nota")
    return lambda: acoes.escrever_nota(
        atendimento_id=c.pk,
        servidor=c.ana,
        chave_cliente=CHAVE,
        texto="@Carla, veja isto.",
        pessoas=[c.carla.pk],
        equipes=[c.saude.pk],
    )


@caso("atendimento.acoes.ver_mencoes.ver_mencoes")
def _(mundo):
    c = cena(com="ana")
    factories.NotaFactory(atendimento=c.atendimento, autor=c.ana, chama=[c.carla])
    return lambda: acoes.ver_mencoes(atendimento=c.atendimento, servidor=c.carla)
