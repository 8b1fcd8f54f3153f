"""An outgoing body as a servant reads it in a list or in a bubble."""

from collections.abc import Callable
from typing import Any

from prefeitura.whatsapp.mensagens.base import Corpo

_ROTULOS = {
    "image": "Foto",
    "video": "Vídeo",
    "audio": "Áudio",
    "document": "Documento",
    "sticker": "Figurinha",
}


def resumo(corpo: Corpo) -> str:
    """The text of a body that our builders made; the name of its kind where it has no text."""
    tipo = corpo.get("type", "")
    if tipo in _ROTULOS:
        bloco = corpo[tipo]
        return bloco.get("caption") or bloco.get("filename") or _nome(tipo, bloco)
    leitor = _LEITORES.get(tipo)
    return leitor(corpo[tipo]) if leitor else "Mensagem"


def _nome(tipo: str, bloco: dict[str, Any]) -> str:
    return "Mensagem de voz" if bloco.get("voice") else _ROTULOS[tipo]


def _texto(bloco: dict[str, Any]) -> str:
    return bloco["body"]


def _localizacao(bloco: dict[str, Any]) -> str:
    return ", ".join(filter(None, (bloco.get("name"), bloco.get("address")))) or "Localização"


def _contatos(bloco: list[dict[str, Any]]) -> str:
    return ", ".join(c["name"]["formatted_name"] for c in bloco)


def _reacao(bloco: dict[str, Any]) -> str:
    return bloco["emoji"] or "Reação retirada"


def _interativa(bloco: dict[str, Any]) -> str:
    cabecalho = bloco.get("header", {}).get("text", "")
    linhas = [cabecalho, bloco["body"]["text"], bloco.get("footer", {}).get("text", "")]
    acao = bloco["action"]
    linhas += [f"• {b['reply']['title']}" for b in acao.get("buttons", [])]
    for secao in acao.get("sections", []):
        linhas += [f"• {linha['title']}" for linha in secao["rows"]]
    if "parameters" in acao:
        linhas.append(f"• {acao['parameters']['display_text']}: {acao['parameters']['url']}")
    return "\n".join(filter(None, linhas))


def _modelo(bloco: dict[str, Any]) -> str:
    valores = [
        parametro["text"]
        for componente in bloco.get("components", [])
        if componente["type"] in ("header", "body")
        for parametro in componente["parameters"]
        if parametro["type"] == "text"
    ]
    fim = f": {', '.join(valores)}" if valores else ""
    return f"Modelo “{bloco['name']}”{fim}"


_LEITORES: dict[str, Callable[[Any], str]] = {
    "text": _texto,
    "location": _localizacao,
    "contacts": _contatos,
    "reaction": _reacao,
    "interactive": _interativa,
    "template": _modelo,
}
