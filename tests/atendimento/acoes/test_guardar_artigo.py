"""Knowledge articles: who writes them, what is refused, and what is remembered."""

import pytest

from atendimento import acoes
from atendimento.erros import Conflito, Invalido, NaoEncontrado
from atendimento.models import Artigo, VersaoDeArtigo
from tests.factories import ArtigoFactory

pytestmark = pytest.mark.django_db
CORPO = {"titulo": "Como remarcar", "texto": "Ligue para a unidade.\n\nLeve o cartão."}


def test_who_supervises_writes_for_the_team_and_the_secretaria(carla, saude):
    da_equipe = acoes.guardar_artigo(servidor=carla, equipe=saude, **CORPO)
    da_secretaria = acoes.guardar_artigo(servidor=carla, secretaria=saude.secretaria, **CORPO)
    assert (da_equipe.alcance, da_secretaria.alcance) == (str(saude), str(saude.secretaria))
    assert da_equipe.paragrafos == ["Ligue para a unidade.", "Leve o cartão."]


@pytest.mark.parametrize("quem", ["ana", "bruno", "carla"])
def test_nobody_writes_where_they_do_not_supervise(quem, request, saude, fazenda):
    servidor = request.getfixturevalue(quem)
    onde = fazenda if quem == "carla" else saude
    for dono in ({"equipe": onde}, {"secretaria": onde.secretaria}, {}):
        with pytest.raises(Invalido, match="supervisão"):
            acoes.guardar_artigo(servidor=servidor, **dono, **CORPO)


def test_the_supervisor_of_elsewhere_and_who_only_answers_change_nothing(
    ana, carla, saude, fazenda
):
    de_la, daqui, da_cidade = (
        ArtigoFactory(equipe=fazenda),
        ArtigoFactory(equipe=saude),
        ArtigoFactory(),
    )
    for servidor, artigo in ((carla, de_la), (ana, daqui), (carla, da_cidade)):
        with pytest.raises(NaoEncontrado):
            acoes.guardar_artigo(servidor=servidor, equipe=saude, artigo_id=artigo.pk, **CORPO)


def test_each_change_is_remembered_and_two_at_once_are_told(carla, saude):
    artigo = acoes.guardar_artigo(servidor=carla, equipe=saude, **CORPO)
    vista = artigo.versoes.get().pk
    muda = {"servidor": carla, "equipe": saude, "artigo_id": artigo.pk, "vista": vista}
    acoes.guardar_artigo(**muda, **CORPO | {"texto": "Agora é pelo site."})
    assert list(VersaoDeArtigo.objects.values_list("texto", flat=True)) == [
        "Agora é pelo site.",
        CORPO["texto"],
    ]
    with pytest.raises(Conflito, match="Carla Dias mudou este artigo agora"):
        acoes.guardar_artigo(**muda, **CORPO)
    assert Artigo.objects.get().texto == "Agora é pelo site."


@pytest.mark.parametrize(
    ("mudanca", "campo"),
    [
        ({"titulo": "\u200b"}, "titulo"),
        ({"titulo": "x" * 121}, "titulo"),
        ({"texto": " \n "}, "texto"),
        ({"texto": "x" * 20_001}, "texto"),
        ({"resposta_curta": "x" * 4097}, "resposta_curta"),
        ({"endereco": "javascript:alert(1)"}, "endereco"),
        ({"endereco": "ftp://exemplo.gov.br/a"}, "endereco"),
        ({"endereco": "exemplo"}, "endereco"),
    ],
)
def test_what_cannot_be_kept_says_where(carla, saude, mudanca, campo):
    with pytest.raises(Invalido) as erro:
        acoes.guardar_artigo(servidor=carla, equipe=saude, **CORPO | mudanca)
    assert erro.value.campo == campo
    assert not Artigo.objects.exists()
