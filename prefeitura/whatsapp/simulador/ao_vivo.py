"""Server-sent events for the phone page: what changed, the moment it changes."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any


class AoVivo:
    """Fans small JSON events out to every open page."""

    def __init__(self) -> None:
        self._ouvintes: set[asyncio.Queue[str | None]] = set()
        self.contados = 0

    def contar(self, tipo: str, **dados: Any) -> None:
        """Send one event to every page; a page that stopped reading is dropped."""
        self.contados += 1
        texto = json.dumps({"tipo": tipo} | dados, ensure_ascii=False)
        for fila in list(self._ouvintes):
            if fila.full():
                self._ouvintes.discard(fila)
            else:
                fila.put_nowait(texto)

    def encerrar(self) -> None:
        """End every stream, so that the process can stop at once."""
        for fila in list(self._ouvintes):
            if not fila.full():
                fila.put_nowait(None)

    async def ouvir(self) -> AsyncIterator[str]:
        """Yield lines in the text/event-stream format until the page leaves."""
        fila: asyncio.Queue[str | None] = asyncio.Queue(maxsize=5_000)
        self._ouvintes.add(fila)
        try:
            yield "retry: 1000\n\n"
            while True:
                try:
                    texto = await asyncio.wait_for(fila.get(), timeout=15)
                except TimeoutError:
                    yield ": vivo\n\n"
                    continue
                if texto is None:
                    return
                yield f"data: {texto}\n\n"
        finally:
            self._ouvintes.discard(fila)
