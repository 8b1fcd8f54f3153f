"""Webhooks as Meta sends them, for tests: build the JSON, store the event, apply it.

Everything goes through bytes, the reader and `entrada`, as in production; only HTTP is left out.
"""

import hashlib
import itertools
import json
from datetime import datetime

from django.utils import timezone

from atendimento.models import Mensagem
from prefeitura.whatsapp import entrada
from prefeitura.whatsapp.models import EventoRecebido, Numero

MARIA = "5511987650001"
_contador = itertools.count(1)


def novo_wamid() -> str:
    """A wamid never used before in this run."""
    return f"wamid.CHEGADA{next(_contador):08d}"


def mensagem(
    texto: str = "Bom dia",
    *,
    de: str | None = MARIA,
    user_id: str | None = None,
    quando: datetime | None = None,
    wamid: str | None = None,
    cita: str | None = None,
    **partes,
) -> dict:
    """One item of `messages`; `partes` replaces the text (`type="image", image={…}`)."""
    item = {"id": wamid or novo_wamid()}
    if de:
        item["from"] = de
    if user_id:
        item["from_user_id"] = user_id
    item["timestamp"] = str(int((quando or timezone.now()).timestamp()))
    item |= partes or {"type": "text", "text": {"body": texto}}
    if cita:
        item["context"] = {"from": "551199000001", "id": cita}
    return item


def status(
    envio, nome: str, *, quando: datetime | None = None, opaco: bool = True, **extra
) -> dict:
    """One item of `statuses` for an Envio."""
    item = {
        "id": envio.wamid or f"wamid.SAIDA{envio.ordem}",
        "status": nome,
        "timestamp": str(int((quando or timezone.now()).timestamp())),
        "recipient_id": envio.cidadao.wa_id,
    }
    if opaco:
        item["biz_opaque_callback_data"] = str(envio.pk)
    return item | extra


def valor(numero: Numero, *, mensagens=(), statuses=(), nome: str = "Maria Souza") -> dict:
    """One `changes[].value`."""
    corpo = {
        "messaging_product": "whatsapp",
        "metadata": {
            "display_phone_number": numero.exibicao,
            "phone_number_id": numero.phone_number_id,
        },
    }
    if mensagens:
        pessoas = {(m.get("from"), m.get("from_user_id")) for m in mensagens}
        corpo["contacts"] = [
            {"profile": {"name": nome}}
            | ({"wa_id": wa_id} if wa_id else {})
            | ({"user_id": user_id} if user_id else {})
            for wa_id, user_id in sorted(pessoas, key=str)
        ]
        corpo["messages"] = list(mensagens)
    if statuses:
        corpo["statuses"] = list(statuses)
    return corpo


def corpo(numero: Numero, *valores: dict, campo: str = "messages") -> bytes:
    """The body of one POST, escaped and in ASCII as Meta writes it."""
    mudancas = [{"field": campo, "value": v} for v in valores]
    evento = {
        "object": "whatsapp_business_account",
        "entry": [{"id": numero.conta.waba_id, "changes": mudancas}],
    }
    return json.dumps(evento, separators=(",", ":")).replace("/", "\\/").encode()


def guardar(bruto: bytes) -> EventoRecebido:
    """Store a body as the webhook does."""
    return EventoRecebido.objects.create(corpo=bruto, sha256=hashlib.sha256(bruto).digest())


def chegar(numero: Numero, *mensagens: dict, nome: str = "Maria Souza") -> list[Mensagem]:
    """Store and apply one webhook with these messages; return their rows in order."""
    guardar(corpo(numero, valor(numero, mensagens=mensagens, nome=nome)))
    entrada.processar()
    wamids = [m["id"] for m in mensagens]
    achadas = {m.wamid: m for m in Mensagem.objects.filter(wamid__in=wamids)}
    return [achadas[w] for w in wamids if w in achadas]


def chegar_status(numero: Numero, *statuses: dict) -> None:
    """Store and apply one webhook with these statuses."""
    guardar(corpo(numero, valor(numero, statuses=statuses)))
    entrada.processar()
