"""The actions of an atendimento, through the API."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from tests.factories import ServidorFactory


@pytest.fixture
def api(ana, com_token):
    return com_token(ana)


@pytest.fixture
def pedir(api, atendimento):
    def _pedir(acao, corpo=None, cliente=api):
        return cliente.post(
            f"/api/v1/atendimentos/{atendimento.pk}/{acao}/", corpo or {}, format="json"
        )

    return _pedir


def test_whole_turn_of_the_wheel(pedir):
    assumido = pedir("assumir").json()
    assert (assumido["estado"], assumido["servidor"]) == ("em_atendimento", "ana")
    devolvido = pedir("devolver", {"nota": "volto depois"}).json()
    assert (devolvido["estado"], devolvido["servidor"]) == ("na_fila", None)
    encerrado = pedir("encerrar", {"resultado": "resolvido"}).json()
    assert encerrado["estado"] == "encerrado"
    assert encerrado["encerrado_em"]
    reaberto = pedir("reabrir").json()
    assert (reaberto["estado"], reaberto["servidor"]) == ("em_atendimento", "ana")


def test_second_to_take_it_is_told_who_did(pedir, saude, com_token):
    dora = ServidorFactory(username="dora", nome="Dora Reis", em=saude)
    assert pedir("assumir", cliente=com_token(dora)).status_code == 200
    recusa = pedir("assumir")
    assert recusa.status_code == 409
    assert recusa.json()["erro"]["codigo"] == "de_outro"
    assert recusa.json()["erro"]["mensagem"].startswith("Dora Reis assumiu")


def test_taking_and_closing_twice_is_harmless(pedir):
    for acao in ("assumir", "encerrar"):
        assert [pedir(acao).status_code for _ in range(2)] == [200, 200]


def test_transfer_leaves_the_sight_of_the_team(pedir, fazenda, bruno, com_token, atendimento):
    resposta = pedir("transferir", {"fila": "fazenda", "nota": "é sobre o IPTU"})
    assert resposta.status_code == 200
    assert (resposta.json()["fila"], resposta.json()["servidor"]) == ("fazenda", None)
    assert pedir("assumir").status_code == 404
    assert pedir("assumir", cliente=com_token(bruno)).status_code == 200


def test_transfer_to_a_person(pedir, fazenda, bruno):
    resposta = pedir("transferir", {"fila": "fazenda", "servidor": "bruno"})
    assert (resposta.json()["estado"], resposta.json()["servidor"]) == ("em_atendimento", "bruno")


@pytest.mark.parametrize(
    ("corpo", "status"),
    [
        ({}, 400),
        ({"fila": "nao-existe"}, 400),
        ({"fila": "fazenda", "servidor": "ninguem"}, 400),
        ({"fila": "fazenda", "servidor": "ana"}, 422),
        ({"fila": "saude"}, 422),
        ({"fila": "fazenda", "equipe": 3}, 400),
    ],
)
def test_bad_transfers_change_nothing(pedir, fazenda, atendimento, corpo, status):
    assert pedir("transferir", corpo).status_code == status
    atendimento.refresh_from_db()
    assert atendimento.equipe.slug == "saude"


def test_unknown_result_is_400(pedir):
    resposta = pedir("encerrar", {"resultado": "sei lá"})
    assert resposta.status_code == 400
    assert "resultado" in resposta.json()["erro"]["campos"]


@pytest.mark.parametrize("acao", ["assumir", "devolver", "transferir", "encerrar", "reabrir"])
def test_actions_are_post_only(api, atendimento, acao):
    resposta = api.get(f"/api/v1/atendimentos/{atendimento.pk}/{acao}/")
    assert resposta.status_code == 405
    assert resposta.json()["erro"]["codigo"] == "metodo"


def test_putting_off_bringing_back_and_priority(atendimento, ana, com_token):
    api, caminho = com_token(ana), f"/api/v1/atendimentos/{atendimento.pk}/"
    amanha = (timezone.now() + timedelta(days=1)).isoformat()
    adiado = api.post(f"{caminho}adiar/", {"ate": amanha}, format="json").json()
    assert (adiado["servidor"], bool(adiado["adiado_em"])) == ("ana", True)
    assert parse_datetime(adiado["adiado_ate"]) == parse_datetime(amanha)
    assert api.post(f"{caminho}retomar/").json()["adiado_em"] is None
    alta = api.post(f"{caminho}prioridade/", {"prioridade": "alta"}, format="json").json()
    assert alta["prioridade"] == "alta"
    for acao, corpo in (("adiar", {"ate": "2020-01-01T00:00"}), ("prioridade", {"prioridade": 9})):
        recusa = api.post(f"{caminho}{acao}/", corpo, format="json")
        assert recusa.status_code in (400, 422)
        assert recusa.json()["erro"]["mensagem"]
