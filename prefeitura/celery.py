"""The Celery application: tasks carry ids, and may run zero, one or many times."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "prefeitura.settings")
os.environ.setdefault("PAPEL", "trabalhador")

from celery import Celery  # noqa: E402 (the role of the process must be set before the settings)
from celery.signals import setup_logging, worker_init  # noqa: E402

app = Celery("prefeitura")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["prefeitura.whatsapp", "atendimento"])


@setup_logging.connect
def deixar_os_registros(**_) -> None:
    """Keep the log lines as the settings want them: Celery would set a level of its own."""


@worker_init.connect
def conferir_a_partida(**_) -> None:
    """Refuse a bad database and wait for the migrations before the first task."""
    from prefeitura.ambiente import partida

    partida.conferir()
    partida.esperar_migracoes()
