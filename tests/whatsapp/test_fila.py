"""Publishing a task never costs the caller: the sweep finds what was lost."""

import time

import pytest
from celery import Celery
from kombu.exceptions import OperationalError

from prefeitura.whatsapp import fila, tasks
from prefeitura.whatsapp.fila import Tarefa


@pytest.fixture(autouse=True)
def _acordado(monkeypatch):
    monkeypatch.setattr(fila, "_mudo_ate", 0.0)


@pytest.fixture
def tarefa(tmp_path, settings):
    """A task whose broker does not exist, with the installation's own options."""
    broker = f"redis+socket://{tmp_path}/nada.sock?virtual_host=0"
    app = Celery("sem-broker", broker=broker, set_as_current=False)
    app.conf.update(
        task_publish_retry=settings.CELERY_TASK_PUBLISH_RETRY,
        broker_transport_options=settings.CELERY_BROKER_TRANSPORT_OPTIONS,
    )

    def nada():
        """Takes no argument."""

    yield app.task(base=Tarefa, name="nada", shared=False)(nada)
    app.close()


def test_broker_away_is_silent_and_quick(tarefa, caplog):
    inicio = time.monotonic()
    assert tarefa.delay() is None
    assert time.monotonic() - inicio < 3
    assert "broker_ausente" in caplog.text


def test_after_a_failure_nothing_is_tried_for_a_while(tarefa, monkeypatch):
    vezes = []

    def falhar(*_, **__):
        vezes.append(1)
        raise OperationalError

    monkeypatch.setattr("celery.app.task.Task.apply_async", falhar)
    for _ in range(5):
        tarefa.delay()
    assert len(vezes) == 1
    monkeypatch.setattr(fila, "_mudo_ate", time.monotonic() - 1)
    tarefa.delay()
    assert len(vezes) == 2


def test_our_own_mistakes_are_not_hidden(tarefa):
    with pytest.raises(TypeError):
        tarefa.apply_async(args=["demais"])


def test_every_task_of_the_gateway_is_quiet_and_keeps_no_result():
    nossas = [
        tasks.processar_eventos, tasks.enviar, tasks.baixar_midia, tasks.sincronizar_modelos,
        tasks.bater,
    ]  # fmt: skip
    for tarefa in nossas:
        assert isinstance(tarefa, Tarefa)
        assert tarefa.ignore_result


@pytest.mark.django_db
def test_tasks_for_rows_that_do_not_exist_are_harmless():
    tasks.enviar("00000000-0000-4000-8000-000000000000")
    tasks.baixar_midia("00000000-0000-4000-8000-000000000000")
    tasks.sincronizar_modelos(999_999)
    tasks.processar_eventos()


def test_worker_waits_for_the_broker_for_ever_and_keeps_what_it_did_not_end():
    """GUARANTEES G12: what Celery must do, whatever its own defaults become."""
    from prefeitura.celery import app

    assert app.conf.broker_connection_max_retries is None
    assert app.conf.broker_connection_retry_on_startup
    assert app.conf.task_acks_late
    assert app.conf.task_reject_on_worker_lost
    assert app.conf.task_ignore_result
    assert app.conf.worker_disable_prefetch and app.conf.worker_prefetch_multiplier == 0
    assert not app.conf.worker_enable_remote_control
    assert app.conf.broker_transport_options["visibility_timeout"] == 900


@pytest.mark.django_db
def test_a_batch_asks_the_broker_once_and_another_worker_shares_it_out(monkeypatch):
    pedidas = []

    def publicar(tarefa, args=None, kwargs=None, **_):
        pedidas.append((tarefa.apelido, tuple(args)))

    monkeypatch.setattr(fila.Tarefa, "apply_async", publicar)
    tasks.pedir_para_cada(tasks.enviar, ["um"])
    tasks.pedir_para_cada(tasks.baixar_midia, [])
    tasks.pedir_para_cada(tasks.baixar_midia, ["um", "dois"])
    assert pedidas == [("enviar", ("um",)), ("repartir", ("baixar_midia", ["um", "dois"]))]
    tasks.repartir(*pedidas.pop()[1])
    assert pedidas[1:] == [("baixar_midia", ("um",)), ("baixar_midia", ("dois",))]
