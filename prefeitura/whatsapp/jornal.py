"""The durable journal of webhooks: many requests share one commit.

Only `webhook` uses it, on the event loop of the web process. It knows nothing of Valkey, Celery
or the ORM, so that nothing but PostgreSQL stands between a citizen's message and its 200.
"""

import asyncio
import logging
from collections import deque

import psycopg
from psycopg import DataError, Error

from prefeitura.banco.endereco import parametros

registro = logging.getLogger(__name__)

GRAVADORES = 2
LINHAS_POR_COMMIT = 200
BYTES_POR_COMMIT = 16 * 1024 * 1024
ESPERA_ENTRE_TENTATIVAS = 0.1
TIQUE = 0.1
# One notification a commit, not one a row: it only wakes the varredor.
GRAVAR = """
WITH novos AS (
    INSERT INTO whatsapp_eventorecebido (corpo, sha256, correlacao)
    SELECT corpo, hash, codigo
    FROM unnest(%b::bytea[], %b::bytea[], %b::text[]) AS t(corpo, hash, codigo)
    RETURNING 1
)
SELECT pg_notify('evento_recebido', '')
"""


class Indisponivel(Exception):
    """The database did not store the body in time; whoever sent it must send it again."""


class Jornal:
    """Store bodies durably, gathering those that arrive while the last commit is in flight.

    Two connections of its own instead of a pool: a pool doubles its pause between failed
    attempts, and after an outage of minutes the webhook would stay closed for minutes more.

    Args:
        prazo: seconds that a body may wait for the database, restarts included.
    """

    def __init__(self, prazo: float = 3.0) -> None:
        self.prazo = prazo
        self._fila: deque[tuple[bytes, bytes, str, asyncio.Future]] = deque()
        self._livres: list[psycopg.AsyncConnection] = []
        self._esperam: deque[tuple[float, asyncio.Future]] = deque()
        self._tarefas: set[asyncio.Task] = set()
        self._gravando = 0
        self._relogio: asyncio.TimerHandle | None = None

    async def guardar(self, corpo: bytes, sha256: bytes, codigo: str) -> None:
        """Return after the commit that holds `corpo`; raise Indisponivel after `prazo` seconds.

        `codigo` is the correlation of this webhook.
        """
        laco = asyncio.get_running_loop()
        guardado = laco.create_future()
        self._fila.append((corpo, sha256, codigo, guardado))
        self._esperam.append((laco.time() + self.prazo, guardado))
        if self._relogio is None:
            self._relogio = laco.call_later(TIQUE, self._vencer, laco)
        if self._gravando < GRAVADORES:
            self._gravando += 1
            tarefa = asyncio.create_task(self._esvaziar())
            self._tarefas.add(tarefa)
            tarefa.add_done_callback(self._tarefas.discard)
        await guardado

    def _vencer(self, laco: asyncio.AbstractEventLoop) -> None:
        """Refuse who waited too long. One timer for all: one each would cost as much as storing."""
        agora = laco.time()
        while self._esperam and (self._esperam[0][1].done() or self._esperam[0][0] <= agora):
            _, guardado = self._esperam.popleft()
            if not guardado.done():
                guardado.set_exception(Indisponivel())
        self._relogio = laco.call_later(TIQUE, self._vencer, laco) if self._esperam else None

    async def fechar(self) -> None:
        """Finish what is being written and close the connections."""
        if self._tarefas:
            await asyncio.wait(set(self._tarefas), timeout=self.prazo)
        if self._relogio is not None:
            self._relogio.cancel()
        while self._livres:
            await self._livres.pop().close()

    async def _esvaziar(self) -> None:
        try:
            await asyncio.sleep(0)  # lets the requests that are already here join this commit
            while lote := self._tirar_lote():
                await self._gravar(lote)
        finally:
            self._gravando -= 1

    def _tirar_lote(self) -> list:
        lote, tamanho = [], 0
        while self._fila and len(lote) < LINHAS_POR_COMMIT and tamanho < BYTES_POR_COMMIT:
            item = self._fila.popleft()
            if not item[-1].done():
                lote.append(item)
                tamanho += len(item[0])
        return lote

    async def _gravar(self, lote: list) -> None:
        """Commit the batch; repeat on a lost connection while anybody still waits for it."""
        while lote := [item for item in lote if not item[-1].done()]:
            conexao = None
            try:
                conexao = await self._conectar()
                await conexao.execute(GRAVAR, [[i[coluna] for i in lote] for coluna in range(3)])
            except Error as erro:
                perdida = conexao is None or conexao.broken or conexao.closed
                registro.warning("webhook_sem_banco", extra={"erro": type(erro).__name__})
                await self._devolver(conexao)
                if perdida:
                    await asyncio.sleep(ESPERA_ENTRE_TENTATIVAS)
                elif len(lote) > 1 and isinstance(erro, DataError):
                    for item in lote:
                        await self._gravar([item])
                else:
                    _recusar(lote)
            except (OSError, RuntimeError) as erro:
                registro.error("webhook_sem_banco", extra={"erro": type(erro).__name__})
                await self._devolver(conexao)
                _recusar(lote)
            else:
                await self._devolver(conexao)
                for *_, guardado in lote:
                    if not guardado.done():
                        guardado.set_result(None)

    async def _conectar(self) -> psycopg.AsyncConnection:
        while self._livres:
            conexao = self._livres.pop()
            if not conexao.closed:
                return conexao
        conexao = await psycopg.AsyncConnection.connect(
            **parametros()
            | {
                "autocommit": True,
                "connect_timeout": 2,
                "application_name": "prefeitura-webhook",
                # A vanished server is noticed by the kernel, not by a cancelled statement.
                "tcp_user_timeout": 4000,
                "keepalives_idle": 10,
            }
        )
        try:
            await conexao.execute(
                "SELECT set_config('synchronous_commit', 'on', false),"
                " set_config('statement_timeout', '3s', false)"
            )
        except BaseException:
            await conexao.close()
            raise
        return conexao

    async def _devolver(self, conexao: psycopg.AsyncConnection | None) -> None:
        if conexao is None:
            return
        if conexao.broken or conexao.closed:
            await conexao.close()
        else:
            self._livres.append(conexao)


def _recusar(lote: list) -> None:
    for *_, guardado in lote:
        if not guardado.done():
            guardado.set_exception(Indisponivel())
