"""The bare chain of `resposta`: a Django view with one INSERT, and an empty Celery task after it.

`uvicorn benchmarks.tetos.corrente:application` and `celery -A benchmarks.tetos.corrente worker`
run it; the task only notes when it was reached.
"""

import contextlib
import os
import sys
import time
from collections.abc import Callable, Iterator

FILA, CHEGADAS = "corrente", "bench:corrente"
TRABALHADOR = (
    "worker --pool threads --concurrency 8 --loglevel WARNING --without-gossip --without-mingle "
    "--without-heartbeat -Q corrente -n corrente@%h"
)
UVICORN = "--loop uvloop --http httptools --no-access-log --no-server-header --log-level warning"
SERVINDO = "BENCH_CORRENTE" in os.environ

if SERVINDO:
    import environ
    import redis
    from celery import Celery
    from django.conf import settings

    from prefeitura.ambiente.servicos import url_do_broker

    settings.configure(
        SECRET_KEY="so-para-medir",
        ALLOWED_HOSTS=["*"],
        ROOT_URLCONF=__name__,
        DATABASES={"default": environ.Env.db_url_config(os.environ["DATABASE_URL"])},
    )
    settings.DATABASES["default"].setdefault("OPTIONS", {})["pool"] = {"max_size": 12}

    import django

    django.setup()

    from django.core.asgi import get_asgi_application
    from django.db import connection, transaction
    from django.http import HttpResponse
    from django.urls import path

    app = Celery("corrente", broker=url_do_broker(os.environ["REDIS_URL"]))
    app.conf.update(task_ignore_result=True, task_default_queue=FILA, worker_prefetch_multiplier=1)
    app.set_default()
    valkey = redis.Redis.from_url(os.environ["REDIS_URL"])

    @app.task
    def chegar(texto: str) -> None:
        """Note the time."""
        valkey.hset(CHEGADAS, texto, time.time())

    def guardar(request):
        """One INSERT, and the task on commit."""
        texto = request.body.decode()
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("INSERT INTO bench_corrente (texto) VALUES (%s)", [texto])
            transaction.on_commit(lambda: chegar.delay(texto))
        return HttpResponse(headers={"Content-Length": "0"})

    urlpatterns = [path("", guardar)]
    application = get_asgi_application()


@contextlib.contextmanager
def no_ar(bancada) -> Iterator[tuple[str, Callable[[], dict[str, float]]]]:
    """Both processes running; yields the address, and what tells when each text arrived."""
    from benchmarks.portas import porta_livre

    with bancada.conectar() as conexao:
        conexao.execute(
            "CREATE TABLE IF NOT EXISTS bench_corrente (id bigserial PRIMARY KEY, texto text)"
        )
    porta, valkey = porta_livre(), bancada.broker()
    python, modulo = sys.executable, "benchmarks.tetos.corrente"
    site = f"{python} -m uvicorn {UVICORN} --port {porta} {modulo}:application".split()
    trabalhador = f"{python} -m celery -A {modulo} {TRABALHADOR}".split()
    comuns = {"BENCH_CORRENTE": "1"}
    with bancada.no_ar(trabalhador, 0, **comuns), bancada.no_ar(site, porta, **comuns):
        yield (
            f"http://127.0.0.1:{porta}/",
            lambda: {t.decode(): float(q) for t, q in valkey.hgetall(CHEGADAS).items()},
        )
