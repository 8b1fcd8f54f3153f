"""Stored webhooks, for administrators."""

import json

import pytest

from tests.factories import EventoRecebidoFactory, ItemParadoFactory

EVENTOS = "/api/v1/eventos/"


@pytest.fixture
def api(admin, com_token):
    return com_token(admin)


def test_row_has_the_fields_of_the_contract_and_not_the_body(api):
    item = ItemParadoFactory(motivo="Número não cadastrado neste sistema.")
    linha = api.get(EVENTOS).json()["results"][0]
    assert linha.keys() == {"id", "recebido_em", "estado", "erro", "nota", "itens_parados"}
    assert linha["estado"] == "parado"
    assert linha["itens_parados"] == [
        {
            "id": item.pk,
            "indice": 0,
            "motivo": "Número não cadastrado neste sistema.",
            "tentativas": 1,
        }
    ]


def test_filter_by_state(api):
    novo, parado = EventoRecebidoFactory(), EventoRecebidoFactory(parado=True)
    assert [e["id"] for e in api.get(EVENTOS).json()["results"]] == [parado.pk, novo.pk]
    achados = api.get(EVENTOS, {"estado": "parado"}).json()["results"]
    assert [e["id"] for e in achados] == [parado.pk]
    assert api.get(EVENTOS, {"estado": "quebrado"}).status_code == 400


def test_reprocess_applies_what_was_stopped(api):
    evento = EventoRecebidoFactory(
        parado=True, corpo=json.dumps({"object": "page", "entry": []}).encode()
    )
    resposta = api.post(f"{EVENTOS}{evento.pk}/reprocessar/", {}, format="json")
    assert resposta.status_code == 200
    assert resposta.json()["estado"] == "feito"


def test_reprocess_of_an_unreadable_body_stays_stopped(api):
    evento = EventoRecebidoFactory(parado=True, corpo=b"{quebrado")
    resposta = api.post(f"{EVENTOS}{evento.pk}/reprocessar/", {}, format="json")
    assert resposta.status_code == 200
    assert resposta.json()["estado"] == "parado"
    assert resposta.json()["erro"]
