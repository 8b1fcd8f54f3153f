"""Priority: who goes first in the queue."""

import pytest

from atendimento import acoes
from atendimento.erros import Conflito, Invalido
from tests.factories import AtendimentoFactory


def test_the_urgent_is_next_whoever_waits_longer(saude, ana):
    espera, urgente = AtendimentoFactory(equipe=saude), AtendimentoFactory(equipe=saude)
    acoes.priorizar(atendimento_id=urgente.pk, servidor=ana, prioridade=0)
    assert acoes.assumir_proximo(servidor=ana) == urgente
    assert acoes.assumir_proximo(servidor=ana) == espera


def test_the_same_again_leaves_no_line(saude, ana):
    a = AtendimentoFactory(equipe=saude)
    for _ in range(2):
        acoes.priorizar(atendimento_id=a.pk, servidor=ana, prioridade=1)
    assert a.transicoes.count() == 1


def test_an_unknown_one_and_a_closed_matter_are_refused(saude, ana):
    with pytest.raises(Invalido):
        acoes.priorizar(
            atendimento_id=AtendimentoFactory(equipe=saude).pk, servidor=ana, prioridade=7
        )
    fechado = AtendimentoFactory(equipe=saude, encerrado=True)
    with pytest.raises(Conflito):
        acoes.priorizar(atendimento_id=fechado.pk, servidor=ana, prioridade=0)
