"""GUARANTEES 4.9, rows 169 to 171, on a real server: sockets that do not read, are gone, or are
too many."""

import asyncio
import base64
import contextlib
import json
import os
import socket
import time

import pytest
import redis
import uvicorn
from asgiref.sync import async_to_sync
from django.conf import settings
from django.test import Client
from websockets.asyncio.client import connect

from prefeitura import asgi
from prefeitura.ambiente.processos import esperar
from prefeitura.tempo_real import consumers, presenca
from prefeitura.tempo_real.eventos import grupo_do_servidor
from prefeitura.tempo_real.publicar import publicar
from tests.whatsapp.servidor_web import no_ar

pytestmark = pytest.mark.django_db(transaction=True)


class Site:
    """The whole application, with a lifespan that opens nothing."""

    async def lifespan(self, receive, send):
        while (await receive())["type"] != "lifespan.shutdown":
            await send({"type": "lifespan.startup.complete"})
        await send({"type": "lifespan.shutdown.complete"})

    async def __call__(self, scope, receive, send):
        await asgi.application(scope, receive, send)


@contextlib.contextmanager
def site_no_ar(**opcoes):
    with no_ar(Site(), ws="websockets-sansio", **opcoes) as porta:
        yield porta


def biscoito(servidor) -> str:
    navegador = Client()
    navegador.force_login(servidor)
    return "; ".join(f"{nome}={b.value}" for nome, b in navegador.cookies.items())


def lugares(servidor) -> int:
    with redis.Redis.from_url(settings.REDIS_URL) as valkey:
        return valkey.zcard(f"paginas:{servidor.pk}")


@pytest.fixture(autouse=True)
def _ninguem(ana):
    with redis.Redis.from_url(settings.REDIS_URL) as valkey:
        valkey.delete(f"paginas:{ana.pk}")


def abrir_cru(porta: int, servidor, *, memoria: int = 0) -> socket.socket:
    """A browser that shakes hands and then does as the test wants."""
    sock = socket.socket()
    if memoria:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, memoria)
    sock.settimeout(20)
    sock.connect(("127.0.0.1", porta))
    chave = base64.b64encode(os.urandom(16)).decode()
    linhas = [
        "GET /ws/ HTTP/1.1",
        f"Host: 127.0.0.1:{porta}",
        f"Origin: http://127.0.0.1:{porta}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Key: {chave}",
        "Sec-WebSocket-Version: 13",
        f"Cookie: {biscoito(servidor)}",
    ]
    sock.sendall("\r\n".join(linhas).encode() + b"\r\n\r\n")
    assert sock.recv(12) == b"HTTP/1.1 101"
    return sock


def test_E169_who_never_reads_is_let_go_and_holds_nobody(ana, monkeypatch):
    monkeypatch.setattr(consumers, "ESPERA_DO_LENTO_S", 0.5)
    idas = []
    desligar = consumers.PaginaAberta.disconnect

    async def disconnect(pagina, codigo):
        idas.append(codigo)
        await desligar(pagina, codigo)

    monkeypatch.setattr(consumers.PaginaAberta, "disconnect", disconnect)
    with site_no_ar(ws_ping_interval=None) as porta, abrir_cru(porta, ana, memoria=2048):
        assert esperar(lambda: lugares(ana) == 1, 10)
        # Enough for every buffer between us and them to be full.
        gordo = {"tipo": "presenca", "id": 1, "x": "a" * 60_000}
        prazo = time.monotonic() + 30
        while not idas and time.monotonic() < prazo:
            publicar([grupo_do_servidor(ana.pk)], gordo)
            time.sleep(0.01)
        assert idas[:1] == [consumers.LENTO_DEMAIS]
        assert esperar(lambda: lugares(ana) == 0, 10)


def test_E170_cable_pulled_is_noticed_and_the_place_is_free(ana):
    with site_no_ar(ws_ping_interval=0.3, ws_ping_timeout=0.3) as porta:
        sock = abrir_cru(porta, ana)  # reads nothing, so it answers no ping
        assert esperar(lambda: lugares(ana) == 1, 10)
        assert esperar(lambda: lugares(ana) == 0, 10)
        sock.close()


def test_E170_in_production_it_is_noticed_within_45_seconds():
    padrao = uvicorn.Config(app="x")
    assert padrao.ws_ping_interval + padrao.ws_ping_timeout <= 45
    assert presenca.VALE_POR <= 45


def test_E171_twenty_first_page_closes_the_oldest(ana):
    @async_to_sync
    async def correr(porta, cabecalhos):
        async with contextlib.AsyncExitStack() as abertas:
            paginas = []
            for _ in range(presenca.PAGINAS_POR_PESSOA + 1):
                pagina = await abertas.enter_async_context(
                    connect(
                        f"ws://127.0.0.1:{porta}/ws/",
                        origin=f"http://127.0.0.1:{porta}",
                        additional_headers=cabecalhos,
                        proxy=None,
                    )
                )
                assert json.loads(await pagina.recv()) == {"tipo": "pronto"}
                paginas.append(pagina)
            async with asyncio.timeout(10):
                await paginas[0].wait_closed()
            assert paginas[0].close_code == 4409
            for pagina in paginas[1:]:
                await pagina.send('{"acao":"ping"}')
                assert json.loads(await pagina.recv()) == {"tipo": "pong"}

    cabecalhos = {"Cookie": biscoito(ana)}
    with site_no_ar() as porta:
        correr(porta, cabecalhos)
        assert esperar(lambda: lugares(ana) == 0, 10)
