"""The `value` objects of webhooks, as WHATSAPP.md sections 1 to 4 show them (pure)."""

from dataclasses import dataclass
from typing import Any

from prefeitura.whatsapp.simulador.estado import Cidadao, Mensagem, Numero


@dataclass
class Aviso:
    """One update on its way to the webhook: a field and a value with one item inside.

    `junta` tells which updates may share one `value` (same citizen, same kind); empty: never.
    """

    campo: str
    valor: dict[str, Any]
    waba: str
    numero: str = ""
    junta: str = ""
    tempo: int = 0


def metadados(numero: Numero) -> dict[str, str]:
    return {"display_phone_number": numero.digitos, "phone_number_id": numero.id}


def contato(cidadao: Cidadao, *, com_usuario: bool = True, com_telefone: bool) -> dict[str, Any]:
    """Return a `contacts[]` item; absent identities are left out, never empty (section 3)."""
    perfil: dict[str, Any] = {"name": cidadao.nome or cidadao.username or "Cidadão"}
    if com_usuario and cidadao.username:
        perfil["username"] = cidadao.username
    item: dict[str, Any] = {"profile": perfil}
    if com_telefone:
        item["wa_id"] = cidadao.wa_id
    item["user_id"] = cidadao.user_id
    if cidadao.parent_user_id:
        item["parent_user_id"] = cidadao.parent_user_id
    return item


def recebida(waba: str, numero: Numero, cidadao: Cidadao, mensagem: Mensagem) -> Aviso:
    """Build the `messages` update of something the citizen sent."""
    item: dict[str, Any] = {}
    if cidadao.mostra_telefone:
        item["from"] = cidadao.wa_id
    item["from_user_id"] = cidadao.user_id
    if cidadao.parent_user_id:
        item["from_parent_user_id"] = cidadao.parent_user_id
    item |= {"id": mensagem.wamid, "timestamp": str(int(mensagem.horario))}
    if mensagem.contexto:
        item["context"] = contexto_recebido(numero, cidadao, mensagem.contexto)
    item |= {"type": mensagem.tipo} | mensagem.conteudo
    valor = {
        "messaging_product": "whatsapp",
        "metadata": metadados(numero),
        "contacts": [contato(cidadao, com_telefone=cidadao.mostra_telefone)],
        "messages": [item],
    }
    return Aviso("messages", valor, waba, numero.id, f"m:{numero.id}:{cidadao.user_id}")


def contexto_recebido(numero: Numero, cidadao: Cidadao, contexto: dict[str, Any]) -> dict[str, Any]:
    """Complete a `context` that only names the quoted message."""
    if "id" in contexto and "from" not in contexto:
        return {"from": numero.digitos} | contexto
    return dict(contexto)


def situacao(
    waba: str,
    numero: Numero,
    cidadao: Cidadao,
    mensagem: Mensagem,
    *,
    status: str,
    horario: float,
    preco: dict[str, Any] | None,
) -> Aviso:
    """Build the `statuses` update of one message (section 4); failed ones carry no contact."""
    mostra = bool(cidadao.wa_id) and not (mensagem.por_bsuid and cidadao.sem_telefone)
    item: dict[str, Any] = {
        "id": mensagem.wamid,
        "status": status,
        "timestamp": str(int(horario)),
    }
    if mostra:
        item["recipient_id"] = cidadao.wa_id
    if status != "failed" or mensagem.por_bsuid:
        item["recipient_user_id"] = cidadao.user_id
        if cidadao.parent_user_id:
            item["recipient_parent_user_id"] = cidadao.parent_user_id
    if mensagem.opaco:
        item["biz_opaque_callback_data"] = mensagem.opaco
    if preco:
        item["pricing"] = preco
    if status == "failed" and mensagem.erro:
        item["errors"] = [mensagem.erro]
    valor: dict[str, Any] = {"messaging_product": "whatsapp", "metadata": metadados(numero)}
    if status != "failed":
        usuario = status in ("delivered", "read", "played")
        valor["contacts"] = [contato(cidadao, com_usuario=usuario, com_telefone=mostra)]
    valor["statuses"] = [item]
    return Aviso("messages", valor, waba, numero.id, f"s:{numero.id}:{cidadao.user_id}")


def da_conta(waba: str, campo: str, valor: dict[str, Any], tempo: float) -> Aviso:
    """Build an account, template or number update: these carry `entry[].time`."""
    return Aviso(campo, valor, waba, tempo=int(tempo))


def corpo(avisos: list[Aviso], separar: bool = False) -> dict[str, Any]:
    """Join updates into one payload: same citizen in one value, same WABA in one entry.

    `separar` gives each change an entry of its own, which Meta also does.
    """
    entradas: list[dict[str, Any]] = []
    anterior: Aviso | None = None
    for aviso in avisos:
        if anterior and aviso.junta and aviso.junta == anterior.junta and entradas:
            valor = entradas[-1]["changes"][-1]["value"]
            for lista in ("messages", "statuses"):
                if lista in aviso.valor:
                    valor[lista] = valor[lista] + aviso.valor[lista]
            if "contacts" in aviso.valor:
                valor.setdefault("contacts", aviso.valor["contacts"])
            continue
        mudanca = {"value": dict(aviso.valor), "field": aviso.campo}
        mesma = anterior and anterior.waba == aviso.waba and not anterior.tempo and not aviso.tempo
        if mesma and not separar:
            entradas[-1]["changes"].append(mudanca)
        else:
            entrada: dict[str, Any] = {"id": aviso.waba}
            if aviso.tempo:
                entrada["time"] = aviso.tempo
            entradas.append(entrada | {"changes": [mudanca]})
        anterior = aviso
    return {"object": "whatsapp_business_account", "entry": entradas}
