"""Undoing what one has just done."""

from datetime import timedelta

import pytest
from django.utils import timezone

from atendimento import acoes
from atendimento.erros import Conflito, NaoEncontrado
from atendimento.models import Atendimento, Transicao
from prefeitura.cadastro.models import Servidor
from tests.chegada import chegar, mensagem
from tests.factories import AssuntoFactory, AtendimentoFactory


@pytest.fixture
def dela(saude, ana):
    return AtendimentoFactory(
        equipe=saude, com=ana, assunto=AssuntoFactory(equipe=saude), nao_lidas=3, escreveu="oi"
    )


def retrato(atendimento):
    """Everything that an undo gives back."""
    fora = {"versao", "alterado_em"}
    campos = [c.attname for c in Atendimento._meta.concrete_fields if c.name not in fora]
    return Atendimento.objects.filter(pk=atendimento.pk).values(*campos).get()


FEITOS = {
    "encerrar": lambda a, ana, _: acoes.encerrar(
        atendimento_id=a, servidor=ana, resultado="resolvido"
    ),
    "transferir": lambda a, ana, fazenda: acoes.transferir(
        atendimento_id=a, servidor=ana, equipe=fazenda
    ),
    "devolver": lambda a, ana, _: acoes.devolver(atendimento_id=a, servidor=ana),
    "adiar": lambda a, ana, _: acoes.adiar(atendimento_id=a, servidor=ana),
    "priorizar": lambda a, ana, _: acoes.priorizar(atendimento_id=a, servidor=ana, prioridade=0),
}


def ultima(atendimento):
    return Transicao.objects.filter(atendimento=atendimento).latest("pk").pk


@pytest.mark.parametrize("qual", FEITOS)
def test_everything_is_as_it_was(dela, ana, fazenda, qual):
    antes = retrato(dela)
    FEITOS[qual](dela.pk, ana, fazenda)
    assert retrato(dela) != antes
    acoes.desfazer(transicao_id=ultima(dela), servidor=ana)
    assert retrato(dela) == antes
    assert dela.transicoes.last().tipo == Transicao.Tipo.DESFEITO


def test_a_transfer_out_of_sight_comes_back_and_leaves_the_others_sight(dela, ana, bruno, fazenda):
    acoes.transferir(atendimento_id=dela.pk, servidor=ana, equipe=fazenda)
    acoes.desfazer(transicao_id=ultima(dela), servidor=ana)
    assert not Atendimento.objects.visiveis_para(bruno).filter(pk=dela.pk).exists()
    assert dela.transicoes.last().de_equipe == fazenda


def test_after_another_change_or_an_answer_nothing_is_undone(dela, ana, carla):
    acoes.devolver(atendimento_id=dela.pk, servidor=ana)
    devolvida = ultima(dela)
    acoes.assumir(atendimento_id=dela.pk, servidor=carla)
    with pytest.raises(Conflito, match="já mudou"):
        acoes.desfazer(transicao_id=devolvida, servidor=ana)


def test_a_closed_one_reopened_by_the_citizen_stays_reopened(dela, ana):
    acoes.encerrar(atendimento_id=dela.pk, servidor=ana, resultado="resolvido")
    fechada = ultima(dela)
    chegar(dela.conversa.numero, mensagem("ainda não", de=dela.conversa.cidadao.wa_id))
    with pytest.raises(Conflito, match="já mudou"):
        acoes.desfazer(transicao_id=fechada, servidor=ana)


def test_only_who_did_it_undoes_it_and_only_for_five_minutes(dela, ana, carla, bruno):
    acoes.devolver(atendimento_id=dela.pk, servidor=ana)
    for outra in (carla, bruno):
        with pytest.raises(NaoEncontrado):
            acoes.desfazer(transicao_id=ultima(dela), servidor=outra)
    Transicao.objects.update(momento=timezone.now() - timedelta(minutes=6))
    with pytest.raises(NaoEncontrado):
        acoes.desfazer(transicao_id=ultima(dela), servidor=ana)


def test_twice_is_once(dela, ana):
    acoes.devolver(atendimento_id=dela.pk, servidor=ana)
    feita = ultima(dela)
    acoes.desfazer(transicao_id=feita, servidor=ana)
    with pytest.raises(Conflito):
        acoes.desfazer(transicao_id=feita, servidor=ana)


def test_what_was_of_somebody_who_left_goes_to_the_queue(saude, carla, ana, fazenda):
    dela = AtendimentoFactory(equipe=saude, com=carla)
    acoes.transferir(atendimento_id=dela.pk, servidor=ana, equipe=fazenda)
    Servidor.objects.filter(pk=carla.pk).update(is_active=False)
    acoes.desfazer(transicao_id=ultima(dela), servidor=ana)
    dela.refresh_from_db()
    assert (dela.equipe, dela.servidor, dela.estado) == (saude, None, "na_fila")


def test_who_no_longer_answers_in_the_team_does_not_bring_it_back(dela, ana, fazenda):
    acoes.transferir(atendimento_id=dela.pk, servidor=ana, equipe=fazenda)
    ana.participacoes.all().delete()
    with pytest.raises(Conflito, match="não atende mais"):
        acoes.desfazer(transicao_id=ultima(dela), servidor=ana)


def test_two_waiting_to_be_sorted_never_stand_in_one_thread(saude, ana):
    a = AtendimentoFactory(equipe=saude, triagem=True)
    acoes.assumir(atendimento_id=a.pk, servidor=ana)
    AtendimentoFactory(equipe=saude, conversa=a.conversa, triagem=True)
    acoes.desfazer(transicao_id=ultima(a), servidor=ana)
    a.refresh_from_db()
    assert (a.em_triagem, a.estado) == (False, "na_fila")
