"""Messages from citizens, and echoes of those that the city hall sent from the phone.

Each reader takes the item already cleaned and its Mudanca, and raises `Ilegivel` when the item
cannot be placed. None of them looks at another item of the list.
"""

from typing import Any

from prefeitura.whatsapp.leitura import identidades
from prefeitura.whatsapp.leitura.arredores import Mudanca, ler_erros, quando
from prefeitura.whatsapp.leitura.conteudo import ler_conteudo
from prefeitura.whatsapp.leitura.limpeza import Ilegivel, objeto, texto, wamid
from prefeitura.whatsapp.leitura.tipos import Contexto, Eco, MensagemRecebida


def _contexto(mensagem: dict[str, Any]) -> Contexto | None:
    bloco = objeto(mensagem, "context")
    if not bloco:
        return None
    produto = objeto(bloco, "referred_product")
    muito = bloco.get("frequently_forwarded") is True
    return Contexto(
        wamid=texto(bloco, "id", 255) or texto(bloco, "message_id", 255) or None,
        de=texto(bloco, "from", 140) or None,
        encaminhada=muito or bloco.get("forwarded") is True,
        muito_encaminhada=muito,
        produto={
            "catalogo": texto(produto, "catalog_id", 100),
            "codigo": texto(produto, "product_retailer_id", 200),
        }
        if produto
        else None,
    )


def _referral(mensagem: dict[str, Any]) -> dict[str, str] | None:
    """The advertisement that brought the citizen: it opens the 72 h free entry point."""
    bloco = objeto(mensagem, "referral")
    if not bloco:
        return None
    return {
        "origem": texto(bloco, "source_type", 40),
        "anuncio": texto(bloco, "source_id", 100),
        "url": texto(bloco, "source_url", 2000),
        "titulo": texto(bloco, "headline", 500),
        "texto": texto(bloco, "body", 2000),
        "midia": texto(bloco, "media_type", 40),
        "imagem": texto(bloco, "image_url", 2000) or texto(bloco, "thumbnail_url", 2000),
        "video": texto(bloco, "video_url", 2000),
        "clique": texto(bloco, "ctwa_clid", 500),
        "referencia": texto(bloco, "ref", 500),
        "saudacao": texto(objeto(bloco, "welcome_message"), "text", 2000),
    }


def _corpo(mensagem: dict[str, Any], mudanca: Mudanca) -> dict[str, Any]:
    """The fields that a message and an echo share."""
    conteudo = ler_conteudo(mensagem)
    erros = ler_erros(mensagem)
    if not erros and conteudo.tipo == "desconhecido":
        erros = mudanca.erros
    return {
        "wamid": wamid(mensagem),
        "tipo": conteudo.tipo,
        "texto": conteudo.texto,
        "dados": conteudo.dados,
        "midia": conteudo.midia,
        "contexto": _contexto(mensagem),
        "erros": erros,
        "bruto": mensagem if conteudo.guarda_bruto else None,
        **quando(mensagem),
    }


def ler_mensagem(mensagem: dict[str, Any], mudanca: Mudanca, indice: int) -> MensagemRecebida:
    """A message from a citizen, of any type."""
    quem = mudanca.pessoa(mensagem, "from", "from_user_id", "from_parent_user_id")
    if texto(mensagem, "type") == "system":
        quem = mudanca.contatos.completar(identidades.quem_era(mensagem))
    if not quem.identificado:
        raise Ilegivel("mensagem sem remetente")
    return MensagemRecebida(
        **mudanca.onde(indice),
        **_corpo(mensagem, mudanca),
        remetente=quem,
        referral=_referral(mensagem),
        grupo=texto(mensagem, "group_id", 140) or None,
    )


def ler_eco(mensagem: dict[str, Any], mudanca: Mudanca, indice: int) -> Eco:
    """A message sent by the city hall from the phone app (coexistence)."""
    quem = mudanca.pessoa(mensagem, "to", "to_user_id", "to_parent_user_id")
    if not quem.identificado:
        raise Ilegivel("mensagem do celular da prefeitura sem destinatário")
    return Eco(**mudanca.onde(indice), **_corpo(mensagem, mudanca), destinatario=quem)
