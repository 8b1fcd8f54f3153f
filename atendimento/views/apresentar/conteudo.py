"""Words for what some kinds of message carry: calls, orders, and what WhatsApp did not pass on."""

from django.utils.formats import number_format

from prefeitura.whatsapp import erros

# What Meta calls it → what people call it, for messages that do not reach us whole.
ORIGINAIS = {
    "edit": "edição de uma mensagem",
    "ephemeral": "mensagem temporária",
    "event": "evento",
    "gif": "GIF",
    "group_invite": "convite para um grupo",
    "keep_in_chat": "mensagem guardada na conversa",
    "link_preview": "endereço da internet",
    "live_location": "localização em tempo real",
    "media_placeholder": "arquivo",
    "order": "pedido",
    "payment": "pagamento",
    "payment_method": "forma de pagamento",
    "payment_notification": "aviso de pagamento",
    "pin": "mensagem fixada",
    "poll": "enquete",
    "poll_creation": "enquete",
    "poll_update": "voto numa enquete",
    "product": "produto",
    "reaction": "reação",
    "view_once": "foto ou vídeo de visualização única",
    "view_once_message": "foto ou vídeo de visualização única",
}
# Codes of Meta that explain why a message came without its content.
EXPLICAM = (131052, 131060)


def original(dados: dict) -> str:
    """What the citizen really sent, when Meta says; else empty."""
    interativa = (dados.get("bruto") or {}).get("interactive")
    nomes = [dados.get("tipo"), interativa.get("type") if isinstance(interativa, dict) else None]
    return next((ORIGINAIS[n] for n in nomes if isinstance(n, str) and n in ORIGINAIS), "")


def motivo(dados: dict) -> str:
    """Why the content did not come, when a code of Meta explains it; else empty."""
    codigos = [e.get("codigo") for e in dados.get("erros") or []]
    return next((erros.frase(c) for c in codigos if c in EXPLICAM), "")


def da_ligacao(dados: dict) -> str:
    """One line about a call: who rang, and how long they talked."""
    quem = "A pessoa ligou" if dados.get("do_cidadao") else "Ligação para a pessoa"
    if dados.get("evento") != "fim":
        return quem
    segundos = dados.get("duracao")
    return f"{quem}, {_tempo(segundos)}" if segundos else f"{quem} e não houve conversa"


def _tempo(segundos: int) -> str:
    minutos, resto = divmod(segundos, 60)
    partes = [f"{minutos} min" if minutos else "", f"{resto} s" if resto else ""]
    return " ".join(filter(None, partes))


def do_pedido(dados: dict) -> list[tuple[str, str]]:
    """(product, how many and for how much) of each line of an order."""
    return [(i["codigo"] or "Produto sem código", _valor(i)) for i in dados.get("itens") or []]


def _valor(item: dict) -> str:
    quantidade = "" if item["quantidade"] is None else f"{item['quantidade']} ×"
    if item["preco"] is None:
        return quantidade.removesuffix(" ×")
    preco = number_format(item["preco"], decimal_pos=2, force_grouping=True)
    moeda = "R$" if item["moeda"] == "BRL" else item["moeda"]
    return " ".join(filter(None, (quantidade, moeda, preco)))
