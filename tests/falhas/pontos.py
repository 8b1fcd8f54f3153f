"""The n-th failure: every place where an action can be interrupted, interrupted one by one.

A point is a SQL statement, the COMMIT (before and after it), an on-commit callback, a message to
the broker, a frame to the pages, a command to Valkey, a step of an HTTP call, or a file being
made durable. `Pontos(n, modo)` lets n - 1 of them pass and breaks the n-th (GUARANTEES 7.3):

- `levantar` raises what would be raised there; fast, inside the transaction of the test;
- `cair` closes the connection to the database first, as a restarted server does;
- `sair` ends the process on the spot, as SIGKILL does (only in a forked child).
"""

import errno
import os
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext

import pytest
import redis
from django.db import OperationalError, connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from redis.connection import AbstractConnection

from prefeitura.whatsapp.cliente import transporte

LEVANTAR, CAIR, SAIR = "levantar", "cair", "sair"
MORTO = 137
# What breaks here never reaches whoever asked: the tables are the queue, and pages ask again.
INOFENSIVOS = ("gancho", "broker", "página", "valkey")
_TABELA = re.compile(r'^\s*(?:WITH.*?\b)?(\w+)\b.*?"?((?:whatsapp|atendimento|cadastro)_\w+)', re.S)
_PONTO_DE_VOLTA = ("SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK TO SAVEPOINT")


class Quebra(RuntimeError):
    """What a process sees when something breaks between two lines of ours."""


class Pontos:
    """Counts the points of one thread and breaks the n-th; n = 0 only counts."""

    def __init__(self, n: int, modo: str) -> None:
        self.n, self.modo = n, modo
        self.nomes: list[str] = []
        self.onde = ""
        self._fio = threading.get_ident()

    @property
    def quebrou(self) -> bool:
        """Whether the n-th point was reached."""
        return bool(self.onde)

    @property
    def inofensivo(self) -> bool:
        """Whether what broke may not be noticed by the caller."""
        return self.modo == LEVANTAR and self.onde.partition(":")[0] in INOFENSIVOS

    def passar(self, tipo: str, nome: str, erro: Callable[[], BaseException]) -> None:
        """Go through one point, or break there."""
        if threading.get_ident() != self._fio or (self.modo == CAIR and tipo != "banco"):
            return
        self.nomes.append(f"{tipo}: {nome}")
        if len(self.nomes) != self.n:
            return
        self.onde = self.nomes[-1]
        if self.modo == SAIR:
            os._exit(MORTO)
        if self.modo == CAIR:
            connection.connection.close()
        raise erro()

    def banco(self, nome: str) -> None:
        """A point of the database."""
        self.passar("banco", nome, lambda: OperationalError("o servidor fechou a conexão"))


@contextmanager
def armados(pontos: Pontos) -> Iterator[None]:
    """Watch everything that this thread does until the end of the block."""
    with pytest.MonkeyPatch.context() as remendo, connection.execute_wrapper(_sql(pontos)):
        _transacoes(remendo, pontos)
        _mensagens(remendo, pontos)
        _http(remendo, pontos)
        _arquivos(remendo, pontos)
        yield


def _sql(pontos: Pontos):
    def envolver(execute, sql, params, many, context):
        if sql.startswith(_PONTO_DE_VOLTA) and pontos.modo != SAIR:
            return execute(sql, params, many, context)
        nome = _resumo(sql)
        pontos.banco(nome)
        feito = execute(sql, params, many, context)
        if not _dentro_de_transacao(connection):
            pontos.banco(f"depois de {nome}")  # it committed by itself
        return feito

    return envolver


def _resumo(sql: str) -> str:
    achado = _TABELA.match(sql)
    return f"{achado[1]} {achado[2]}" if achado else " ".join(sql.split())[:40]


def _dentro_de_transacao(conexao) -> bool:
    """Inside a transaction of the product; the one that wraps a test does not count."""
    return any(not bloco._from_testcase for bloco in conexao.atomic_blocks)


def _transacoes(remendo: pytest.MonkeyPatch, pontos: Pontos) -> None:
    """Before and after COMMIT, real or, inside a test's transaction, what stands for it."""
    commit, sair = BaseDatabaseWrapper._commit, transaction.Atomic.__exit__
    registrar, marcar = BaseDatabaseWrapper.on_commit, transaction.mark_for_rollback_on_error

    def _commit(conexao):
        pontos.banco("antes do COMMIT")
        commit(conexao)
        pontos.banco("depois do COMMIT")

    def __exit__(bloco, tipo, valor, rastro):
        conexao = transaction.get_connection(bloco.using)
        de_fora, de_dentro = conexao.atomic_blocks[:-1], conexao.atomic_blocks[-1:]
        simulado = bool(de_fora) and all(b._from_testcase for b in de_fora)
        if tipo is not None or bloco._from_testcase or not simulado or de_dentro != [bloco]:
            return sair(bloco, tipo, valor, rastro)
        try:
            pontos.banco("antes do COMMIT")
        except BaseException as erro:
            sair(bloco, type(erro), erro, erro.__traceback__)
            raise
        return sair(bloco, tipo, valor, rastro)

    def _rodar_ganchos(conexao):
        """As Django does: what is robust is heard of in the log alone."""
        try:
            pontos.banco("depois do COMMIT")
        except BaseException:
            conexao.run_on_commit = []
            raise
        while conexao.run_on_commit and not conexao.needs_rollback:
            _, funcao, robusta = conexao.run_on_commit.pop(0)
            try:
                funcao()
            except Exception:
                if not robusta:
                    raise

    @contextmanager
    def mark_for_rollback_on_error(using=None):
        """A single statement outside a transaction fails alone, also inside that of a test."""
        conexao = transaction.get_connection(using)
        with marcar(using) if _dentro_de_transacao(conexao) else nullcontext():
            yield

    def on_commit(conexao, func, robust=False):
        def gancho():
            nome = getattr(getattr(func, "func", func), "__qualname__", "tarefa")
            pontos.passar("gancho", nome, lambda: Quebra("o gancho quebrou"))
            func()

        registrar(conexao, gancho, robust=robust)

    remendo.setattr(BaseDatabaseWrapper, "_commit", _commit)
    remendo.setattr(transaction.Atomic, "__exit__", __exit__)
    remendo.setattr("tests.conftest._rodar_ganchos", _rodar_ganchos)
    remendo.setattr(BaseDatabaseWrapper, "on_commit", on_commit)
    remendo.setattr(transaction, "mark_for_rollback_on_error", mark_for_rollback_on_error)


def _mensagens(remendo: pytest.MonkeyPatch, pontos: Pontos) -> None:
    """Commands to Valkey, tasks to the broker, frames to the pages."""
    from celery.app.task import Task
    from kombu.exceptions import OperationalError as BrokerFora

    mandar, ler, publicar = (
        AbstractConnection.send_packed_command,
        AbstractConnection.read_response,
        Task.apply_async,
    )

    def erro():
        return redis.ConnectionError("o Valkey fechou a conexão")

    def send_packed_command(conexao, *args, **kwargs):
        pontos.passar("valkey", "antes do comando", erro)
        return mandar(conexao, *args, **kwargs)

    def read_response(conexao, *args, **kwargs):
        try:
            pontos.passar("valkey", "antes da resposta", erro)
        except redis.ConnectionError:
            conexao.disconnect()
            raise
        return ler(conexao, *args, **kwargs)

    def apply_async(tarefa, *args, **kwargs):
        pontos.passar("broker", f"antes de {tarefa.name}", lambda: BrokerFora("fora do ar"))
        publicar(tarefa, *args, **kwargs)
        pontos.passar("broker", f"depois de {tarefa.name}", lambda: BrokerFora("fora do ar"))

    def _despachar(por_grupo):
        tipo = next(iter(por_grupo.values()))[0]["tipo"]
        pontos.passar("página", tipo, lambda: Quebra("a página não soube"))

    remendo.setattr(AbstractConnection, "send_packed_command", send_packed_command)
    remendo.setattr(AbstractConnection, "read_response", read_response)
    remendo.setattr(Task, "apply_async", apply_async)
    remendo.setattr("prefeitura.tempo_real.publicar._despachar", _despachar)


def _http(remendo: pytest.MonkeyPatch, pontos: Pontos) -> None:
    """Before connecting, before and after sending, before each piece, after the whole answer."""
    import requests

    conectar, mandar = transporte._Marcada._new_conn, transporte._Marcada.send
    trocar, pedacos = transporte.trocar, requests.Response.iter_content

    def _new_conn(conexao):
        pontos.passar("http", "antes de conectar", ConnectionRefusedError)
        return conectar(conexao)

    def send(conexao, dados):
        pontos.passar("http", "antes de mandar", ConnectionResetError)
        mandar(conexao, dados)
        pontos.passar("http", "depois de mandar", ConnectionResetError)

    def iter_content(resposta, *args, **kwargs):
        for pedaco in pedacos(resposta, *args, **kwargs):
            pontos.passar("http", "no meio da resposta", requests.ConnectionError)
            yield pedaco

    def trocar_toda(*args, **kwargs):
        troca = trocar(*args, **kwargs)
        pontos.passar("lida", "depois da resposta", lambda: Quebra("morreu com a resposta"))
        return troca

    remendo.setattr(transporte._Marcada, "_new_conn", _new_conn)
    remendo.setattr(transporte._Marcada, "send", send)
    remendo.setattr(requests.Response, "iter_content", iter_content)
    remendo.setattr(transporte, "trocar", trocar_toda)


def _arquivos(remendo: pytest.MonkeyPatch, pontos: Pontos) -> None:
    """Before and after a file becomes durable or takes its place."""
    for nome in ("fsync", "replace"):
        original = getattr(os, nome)

        def envolto(*args, _original=original, _nome=nome, **kwargs):
            pontos.passar("arquivo", f"antes de {_nome}", lambda: OSError(errno.EIO, "disco"))
            feito = _original(*args, **kwargs)
            pontos.passar("arquivo", f"depois de {_nome}", lambda: OSError(errno.EIO, "disco"))
            return feito

        remendo.setattr(os, nome, envolto)
