"""Batches: in the order of arrival, bounded, and cheap."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from atendimento.models import Mensagem
from prefeitura.whatsapp import entrada, lidos, tasks
from prefeitura.whatsapp.models import Envio, EventoRecebido
from tests import factories
from tests.chegada import corpo, guardar, mensagem, status, valor


def de(n: int) -> str:
    return f"55119700{n:05d}"


def guardar_uma_a_uma(numero, quantas: int, **partes) -> None:
    for n in range(quantas):
        guardar(corpo(numero, valor(numero, mensagens=[mensagem(de=de(n), **partes)])))


def consultas(lotes: int) -> int:
    with CaptureQueriesContext(connection) as captura:
        assert entrada.processar_lote() == lotes
    return len(captura)


@pytest.mark.django_db
def test_fifty_messages_of_known_citizens_cost_25_queries(numero):
    guardar_uma_a_uma(numero, 50)
    entrada.processar()
    guardar_uma_a_uma(numero, 50)
    assert consultas(50) <= 25
    assert Mensagem.objects.filter(direcao="entrada").count() == 100


@pytest.mark.django_db
def test_fifty_new_citizens_cost_40_queries_with_their_protocols(numero):
    guardar_uma_a_uma(numero, 50)
    assert consultas(50) <= 40
    assert Envio.objects.count() == 50


@pytest.mark.django_db
def test_three_hundred_statuses_cost_25_queries(numero):
    ana = factories.ServidorFactory()
    for n in range(300):
        envio = factories.EnvioFactory(numero=numero, aceita=True, servidor=ana)
        if n < 30:
            factories.MensagemFactory(
                atendimento__conversa__numero=numero, da_prefeitura=True, envio=envio, autor=ana
            )
        guardar(corpo(numero, valor(numero, statuses=[status(envio, "delivered")])))
    assert consultas(300) <= 25


@pytest.mark.django_db
def test_a_batch_never_reads_more_than_four_megabytes(numero, monkeypatch):
    monkeypatch.setattr(lidos, "MAXIMO_DE_BYTES", 2_000)
    guardar_uma_a_uma(numero, 6, type="text", text={"body": "x" * 600})
    assert entrada.processar_lote() in (1, 2)
    assert entrada.processar() in (4, 5)


@pytest.mark.django_db
def test_a_long_line_is_taken_in_turns_so_that_the_worker_can_show_that_it_lives(
    numero, monkeypatch
):
    monkeypatch.setattr(lidos, "MAXIMO_DE_EVENTOS", 1)
    monkeypatch.setattr(tasks, "TURNO_S", 0)
    pedidas = []
    monkeypatch.setattr(tasks.processar_eventos, "delay", lambda: pedidas.append("de novo"))
    guardar_uma_a_uma(numero, 2)
    for deixados, vezes in ((1, 1), (0, 2), (0, 2)):
        tasks.processar_eventos()
        assert EventoRecebido.objects.filter(estado="novo").count() == deixados
        assert len(pedidas) == vezes


@pytest.mark.django_db
def test_a_body_over_the_bound_is_a_batch_of_its_own(numero, monkeypatch):
    monkeypatch.setattr(lidos, "MAXIMO_DE_BYTES", 10)
    guardar_uma_a_uma(numero, 2)
    assert entrada.processar_lote() == 1


@pytest.mark.django_db(transaction=True)
def test_a_second_worker_waits_its_turn_so_that_one_second_keeps_its_order(monkeypatch):
    monkeypatch.setattr(lidos, "MAXIMO_DE_EVENTOS", 3)
    numero = factories.NumeroFactory()
    quando = timezone.now().replace(microsecond=0) - timedelta(minutes=1)
    ordem = [f"m{n}" for n in range(60)]
    for texto in ordem:
        item = mensagem(texto, quando=quando)
        guardar(corpo(numero, valor(numero, mensagens=[item])))
    largada = threading.Barrier(3)

    def aplicar():
        largada.wait()
        while EventoRecebido.objects.filter(estado="novo").exists():
            entrada.processar_lote()
        connection.close()

    linhas = [threading.Thread(target=aplicar) for _ in range(3)]
    for linha in linhas:
        linha.start()
    for linha in linhas:
        linha.join()
    textos = Mensagem.objects.filter(direcao="entrada").em_ordem().values_list("texto", flat=True)
    assert list(textos) == ordem


@pytest.mark.django_db(transaction=True)
def test_whoever_finds_another_at_work_for_long_gives_up_without_a_fault():
    numero = factories.NumeroFactory()
    guardar_uma_a_uma(numero, 1)
    travou, acabou = threading.Event(), threading.Event()

    def segurar():
        with transaction.atomic():
            lidos.esperar_a_vez()
            travou.set()
            acabou.wait(20)
        connection.close()

    linha = threading.Thread(target=segurar)
    linha.start()
    assert travou.wait(10)
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '100ms'")
    assert entrada.processar_lote() == 0
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = 0")
    acabou.set()
    linha.join(20)
    assert entrada.processar_lote() == 1


@pytest.mark.django_db(transaction=True)
def test_an_event_that_takes_too_long_waits_alone_and_the_others_go_on(monkeypatch):
    """PostgreSQL ends the transaction and the connection; the same batch must not come for ever."""
    numero = factories.NumeroFactory()
    if connection.pg_version < 170_000:
        pytest.skip("transaction_timeout nasceu no PostgreSQL 17")
    guardar_uma_a_uma(numero, 3)
    lento = EventoRecebido.objects.order_by("pk")[1]
    aplicar = entrada._aplicar

    def demorar(lidos):
        if any(lido.evento.pk == lento.pk for lido in lidos):
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL transaction_timeout = '100ms'")
                cursor.execute("SELECT pg_sleep(5)")
        aplicar(lidos)

    monkeypatch.setattr(entrada, "_aplicar", demorar)
    assert entrada.processar_lote() == 3
    estados = list(EventoRecebido.objects.order_by("pk").values_list("estado", flat=True))
    assert estados == ["feito", "novo", "feito"]
    lento.refresh_from_db()
    assert ("tempo" in lento.erro, lento.tentativas) == (True, 1)
    assert Mensagem.objects.filter(direcao="entrada").count() == 2
    assert entrada.processar_lote() == 0, "só volta depois de uma espera"
