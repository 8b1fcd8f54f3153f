"""One code for all that comes of one cause, so that one search in the logs tells its whole life.

A webhook and a request of a browser each begin one. It is kept in `EventoRecebido` and `Envio`,
goes along in the headers of Celery, and `registro` writes it on every line.
"""

import re
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from logging import getLogger

from django.conf import settings
from django.http import HttpRequest, HttpResponse

registro = getLogger(__name__)

ACEITA = re.compile(r"[0-9A-Za-z-]{8,64}", re.ASCII)
_atual: ContextVar[str] = ContextVar("correlacao", default="")


def atual() -> str:
    """Return the code of what is being done now, or empty."""
    return _atual.get()


def nova() -> str:
    """Return a code never used before."""
    return secrets.token_hex(16)


def atual_ou_nova() -> str:
    """Return the code of what is being done now, or begin one."""
    return atual() or nova()


def recebida(cabecalho: str) -> str:
    """Return the X-Request-ID that came, when it is our proxy's, else a new code.

    Without a proxy anybody could write it, and mix their lines with those of others.
    """
    if settings.ATRAS_DE_PROXY and ACEITA.fullmatch(cabecalho):
        return cabecalho
    return nova()


@contextmanager
def dentro_de(codigo: str) -> Iterator[None]:
    """Do what is inside under `codigo`; an empty one changes nothing."""
    antes = _atual.set(codigo or _atual.get())
    try:
        yield
    finally:
        _atual.reset(antes)


class Correlacao:
    """Gives each request its code, says it in the answer, and logs what changed something."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        codigo = recebida(request.headers.get("X-Request-ID", ""))
        inicio = time.perf_counter()
        with dentro_de(codigo):
            resposta = self.get_response(request)
            if request.method not in ("GET", "HEAD", "OPTIONS"):
                _registrar(request, resposta, inicio)
        resposta["X-Request-ID"] = codigo
        return resposta


def _registrar(request: HttpRequest, resposta: HttpResponse, inicio: float) -> None:
    achada = request.resolver_match
    registro.info(
        "pedido",
        extra={
            "rota": achada.route if achada else None,
            "http": resposta.status_code,
            "servidor_id": getattr(getattr(request, "user", None), "pk", None),
            "ms": round(1000 * (time.perf_counter() - inicio)),
        },
    )
