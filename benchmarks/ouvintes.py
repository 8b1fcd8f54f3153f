"""200 open pages, in a process of their own: `python -m benchmarks.ouvintes URL N ORIGIN`.

Session cookies come one a line on standard input, then an empty line; each page takes the next.
Says `pronto` when all are open, and after one more line prints
(page, id, when) of each frame that came.
"""

import asyncio
import json
import sys
import time

import uvloop
from websockets.asyncio.client import connect


async def pagina(n: int, url: str, origem: str, cookie: str, prontas: list, vistos: list) -> None:
    """Read one socket for ever."""
    cabecalhos = {"Cookie": f"sessionid={cookie}"} if cookie else {}
    async with connect(
        url, origin=origem, additional_headers=cabecalhos, compression=None, open_timeout=60
    ) as socket:
        async for texto in socket:
            agora = time.time()
            quadro = json.loads(texto)
            if quadro["tipo"] == "pronto":
                prontas.append(1)
            elif quadro["tipo"] == "atendimento":
                vistos.append((n, quadro["id"], agora))


async def ouvir(url: str, quantas: int, origem: str) -> list[tuple[int, int, float]]:
    """Open all, wait for the word to end, return what was seen."""
    cookies = []
    while linha := sys.stdin.readline().strip():
        cookies.append(linha)
    prontas: list[int] = []
    vistos: list[tuple[int, int, float]] = []
    tarefas = []
    for n in range(quantas):
        cookie = cookies[n % len(cookies)] if cookies else ""
        tarefas.append(asyncio.create_task(pagina(n, url, origem, cookie, prontas, vistos)))
        await asyncio.sleep(0.005)
    while len(prontas) < quantas:
        for tarefa in tarefas:
            if tarefa.done():
                tarefa.result()
        await asyncio.sleep(0.02)
    print("pronto", flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    for tarefa in tarefas:
        tarefa.cancel()
    return vistos


if __name__ == "__main__":
    print(json.dumps(uvloop.run(ouvir(sys.argv[1], int(sys.argv[2]), sys.argv[3]))))
