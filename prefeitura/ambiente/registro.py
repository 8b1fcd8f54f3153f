"""Log lines: one JSON object each, in UTC, and never what a citizen wrote or who that is.

Messages of other libraries are logged as their template, without the values, and exceptions as
their type and place, without their message: both are where texts, numbers and tokens leak.
"""

import json
import logging
import tomllib
import traceback
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from prefeitura.ambiente import correlacao

RAIZ = str(Path(__file__).resolve().parents[2])
CAMPOS = (
    "correlacao",
    "evento_id",
    "envio_id",
    "midia_id",
    "mensagem_id",
    "atendimento_id",
    "servidor_id",
    "rota",
    "tarefa",
    "http",
    "estado",
    "resultado",
    "tentativa",
    "codigo",
    "ms",
    "recebido_em",
    "quantidade",
    "motivo",
    "rodada",
    "erro",
)


# The lines below do not name them, and finding them out takes longer than writing the line.
logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False

_como_json = json.JSONEncoder(ensure_ascii=False, default=str).encode


class LinhaJson(logging.Formatter):
    """Formats a record as `ts nivel origem evento versao` and our own extra fields.

    `correlacao` is that of what is being done, unless the line names another. `erro` is the kind
    of an error, never its message; an exception logged as such gives its own.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one line of JSON."""
        linha = {
            "ts": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "nivel": record.levelname,
            "origem": record.name,
            "evento": _evento(record),
            "versao": versao(),
        }
        if codigo := correlacao.atual():
            linha["correlacao"] = codigo
        ditos = record.__dict__
        for campo in CAMPOS:
            if (valor := ditos.get(campo)) is not None:
                linha[campo] = valor
        achada = getattr(ditos.get("request"), "resolver_match", None)
        if achada is not None:
            linha["rota"] = achada.route
        if record.exc_info and record.exc_info[1]:
            linha["erro"] = resumir_erro(record.exc_info[1])
        return _como_json(linha)


def _evento(record: logging.LogRecord) -> str:
    """What happened; Django logs some refusals with the words of the error, a host for one."""
    evento = str(record.msg)
    erro = record.exc_info[1] if record.exc_info else None
    return type(erro).__name__ if erro is not None and evento == str(erro) else evento


@cache
def versao() -> str:
    """Return the version of the program, from the one file that has it."""
    with (Path(RAIZ) / "pyproject.toml").open("rb") as arquivo:
        return tomllib.load(arquivo)["project"]["version"]


def resumir_erro(erro: BaseException) -> str:
    """Return type and place of `erro`, preferring our own frames, and of what caused it."""
    quadros = traceback.extract_tb(erro.__traceback__)
    nossos = [q for q in quadros if q.filename.startswith(RAIZ) and "/.venv/" not in q.filename]
    onde = " < ".join(
        f"{q.filename.removeprefix(RAIZ).lstrip('/')}:{q.lineno} {q.name}"
        for q in reversed((nossos or quadros)[-4:])
    )
    texto = f"{type(erro).__module__}.{type(erro).__qualname__} em {onde or 'lugar desconhecido'}"
    causa = erro.__cause__ or (None if erro.__suppress_context__ else erro.__context__)
    return f"{texto}; causado por {type(causa).__qualname__}" if causa else texto
