"""One code joins all that comes of one cause: whose it is, where it is kept, where it goes."""

import json
import logging
import sys
import uuid

import pytest
from celery import Celery
from django.db import connection
from django.test import Client

from prefeitura.ambiente import correlacao
from prefeitura.ambiente.registro import LinhaJson, versao
from prefeitura.whatsapp import fila, saida
from prefeitura.whatsapp.models import Envio, EventoRecebido
from tests import factories
from tests.ambiente.test_metricas import diario, postar  # noqa: F401 (a fixture)
from tests.chegada import chegar, mensagem

CODIGO = "0123456789abcdef0123456789abcdef"


@pytest.mark.parametrize("atras", [True, False])
@pytest.mark.django_db
def test_code_of_the_proxy_is_taken_only_behind_one(settings, atras):
    settings.ATRAS_DE_PROXY = atras
    resposta = Client().get("/entrar/", headers={"X-Request-ID": CODIGO})
    assert (resposta["X-Request-ID"] == CODIGO) is atras
    assert len(resposta["X-Request-ID"]) == 32


@pytest.mark.parametrize(
    "mau", ["", "curto", "x" * 65, 'a"b{c}:d,e f', "ção-ção-ção", "1234\n5678"]
)
def test_code_in_a_strange_form_is_replaced(settings, mau):
    settings.ATRAS_DE_PROXY = True
    assert correlacao.ACEITA.fullmatch(correlacao.recebida(mau))
    assert correlacao.recebida(mau) != mau


def test_code_ends_with_what_was_done_under_it():
    with correlacao.dentro_de("de-fora-de-fora"), correlacao.dentro_de(CODIGO):
        assert correlacao.atual() == CODIGO
    assert correlacao.atual() == ""
    assert correlacao.atual_ou_nova() != correlacao.atual_ou_nova()


@pytest.mark.parametrize("atras", [True, False])
def test_webhook_hands_the_code_to_the_journal(diario, settings, atras, monkeypatch):  # noqa: F811
    settings.ATRAS_DE_PROXY = atras
    diario.codigos.clear()
    postar(cabecalhos=[(b"x-request-id", CODIGO.encode())])
    [codigo] = diario.codigos
    assert (codigo == CODIGO) is atras
    assert correlacao.ACEITA.fullmatch(codigo)


@pytest.mark.django_db
def test_what_a_webhook_causes_has_its_code(numero):
    chegar(numero, mensagem())
    chegar(numero, mensagem(de="5511987650002"))
    eventos = EventoRecebido.objects.order_by("pk").values_list("correlacao", flat=True)
    causados = Envio.objects.order_by("ordem").values_list("correlacao", flat=True)
    assert list(causados) == list(eventos)
    assert len(set(eventos)) == 2


@pytest.mark.django_db
def test_what_a_request_causes_has_its_code(atendimento, ana, entrar):
    dados = {"chave_cliente": str(uuid.uuid4()), "texto": "Olá"}
    resposta = entrar(ana).post(f"/atendimento/{atendimento.pk}/responder/", dados)
    assert Envio.objects.get().correlacao == resposta["X-Request-ID"]


@pytest.mark.django_db
def test_send_is_carried_under_the_code_of_its_cause(monkeypatch):
    visto = []
    envio = factories.EnvioFactory(correlacao=CODIGO)
    modulo = sys.modules["prefeitura.whatsapp.saida.enviar"]
    monkeypatch.setattr(modulo, "_levar", lambda _: visto.append(correlacao.atual()))
    saida.enviar(envio.pk)
    assert visto == [CODIGO]


@pytest.mark.django_db
def test_rows_of_the_version_before_still_go_in():
    """The new columns must not stop the old code that runs beside the migration."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO whatsapp_eventorecebido (corpo, sha256) VALUES ('', '')")
    assert EventoRecebido.objects.get().correlacao == ""


def test_code_goes_along_in_the_headers_of_a_task_and_holds_while_it_runs(monkeypatch):
    vistos, pedidos = [], []

    def ver():
        vistos.append(correlacao.atual())

    app = Celery("de-teste", broker="memory://", set_as_current=False)
    tarefa = app.task(base=fila.Tarefa, name="de.ver")(ver)
    monkeypatch.setattr(
        "celery.app.task.Task.apply_async", lambda *_, **opcoes: pedidos.append(opcoes["headers"])
    )
    with correlacao.dentro_de(CODIGO):
        tarefa.delay()
    assert pedidos == [{"correlacao": CODIGO}]
    tarefa.push_request(correlacao=CODIGO)
    tarefa()
    tarefa.pop_request()
    tarefa()
    assert vistos[0] == CODIGO
    assert correlacao.ACEITA.fullmatch(vistos[1])


def linha(**extra) -> dict:
    campos = {"name": "x", "levelname": "INFO", "msg": "evento_aplicado"}
    return json.loads(LinhaJson().format(logging.makeLogRecord(campos | extra)))


def test_line_has_the_code_of_now_unless_it_names_another():
    assert "correlacao" not in linha()
    with correlacao.dentro_de(CODIGO):
        assert linha()["correlacao"] == CODIGO
        assert linha(correlacao="outra")["correlacao"] == "outra"
    assert linha()["versao"] == versao() == "0.1.0"


@pytest.mark.django_db
def test_request_that_changes_something_leaves_a_line(atendimento, ana, entrar, caplog):
    caplog.set_level(logging.INFO, "prefeitura.ambiente.correlacao")
    navegador = entrar(ana)
    navegador.get(f"/atendimento/{atendimento.pk}/")
    assert not caplog.records
    resposta = navegador.post(f"/atendimento/{atendimento.pk}/assumir/")
    [registro] = caplog.records
    assert registro.getMessage() == "pedido"
    assert registro.rota == "atendimento/<int:pk>/assumir/"
    assert (registro.http, registro.servidor_id) == (resposta.status_code, ana.pk)


def test_words_of_an_error_are_not_the_event_of_a_line(db, client, caplog):
    """Django says the host that it refuses, which is whatever the other side wrote."""
    resposta = client.get("/entrar/", headers={"host": "canario-8842.example"})
    assert resposta.status_code == 400
    [registro] = [r for r in caplog.records if r.name == "django.security.DisallowedHost"]
    assert "canario-8842" in registro.getMessage()
    linha = LinhaJson().format(registro)
    assert "canario-8842" not in linha
    assert '"evento": "DisallowedHost"' in linha
