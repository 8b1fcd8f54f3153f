"""The sweep: woken by webhooks, alone per database, and not to be killed by a restart."""

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from django.conf import settings as configuracao
from django.contrib.sessions.models import Session
from django.db import connection, connections
from django.db.models.functions import Now

from prefeitura.banco.endereco import parametros
from prefeitura.whatsapp import entrada, saida, tasks
from prefeitura.whatsapp.models import Batimento, Envio, EventoRecebido
from prefeitura.whatsapp.varredura import ciclo, retencao, rodadas, sozinho
from tests import factories


class Fila:
    """What would have gone to the broker: (task name, args, queue)."""

    def __init__(self) -> None:
        self.pedidos: list[tuple[str, list, str | None]] = []
        self.quando = threading.Condition()

    def pedir(self, nome, args, **opcoes):
        with self.quando:
            self.pedidos.append((nome.rpartition(".")[2], list(args), opcoes.get("queue")))
            self.quando.notify_all()

    def nomes(self):
        return [nome for nome, _, _ in self.pedidos]

    def esperar(self, nome, limite=15.0):
        with self.quando:
            return self.quando.wait_for(lambda: nome in self.nomes(), limite)

    def esquecer(self):
        with self.quando:
            self.pedidos.clear()


@pytest.fixture(autouse=True)
def fila(monkeypatch):
    fila = Fila()
    for tarefa in (
        tasks.processar_eventos,
        tasks.enviar,
        tasks.baixar_midia,
        tasks.fazer_miniaturas,
        tasks.limpar_midias,
        tasks.bater,
    ):
        monkeypatch.setattr(
            tarefa,
            "apply_async",
            lambda args=(), kwargs=None, nome=tarefa.name, **opcoes: fila.pedir(
                nome, args, **opcoes
            ),
        )
    return fila


def ate(condicao, limite=20.0):
    prazo = time.monotonic() + limite
    while not (resultado := condicao()):
        assert time.monotonic() < prazo, "não aconteceu a tempo"
        time.sleep(0.02)
    return resultado


@contextmanager
def ligado(varredor):
    def rodar():
        try:
            varredor.rodar()
        finally:
            connections.close_all()

    fio = threading.Thread(target=rodar)
    fio.start()
    try:
        yield varredor
    finally:
        inicio = time.monotonic()
        varredor.parar.set()
        fio.join(10)
        assert time.monotonic() - inicio < 5, "demorou a parar"


def notificar():
    with psycopg.connect(**parametros(), autocommit=True) as conexao:
        conexao.execute("SELECT pg_notify('evento_recebido', '')")


# --- the loop


@pytest.mark.django_db(transaction=True)
def test_stored_webhook_wakes_the_worker_at_once_and_a_burst_wakes_it_few_times(fila):
    with ligado(ciclo.Varredor()) as varredor:
        ate(lambda: varredor.ativo)
        fila.esperar("processar_eventos")
        fila.esquecer()
        notificar()
        assert fila.esperar("processar_eventos")
        fila.esquecer()
        for _ in range(40):
            notificar()
        assert fila.esperar("processar_eventos")
        assert fila.nomes().count("processar_eventos") < 40


@pytest.mark.django_db(transaction=True)
def test_only_one_sweeps_and_the_other_takes_over(monkeypatch):
    monkeypatch.setattr(ciclo, "ESPERA_DO_RESERVA_S", 0.05)
    with ligado(ciclo.Varredor()) as reserva:
        ate(lambda: reserva.ativo)
        with ligado(ciclo.Varredor()) as segundo:
            assert not segundo.parar.wait(0.3)
            assert (reserva.ativo, segundo.ativo) == (True, False)
            reserva.parar.set()
            ate(lambda: segundo.ativo)


@pytest.mark.django_db(transaction=True)
def test_lost_connection_is_made_again(fila):
    with ligado(ciclo.Varredor()) as varredor:
        ate(lambda: varredor.ativo)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                " WHERE application_name = 'prefeitura-varredor' AND datname = current_database()"
            )
            assert cursor.fetchone()[0] == 1
        ate(lambda: not varredor.ativo)
        ate(lambda: varredor.ativo)
        fila.esquecer()
        notificar()
        assert fila.esperar("processar_eventos")


@pytest.mark.django_db(transaction=True)
def test_command_stops_at_once_at_sigterm():
    nome = connection.settings_dict["NAME"]
    raiz = Path(configuracao.BASE_DIR)
    ambiente = os.environ | {"PAPEL": "trabalhador"}
    ambiente["DATABASE_URL"] = os.environ["DATABASE_URL"].replace("/prefeitura?", f"/{nome}?")
    processo = subprocess.Popen(
        [sys.executable, "manage.py", "varredor"], cwd=raiz, env=ambiente, stderr=subprocess.PIPE
    )
    try:
        ate(lambda: Batimento.objects.filter(processo="varredor").exists(), 30)
        processo.send_signal(signal.SIGTERM)
        assert processo.wait(4) == 0
    finally:
        processo.kill()
        processo.wait()
        processo.stderr.close()


# --- the jobs


@pytest.mark.django_db
def test_failing_job_does_not_stop_its_neighbours(monkeypatch, caplog):
    feitas = []

    def quebrar():
        raise ValueError("texto")

    todas = rodadas.Rodadas()
    todas._todas = [rodadas.Rodada(5, quebrar), rodadas.Rodada(5, lambda: feitas.append(1))]
    monkeypatch.setattr(rodadas, "close_old_connections", lambda: None)
    for _ in range(2):
        todas.rodar(lambda: False)
    assert feitas == [1]
    assert "rodada_falhou" in caplog.text


@pytest.mark.django_db
def test_waiting_events_are_asked_for_after_two_seconds(fila):
    evento = factories.EventoRecebidoFactory()
    todas = rodadas.Rodadas()
    todas.acordar_eventos()
    assert fila.nomes() == []
    EventoRecebido.objects.filter(pk=evento.pk).update(nao_antes_de=Now() - timedelta(seconds=3))
    todas.acordar_eventos()
    assert fila.nomes() == ["processar_eventos"]


@pytest.mark.django_db
def test_due_sends_and_files_are_asked_once_in_a_while(numero, fila, monkeypatch):
    velho = Now() - timedelta(seconds=5)
    envio = factories.EnvioFactory(numero=numero)
    Envio.objects.update(nao_antes_de=velho)
    arquivo = factories.MidiaFactory(numero=numero, media_id="1")
    todas = rodadas.Rodadas()
    for _ in range(3):
        todas.acordar_envios()
        todas.acordar_midias()
    assert fila.pedidos == [
        ("enviar", [str(envio.pk)], None),
        ("baixar_midia", [str(arquivo.pk)], None),
    ]
    monkeypatch.setattr(todas._envios, "_ate", {})
    todas.acordar_envios()
    assert fila.nomes().count("enviar") == 2


@pytest.mark.django_db
def test_heartbeats_are_asked_of_every_queue_and_written_by_the_task(fila):
    rodadas.Rodadas().pedir_batimentos()
    assert [(nome, queue) for nome, _, queue in fila.pedidos] == [
        ("bater", queue) for queue in ("entrada", "resposta", "midia", "geral")
    ]
    tasks.bater("entrada")
    tasks.bater("entrada")
    rodadas.Rodadas().marcar_vida()
    assert set(Batimento.objects.values_list("processo", flat=True)) == {"entrada", "varredor"}


# --- alone


@pytest.fixture
def calado(monkeypatch):
    """Thirty seconds after the start, with no heartbeat from anybody."""
    monkeypatch.setattr(sozinho, "SILENCIO_S", 0)
    feitos = []
    monkeypatch.setattr(entrada, "processar", lambda: feitos.append("entrada"))
    monkeypatch.setattr(saida, "enviar", lambda envio_id: feitos.append(envio_id))
    monkeypatch.setattr(sozinho.midia, "baixar", lambda midia_id: feitos.append(midia_id))
    return feitos


@pytest.mark.django_db(transaction=True)
def test_without_workers_the_sweep_does_the_work_itself(numero, calado):
    envio = factories.EnvioFactory(numero=numero)
    arquivo = factories.MidiaFactory(numero=numero, media_id="1")
    so = sozinho.Sozinho()
    assert so.ajudar() == ["entrada", "resposta", "midia"]
    ate(lambda: len(calado) == 3)
    assert set(calado) == {"entrada", envio.pk, arquivo.pk}
    ate(lambda: not so._fazendo)


@pytest.mark.django_db
def test_live_queue_is_left_alone(calado, monkeypatch):
    monkeypatch.setattr(sozinho, "SILENCIO_S", 30)
    so = sozinho.Sozinho()
    assert so.filas_mudas() == []
    so._desde -= 31
    tasks.bater("entrada")
    assert so.filas_mudas() == ["resposta", "midia"]
    Batimento.objects.update(quando=Now() - timedelta(seconds=31))
    assert so.filas_mudas() == ["entrada", "resposta", "midia"]


@pytest.mark.django_db
def test_work_that_fails_frees_its_place(calado, monkeypatch, caplog):
    def quebrar():
        raise RuntimeError

    monkeypatch.setattr(entrada, "processar", quebrar)
    so = sozinho.Sozinho()
    so.ajudar()
    ate(lambda: not so._fazendo)
    assert "trabalho_sozinho_falhou" in caplog.text


# --- retention


@pytest.mark.django_db
def test_only_old_applied_events_are_deleted_in_batches(settings):
    settings.DIAS_DE_EVENTO = 90
    velhos = factories.EventoRecebidoFactory.create_batch(3, estado="feito")
    parado = factories.EventoRecebidoFactory(parado=True)
    EventoRecebido.objects.update(recebido_em=Now() - timedelta(days=90, minutes=1))
    recente = factories.EventoRecebidoFactory(estado="feito")
    assert [retencao.apagar_eventos_velhos(limite=2) for _ in range(3)] == [2, 1, 0]
    assert set(EventoRecebido.objects.values_list("pk", flat=True)) == {parado.pk, recente.pk}
    assert len(velhos) == 3


@pytest.mark.django_db
def test_sessions_that_ended_are_deleted(ana, entrar):
    entrar(ana)
    assert retencao.apagar_sessoes_vencidas() == 0
    Session.objects.update(expire_date=Now() - timedelta(seconds=1))
    assert retencao.apagar_sessoes_vencidas() == 1


@pytest.mark.django_db
def test_the_loop_does_not_walk_through_the_files_itself(fila, monkeypatch):
    monkeypatch.setattr(rodadas, "close_old_connections", lambda: None)
    monkeypatch.setattr(rodadas.extras, "registrados", list)
    rodadas.Rodadas().rodar(lambda: False)
    assert "limpar_midias" in fila.nomes()


@pytest.mark.django_db
def test_old_transactions_of_our_processes_are_ended_and_a_backup_is_not():
    with (
        psycopg.connect(**parametros() | {"application_name": "prefeitura-web"}) as nossa,
        psycopg.connect(**parametros() | {"application_name": "pg_dump"}) as copia,
    ):
        for conexao in (nossa, copia):
            conexao.execute("SELECT 1")
        time.sleep(0.05)
        assert retencao.encerrar_transacoes_velhas(segundos=45) == 0
        assert retencao.encerrar_transacoes_velhas(segundos=0.01) == 1
        with pytest.raises(psycopg.OperationalError):
            nossa.execute("SELECT 1")
        copia.execute("SELECT 1")
