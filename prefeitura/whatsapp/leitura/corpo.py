"""Bytes of a webhook → a JSON object, with every way of failing turned into one error."""

import json
import re
from math import isfinite
from typing import Any

# Meta's ids have at most some twenty digits; Python itself refuses 4,300 in text form.
DIGITOS_MAXIMOS = 400
AVISOS_MAXIMOS = 50

# What only an escape can bring in: NUL, half a surrogate pair.
_SUSPEITO = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")

_NAO_E_OBJETO = "corpo não é um objeto JSON"


class CorpoInvalido(Exception):
    """The body cannot be read at all; `str()` is the reason in Portuguese."""


class _NumeroGrandeDemais(ValueError):
    pass


class Avisos(list[str]):
    """Notes on an event: each said once, and not more than AVISOS_MAXIMOS of them."""

    def dizer(self, aviso: str) -> None:
        if len(self) < AVISOS_MAXIMOS and aviso not in self:
            self.append(aviso)


def abrir(corpo: bytes, avisos: Avisos) -> dict[str, Any]:
    """Parses a body. Of repeated keys the last wins, with a note; NaN becomes null, with a note.

    Raises:
        CorpoInvalido: not UTF-8, not JSON, not an object, nested too deep, or holding a number
            too long to be converted.
    """
    try:
        texto = bytes(corpo).decode("utf-8-sig")
    except UnicodeDecodeError as erro:
        raise CorpoInvalido(f"{_NAO_E_OBJETO} (não é texto UTF-8)") from erro
    try:
        valor = _decodificar(texto, avisos)
    except _NumeroGrandeDemais as erro:
        raise CorpoInvalido("corpo com um número grande demais para ser lido") from erro
    except RecursionError as erro:
        raise CorpoInvalido("corpo aninhado demais para ser lido") from erro
    except ValueError as erro:
        raise CorpoInvalido(_NAO_E_OBJETO) from erro
    if not isinstance(valor, dict):
        raise CorpoInvalido(_NAO_E_OBJETO)
    return valor


def precisa_limpar(corpo: bytes, fundo: int) -> bool:
    """Whether a body may hold what `limpar` takes out, or be nested deeper than `fundo`."""
    abre = corpo.count(b"{") + corpo.count(b"[")
    return abre > fundo or (b"\\u" in corpo and _SUSPEITO.search(corpo) is not None)


def abrir_texto(texto: str) -> dict[str, Any] | None:
    """Parses JSON that came inside a string (answers of forms); None when it is no object."""
    try:
        valor = _decodificar(texto, Avisos())
    except (ValueError, RecursionError):
        return None
    return valor if isinstance(valor, dict) else None


def _decodificar(texto: str, avisos: Avisos) -> Any:
    def objeto(pares: list[tuple[str, Any]]) -> dict[str, Any]:
        resultado = dict(pares)
        if len(resultado) != len(pares):
            avisos.dizer("chave repetida no JSON: valeu a última")
        return resultado

    def constante(nome: str) -> None:
        avisos.dizer(f"{nome} não é um número JSON: lido como vazio")

    return json.loads(
        texto,
        object_pairs_hook=objeto,
        parse_constant=constante,
        parse_int=_inteiro,
        parse_float=_fracao,
    )


def _fracao(digitos: str) -> float | None:
    """What is too large for a float is no number that a column could hold."""
    valor = float(digitos)
    return valor if isfinite(valor) else None


def _inteiro(digitos: str) -> int:
    if len(digitos) > DIGITOS_MAXIMOS:
        raise _NumeroGrandeDemais
    return int(digitos)
