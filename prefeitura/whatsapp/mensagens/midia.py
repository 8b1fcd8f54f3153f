"""The place of a file inside a body: bodies are stored without its id, filled at send time.

An id uploaded today is dead in 30 days, and the file may not be at Meta yet when the servant
presses Enter; so the id is no part of what is kept.
"""

import copy
from typing import Any

from prefeitura.whatsapp.mensagens.base import Corpo

_MIDIAS = ("image", "video", "audio", "document", "sticker")


def _lugar(corpo: Corpo) -> dict[str, Any] | None:
    tipo = corpo.get("type")
    if tipo in _MIDIAS:
        return corpo[tipo]
    if tipo == "interactive":
        cabecalho = corpo["interactive"].get("header", {})
        return cabecalho.get(cabecalho.get("type")) if cabecalho.get("type") in _MIDIAS else None
    if tipo == "template":
        for componente in corpo["template"].get("components", []):
            for parametro in componente["parameters"] if componente["type"] == "header" else ():
                if parametro["type"] in _MIDIAS:
                    return parametro[parametro["type"]]
    return None


def pede_midia(corpo: Corpo) -> bool:
    """True when the body waits for the id of a file."""
    lugar = _lugar(corpo)
    return lugar is not None and not (lugar.get("id") or lugar.get("link"))


def com_midia(corpo: Corpo, media_id: str) -> Corpo:
    """A copy of the body with the id of the file that Meta gave on upload.

    Raises:
        ValueError: the body has no place for a file.
    """
    pronto = copy.deepcopy(corpo)
    lugar = _lugar(pronto)
    if lugar is None:
        raise ValueError("this body has no place for a file")
    lugar["id"] = str(media_id)
    return pronto
