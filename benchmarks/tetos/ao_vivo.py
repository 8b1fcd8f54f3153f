"""The ceiling of `ao_vivo`: an ASGI function with one Redis subscription, forwarded to all sockets.

`uvicorn benchmarks.tetos.ao_vivo:application`.
"""

import asyncio
import os

import redis.asyncio as redis

CANAL = "bench:ao_vivo"
abertos: set = set()
escuta: asyncio.Task | None = None


async def escutar(inscricao) -> None:
    """Forward every message to every socket."""
    async for mensagem in inscricao.listen():
        if mensagem["type"] == "message":
            quadro = {"type": "websocket.send", "text": mensagem["data"].decode()}
            for send in list(abertos):
                await send(quadro)


async def application(scope, receive, send) -> None:
    """One socket, or the life of the server."""
    global escuta
    if scope["type"] == "lifespan":
        await receive()
        inscricao = redis.Redis.from_url(os.environ["REDIS_URL"]).pubsub()
        await inscricao.subscribe(CANAL)
        escuta = asyncio.create_task(escutar(inscricao))
        await send({"type": "lifespan.startup.complete"})
        await receive()
        escuta.cancel()
        return await send({"type": "lifespan.shutdown.complete"})
    await receive()
    await send({"type": "websocket.accept"})
    await send({"type": "websocket.send", "text": '{"tipo":"pronto"}'})
    abertos.add(send)
    while (await receive())["type"] != "websocket.disconnect":
        pass
    abertos.discard(send)
