"""Messages of one part: text, files, places, contact cards, reactions."""

import re
from collections.abc import Sequence
from typing import Any

from prefeitura.whatsapp.mensagens.base import (
    Corpo,
    MensagemInvalida,
    caber,
    exigir,
    limpar,
    milhar,
    tamanho,
    vazio,
)

TEXTO_MAXIMO = 4096
LEGENDA_MAXIMA = 1024
NOME_DE_ARQUIVO_MAXIMO = 240
CONTATOS_MAXIMOS = 257
WAMID_MAXIMO = 255
_TIPOS_DE_TELEFONE = frozenset({"CELL", "HOME", "WORK", "MAIN", "IPHONE"})


def texto(corpo: str, ver_link: bool = False) -> Corpo:
    """Free text, up to 4,096 characters.

    Args:
        ver_link: ask WhatsApp for the preview of the first address in it.

    Raises:
        MensagemInvalida: empty or too long.
    """
    limpo = limpar(corpo)
    if vazio(limpo):
        raise MensagemInvalida("texto", "Escreva a mensagem antes de enviar.")
    if tamanho(limpo) > TEXTO_MAXIMO:
        partes = -(-tamanho(limpo) // TEXTO_MAXIMO)
        em_quantas = {2: "duas", 3: "três", 4: "quatro"}.get(partes, f"{milhar(partes)} partes")
        raise MensagemInvalida(
            "texto",
            f"A mensagem tem {milhar(tamanho(limpo))} caracteres; o WhatsApp aceita "
            f"{milhar(TEXTO_MAXIMO)}. Divida em {em_quantas}.",
        )
    bloco: dict[str, Any] = {"body": limpo}
    if ver_link:
        bloco["preview_url"] = True
    return {"type": "text", "text": bloco}


def _com_legenda(legenda: str) -> dict[str, str]:
    limpa = caber(legenda, "legenda", LEGENDA_MAXIMA, nome="legenda", artigo="A")
    return {} if vazio(limpa) else {"caption": limpa}


def imagem(legenda: str = "") -> Corpo:
    """A JPEG or PNG; the id comes at send time (`com_midia`)."""
    return {"type": "image", "image": _com_legenda(legenda)}


def video(legenda: str = "") -> Corpo:
    """An MP4 or 3GP; the id comes at send time."""
    return {"type": "video", "video": _com_legenda(legenda)}


def audio(voz: bool = False) -> Corpo:
    """A sound file, or with `voz` a voice note (Meta wants OGG/Opus, mono); no caption exists."""
    return {"type": "audio", "audio": {"voice": True} if voz else {}}


def documento(nome: str, legenda: str = "") -> Corpo:
    """Any file; without a name the citizen would see a number.

    Raises:
        MensagemInvalida: no name, or a caption too long.
    """
    limpo = " ".join(re.split(r"[/\\]", limpar(nome))[-1].split())
    limpo = exigir(limpo, "nome", NOME_DE_ARQUIVO_MAXIMO, nome="nome do arquivo")
    return {"type": "document", "document": {"filename": limpo, **_com_legenda(legenda)}}


def figurinha() -> Corpo:
    """A WebP of 512 × 512; the id comes at send time."""
    return {"type": "sticker", "sticker": {}}


def localizacao(latitude: float, longitude: float, nome: str = "", endereco: str = "") -> Corpo:
    """A point on the map, in degrees.

    Raises:
        MensagemInvalida: not a point on Earth, or an address without the name of the place
            (WhatsApp would not show it).
    """
    bloco = ponto(latitude, longitude)
    nome = caber(nome, "nome", 1000, nome="nome do local")
    endereco = caber(endereco, "endereco", 1000, nome="endereço")
    if endereco and not nome:
        raise MensagemInvalida("nome", "Falta preencher: nome do local.")
    if nome:
        bloco["name"] = nome
    if endereco:
        bloco["address"] = endereco
    return {"type": "location", "location": bloco}


def ponto(latitude: float, longitude: float) -> dict[str, str]:
    """Latitude and longitude as Meta takes them.

    Raises:
        MensagemInvalida: not a point on Earth.
    """
    try:
        graus = float(latitude), float(longitude)
    except (TypeError, ValueError) as erro:
        raise MensagemInvalida("localizacao", "Escolha um ponto no mapa.") from erro
    # Written this way NaN is refused too.
    if not (-90 <= graus[0] <= 90 and -180 <= graus[1] <= 180):
        raise MensagemInvalida("localizacao", "Este ponto não existe no mapa.")
    return {"latitude": f"{graus[0]:.7f}", "longitude": f"{graus[1]:.7f}"}


def contatos(cartoes: Sequence[dict[str, Any]]) -> Corpo:
    """Contact cards.

    Args:
        cartoes: {"nome", "telefones": [{"numero": "+55…", "wa_id"?: digits, "tipo"?: "WORK"}],
            "empresa"?, "email"?} each. With `wa_id` the citizen gets a button to talk to it.

    Raises:
        MensagemInvalida: no card, too many, one without a name or without a phone.
    """
    if not cartoes:
        raise MensagemInvalida("contatos", "Escolha ao menos um contato.")
    if len(cartoes) > CONTATOS_MAXIMOS:
        raise MensagemInvalida("contatos", f"O WhatsApp aceita até {CONTATOS_MAXIMOS} contatos.")
    return {"type": "contacts", "contacts": [_cartao(c) for c in cartoes]}


def _cartao(cartao: dict[str, Any]) -> dict[str, Any]:
    nome = exigir(str(cartao.get("nome") or ""), "nome", 200, nome="nome do contato")
    telefones = cartao.get("telefones") or []
    if not telefones:
        raise MensagemInvalida("telefones", f"Falta o telefone de {nome}.")
    pronto: dict[str, Any] = {
        "name": {"formatted_name": nome, "first_name": nome.split()[0]},
        "phones": [_telefone(t) for t in telefones],
    }
    if cartao.get("empresa"):
        pronto["org"] = {"company": caber(cartao["empresa"], "empresa", 200, nome="empresa")}
    if cartao.get("email"):
        pronto["emails"] = [{"email": caber(cartao["email"], "email", 254, nome="e-mail")}]
    return pronto


def _telefone(telefone: dict[str, Any]) -> dict[str, str]:
    numero = exigir(str(telefone.get("numero") or ""), "telefones", 40, nome="telefone")
    tipo = str(telefone.get("tipo") or "WORK").upper()
    pronto = {"phone": numero, "type": tipo if tipo in _TIPOS_DE_TELEFONE else "WORK"}
    if telefone.get("wa_id"):
        pronto["wa_id"] = re.sub(r"\D", "", str(telefone["wa_id"]))
    return pronto


def reacao(wamid: str, emoji: str) -> Corpo:
    """One emoji on a message of the citizen; "" takes it away.

    Raises:
        MensagemInvalida: no target, or something that is not one emoji.
    """
    emoji = limpar(emoji)
    # Families and flags join up to some ten code points; letters and digits alone are no emoji.
    if emoji and (len(emoji) > 20 or any(c.isspace() for c in emoji) or emoji.isalnum()):
        raise MensagemInvalida("emoji", "Escolha um emoji só.")
    return {"type": "reaction", "reaction": {"message_id": exigir_wamid(wamid), "emoji": emoji}}


def leitura_e_digitando(wamid: str, digitando: bool = False) -> Corpo:
    """Marks a message of the citizen (and the earlier ones) as read; goes without an address.

    Args:
        digitando: also show "digitando…", for 25 seconds or until the answer (§5.2).
    """
    corpo: Corpo = {
        "messaging_product": "whatsapp",
        "status": "read",
        "message_id": exigir_wamid(wamid),
    }
    if digitando:
        corpo["typing_indicator"] = {"type": "text"}
    return corpo


def exigir_wamid(wamid: str) -> str:
    """A message id that may be sent back to Meta.

    Raises:
        MensagemInvalida: empty or impossible.
    """
    if not wamid or len(wamid) > WAMID_MAXIMO:
        raise MensagemInvalida("wamid", "Esta mensagem não tem identificação no WhatsApp.")
    return wamid


def bloqueio(*, wa_id: str = "", user_id: str = "") -> Corpo:
    """Names one person for the number's block list (`block_users`); the number when it is known.

    Raises:
        MensagemInvalida: nobody is named.
    """
    digitos = re.sub(r"[^0-9]", "", wa_id)
    if not digitos and not user_id:
        raise MensagemInvalida("contato", "Este contato não tem número nem identificação.")
    quem = {"user": f"+{digitos}"} if digitos else {"user_id": user_id}
    return {"messaging_product": "whatsapp", "block_users": [quem]}
