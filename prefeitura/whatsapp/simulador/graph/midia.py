"""Media: upload, information with a five-minute URL, download with the token, delete."""

import base64
import hashlib
from typing import Any

from prefeitura.whatsapp.simulador.erros import ErroGraph
from prefeitura.whatsapp.simulador.estado import Midia, Numero
from prefeitura.whatsapp.simulador.graph.pedido import SUCESSO, Arquivo, Pedido, Resposta
from prefeitura.whatsapp.simulador.simulador import Simulador
from prefeitura.whatsapp.simulador.validacao import midias

ANEXOS = "/whatsapp_business/attachments/"


def guardar(sim: Simulador, numero: str, arquivo: Arquivo, *, webhook: bool = False) -> Midia:
    """Store bytes and return their media, as an upload or as what a citizen sent."""
    midia = Midia(
        id=sim.estado.sorteio.numerico(16),
        mime=arquivo.mime,
        conteudo=arquivo.conteudo,
        sha256=hashlib.sha256(arquivo.conteudo).digest(),
        criada_em=sim.estado.agora(),
        dono=numero,
        nome=arquivo.nome,
        webhook=webhook,
    )
    sim.estado.midias[midia.id] = midia
    return midia


def receber(sim: Simulador, numero: Numero, pedido: Pedido) -> Resposta:
    """POST /{phone_number_id}/media."""
    if pedido.dado("messaging_product") is None:
        raise ErroGraph(100, mensagem="(#100) The parameter messaging_product is required.")
    if pedido.dado("messaging_product") != "whatsapp":
        raise ErroGraph(100, mensagem="(#100) Param messaging_product must be one of {WHATSAPP}")
    arquivo = pedido.arquivos.get("file")
    if arquivo is None:
        raise ErroGraph(100, mensagem="(#100) The parameter file is required.")
    declarado = midias.mime_puro(arquivo.mime)
    if declarado not in midias.ACEITOS:
        declarado = midias.mime_puro(str(pedido.dado("type") or ""))
    if declarado not in midias.ACEITOS:
        raise ErroGraph(
            100,
            mensagem="(#100) Param file must be a file with one of the following types: "
            f"{', '.join(midias.ACEITOS)}. Received file of type '{arquivo.mime}'.",
        )
    maximo = max(limite for tipos, limite in midias.TIPOS.values() if declarado in tipos)
    if not arquivo.conteudo or len(arquivo.conteudo) > maximo:
        raise ErroGraph(
            131053,
            f"File size must be between 1 and {maximo} bytes for {declarado}, "
            f"received {len(arquivo.conteudo)}",
        )
    guardado = Arquivo(arquivo.nome, declarado, arquivo.conteudo)
    return Resposta({"id": guardar(sim, numero.id, guardado).id})


def viva(sim: Simulador, midia_id: str) -> Midia | None:
    """Return a media that exists and has not expired (7 days inbound, 30 uploaded)."""
    midia = sim.estado.midias.get(midia_id)
    if midia is None or midia.apagada:
        return None
    return midia if sim.estado.agora() - midia.criada_em <= midia.vida_s else None


def tratar(sim: Simulador, midia: Midia, pedido: Pedido) -> Resposta:
    """GET or DELETE /{media_id}."""
    dono = pedido.consulta.get("phone_number_id")
    if dono is not None and dono != midia.dono:
        raise pedido.sem_objeto()
    if len(pedido.partes) > 1:
        raise pedido.desconhecido()
    if pedido.metodo == "DELETE":
        midia.apagada = True
        return Resposta(dict(SUCESSO))
    if pedido.metodo != "GET":
        raise pedido.sem_objeto()
    return Resposta(
        {
            "messaging_product": "whatsapp",
            "url": url_nova(sim, midia, pedido.base_url),
            "mime_type": midia.mime,
            "sha256": midia.sha256.hex(),
            "file_size": len(midia.conteudo),
            "id": midia.id,
        }
    )


def url_nova(sim: Simulador, midia: Midia, base_url: str, origem: str = "") -> str:
    """Return a download address valid for five minutes; the previous one keeps its own time."""
    ate = int(sim.estado.agora() + sim.config.ritmo.url_de_midia_s)
    fonte = f"&source={origem}" if origem else ""
    return f"{base_url}{ANEXOS}?mid={midia.id}{fonte}&ext={ate}&hash={_hash(sim, midia, ate)}"


def _hash(sim: Simulador, midia: Midia, ate: int) -> str:
    segredo = f"{sim.config.app_secret}:{midia.id}:{ate}".encode()
    return base64.urlsafe_b64encode(hashlib.sha256(segredo).digest()[:18]).decode()


def baixar(sim: Simulador, pedido: Pedido) -> Resposta:
    """GET the address that `url_nova` gave: bytes, or 404 when expired or forged."""
    midia = viva(sim, pedido.consulta.get("mid", ""))
    try:
        ate = int(pedido.consulta.get("ext", ""))
    except ValueError:
        ate = 0
    certo = midia and pedido.consulta.get("hash") == _hash(sim, midia, ate)
    if not midia or not certo or sim.estado.agora() > ate:
        raise ErroGraph(100, mensagem="Media not found or URL expired", http=404)
    disposicao = {"Content-Disposition": f'inline; filename="{midia.id}"'}
    return Resposta(midia.conteudo, mime=midia.mime, cabecalhos=disposicao)


def objeto_de_webhook(sim: Simulador, midia: Midia, base_url: str) -> dict[str, Any]:
    """Return the media part of an inbound message: base64 hash, id and direct URL."""
    return {
        "mime_type": midia.mime,
        "sha256": base64.b64encode(midia.sha256).decode(),
        "id": midia.id,
        "url": url_nova(sim, midia, base_url, origem="webhook"),
    }
