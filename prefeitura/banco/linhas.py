"""Set-based writes of model instances: one statement, and one parameter, whatever the rows.

For the paths that apply hundreds of rows a second. The ORM builds an expression for each value of
each row, and psycopg a literal: together ten times what PostgreSQL needs for the row. Here all
rows go as one JSON document. Elsewhere `bulk_create` does.
"""

import json
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import groupby
from operator import attrgetter

from django.db import connection
from django.db.models import Field, JSONField, Model
from django.db.models.expressions import DatabaseDefault


def inserir(objetos: Sequence[Model], *, repetidos: str = "") -> None:
    """INSERT all of one model, in order, and give each its id.

    What the database chooses besides the id (its defaults) is not read back.

    Args:
        repetidos: `ignorar` leaves out rows that break a unique constraint; ids are then not told.
    """
    for calados, grupo in groupby(objetos, _calados):
        iguais = list(grupo)
        campos = iguais[0]._meta.concrete_fields
        colunas = tuple(campo for campo in campos if campo.attname not in calados)
        _inserir(iguais, colunas, repetidos == "ignorar")


def _inserir(objetos: list[Model], colunas: tuple[Field, ...], ignorar: bool) -> None:
    meta = objetos[0]._meta
    pede_id = meta.pk not in colunas and not ignorar
    _assentar(objetos, colunas)
    sql = (
        f"INSERT INTO {_nome(meta.db_table)} ({_nomes(colunas)}) "  # noqa: S608 (names of models)
        f"SELECT * FROM json_to_recordset(%s::json) AS x({_definicoes(colunas)})"
    )
    if ignorar:
        sql += " ON CONFLICT DO NOTHING"
    elif pede_id:
        sql += f" RETURNING {_nome(meta.pk.column)}"
    with connection.cursor() as cursor:
        cursor.execute(sql, [_documento(objetos, colunas)])
        if pede_id:
            for objeto, (chave,) in zip(objetos, cursor.fetchall(), strict=True):
                setattr(objeto, meta.pk.attname, chave)
    for objeto in objetos:
        objeto._state.adding = False
        objeto._state.db = connection.alias


def atualizar(
    objetos: Sequence[Model], campos: Iterable[str], *, agora: Iterable[str] = ()
) -> None:
    """UPDATE these fields of all, each row with its own values; `agora` get the database's time."""
    if not objetos:
        return
    meta = objetos[0]._meta
    colunas = (meta.pk, *(meta.get_field(nome) for nome in campos))
    _assentar(objetos, colunas)
    mudancas = [f"{_nome(c.column)} = x.{_nome(c.column)}" for c in colunas[1:]]
    mudancas += [f"{_nome(meta.get_field(n).column)} = statement_timestamp()" for n in agora]
    chave = _nome(meta.pk.column)
    sql = (
        f"UPDATE {_nome(meta.db_table)} AS t SET {', '.join(mudancas)} "  # noqa: S608 (of models)
        f"FROM json_to_recordset(%s::json) AS x({_definicoes(colunas)}) WHERE t.{chave} = x.{chave}"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [_documento(objetos, colunas)])


def _calados(objeto: Model) -> tuple[str, ...]:
    """The columns that `objeto` leaves to the database: an id to be given, a default."""
    ditos = objeto.__dict__
    return tuple(
        nome
        for nome in _com_padrao(type(objeto))
        if ditos.get(nome) is None or type(ditos[nome]) is DatabaseDefault
    )


@cache
def _com_padrao(modelo: type[Model]) -> tuple[str, ...]:
    return tuple(
        campo.attname
        for campo in modelo._meta.concrete_fields
        if campo.primary_key or campo.has_db_default()
    )


def _assentar(objetos: Sequence[Model], colunas: Iterable[Field]) -> None:
    """Fill in what is only known now: ids of rows saved after they were assigned, times."""
    for campo in colunas:
        if campo.is_relation:
            for objeto in objetos:
                if objeto.__dict__.get(campo.attname) is None and campo.is_cached(objeto):
                    outro = campo.get_cached_value(objeto)
                    setattr(objeto, campo.attname, outro and outro.pk)
        elif getattr(campo, "auto_now_add", False):
            for objeto in objetos:
                campo.pre_save(objeto, objeto._state.adding)


def _documento(objetos: Sequence[Model], colunas: Sequence[Field]) -> str:
    """The rows as JSON; times, UUIDs and the like in PostgreSQL's own writing, which `str` is."""
    ler = attrgetter(*(campo.attname for campo in colunas))
    nomes = [campo.column for campo in colunas]
    linhas = map(ler, objetos) if len(nomes) > 1 else ((ler(objeto),) for objeto in objetos)
    return json.dumps([dict(zip(nomes, linha, strict=True)) for linha in linhas], default=str)


def _nome(nome: str) -> str:
    return connection.ops.quote_name(nome)


def _nomes(campos: Iterable[Field]) -> str:
    return ", ".join(_nome(campo.column) for campo in campos)


def _definicoes(campos: Iterable[Field]) -> str:
    return ", ".join(f"{_nome(campo.column)} {_tipo(campo)}" for campo in campos)


@cache
def _tipo(campo: Field) -> str:
    """The type of a column; without a length, which a cast would cut in silence."""
    if isinstance(campo, JSONField) and (campo.encoder or campo.decoder):
        raise TypeError(f"{campo} tem um codificador próprio")
    return campo.cast_db_type(connection).partition("(")[0]
