"""The body of POST /{phone_number_id}/messages, for every type (WHATSAPP.md section 5)."""

import re
from typing import Any

from prefeitura.whatsapp.simulador import identidades
from prefeitura.whatsapp.simulador.erros import ErroGraph
from prefeitura.whatsapp.simulador.validacao import campos, interativas, midias, modelo_enviado
from prefeitura.whatsapp.simulador.validacao.midias import Contexto

TIPOS = {
    "text",
    "image",
    "video",
    "audio",
    "document",
    "sticker",
    "location",
    "contacts",
    "reaction",
    "interactive",
    "template",
}
DO_TOPO = TIPOS | {
    "messaging_product",
    "recipient_type",
    "to",
    "recipient",
    "type",
    "context",
    "biz_opaque_callback_data",
    "recipient_identity_key_hash",
    "message_activity_sharing",
    "product_policy",
}
DA_LEITURA = {
    "messaging_product",
    "recipient_type",
    "to",
    "status",
    "message_id",
    "typing_indicator",
}
DATA = re.compile(r"^\d{4}-\d{2}-\d{2}$")


def validar(contexto: Contexto, corpo: dict[str, Any]) -> str:
    """Check the whole body and return its type; raises ErroGraph as Meta refuses it."""
    produto(corpo)
    campos.so_chaves(corpo, DO_TOPO, "")
    if corpo.get("recipient_type", "individual") != "individual":
        campos.um_de(corpo["recipient_type"], {"individual"}, "recipient_type")
    destinatario(corpo)
    tipo = campos.um_de(corpo.get("type", "text"), TIPOS, "type")
    for outro in TIPOS - {tipo}:
        if outro in corpo:
            raise campos.parametro(f'Unexpected key "{outro}" for a message of type {tipo}.')
    campos.texto(
        corpo, "biz_opaque_callback_data", "", 512, minimo=0, obrigatorio=False, codigo=100
    )
    if corpo.get("context") is not None:
        citada = campos.objeto(corpo, "context")
        campos.so_chaves(citada, {"message_id"}, "context")
        campos.texto(citada, "message_id", "context", 512)
    VALIDADORES[tipo](contexto, corpo)
    return tipo


def produto(corpo: dict[str, Any]) -> None:
    if corpo.get("messaging_product") is None:
        raise campos.parametro("The parameter messaging_product is required.")
    campos.um_de(corpo["messaging_product"], {"whatsapp"}, "messaging_product")


def destinatario(corpo: dict[str, Any]) -> None:
    """Check `to` (phone) or `recipient` (business-scoped id); `to` wins when both are there."""
    para, bsuid = corpo.get("to"), corpo.get("recipient")
    if para is None and bsuid is None:
        raise campos.parametro("The parameter to is required.")
    if para is not None:
        if isinstance(para, bool) or not isinstance(para, str | int):
            raise campos.parametro("Param to must be a string.")
        estranho = re.sub(r"[\d\s()+.-]", "", str(para))
        if estranho or not 7 <= len(identidades.so_digitos(str(para))) <= 15:
            raise campos.invalido("Recipient phone number 'to' is not a valid phone number")
    elif not isinstance(bsuid, str) or not identidades.BSUID.match(bsuid):
        raise campos.invalido("'recipient' is not a valid business-scoped user ID")


def leitura(corpo: dict[str, Any]) -> None:
    """Check a read receipt with or without the typing indicator (section 5.2)."""
    produto(corpo)
    campos.so_chaves(corpo, DA_LEITURA, "")
    campos.um_de(corpo.get("status"), {"read"}, "status")
    campos.texto(corpo, "message_id", "", 512)
    if corpo.get("typing_indicator") is not None:
        digitando = campos.objeto(corpo, "typing_indicator")
        campos.so_chaves(digitando, {"type"}, "typing_indicator")
        campos.um_de(digitando.get("type"), {"text"}, "typing_indicator.type")


def _texto(contexto: Contexto, corpo: dict[str, Any]) -> None:
    objeto = campos.objeto(corpo, "text")
    campos.so_chaves(objeto, {"body", "preview_url"}, "text")
    campos.texto(objeto, "body", "text", 4096, codigo=100)
    campos.booleano(objeto, "preview_url", "text")


def _midia(tipo: str):
    def validar_midia(contexto: Contexto, corpo: dict[str, Any]) -> None:
        midias.validar(contexto, tipo, campos.objeto(corpo, tipo), tipo)

    return validar_midia


def _local(contexto: Contexto, corpo: dict[str, Any]) -> None:
    objeto = campos.objeto(corpo, "location")
    campos.so_chaves(objeto, {"latitude", "longitude", "name", "address"}, "location")
    campos.numero(objeto, "latitude", "location", 90)
    campos.numero(objeto, "longitude", "location", 180)
    for chave in ("name", "address"):
        campos.texto(objeto, chave, "location", 1000, minimo=0, obrigatorio=False, codigo=100)


PARTES_DO_CONTATO = {"addresses", "birthday", "emails", "name", "org", "phones", "urls"}
PARTES_DO_NOME = {
    "formatted_name",
    "first_name",
    "last_name",
    "middle_name",
    "suffix",
    "prefix",
}


def _contatos(contexto: Contexto, corpo: dict[str, Any]) -> None:
    for posicao, contato in enumerate(campos.lista(corpo, "contacts", "", 1, 257)):
        caminho = f"contacts[{posicao}]"
        campos.so_chaves(contato, PARTES_DO_CONTATO, caminho)
        nome = campos.objeto(contato, "name", caminho)
        campos.so_chaves(nome, PARTES_DO_NOME, f"{caminho}.name")
        campos.texto(nome, "formatted_name", f"{caminho}.name", 1000)
        if not any(nome.get(parte) for parte in PARTES_DO_NOME - {"formatted_name"}):
            raise campos.falta(f"{caminho}.name.first_name")
        nascimento = contato.get("birthday")
        if nascimento is not None and not DATA.match(str(nascimento)):
            raise campos.invalido(f"{caminho}.birthday must be YYYY-MM-DD")
        for chave in ("phones", "emails", "addresses", "urls"):
            if contato.get(chave) is not None:
                campos.lista(contato, chave, caminho, 0, 100)


def _reacao(contexto: Contexto, corpo: dict[str, Any]) -> None:
    objeto = campos.objeto(corpo, "reaction")
    campos.so_chaves(objeto, {"message_id", "emoji"}, "reaction")
    campos.texto(objeto, "message_id", "reaction", 512)
    emoji = objeto.get("emoji")
    if emoji is None:
        raise campos.falta("reaction.emoji")
    if not isinstance(emoji, str) or len(emoji) > 20 or (emoji and emoji.isascii()):
        raise campos.invalido("reaction.emoji must be a single emoji or an empty string")


def _interativa(contexto: Contexto, corpo: dict[str, Any]) -> None:
    interativas.validar(contexto, campos.objeto(corpo, "interactive"))


def _modelo(contexto: Contexto, corpo: dict[str, Any]) -> None:
    modelo = modelo_enviado.validar(contexto, campos.objeto(corpo, "template"))
    if modelo.categoria == "AUTHENTICATION" and corpo.get("to") is None:
        raise ErroGraph(131062, "Authentication templates cannot be sent to a BSUID")


VALIDADORES = {
    "text": _texto,
    "location": _local,
    "contacts": _contatos,
    "reaction": _reacao,
    "interactive": _interativa,
    "template": _modelo,
} | {tipo: _midia(tipo) for tipo in midias.TIPOS}
