"""Primitives to walk a JSON body and refuse it with Meta's words."""

import json
import re
from collections.abc import Collection
from typing import Any

from prefeitura.whatsapp.simulador.erros import ErroGraph

URL = re.compile(r"^https?://[^\s/]+\S*$", re.IGNORECASE)


def falta(caminho: str) -> ErroGraph:
    """A required part is missing (131008)."""
    return ErroGraph(131008, f"Required parameter '{caminho}' is missing")


def invalido(detalhes: str) -> ErroGraph:
    """A part has a value that Meta does not take (131009)."""
    return ErroGraph(131009, detalhes)


def parametro(texto: str) -> ErroGraph:
    """A part has the wrong JSON type, an unknown key or is over its length (100)."""
    return ErroGraph(100, texto, mensagem=f"(#100) {texto}")


def nome_de(caminho: str) -> str:
    """Return a path as Graph writes it: `a.b[0].c` becomes `a['b'][0]['c']`."""
    raiz, *partes = caminho.split(".")
    nome = raiz
    for parte in partes:
        chave, colchete, resto = parte.partition("[")
        nome += f"['{chave}']{colchete}{resto}"
    return nome


def so_chaves(objeto: dict[str, Any], permitidas: Collection[str], caminho: str) -> None:
    """Refuse keys that the object does not have at Meta."""
    for chave in objeto:
        if chave not in permitidas:
            onde = f' on param "{nome_de(caminho)}"' if caminho else ""
            raise parametro(f'Unexpected key "{chave}"{onde}.')


def objeto(pai: dict[str, Any], chave: str, caminho: str = "") -> dict[str, Any]:
    """Return the required object `chave`."""
    inteiro = f"{caminho}.{chave}" if caminho else chave
    valor = pai.get(chave)
    if valor is None:
        raise falta(inteiro)
    if not isinstance(valor, dict):
        raise parametro(f"Param {nome_de(inteiro)} must be a JSON object.")
    return valor


def lista(
    pai: dict[str, Any], chave: str, caminho: str, minimo: int, maximo: int
) -> list[dict[str, Any]]:
    """Return the required list of objects `chave`, with its length checked."""
    inteiro = f"{caminho}.{chave}" if caminho else chave
    valor = pai.get(chave)
    if valor is None:
        raise falta(inteiro)
    if not isinstance(valor, list):
        raise parametro(f"Param {nome_de(inteiro)} must be an array.")
    if not minimo <= len(valor) <= maximo:
        raise invalido(
            f"Invalid {inteiro} count. Min allowed: {minimo}, Max allowed: {maximo}, "
            f"received: {len(valor)}"
        )
    for posicao, item in enumerate(valor):
        if not isinstance(item, dict):
            raise parametro(f"Param {nome_de(inteiro)}[{posicao}] must be a JSON object.")
    return valor


def texto(
    pai: dict[str, Any],
    chave: str,
    caminho: str,
    maximo: int,
    *,
    minimo: int = 1,
    obrigatorio: bool = True,
    codigo: int = 131009,
    numerico: bool = False,
) -> str:
    """Return the string `chave`, with its length in code points checked.

    `numerico`: a JSON number is taken for its digits, as Graph does with ids.
    """
    inteiro = f"{caminho}.{chave}" if caminho else chave
    valor = pai.get(chave)
    if valor is None:
        if obrigatorio:
            raise falta(inteiro)
        return ""
    if numerico and isinstance(valor, int | float) and not isinstance(valor, bool):
        valor = pai[chave] = str(valor)
    if not isinstance(valor, str):
        raise parametro(f"Param {nome_de(inteiro)} must be a string.")
    if minimo and not valor.strip():
        raise falta(inteiro)
    if not minimo <= len(valor) <= maximo:
        if codigo == 100:
            raise parametro(f"Param {nome_de(inteiro)} must be at most {maximo} characters long.")
        raise invalido(f"{inteiro} length invalid. Min length: {minimo}, Max length: {maximo}")
    return valor


def numero(pai: dict[str, Any], chave: str, caminho: str, limite: float) -> float:
    """Return a required number (or numeric string) within ±limite."""
    inteiro = f"{caminho}.{chave}"
    valor = pai.get(chave)
    if valor is None:
        raise falta(inteiro)
    try:
        lido = float(valor)
    except (TypeError, ValueError):
        raise parametro(f"Param {nome_de(inteiro)} must be a number.") from None
    if not -limite <= lido <= limite:
        raise invalido(f"{inteiro} must be between -{limite:g} and {limite:g}")
    return lido


def um_de(valor: Any, aceitos: Collection[str], caminho: str) -> str:
    """Return the accepted word that `valor` is; as in Graph, its case does not matter."""
    for aceito in aceitos:
        if isinstance(valor, str) and valor.casefold() == aceito.casefold():
            return aceito
    nomes = ", ".join(sorted(aceito.upper() for aceito in aceitos))
    dado = json.dumps(valor, ensure_ascii=False)[:200]
    raise parametro(f"Param {nome_de(caminho)} must be one of {{{nomes}}} - got {dado}.")


def booleano(pai: dict[str, Any], chave: str, caminho: str) -> bool:
    """Return an optional boolean, which a form sends as a word."""
    valor = pai.get(chave)
    if isinstance(valor, str) and valor.lower() in ("true", "false", "1", "0"):
        valor = pai[chave] = valor.lower() in ("true", "1")
    if not isinstance(valor, bool | None):
        raise parametro(f"Param {nome_de(f'{caminho}.{chave}')} must be a boolean.")
    return bool(valor)


def url(pai: dict[str, Any], chave: str, caminho: str, maximo: int = 2000) -> str:
    valor = texto(pai, chave, caminho, maximo)
    if not URL.match(valor):
        raise invalido(f"{caminho}.{chave} is not a valid URL")
    return valor
