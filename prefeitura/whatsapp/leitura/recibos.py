"""Receipts of what we sent, and the news of calls."""

from typing import Any

from prefeitura.whatsapp.leitura.arredores import Mudanca, ler_erros, quando
from prefeitura.whatsapp.leitura.limpeza import (
    Ilegivel,
    digitos,
    inteiro,
    linha,
    momento,
    objeto,
    texto,
    wamid,
)
from prefeitura.whatsapp.leitura.pessoas import identificar
from prefeitura.whatsapp.leitura.tipos import Ligacao, Preco, StatusRecebido

POSTOS = {"accepted": 1, "sent": 2, "delivered": 3, "read": 4, "played": 5}
_EVENTOS_DE_LIGACAO = {"connect": "inicio", "terminate": "fim"}


def ler_recibo(
    item: dict[str, Any], mudanca: Mudanca, indice: int
) -> StatusRecebido | Ligacao | None:
    """An entry of `statuses`: of a message, or of a call when it says so."""
    de_ligacao = texto(item, "type") == "call"
    return (ler_status_de_ligacao if de_ligacao else ler_status)(item, mudanca, indice)


def ler_status(item: dict[str, Any], mudanca: Mudanca, indice: int) -> StatusRecebido:
    """A receipt. Those of payments have `especie` and neither rank nor failure."""
    palavra = linha(texto(item, "status"), 40)
    if not palavra:
        raise Ilegivel("status sem nome")
    especie = linha(texto(item, "type"), 40)
    especie = "" if especie == "message" else especie
    falhou = palavra == "failed" and not especie
    em_grupo = texto(item, "recipient_type") == "group"
    prefixo = "recipient_participant" if em_grupo else "recipient"
    numero = f"{prefixo}_id"
    destinatario = identificar(item, numero, f"{prefixo}_user_id", f"{prefixo}_parent_user_id")
    conversa = objeto(item, "conversation")
    return StatusRecebido(
        **mudanca.onde(indice),
        wamid=wamid(item),
        status=palavra,
        posto=None if especie else POSTOS.get(palavra),
        falhou=falhou,
        opaco=texto(item, "biz_opaque_callback_data", 512) or None,
        destinatario=destinatario,
        contato=mudanca.contatos.de(destinatario),
        preco=_preco(item),
        erros=ler_erros(item) or (mudanca.erros if falhou else ()),
        conversa_origem=linha(texto(objeto(conversa, "origin"), "type"), 40),
        conversa_expira=momento(conversa.get("expiration_timestamp")),
        grupo=texto(item, "recipient_id", 140) or None if em_grupo else None,
        especie=especie,
        bruto=item if especie else None,
        **quando(item),
    )


def _preco(item: dict[str, Any]) -> Preco | None:
    bloco = objeto(item, "pricing")
    if not bloco:
        return None
    cobravel = bloco.get("billable")
    return Preco(
        cobravel=cobravel if isinstance(cobravel, bool) else None,
        modelo=linha(texto(bloco, "pricing_model"), 20),
        tipo=linha(texto(bloco, "type"), 30),
        categoria=linha(texto(bloco, "category"), 40).replace("-", "_"),
    )


def ler_ligacao(item: dict[str, Any], mudanca: Mudanca, indice: int) -> Ligacao:
    """A call that began or ended; who rang comes from `direction`, else from the numbers."""
    direcao = texto(item, "direction")
    nossa = direcao == "BUSINESS_INITIATED" or (
        not direcao
        and bool(mudanca.numero_exibido)
        and digitos(texto(item, "from")) == mudanca.numero_exibido
    )
    lado = "to" if nossa else "from"
    quem = mudanca.pessoa(item, lado, f"{lado}_user_id", f"{lado}_parent_user_id")
    if not quem.identificado:
        raise Ilegivel("ligação sem a outra pessoa")
    evento = linha(texto(item, "event"), 40)
    return Ligacao(
        **mudanca.onde(indice),
        chamada=wamid(item),
        pessoa=quem,
        evento=_EVENTOS_DE_LIGACAO.get(evento, evento),
        do_cidadao=not nossa,
        estado=linha(texto(item, "status"), 40),
        inicio=momento(item.get("start_time")),
        fim=momento(item.get("end_time")),
        duracao=inteiro(item.get("duration")),
        opaco=texto(item, "biz_opaque_callback_data", 512) or None,
        erros=ler_erros(item) or mudanca.erros,
        **quando(item),
    )


def ler_status_de_ligacao(item: dict[str, Any], mudanca: Mudanca, indice: int) -> Ligacao | None:
    """RINGING, ACCEPTED, REJECTED of a call that we placed; None when it does not say to whom."""
    quem = mudanca.pessoa(item, "recipient_id", "recipient_user_id", "recipient_parent_user_id")
    if not quem.identificado:
        return None
    return Ligacao(
        **mudanca.onde(indice),
        chamada=wamid(item),
        pessoa=quem,
        evento="status",
        do_cidadao=False,
        estado=linha(texto(item, "status"), 40),
        opaco=texto(item, "biz_opaque_callback_data", 512) or None,
        erros=ler_erros(item) or mudanca.erros,
        **quando(item),
    )
