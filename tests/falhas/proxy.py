"""A TCP proxy whose faults are switched at run time: latency, narrow bands, cuts, black holes.

It stands between any two processes: browser and site, site and PostgreSQL, worker and Valkey or
Meta. One thread with an event loop serves each proxy; its methods may be called from any thread.
"""

import asyncio
import random
import socket
import struct
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

import uvloop

PEDACO = 64 * 1024
IDA, VOLTA = "ida", "volta"


class Proxy:
    """Listens on a free port of this machine and passes everything on to `destino`.

    Args:
        destino: (host, port), or the path of a Unix socket.
    """

    def __init__(self, destino: tuple[str, int] | Path) -> None:
        self.destino = destino
        self.conexoes = 0
        self._acaso = random.Random(0)
        self._zerar()
        self._pares: set[tuple[asyncio.Transport, ...]] = set()
        self._laco = uvloop.new_event_loop()
        self._fio = threading.Thread(target=self._laco.run_forever, name="proxy", daemon=True)
        self._fio.start()
        with socket.create_server(("127.0.0.1", 0)) as escolha:
            self.porta = escolha.getsockname()[1]
        self._servidor: asyncio.Server | None = None
        self._chamar(self._escutar())

    # Faults ---------------------------------------------------------------------------------

    def sarar(self) -> None:
        """End every fault; connections that lost bytes are dropped."""
        perdidas = self._engole
        self._zerar()
        self._chamar(self._escutar())
        if perdidas:
            self.derrubar()

    def latencia(self, ms: float, jitter: float = 0) -> None:
        """Delay each piece, in both directions, by `ms` more or less `jitter`."""
        self._ms, self._jitter = ms, jitter

    def banda(self, bytes_por_s: int) -> None:
        """Let this many bytes a second pass on each connection, in each direction."""
        self._banda = bytes_por_s

    def cortar_apos(self, n: int, sentido: str = VOLTA) -> None:
        """Let `n` bytes pass in this direction of each new connection, then reset it."""
        self._corte = (n, sentido)

    def buraco_negro(self) -> None:
        """Accept, read, and never answer; what is open falls silent too."""
        self._engole = True

    def recusar(self) -> None:
        """Close the port and every connection: nobody is there."""
        self._chamar(self._calar())
        self.derrubar()

    def resetar(self) -> None:
        """Reset what is open, and each new connection at once."""
        self._reseta = True
        self.derrubar()

    def derrubar(self) -> None:
        """Reset what is open now; new connections are served."""
        self._laco.call_soon_threadsafe(self._derrubar)

    def meio_fechado(self) -> None:
        """Close only the way back of what is open: requests still go, answers never come."""
        self._laco.call_soon_threadsafe(self._fechar_volta)

    def defeitos(self) -> list[Callable[[], None]]:
        """Every fault that a run may pass through: call one to begin it, `sarar` ends it."""
        return [
            partial(self.latencia, 40, 30),
            self.derrubar,
            self.resetar,
            self.recusar,
            self.buraco_negro,
            self.meio_fechado,
            partial(self.cortar_apos, 60, VOLTA),
            partial(self.cortar_apos, 200, IDA),
            partial(self.banda, 50_000),
        ]

    def fechar(self) -> None:
        """Stop for good."""
        self._chamar(self._calar())
        self._derrubar_e_esperar()
        self._laco.call_soon_threadsafe(self._laco.stop)
        self._fio.join(5)
        self._laco.close()

    # Machinery ------------------------------------------------------------------------------

    def _zerar(self) -> None:
        self._ms = self._jitter = 0.0
        self._banda = 0
        self._corte: tuple[int, str] | None = None
        self._engole = self._reseta = False

    def _chamar(self, corrotina) -> None:
        asyncio.run_coroutine_threadsafe(corrotina, self._laco).result(10)

    async def _escutar(self) -> None:
        if self._servidor is None:
            self._servidor = await asyncio.start_server(self._atender, "127.0.0.1", self.porta)

    async def _calar(self) -> None:
        if self._servidor is not None:
            self._servidor.close()
            self._servidor = None

    def _derrubar(self) -> None:
        for par in list(self._pares):
            for transporte in par:
                _resetar(transporte)

    def _derrubar_e_esperar(self) -> None:
        async def esperar() -> None:
            self._derrubar()
            while self._pares:
                await asyncio.sleep(0.01)

        with suppress(TimeoutError):
            self._chamar(esperar())

    def _fechar_volta(self) -> None:
        for cliente, *_ in list(self._pares):
            with suppress(OSError, RuntimeError):
                cliente.write_eof()

    async def _atender(self, le: asyncio.StreamReader, escreve: asyncio.StreamWriter) -> None:
        self.conexoes += 1
        if self._reseta:
            return _resetar(escreve.transport)
        try:
            if isinstance(self.destino, Path):
                la_le, la_escreve = await asyncio.open_unix_connection(str(self.destino))
            else:
                la_le, la_escreve = await asyncio.open_connection(*self.destino)
        except OSError:
            return _resetar(escreve.transport)
        par = (escreve.transport, la_escreve.transport)
        self._pares.add(par)
        try:
            await asyncio.gather(
                self._passar(le, la_escreve, par, IDA), self._passar(la_le, escreve, par, VOLTA)
            )
        finally:
            self._pares.discard(par)
            for transporte in par:
                transporte.abort()

    async def _passar(self, le, escreve, par, sentido: str) -> None:
        """Carry one direction until its end, its cut, or the death of either side."""
        corte, passados = self._corte, 0
        limite = corte[0] if corte and corte[1] == sentido else None
        try:
            while pedaco := await le.read(PEDACO):
                if self._engole:
                    continue
                await self._demorar(len(pedaco))
                if limite is not None and passados + len(pedaco) > limite:
                    escreve.write(pedaco[: limite - passados])
                    with suppress(OSError):
                        await escreve.drain()
                    for transporte in par:
                        _resetar(transporte)
                    return
                passados += len(pedaco)
                escreve.write(pedaco)
                await escreve.drain()
            escreve.write_eof()
        except (OSError, RuntimeError):
            for transporte in par:
                transporte.abort()

    async def _demorar(self, quantos: int) -> None:
        espera = self._ms + self._acaso.uniform(-self._jitter, self._jitter)
        if self._banda:
            espera += 1000 * quantos / self._banda
        if espera > 0:
            await asyncio.sleep(espera / 1000)


def _resetar(transporte: asyncio.Transport) -> None:
    """RST instead of FIN: what a pulled plug or a full table of a firewall looks like."""
    sock = transporte.get_extra_info("socket")
    if sock is not None and sock.family != socket.AF_UNIX:
        with suppress(OSError):
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transporte.abort()
