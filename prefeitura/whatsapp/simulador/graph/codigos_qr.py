"""/{phone_number_id}/message_qrdls: short links and QR codes with a text ready to send."""

import hashlib
from typing import Any

from prefeitura.whatsapp.simulador.erros import ErroGraph
from prefeitura.whatsapp.simulador.estado import Numero
from prefeitura.whatsapp.simulador.graph.pedido import SUCESSO, Pedido, Resposta, paginar


def tratar(numero: Numero, pedido: Pedido) -> Resposta:
    """Route by verb and by whether a code was named."""
    codigo = (pedido.partes[2:3] or [""])[0]
    if codigo:
        if codigo not in numero.codigos_qr:
            raise pedido.sem_objeto()
        if pedido.metodo == "DELETE":
            del numero.codigos_qr[codigo]
            return Resposta(dict(SUCESSO))
        return Resposta({"data": [numero.codigos_qr[codigo]]})
    if pedido.metodo == "GET":
        itens = list(numero.codigos_qr.values())
        return Resposta(paginar(pedido, itens, f"/{numero.id}/message_qrdls"))
    if pedido.metodo != "POST":
        raise pedido.desconhecido()
    return gravar(numero, pedido)


def gravar(numero: Numero, pedido: Pedido) -> Resposta:
    """Create a code, or change the text of the one named in the body."""
    texto = pedido.dado("prefilled_message")
    if not isinstance(texto, str) or not 1 <= len(texto) <= 140:
        raise ErroGraph(
            100, mensagem="(#100) Param prefilled_message must have 1 to 140 characters."
        )
    codigo = pedido.dado("code")
    if codigo is not None and codigo not in numero.codigos_qr:
        raise ErroGraph(100, mensagem="(#100) Param code does not exist.")
    if codigo is None:
        semente = f"{numero.id}:{len(numero.codigos_qr)}:{texto}"
        codigo = hashlib.sha256(semente.encode()).hexdigest()[:14].upper()
    ficha: dict[str, Any] = {
        "code": codigo,
        "prefilled_message": texto,
        "deep_link_url": f"https://wa.me/message/{codigo}",
    }
    if pedido.dado("generate_qr_image"):
        ficha["qr_image_url"] = f"https://scontent.xx.fbcdn.net/qr/{codigo}"
    numero.codigos_qr[codigo] = numero.codigos_qr.get(codigo, {}) | ficha
    return Resposta(numero.codigos_qr[codigo])
