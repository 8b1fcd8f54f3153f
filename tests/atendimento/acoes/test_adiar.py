"""Putting off: out of the list until a moment, or until the citizen writes."""

from datetime import timedelta

import pytest
from django.utils import timezone

from atendimento import acoes
from atendimento.erros import Conflito, Invalido, NaoEncontrado
from atendimento.models import Atendimento, Conversa
from tests.chegada import chegar, mensagem
from tests.factories import AtendimentoFactory


@pytest.fixture
def dela(saude, ana):
    return AtendimentoFactory(equipe=saude, com=ana, escreveu="oi")


def da_aba(aba, ana):
    return list(Atendimento.objects.visiveis_para(ana).da_aba(aba, ana))


def amanha():
    return timezone.now() + timedelta(days=1)


def test_it_leaves_ones_list_and_stays_in_the_teams(dela, ana):
    acoes.adiar(atendimento_id=dela.pk, servidor=ana, ate=amanha())
    assert [da_aba(aba, ana) for aba in ("minhas", "adiadas", "todas")] == [[], [dela], [dela]]
    assert dela.transicoes.get().ate == Atendimento.objects.get().adiado_ate


def test_the_next_message_of_the_citizen_brings_it_back(dela, ana):
    Conversa.objects.update(foco=dela)
    for ate in (None, amanha()):
        acoes.adiar(atendimento_id=dela.pk, servidor=ana, ate=ate)
        chegar(dela.conversa.numero, mensagem("já", de=dela.conversa.cidadao.wa_id))
        assert da_aba("minhas", ana) == [dela]
        dela.refresh_from_db()
        assert (dela.adiado_em, dela.adiado_ate) == (None, None)


def test_when_the_moment_comes_it_is_back_on_top_and_unread(dela, ana):
    acoes.adiar(atendimento_id=dela.pk, servidor=ana, ate=amanha())
    assert acoes.retomar_vencidos() == 0
    ha_pouco = timezone.now() - timedelta(seconds=1)
    Atendimento.objects.filter(pk=dela.pk).update(
        adiado_ate=ha_pouco, ultima_em=ha_pouco - timedelta(days=2)
    )
    assert acoes.retomar_vencidos() == 1
    dela.refresh_from_db()
    assert (dela.nao_lidas, dela.ultima_em, dela.adiado_em) == (1, ha_pouco, None)
    assert dela.transicoes.last().quem is None
    assert acoes.retomar_vencidos() == 0


def test_until_a_message_no_moment_brings_it_back(dela, ana):
    acoes.adiar(atendimento_id=dela.pk, servidor=ana)
    assert acoes.retomar_vencidos() == 0
    assert acoes.retomar(atendimento_id=dela.pk, servidor=ana).adiado_em is None


def test_one_of_nobody_becomes_theirs(saude, ana):
    a = AtendimentoFactory(equipe=saude)
    acoes.adiar(atendimento_id=a.pk, servidor=ana, ate=amanha())
    assert da_aba("adiadas", ana)[0].servidor == ana


def test_what_changes_hands_or_ends_is_no_longer_put_off(dela, ana, fazenda):
    mudancas = (
        lambda: acoes.devolver(atendimento_id=dela.pk, servidor=ana),
        lambda: acoes.encerrar(atendimento_id=dela.pk, servidor=ana, resultado="resolvido"),
        lambda: acoes.transferir(atendimento_id=dela.pk, servidor=ana, equipe=fazenda),
    )
    for mudar in mudancas:
        Atendimento.objects.filter(pk=dela.pk).update(
            servidor=ana, estado="em_atendimento", encerrado_em=None
        )
        acoes.adiar(atendimento_id=dela.pk, servidor=ana, ate=amanha())
        mudar()
        dela.refresh_from_db()
        assert (dela.adiado_em, dela.adiado_ate) == (None, None)


@pytest.mark.parametrize("falta", [timedelta(0), timedelta(days=-1), timedelta(days=400)])
def test_a_moment_that_is_past_or_years_away_is_refused(dela, ana, falta):
    with pytest.raises(Invalido):
        acoes.adiar(atendimento_id=dela.pk, servidor=ana, ate=timezone.now() + falta)


def test_a_colleagues_a_closed_one_and_an_outsiders_are_refused(dela, saude, ana, bruno, carla):
    with pytest.raises(NaoEncontrado):
        acoes.adiar(atendimento_id=dela.pk, servidor=bruno)
    with pytest.raises(Conflito, match="está com"):
        acoes.adiar(atendimento_id=dela.pk, servidor=carla)
    fechado = AtendimentoFactory(equipe=saude, encerrado=True)
    with pytest.raises(Conflito, match="encerrado"):
        acoes.adiar(atendimento_id=fechado.pk, servidor=ana)


def test_the_same_choice_twice_is_one_line(dela, ana):
    ate = amanha()
    for _ in range(2):
        acoes.adiar(atendimento_id=dela.pk, servidor=ana, ate=ate)
    assert dela.transicoes.count() == 1
