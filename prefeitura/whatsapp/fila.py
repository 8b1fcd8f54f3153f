"""Waking workers: a Celery message carries ids, may be lost, and never costs the caller anything.

The tables are the queues (`EventoRecebido`, `Envio`, `Midia`); `manage.py varredor` finds again
what a lost message left behind. So a broker that is away is not an error of whoever publishes.
"""

import logging
import threading
import time
from functools import cached_property

from celery import Task
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from prefeitura.ambiente import correlacao
from prefeitura.whatsapp.metricas import TAREFA_FALHAS, TAREFA_SEGUNDOS

registro = logging.getLogger(__name__)

DESCANSO = 3.0
_mudo_ate = 0.0
_trava = threading.Lock()


class Tarefa(Task):
    """Base of our tasks: publishing returns None, at once, while the broker is away.

    After a failure nothing is tried for three seconds, so that a burst does not queue up behind
    connection timeouts. The correlation of whoever asks goes along in the headers.
    """

    abstract = True

    @cached_property
    def apelido(self) -> str:
        """The last word of the name, for figures and logs."""
        return self.name.rpartition(".")[2]

    def __call__(self, *args, **kwargs):
        """Run under the correlation that came with the message, and measure."""
        inicio = time.perf_counter()
        with correlacao.dentro_de(self.request.get("correlacao") or correlacao.nova()):
            try:
                return super().__call__(*args, **kwargs)
            except Exception as erro:
                TAREFA_FALHAS.labels(self.apelido).inc()
                registro.error("tarefa_falhou", exc_info=erro, extra={"tarefa": self.apelido})
                raise
            finally:
                TAREFA_SEGUNDOS.labels(self.apelido).observe(time.perf_counter() - inicio)

    def apply_async(self, args=None, kwargs=None, **opcoes):
        """Publish, or give up silently; return the AsyncResult or None."""
        global _mudo_ate
        if time.monotonic() < _mudo_ate:
            return None
        opcoes["headers"] = {"correlacao": correlacao.atual()} | (opcoes.get("headers") or {})
        try:
            return super().apply_async(args, kwargs, **opcoes)
        except (OperationalError, RedisError, OSError) as erro:
            with _trava:
                _mudo_ate = time.monotonic() + DESCANSO
            registro.warning("broker_ausente", extra={"erro": type(erro).__name__})
            return None
