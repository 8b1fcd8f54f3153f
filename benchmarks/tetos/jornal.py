"""The ceiling of `webhook`: one ASGI function, a psycopg pool, many requests in one transaction.

Signature compared, body stored, 200 after the commit; nothing else. Served as the house is:
`uvicorn benchmarks.tetos.jornal:application`. Its table is its own.
"""

import asyncio
import hmac
import os

from psycopg_pool import AsyncConnectionPool

SEGREDO = os.environ["WHATSAPP_APP_SECRET"].encode()
TABELA = "CREATE TABLE IF NOT EXISTS bench_jornal (id bigserial PRIMARY KEY, corpo bytea NOT NULL)"
GRAVAR = "INSERT INTO bench_jornal (corpo) SELECT unnest(%b::bytea[])"
GRAVADORES = 2
INICIO = {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]}
FIM = {"type": "http.response.body"}
RECUSA = INICIO | {"status": 403}

fila: list[tuple[bytes, asyncio.Future]] = []
gravando = 0
banco: AsyncConnectionPool | None = None


async def gravar() -> None:
    """Commit what waits, until nothing waits."""
    global fila, gravando
    await asyncio.sleep(0)
    async with banco.connection() as conexao:
        while fila:
            lote, fila = fila, []
            await conexao.execute(GRAVAR, [[corpo for corpo, _ in lote]])
            for _, feito in lote:
                feito.set_result(None)
    gravando -= 1


async def application(scope, receive, send) -> None:
    """Store one body."""
    global banco, gravando
    if scope["type"] == "lifespan":
        await receive()
        banco = AsyncConnectionPool(
            os.environ["DATABASE_URL"], min_size=2, open=False, kwargs={"autocommit": True}
        )
        await banco.open(wait=True)
        async with banco.connection() as conexao:
            await conexao.execute(TABELA)
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await banco.close()
        return await send({"type": "lifespan.shutdown.complete"})
    corpo, mais = b"", True
    while mais:
        mensagem = await receive()
        corpo += mensagem.get("body", b"")
        mais = mensagem.get("more_body", False)
    certa = b"sha256=" + hmac.digest(SEGREDO, corpo, "sha256").hex().encode()
    dada = next(v for n, v in scope["headers"] if n == b"x-hub-signature-256")
    if not hmac.compare_digest(certa, dada):
        await send(RECUSA)
        return await send(FIM)
    feito = asyncio.get_running_loop().create_future()
    fila.append((corpo, feito))
    if gravando < GRAVADORES:
        gravando += 1
        asyncio.create_task(gravar())
    await feito
    await send(INICIO)
    await send(FIM)
