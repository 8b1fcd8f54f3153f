"""What a message says: one small function for each type of WHATSAPP.md §2.

Each takes the cleaned message object and returns a Conteudo; a type object that is missing or of
another kind raises TipoAusente, and the message is then read as "desconhecido" with its JSON.
"""

from collections.abc import Callable
from typing import Any

from prefeitura.whatsapp.leitura.cartoes import contatos
from prefeitura.whatsapp.leitura.limpeza import (
    inteiro,
    linha,
    nome_de_arquivo,
    numero,
    objeto,
    objetos,
    texto,
)
from prefeitura.whatsapp.leitura.pecas import Conteudo, TipoAusente, alvo, parte
from prefeitura.whatsapp.leitura.respostas import botao_de_modelo, interativa, modelo_enviado
from prefeitura.whatsapp.leitura.tipos import MidiaRecebida


def ler_conteudo(mensagem: dict[str, Any], dentro_de_edicao: bool = False) -> Conteudo:
    """Reads by `type`; what is new at Meta comes back as "desconhecido" with {"tipo": its name}.

    Args:
        mensagem: a cleaned `messages[]` item, or the new content inside an edit.

    Raises:
        Ilegivel: a reaction, edit or deletion that does not say of which message.
    """
    tipo = texto(mensagem, "type", 60)
    conhecido = tipo or _pelo_conteudo(mensagem)
    leitor = None if dentro_de_edicao and conhecido in _SOBRE_OUTRA else _LEITORES.get(conhecido)
    try:
        if leitor is None:
            raise TipoAusente
        return leitor(mensagem, conhecido)
    except TipoAusente:
        return Conteudo("desconhecido", _escrito(mensagem, tipo), {"tipo": tipo}, guarda_bruto=True)


def _pelo_conteudo(mensagem: dict[str, Any]) -> str:
    """The type of a message that names none: that of its only object that we know.

    Meta's own examples of places and cards come without a `type`.
    """
    presentes = [t for t in _DE_GENTE if isinstance(mensagem.get(t), dict | list)]
    return presentes[0] if len(presentes) == 1 else ""


def _escrito(mensagem: dict[str, Any], tipo: str) -> str:
    """What a person can read in a message that we cannot show whole."""
    bloco = objeto(mensagem, tipo)
    blocos = (objeto(mensagem, "text"), objeto(bloco, "body"), bloco)
    textos = (texto(b, chave) for b in blocos for chave in ("body", "text", "caption", "title"))
    return next(filter(None, textos), "")


def _texto(mensagem: dict[str, Any], tipo: str) -> Conteudo:
    return Conteudo("texto", texto(parte(mensagem, "text"), "body"))


_MIDIAS = {
    "image": "imagem",
    "video": "video",
    "audio": "audio",
    "voice": "audio",
    "document": "documento",
    "sticker": "figurinha",
}


def _midia(mensagem: dict[str, Any], tipo: str) -> Conteudo:
    bloco = parte(mensagem, tipo)
    legenda = texto(bloco, "caption")
    midia = MidiaRecebida(
        media_id=linha(texto(bloco, "id"), 100) or None,
        mime=linha(texto(bloco, "mime_type"), 100).lower(),
        sha256=linha(texto(bloco, "sha256"), 100),
        nome=nome_de_arquivo(texto(bloco, "filename")),
        voz=bloco.get("voice") is True or tipo == "voice",
        animada=bloco.get("animated") is True,
        legenda=legenda,
    )
    return Conteudo(_MIDIAS[tipo], legenda, midia=midia)


def _localizacao(mensagem: dict[str, Any], tipo: str) -> Conteudo:
    """dados: latitude, longitude (None and valida False when not a place on Earth), nome…"""
    bloco = parte(mensagem, "location")
    latitude, longitude = numero(bloco.get("latitude")), numero(bloco.get("longitude"))
    valida = (
        latitude is not None
        and longitude is not None
        and abs(latitude) <= 90
        and abs(longitude) <= 180
    )
    nome, endereco = linha(texto(bloco, "name"), 1000), linha(texto(bloco, "address"), 1000)
    dados = {
        "latitude": latitude if valida else None,
        "longitude": longitude if valida else None,
        "valida": valida,
        "nome": nome,
        "endereco": endereco,
        "url": _endereco_da_web(texto(bloco, "url", 2000)),
    }
    return Conteudo("localizacao", "\n".join(filter(None, (nome, endereco))), dados)


def _endereco_da_web(url: str) -> str:
    return url if url.startswith(("https://", "http://")) else ""


def _reacao(mensagem: dict[str, Any], tipo: str) -> Conteudo:
    """dados: alvo (wamid), emoji ("" takes the reaction away)."""
    bloco = parte(mensagem, "reaction")
    emoji = texto(bloco, "emoji", 40)
    return Conteudo("reacao", emoji, {"alvo": alvo(bloco, "message_id"), "emoji": emoji})


def _pedido(mensagem: dict[str, Any], tipo: str) -> Conteudo:
    """dados: catalogo, observacao, itens [{codigo, quantidade, preco, moeda}]."""
    bloco = parte(mensagem, "order")
    itens = [
        {
            "codigo": texto(i, "product_retailer_id", 200),
            "quantidade": inteiro(i.get("quantity")),
            "preco": numero(i.get("item_price")),
            "moeda": texto(i, "currency", 10),
        }
        for i in objetos(bloco, "product_items")
    ]
    dados = {
        "catalogo": texto(bloco, "catalog_id", 100),
        "observacao": texto(bloco, "text"),
        "itens": itens,
    }
    return Conteudo("pedido", texto(bloco, "text"), dados, guarda_bruto=True)


def _sistema(mensagem: dict[str, Any], tipo: str) -> Conteudo:
    """dados: evento (Meta's word), wa_id, user_id (the new ones, "" when unsaid)."""
    bloco = parte(mensagem, "system")
    dados = {
        "evento": texto(bloco, "type", 60),
        "wa_id": texto(bloco, "wa_id", 40) or texto(bloco, "new_wa_id", 40),
        "user_id": texto(bloco, "user_id", 140),
    }
    return Conteudo("sistema", texto(bloco, "body"), dados)


def _edicao(mensagem: dict[str, Any], tipo: str) -> Conteudo:
    """dados: alvo, tipo and dados of the new content; texto and midia are the new ones."""
    bloco = parte(mensagem, "edit")
    de_qual = alvo(bloco, *_ALVOS)
    novo = ler_conteudo(parte(bloco, "message"), dentro_de_edicao=True)
    dados = {"alvo": de_qual, "tipo": novo.tipo, "dados": novo.dados}
    return Conteudo("edicao", novo.texto, dados, novo.midia, guarda_bruto=novo.guarda_bruto)


def _apagamento(mensagem: dict[str, Any], tipo: str) -> Conteudo:
    """dados: alvo."""
    return Conteudo("apagamento", dados={"alvo": alvo(parte(mensagem, "revoke"), *_ALVOS)})


def _nao_suportado(mensagem: dict[str, Any], tipo: str) -> Conteudo:
    """dados: tipo (what Meta could not pass on: poll_creation, edit…, "" when unsaid)."""
    original = texto(objeto(mensagem, "unsupported"), "type", 60)
    escrito = texto(objeto(mensagem, "text"), "body")
    return Conteudo("nao_suportado", escrito, {"tipo": original}, guarda_bruto=True)


def _boas_vindas(mensagem: dict[str, Any], tipo: str) -> Conteudo:
    return Conteudo("boas_vindas")


_ALVOS = ("original_message_id", "message_id")
_SOBRE_OUTRA = frozenset({"edit", "revoke", "reaction", "system"})
_DE_GENTE = ("text", *_MIDIAS, "location", "contacts", "interactive", "button", "reaction", "order")
_LEITORES: dict[str, Callable[[dict[str, Any], str], Conteudo]] = {
    "text": _texto,
    **dict.fromkeys(_MIDIAS, _midia),
    "location": _localizacao,
    "contacts": contatos,
    "interactive": interativa,
    "button": botao_de_modelo,
    "template": modelo_enviado,
    "reaction": _reacao,
    "order": _pedido,
    "system": _sistema,
    "edit": _edicao,
    "revoke": _apagamento,
    "unsupported": _nao_suportado,
    "unknown": _nao_suportado,  # the word used before `unsupported`
    "request_welcome": _boas_vindas,
}

# Every value of `MensagemRecebida.tipo`.
TIPOS = frozenset(
    {
        "texto",
        "imagem",
        "video",
        "audio",
        "documento",
        "figurinha",
        "localizacao",
        "contatos",
        "botao",
        "lista",
        "formulario",
        "permissao_de_ligacao",
        "interativo",
        "modelo",
        "reacao",
        "pedido",
        "sistema",
        "edicao",
        "apagamento",
        "nao_suportado",
        "boas_vindas",
        "desconhecido",
    }
)
