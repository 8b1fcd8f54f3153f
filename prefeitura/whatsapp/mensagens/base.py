"""What every outgoing body shares: the error, the counting, the address."""

import copy
import re
import unicodedata
from typing import Any

Corpo = dict[str, Any]

OPACO_MAXIMO = 512
_CONTROLES_PERMITIDOS = "\n\t"
# Characters that take no room: a text made of them looks empty.
_INVISIVEIS = re.compile(
    r"[\s\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    r"\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0]+"
)
_BSUID = re.compile(r"[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}")


class MensagemInvalida(Exception):
    """Meta would refuse this message; `frase` tells a person why, `campo` where."""

    def __init__(self, campo: str, frase: str) -> None:
        super().__init__(frase)
        self.campo = campo
        self.frase = frase


def milhar(numero: int) -> str:
    """4097 → "4.097", as written in Brazil."""
    return f"{numero:,}".replace(",", ".")


def tamanho(texto: str) -> int:
    """Length as Meta counts: Unicode code points (WHATSAPP.md §5.5)."""
    return len(texto)


def limpar(texto: str) -> str:
    """Without NUL, control characters and lone surrogates; line ends as \\n, none at the ends."""
    texto = texto.replace("\r\n", "\n").replace("\r", "\n")
    if texto.isprintable():
        return texto.strip()
    return "".join(
        c
        for c in texto
        if c in _CONTROLES_PERMITIDOS or unicodedata.category(c) not in ("Cc", "Cs")
    ).strip()


def vazio(texto: str) -> bool:
    """True for spaces and invisible characters only."""
    return not _INVISIVEIS.sub("", texto)


def exigir(texto: str, campo: str, maximo: int, *, nome: str, artigo: str = "O") -> str:
    """A cleaned text that must be there and fit.

    Args:
        nome: what people call the field ("título do botão"), for the sentence.

    Raises:
        MensagemInvalida: empty or too long.
    """
    limpo = limpar(texto)
    if vazio(limpo):
        raise MensagemInvalida(campo, f"Falta preencher: {nome}.")
    return caber(limpo, campo, maximo, nome=nome, artigo=artigo)


def caber(texto: str, campo: str, maximo: int, *, nome: str, artigo: str = "O") -> str:
    """A cleaned text that may be empty but must fit.

    Raises:
        MensagemInvalida: too long.
    """
    limpo = limpar(texto)
    if tamanho(limpo) > maximo:
        raise MensagemInvalida(
            campo,
            f"{artigo} {nome} tem {milhar(tamanho(limpo))} caracteres; o WhatsApp aceita "
            f"{milhar(maximo)}.",
        )
    return limpo


def endereco_da_web(url: str, campo: str, *, maximo: int = 2000) -> str:
    """An http(s) address without spaces.

    Raises:
        MensagemInvalida: not one.
    """
    limpo = limpar(url)
    if not re.fullmatch(r"https?://[^\s/?#]+\.[^\s]+", limpo, re.IGNORECASE):
        raise MensagemInvalida(campo, "O endereço precisa começar com https:// e não ter espaços.")
    return caber(limpo, campo, maximo, nome="endereço")


def enderecar(
    corpo: Corpo, *, wa_id: str | None = None, user_id: str | None = None, opaco: str | None = None
) -> Corpo:
    """The body ready to POST: a copy with who it goes to and our own mark.

    The stored body has no address, so that it stays the same if the number changes. When both
    are known Meta uses the number, which also keeps the number coming in webhooks (§3).

    Args:
        wa_id: digits as last confirmed by Meta; goes out as `+…`, else Meta may put another
            country code in front.
        user_id: BSUID, used when there is no number.
        opaco: our id, echoed on every status (at most 512 characters).

    Raises:
        MensagemInvalida: nobody to send to, or a mark too long.
    """
    pronto = {"messaging_product": "whatsapp", **copy.deepcopy(corpo)}
    digitos = re.sub(r"[^0-9]", "", wa_id or "")
    if digitos:
        pronto |= {"recipient_type": "individual", "to": f"+{digitos}"}
    elif user_id and _BSUID.fullmatch(user_id):
        pronto |= {"recipient_type": "individual", "recipient": user_id}
    else:
        raise MensagemInvalida("destinatario", "Este contato não tem número nem identificação.")
    if opaco is not None:
        if not 0 < len(opaco) <= OPACO_MAXIMO:
            raise MensagemInvalida("opaco", "A marca da mensagem passa de 512 caracteres.")
        pronto["biz_opaque_callback_data"] = opaco
    return pronto


def em_resposta(corpo: Corpo, wamid: str | None) -> Corpo:
    """A copy that quotes a message; without a wamid, the body as it is."""
    if not wamid:
        return corpo
    return {**corpo, "context": {"message_id": wamid}}
