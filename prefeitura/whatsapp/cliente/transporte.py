"""The transport by `requests`: one try, no redirect, a deadline, a cap, and the truth about
whether anything left this host.

Bodies and tokens are never logged. Replies and management calls pass here; a second transport
can stand beside it with the same `Troca`.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import requests
from django.db import connections
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError, NameResolutionError, NewConnectionError
from urllib3.util.connection import create_connection

from prefeitura.whatsapp.cliente import vigia
from prefeitura.whatsapp.cliente.classificar import Troca, ler_json
from prefeitura.whatsapp.cliente.destinos import DestinoProibido, exigir_permitido, resolver

CONECTAR, LER = 5.0, 30.0
PRAZO = 60.0
MAXIMO_DE_JSON = 1024 * 1024
OCIOSA = 20.0
PEDACO = 64 * 1024

_do_fio = threading.local()


class SemTransacao(RuntimeError):
    """A network call was attempted inside a database transaction (GUARANTEES G17)."""


class _Marcada:
    """Connection that resolves once, checks where it goes, and notes when bytes begin to leave."""

    def _new_conn(self):
        try:
            enderecos = resolver(self.host.strip("[]"), self.port)
        except OSError as erro:
            raise NameResolutionError(self.host, self, erro) from erro
        falha: OSError | None = None
        for endereco in enderecos:
            try:
                sock = create_connection(endereco, self.timeout, socket_options=self.socket_options)
            except OSError as erro:
                falha = erro
            else:
                vigia.vigiar(threading.get_ident(), sock, _do_fio.ate)
                return sock
        raise NewConnectionError(self, "conexão recusada") from falha

    def send(self, data):
        if self.sock is None:
            self.connect()
        if time.monotonic() > _do_fio.ate:
            # By now somebody else decides about this call: it must not leave so late.
            raise TimeoutError("prazo vencido")
        vigia.vigiar(threading.get_ident(), self.sock, _do_fio.ate)
        _do_fio.saiu = True
        return super().send(data)


class _Http(_Marcada, HTTPConnection):
    pass


class _Https(_Marcada, HTTPSConnection):
    pass


class _PoolHttp(HTTPConnectionPool):
    ConnectionCls = _Http


class _PoolHttps(HTTPSConnectionPool):
    ConnectionCls = _Https


class _Adaptador(HTTPAdapter):
    def init_poolmanager(self, *args, **kwargs):
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _PoolHttp, "https": _PoolHttps}


def _sessao(host: str) -> requests.Session:
    """One session per thread; a connection idle for 20 s is dropped rather than trusted.

    A reused connection that the other side already closed is the commonest false doubt.
    """
    agora = time.monotonic()
    sessao = getattr(_do_fio, "sessao", None)
    if sessao is None:
        sessao = _do_fio.sessao = requests.Session()
        sessao.trust_env = False
        for esquema in ("http://", "https://"):
            sessao.mount(esquema, _Adaptador(max_retries=0, pool_maxsize=2))
        _do_fio.usada = {}
    elif agora - _do_fio.usada.get(host, agora) > OCIOSA:
        sessao.close()
        _do_fio.usada = {}
    _do_fio.usada[host] = agora
    return sessao


def exigir_fora_de_transacao() -> None:
    """Raise SemTransacao inside `atomic` (the one that wraps a test does not count)."""
    for conexao in connections.all(initialized_only=True):
        if any(not bloco._from_testcase for bloco in conexao.atomic_blocks):
            raise SemTransacao("Chamada à Meta dentro de uma transação.")


@contextmanager
def _pedir(metodo: str, url: str, token: str, prazo: float, **opcoes) -> Iterator:
    """Send one request and yield the streaming response; closes and unwatches at the end."""
    exigir_fora_de_transacao()
    exigir_permitido(url)
    cabecalhos = opcoes.pop("cabecalhos", {})
    sessao = _sessao(urlsplit(url).netloc)
    _do_fio.saiu, _do_fio.ate = False, time.monotonic() + prazo
    resposta = None
    try:
        resposta = sessao.request(
            metodo,
            url,
            headers={
                "Authorization": f"Bearer {token}",
                "User-Agent": "prefeitura/1",
                **cabecalhos,
            },
            timeout=(CONECTAR, min(LER, prazo)),
            stream=True,
            allow_redirects=False,
            **opcoes,
        )
        yield resposta
    finally:
        vigia.soltar(threading.get_ident())
        if resposta is not None:
            resposta.close()


def trocar(metodo: str, url: str, token: str, *, prazo: float = PRAZO, **opcoes) -> Troca:
    """Make one call that answers JSON, and say what was seen; network failures do not raise.

    Args:
        prazo: seconds for the whole exchange.
        opcoes: `json`, `params`, `data` of requests; `cabecalhos` are extra headers.

    Raises SemTransacao, and DestinoProibido for a `url` outside the list: mistakes, not weather.
    """
    exigir_permitido(url)
    try:
        with _pedir(metodo, url, token, prazo, **opcoes) as resposta:
            corpo = _ler_tudo(resposta)
            return Troca(True, resposta.status_code, corpo, _aguardar(resposta.headers))
    except (requests.RequestException, HTTPError, OSError, DestinoProibido) as erro:
        return Troca(_do_fio.saiu, falha=type(erro).__name__)


def _ler_tudo(resposta: requests.Response) -> bytes | None:
    """Read the whole body; None when it was cut or passes the cap."""
    corpo = bytearray()
    try:
        for pedaco in resposta.iter_content(PEDACO):
            corpo += pedaco
            if len(corpo) > MAXIMO_DE_JSON:
                return None
    except (requests.RequestException, HTTPError, OSError):
        return None
    # A body read to its end leaves the connection usable; the exchange is over.
    return bytes(corpo)


def _aguardar(cabecalhos) -> float | None:
    """Seconds that Meta asks us to wait: `Retry-After`, or its usage header (in minutes)."""
    valor = cabecalhos.get("Retry-After", "")
    if valor.strip().isdigit():
        return min(float(valor), 3600.0)
    uso = cabecalhos.get("x-business-use-case-usage", "")
    dados = ler_json(uso.encode())
    minutos = [
        linha.get("estimated_time_to_regain_access", 0)
        for linhas in (dados.values() if isinstance(dados, dict) else [])
        for linha in (linhas if isinstance(linhas, list) else [])
        if isinstance(linha, dict)
    ]
    maior = max((m for m in minutos if isinstance(m, int | float)), default=0)
    return min(maior * 60.0, 3600.0) or None


class Interrompido(Exception):
    """A download did not come to its end."""


@contextmanager
def abrir(url: str, token: str, *, prazo: float) -> Iterator[tuple[int, dict, Iterator[bytes]]]:
    """Open a download and yield (status, headers, chunks of bytes).

    Raises Interrompido on any network failure, also from the iterator.
    """
    try:
        with _pedir("GET", url, token, prazo) as resposta:
            yield resposta.status_code, resposta.headers, resposta.iter_content(PEDACO)
    except (requests.RequestException, HTTPError) as erro:
        raise Interrompido(type(erro).__name__) from erro


__all__ = ["DestinoProibido", "Interrompido", "SemTransacao", "Troca", "abrir", "trocar"]
