"""From parsed JSON to values that PostgreSQL and a page can hold, without ever raising.

`limpar` goes first over each item; the small readers below then only see clean values.
"""

import re
import unicodedata
from datetime import UTC, datetime
from math import isfinite
from typing import Any

PROFUNDIDADE_MAXIMA = 40
WAMID_MAXIMO = 255

# PostgreSQL refuses NUL in text and in jsonb; half a surrogate pair is not encodable.
_PROIBIDO = re.compile("[\x00\ud800-\udfff]")
_BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_NUMERO = re.compile(r"-?[0-9]{1,20}(\.[0-9]{1,40})?")
_MILISSEGUNDOS = 1_000_000_000_000
_ANO_2010 = datetime(2010, 1, 1, tzinfo=UTC).timestamp()
_ANO_2100 = datetime(2100, 1, 1, tzinfo=UTC).timestamp()


class Ilegivel(Exception):
    """This item cannot be read; `str()` is the reason in Portuguese. Never leaves the package."""


class FundoDemais(Ilegivel):
    """Nested deeper than PROFUNDIDADE_MAXIMA."""


def limpar_texto(valor: str) -> str:
    """NUL → U+2400 (its picture), a lone surrogate → U+FFFD; everything else stays."""
    if valor.isascii() and "\x00" not in valor:
        return valor
    return _PROIBIDO.sub(lambda m: "\u2400" if m[0] == "\x00" else "\ufffd", valor)


def limpar(valor: Any, resta: int = PROFUNDIDADE_MAXIMA, cortar: bool = False) -> Any:
    """A copy fit for jsonb: clean texts and keys, infinite numbers as null.

    Raises:
        FundoDemais: nested too deep, unless `cortar`, which puts "…" there instead.
    """
    if isinstance(valor, str):
        return limpar_texto(valor)
    if isinstance(valor, float):
        return valor if isfinite(valor) else None
    if not isinstance(valor, dict | list):
        return valor
    if resta == 0:
        if cortar:
            return "…"
        raise FundoDemais("aninhado demais para ser lido")
    if isinstance(valor, list):
        return [limpar(v, resta - 1, cortar) for v in valor]
    return {limpar_texto(k): limpar(v, resta - 1, cortar) for k, v in valor.items()}


def texto(dono: dict[str, Any], chave: str, maximo: int | None = None) -> str:
    """A text field; a number becomes text; anything else is empty."""
    valor = dono.get(chave)
    if valor is None:
        return ""
    if isinstance(valor, int | float) and not isinstance(valor, bool):
        valor = str(valor)
    if not isinstance(valor, str):
        return ""
    return valor if maximo is None else valor[:maximo]


def objeto(dono: dict[str, Any], chave: str) -> dict[str, Any]:
    """An object field; empty when missing or of another kind."""
    valor = dono.get(chave)
    return valor if isinstance(valor, dict) else {}


def lista(dono: dict[str, Any], chave: str) -> list[Any]:
    """A list field; empty when missing or of another kind."""
    valor = dono.get(chave)
    return valor if isinstance(valor, list) else []


def objetos(dono: dict[str, Any], chave: str) -> list[dict[str, Any]]:
    """The objects of a list field, without what is not an object."""
    return [v for v in lista(dono, chave) if isinstance(v, dict)]


def inteiro(valor: Any) -> int | None:
    """A whole number that fits in an integer column (32 bits), also when it came as text."""
    if isinstance(valor, str) and re.fullmatch(r"-?[0-9]{1,10}", valor):
        valor = int(valor)
    if isinstance(valor, bool) or not isinstance(valor, int):
        return None
    return valor if -(2**31) <= valor < 2**31 else None


def numero(valor: Any) -> float | None:
    """A finite number, also when it came as text ("-18.9186")."""
    if isinstance(valor, str) and valor.isascii() and valor.isdigit() and len(valor) <= 20:
        return float(valor)
    if isinstance(valor, str) and _NUMERO.fullmatch(valor.strip()):
        return float(valor)
    if isinstance(valor, bool) or not isinstance(valor, int | float):
        return None
    return float(valor) if abs(valor) < 1e300 else None


def momento(valor: Any) -> datetime | None:
    """Unix seconds, as text or number, → aware UTC; milliseconds are told by their size.

    Returns:
        None when missing, not a number, before 2010 or after 2099.
    """
    segundos = numero(valor)
    if segundos is None:
        return None
    if segundos >= _MILISSEGUNDOS:
        segundos /= 1000
    if not _ANO_2010 <= segundos < _ANO_2100:
        return None
    return datetime.fromtimestamp(segundos, UTC)


def iso(quando: datetime | None) -> str | None:
    """For times inside `dados`, which is JSON."""
    return quando.isoformat() if quando else None


def linha(valor: str, maximo: int) -> str:
    """One line for names and labels: no control or direction characters, spaces joined."""
    if valor.isprintable() and " " not in valor:
        return valor[:maximo]
    limpo = valor
    if not valor.isprintable():  # a printable text has none of them
        limpo = "".join(
            " " if unicodedata.category(c) == "Cc" else c for c in valor if c not in _BIDI
        )
    return " ".join(limpo.split())[:maximo].strip()


def digitos(valor: str) -> str:
    """The digits of a number shown to people ("+55 34 3333-4444")."""
    return re.sub(r"[^0-9]", "", valor)[:20]


def nome_de_arquivo(valor: str, maximo: int = 120) -> str:
    """The last part of a path, safe to show and to put in a header; the extension survives."""
    base = linha(re.split(r"[/\\]", valor)[-1], len(valor)).replace('"', "'").strip(" .")
    if len(base) <= maximo:
        return base
    raiz, ponto, extensao = base.rpartition(".")
    if not ponto or len(extensao) > 10:
        return base[:maximo].strip()
    return raiz[: maximo - len(extensao) - 1].strip() + "." + extensao


def wamid(dono: dict[str, Any], chave: str = "id") -> str:
    """A message id, verbatim.

    Raises:
        Ilegivel: missing, empty or longer than the column.
    """
    valor = texto(dono, chave)
    if not valor.strip():
        raise Ilegivel("sem identificador")
    if len(valor) > WAMID_MAXIMO:
        raise Ilegivel("identificador longo demais")
    return valor
