"""Keeping canned replies: whose they are, and what is refused."""

import pytest

from atendimento import acoes
from atendimento.erros import Invalido, NaoEncontrado
from atendimento.models import RespostaPronta
from tests.factories import RespostaProntaFactory

CORPO = {"atalho": "ola", "titulo": "Cumprimento", "texto": "{saudacao}, {nome}!"}


@pytest.mark.django_db
def test_without_a_team_it_is_ones_own(ana):
    pronta = acoes.guardar_resposta_pronta(servidor=ana, **CORPO | {"atalho": " /Ola "})
    pronta.refresh_from_db()
    assert (pronta.atalho, pronta.dono, pronta.equipe) == ("ola", ana, None)


@pytest.mark.django_db
def test_who_supervises_keeps_those_of_the_teams_and_of_the_secretaria(carla, saude):
    da_equipe = acoes.guardar_resposta_pronta(servidor=carla, equipe=saude, **CORPO)
    da_secretaria = acoes.guardar_resposta_pronta(
        servidor=carla, secretaria=saude.secretaria, **CORPO
    )
    assert (da_equipe.equipe, da_equipe.dono) == (saude, None)
    assert da_secretaria.secretaria == saude.secretaria


@pytest.mark.django_db
def test_who_only_answers_keeps_none_for_the_team(ana, saude):
    with pytest.raises(Invalido, match="não supervisiona"):
        acoes.guardar_resposta_pronta(servidor=ana, equipe=saude, **CORPO)


@pytest.mark.django_db
def test_the_supervisor_of_elsewhere_changes_nothing_here(carla, fazenda):
    de_la = RespostaProntaFactory(equipe=fazenda)
    with pytest.raises(NaoEncontrado):
        acoes.guardar_resposta_pronta(servidor=carla, resposta_id=de_la.pk, **CORPO)
    with pytest.raises(NaoEncontrado):
        acoes.apagar_resposta_pronta(servidor=carla, resposta_id=de_la.pk)
    assert RespostaPronta.objects.filter(pk=de_la.pk).exists()


@pytest.mark.django_db
def test_one_shortcut_stands_once_in_each_place(ana, carla, saude):
    acoes.guardar_resposta_pronta(servidor=ana, **CORPO)
    acoes.guardar_resposta_pronta(servidor=carla, equipe=saude, **CORPO)
    with pytest.raises(Invalido, match="Já existe") as erro:
        acoes.guardar_resposta_pronta(servidor=ana, **CORPO)
    assert erro.value.campo == "atalho"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("mudanca", "campo"),
    [
        ({"atalho": "Olá!"}, "atalho"),
        ({"atalho": "x" * 31}, "atalho"),
        ({"titulo": " "}, "titulo"),
        ({"texto": "\u200b"}, "texto"),
        ({"texto": "x" * 4097}, "texto"),
        ({"texto": "Olá, {nome"}, "texto"),
        ({"texto": "Olá, nome}"}, "texto"),
        ({"texto": "Olá, {{nome}}"}, "texto"),
    ],
)
def test_what_cannot_be_kept_says_where(ana, mudanca, campo):
    with pytest.raises(Invalido) as erro:
        acoes.guardar_resposta_pronta(servidor=ana, **CORPO | mudanca)
    assert erro.value.campo == campo
    assert not RespostaPronta.objects.exists()


@pytest.mark.django_db
def test_it_is_changed_and_dropped_by_its_owner(ana):
    pronta = acoes.guardar_resposta_pronta(servidor=ana, **CORPO)
    acoes.guardar_resposta_pronta(servidor=ana, resposta_id=pronta.pk, **CORPO | {"texto": "Oi!"})
    pronta.refresh_from_db()
    assert pronta.texto == "Oi!"
    acoes.apagar_resposta_pronta(servidor=ana, resposta_id=pronta.pk)
    assert not RespostaPronta.objects.exists()
