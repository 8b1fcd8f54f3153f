"""A token has a number of calls a minute."""

import time

import pytest
import redis
from rest_framework.views import APIView

from atendimento.api.limites import PorToken
from prefeitura.tempo_real import valkey


@pytest.fixture
def limitada(monkeypatch, settings):
    """Two reads and one write a minute, and a clock that stands still."""
    settings.API_LEITURAS_POR_MINUTO, settings.API_ESCRITAS_POR_MINUTO = 2, 1
    monkeypatch.setattr(APIView, "throttle_classes", [PorToken])
    monkeypatch.setattr("atendimento.api.views.AtendimentoViewSet.throttle_classes", [PorToken])
    minuto = time.time() // 60 * 60 + 15
    monkeypatch.setattr("atendimento.api.limites.time.time", lambda: minuto)
    valkey.conexao().flushdb()
    yield


def test_E160_calls_above_the_limit_wait(limitada, ana, atendimento, com_token):
    api = com_token(ana)
    lista = [api.get("/api/v1/atendimentos/") for _ in range(3)]
    assert [r.status_code for r in lista] == [200, 200, 429]
    assert lista[2].json()["erro"]["mensagem"] == "Limite de 2 chamadas por minuto."
    assert lista[2]["Retry-After"] == "45"
    caminho = f"/api/v1/atendimentos/{atendimento.pk}/assumir/"
    assert [api.post(caminho).status_code for _ in range(2)] == [200, 429]


def test_one_account_does_not_use_up_anothers(limitada, ana, bruno, com_token):
    de_ana = com_token(ana)
    assert [de_ana.get("/api/v1/atendimentos/").status_code for _ in range(3)][-1] == 429
    assert com_token(bruno).get("/api/v1/atendimentos/").status_code == 200


def test_without_valkey_nobody_waits(limitada, ana, com_token, monkeypatch):
    ninguem = redis.Redis.from_url("redis://127.0.0.1:1/0", socket_connect_timeout=0.2)
    monkeypatch.setattr(valkey, "_conexao", ninguem)
    api = com_token(ana)
    assert [api.get("/api/v1/atendimentos/").status_code for _ in range(4)] == [200] * 4
