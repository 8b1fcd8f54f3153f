"""/healthz, /readyz and /metrics."""

import asyncio
from datetime import timedelta

import pytest
from django.conf import settings as configuracao
from django.test import Client
from django.utils import timezone

from prefeitura.ambiente import saude
from prefeitura.whatsapp.models import Batimento, EventoRecebido
from tests.factories import AtendimentoFactory, EnvioFactory, EventoRecebidoFactory


def chamar_healthz(metodo: str) -> tuple[int, bytes]:
    enviados = []

    async def enviar(mensagem):
        enviados.append(mensagem)

    asyncio.run(saude.healthz({"type": "http", "method": metodo}, None, enviar))
    return enviados[0]["status"], enviados[1]["body"]


def test_healthz_needs_nothing_else():
    assert chamar_healthz("GET") == (200, b"ok")
    assert chamar_healthz("HEAD") == (200, b"")
    assert chamar_healthz("POST") == (405, b"")


@pytest.fixture
def todos_vivos(db):
    for processo in saude.PROCESSOS:
        Batimento.objects.create(processo=processo, quando=timezone.now())


def test_ready_without_workers_but_not_working(db):
    resposta = Client().get("/readyz")
    assert resposta.status_code == 200
    assert resposta.json()["banco"] == "ok"
    assert resposta.json()["processos"]["entrada"] is None
    trabalho = Client().get("/readyz?trabalho=1")
    assert trabalho.status_code == 503
    assert trabalho["Retry-After"] == "30"


def test_ready_and_working(todos_vivos):
    resposta = Client().get("/readyz?trabalho=1")
    assert resposta.status_code == 200
    corpo = resposta.json()
    assert corpo["pronto"]
    assert corpo["valkey"] == "ok"
    assert corpo["atraso_segundos"] == 0
    assert set(corpo["processos"]) == {"entrada", "resposta", "midia", "geral", "varredor"}


@pytest.mark.parametrize("processo", saude.PROCESSOS)
def test_a_silent_process_is_not_working(todos_vivos, processo):
    Batimento.objects.filter(pk=processo).update(quando=timezone.now() - timedelta(seconds=61))
    assert Client().get("/readyz?trabalho=1").status_code == 503
    assert Client().get("/readyz").status_code == 200


def test_events_left_waiting_are_not_working(todos_vivos):
    evento = EventoRecebidoFactory()
    velho = timezone.now() - timedelta(seconds=90)
    EventoRecebido.objects.filter(pk=evento.pk).update(recebido_em=velho, nao_antes_de=velho)
    resposta = Client().get("/readyz?trabalho=1")
    assert resposta.status_code == 503
    assert resposta.json()["atraso_segundos"] >= 90


def test_broker_away_does_not_take_the_site_away(todos_vivos, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    resposta = Client().get("/readyz")
    assert resposta.status_code == 200
    assert resposta.json()["valkey"] == "fora"
    assert Client().get("/readyz?trabalho=1").status_code == 503


def test_media_that_cannot_be_written_is_not_ready(db, settings, tmp_path):
    arquivo = tmp_path / "ocupado"
    arquivo.write_text("não é pasta")
    settings.MEDIA_ROOT = arquivo / "midia"
    resposta = Client().get("/readyz")
    assert resposta.status_code == 503
    assert resposta.json()["midia"] == "fora"


def test_full_disk_is_not_ready(db, monkeypatch):
    monkeypatch.setattr(saude, "disco_livre", lambda: 0.04)
    assert Client().get("/readyz").status_code == 503


def test_metrics_tell_the_figures(saude_e_filas):
    texto = Client().get("/metrics").content.decode()
    assert "eventos_parados 1.0" in texto
    assert 'envios{estado="incerta",prioridade="0"} 1.0' in texto
    assert 'atendimentos_abertos{fila="saude"} 1.0' in texto
    assert "disco_livre_ratio" in texto


@pytest.fixture
def saude_e_filas(request, db):
    equipe = request.getfixturevalue("saude")
    AtendimentoFactory(equipe=equipe)
    EventoRecebidoFactory(parado=True)
    EnvioFactory(incerta=True)


@pytest.mark.parametrize(
    "extra",
    [
        {"REMOTE_ADDR": "203.0.113.9"},
        {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "203.0.113.9"},
        {"REMOTE_ADDR": ""},
        {"REMOTE_ADDR": "203.0.113.9", "HTTP_AUTHORIZATION": "Bearer errado"},
        {"REMOTE_ADDR": "203.0.113.9", "HTTP_AUTHORIZATION": "Bearer "},
    ],
)
def test_metrics_do_not_exist_for_others(db, settings, extra):
    settings.METRICS_TOKEN = "certo"
    assert Client().get("/metrics", **extra).status_code == 404
    settings.METRICS_TOKEN = ""
    assert Client().get("/metrics", **extra).status_code == 404


def test_metrics_open_with_the_token(db, settings):
    settings.METRICS_TOKEN = "certo"
    resposta = Client().get(
        "/metrics", REMOTE_ADDR="203.0.113.9", HTTP_AUTHORIZATION="Bearer certo"
    )
    assert resposta.status_code == 200
    assert configuracao.SECRET_KEY not in resposta.content.decode()
