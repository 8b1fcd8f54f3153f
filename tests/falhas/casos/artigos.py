"""Knowledge articles: written and changed, with their history."""

from atendimento import acoes
from tests.falhas.casos.cena import cena
from tests.falhas.laco import caso

CORPO = {"titulo": "Como remarcar", "texto": "Ligue para a unidade."}


# Two presses make two articles: whoever sees an error looks at the list first.
@caso("atendimento.acoes.guardar_artigo.guardar_artigo", repetir=False)
def _(mundo):
    c = cena()
    return lambda: acoes.guardar_artigo(servidor=c.carla, equipe=c.saude, **CORPO)


@caso("atendimento.acoes.guardar_artigo.guardar_artigo#mudar")
def _(mundo):
    c = cena()
    artigo = acoes.guardar_artigo(servidor=c.carla, equipe=c.saude, titulo="Velho", texto="Velho")
    vista = artigo.versoes.get().pk
    return lambda: acoes.guardar_artigo(
        servidor=c.carla, equipe=c.saude, artigo_id=artigo.pk, vista=vista, **CORPO
    )
