"""What may call a person whose page is out of sight: hers or nobody's, written since, unread."""

from datetime import timedelta

import pytest
from django.utils import timezone

from atendimento import acoes
from atendimento.models import Atendimento
from tests import factories

UM_MINUTO = 60_000


@pytest.fixture
def chamam(entrar, ana):
    """Return a function: the names that call Ana when these changed in the last minute."""

    def _chamam(*atendimentos, ha: object = UM_MINUTO) -> list[str]:
        ids = ",".join(str(a.pk) for a in atendimentos)
        resposta = entrar(ana).get("/atendimento/novas/", {"ids": ids, "ha": ha})
        return [nova["nome"] for nova in resposta.json()["novas"]]

    return _chamam


@pytest.fixture
def com(saude):
    """Return a function that makes an open matter of Ana's team with something unread."""

    def _com(nome: str, *, escreveu_ha: int = 5, **campos):
        atendimento = factories.AtendimentoFactory(
            **{"equipe": saude, "nao_lidas": 1, **campos},
            conversa__cidadao__nome_no_whatsapp=nome,
        )
        factories.MensagemFactory(
            atendimento=atendimento,
            recebida_em=timezone.now() - timedelta(seconds=escreveu_ha),
        )
        return atendimento

    return _com


def test_ones_own_and_nobodys_call_and_a_colleagues_does_not(com, chamam, ana, carla):
    todos = (com("Lia", servidor=ana), com("Rui"), com("Zé", servidor=carla))
    assert chamam(*todos) == ["Lia", "Rui"]
    assert chamam(todos[1]) == ["Rui"]


def test_what_is_read_closed_older_or_of_another_team_does_not(com, chamam, fazenda):
    todos = (
        com("lida", nao_lidas=0),
        com("encerrada", estado="encerrado"),
        com("antiga", escreveu_ha=120),
        com("de outra equipe", equipe=fazenda),
    )
    assert chamam(*todos) == []
    assert chamam(todos[2], ha=180_000) == ["antiga"]
    for estranho in ("", "-1", "abc", "9" * 40):
        assert chamam(todos[2], ha=estranho) == []


def test_who_has_no_known_name_is_not_told_by_the_phone(com, chamam):
    assert chamam(com("")) == ["Cidadão sem nome"]


def test_what_came_back_from_being_put_off_calls_and_says_so(com, ana, entrar):
    voltou = com("Lia", servidor=ana, estado="em_atendimento", nao_lidas=0, escreveu_ha=9_000)
    ha_pouco = timezone.now() - timedelta(seconds=1)
    Atendimento.objects.filter(pk=voltou.pk).update(adiado_em=ha_pouco, adiado_ate=ha_pouco)
    acoes.retomar_vencidos()
    pedido = {"ha": 60_000, "ids": voltou.pk}
    [nova] = entrar(ana).get("/atendimento/novas/", pedido).json()["novas"]
    assert (nova["nome"], nova["voltou"]) == ("Lia", True)
