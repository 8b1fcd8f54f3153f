"""The OpenAPI document and its page tell the truth about the API."""

import pytest
from django.urls import get_resolver

from tests.test_permissoes import ROTAS


@pytest.fixture
def documento(client, db):
    return client.get("/api/v1/schema/").json()


def test_document_is_openapi_3_1(documento):
    assert documento["openapi"].startswith("3.1")
    assert documento["info"]["title"] == "Atendimento da prefeitura"


def test_document_has_every_operation_with_a_summary(documento):
    caminhos = set(documento["paths"])
    esperados = {
        f"/api/v1/{p}"
        for p in (
            "token/",
            "atendimentos/",
            "atendimentos/{id}/",
            "atendimentos/{id}/mensagens/",
            "atendimentos/{id}/assumir/",
            "atendimentos/{id}/devolver/",
            "atendimentos/{id}/transferir/",
            "atendimentos/{id}/encerrar/",
            "atendimentos/{id}/reabrir/",
            "eventos/",
            "eventos/{id}/",
            "eventos/{id}/reprocessar/",
        )
    }
    assert esperados <= caminhos
    assert len([n for n in ROTAS if n.startswith("api:")]) == len(caminhos) + 3
    sem_resumo = [
        (caminho, metodo)
        for caminho, item in documento["paths"].items()
        for metodo, operacao in item.items()
        if not operacao.get("summary")
    ]
    assert sem_resumo == []


def test_document_is_made_without_warnings(db, capsys):
    from drf_spectacular.drainage import GENERATOR_STATS
    from drf_spectacular.generators import SchemaGenerator

    GENERATOR_STATS.reset()
    SchemaGenerator().get_schema(request=None, public=True)
    assert not GENERATOR_STATS._warn_cache
    assert not GENERATOR_STATS._error_cache


def test_page_lists_the_operations(client, db):
    pagina = client.get("/api/v1/docs/").content.decode()
    assert "POST /api/v1/atendimentos/{id}/assumir/" in pagina
    assert "Idempotency-Key" in pagina


def test_unknown_addresses_answer_in_json(client, db):
    resposta = client.get("/api/v1/nao-existe/")
    assert resposta.status_code == 404
    assert resposta.json()["erro"]["codigo"] == "nao_encontrado"
    assert get_resolver().resolve("/api/v1/qualquer/coisa/").url_name == "nao_existe"
