"""Webhook bodies of our own, one for each line of WHATSAPP.md §1 to §4; ids are invented."""

import json
from pathlib import Path

PASTA = Path(__file__).parent


def carga(arquivo: str, nome: str) -> dict:
    """One body, freshly parsed, so that a test may change it."""
    return json.loads((PASTA / f"{arquivo}.json").read_text())[nome]


def nomes(arquivo: str) -> list[str]:
    """The names of the bodies in a file."""
    return list(json.loads((PASTA / f"{arquivo}.json").read_text()))


def evento(campo: str, valor: object) -> dict:
    """A body with one change."""
    return {
        "object": "whatsapp_business_account",
        "entry": [{"id": "310004445556667", "changes": [{"field": campo, "value": valor}]}],
    }


def com_mensagens(*mensagens: object, **valor: object) -> dict:
    """A body whose only change holds these `messages`."""
    metadados = {"display_phone_number": "553433334444", "phone_number_id": "220001112223334"}
    return evento("messages", {"metadata": metadados, "messages": list(mensagens), **valor})


def texto(**campos: object) -> dict:
    """A `messages` item of type text, with fields replaced; a field given as None is left out."""
    inteiro = {
        "from": "553498887766",
        "id": "wamid.T1",
        "timestamp": "1795000000",
        "type": "text",
        "text": {"body": "oi"},
        **campos,
    }
    return {chave: valor for chave, valor in inteiro.items() if valor is not None}
