"""Resumable upload of samples for templates and of profile pictures."""

import base64
from typing import Any

from prefeitura.whatsapp.simulador.erros import ErroGraph
from prefeitura.whatsapp.simulador.graph.pedido import Pedido, Resposta
from prefeitura.whatsapp.simulador.simulador import Simulador

TIPOS = {"application/pdf", "image/jpeg", "image/jpg", "image/png", "video/mp4"}


def abrir(sim: Simulador, pedido: Pedido) -> Resposta:
    """POST /{app_id}/uploads: return the id of an upload session."""
    try:
        tamanho = int(pedido.dado("file_length"))
    except (TypeError, ValueError):
        raise ErroGraph(100, mensagem="(#100) The parameter file_length is required.") from None
    if pedido.dado("file_type") not in TIPOS:
        raise ErroGraph(100, mensagem="(#100) Param file_type is not supported.")
    segredo = base64.urlsafe_b64encode(sim.estado.sorteio.letras(24).encode()).decode()
    chave = f"upload:{segredo.rstrip('=')}"
    sim.estado.envios_de_arquivo[chave] = {
        "tamanho": tamanho,
        "tipo": pedido.dado("file_type"),
        "conteudo": b"",
    }
    return Resposta({"id": chave})


def tratar(sim: Simulador, pedido: Pedido) -> Resposta:
    """POST bytes at `file_offset`, or GET how many have arrived."""
    sessao: dict[str, Any] | None = sim.estado.envios_de_arquivo.get(pedido.partes[0])
    if sessao is None:
        raise pedido.sem_objeto()
    if pedido.metodo == "GET":
        return Resposta({"id": pedido.partes[0], "file_offset": len(sessao["conteudo"])})
    inicio = pedido.cabecalhos.get("file_offset", "")
    if not inicio.isdigit() or int(inicio) != len(sessao["conteudo"]):
        raise ErroGraph(100, mensagem="(#100) Invalid file_offset header")
    sessao["conteudo"] += pedido.cru
    if len(sessao["conteudo"]) > sessao["tamanho"]:
        raise ErroGraph(100, mensagem="(#100) More bytes than file_length")
    if len(sessao["conteudo"]) < sessao["tamanho"]:
        return Resposta({"id": pedido.partes[0], "file_offset": len(sessao["conteudo"])})
    alca = base64.b64encode(pedido.partes[0].encode()).decode()
    return Resposta({"h": f"4::{alca}"})
