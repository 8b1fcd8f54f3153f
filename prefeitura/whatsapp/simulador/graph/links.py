"""Media sent by link: fetched when it is on this machine, otherwise believed.

Meta downloads the link and reports a bad one later as 131053. The simulator never leaves the
machine, so a link to another host is shown on the phone as an address.
"""

import ipaddress
from typing import Any
from urllib.parse import urlsplit

import httpx

from prefeitura.whatsapp.simulador.estado import Cidadao, Mensagem, Numero
from prefeitura.whatsapp.simulador.graph import midia as graph_midia
from prefeitura.whatsapp.simulador.graph.pedido import Arquivo
from prefeitura.whatsapp.simulador.simulador import Simulador
from prefeitura.whatsapp.simulador.validacao import midias


def de(mensagem: Mensagem) -> str:
    """Return the link of a media message when it points to this machine, else empty."""
    objeto: Any = mensagem.conteudo.get(mensagem.tipo)
    link = objeto.get("link") if mensagem.tipo in midias.TIPOS else None
    return link if link and _desta_maquina(link) else ""


def _desta_maquina(link: str) -> bool:
    nome = urlsplit(link).hostname or ""
    try:
        return ipaddress.ip_address(nome).is_loopback
    except ValueError:
        return nome == "localhost"


async def buscar(
    sim: Simulador, numero: Numero, cidadao: Cidadao, mensagem: Mensagem, categoria: str
) -> None:
    """Fetch the link and start the message's life, which fails if the file does not serve."""
    objeto = mensagem.conteudo[mensagem.tipo]
    falha = 131053
    try:
        async with httpx.AsyncClient(timeout=10, trust_env=False) as cliente:
            resposta = await cliente.get(objeto["link"])
        mime = resposta.headers.get("Content-Type", "")
        voz = objeto.get("voice") is True
        serve = midias.serve(mensagem.tipo, mime, len(resposta.content), voz=voz)
        if resposta.status_code == 200 and mime and serve:
            nome = objeto.get("filename") or urlsplit(objeto["link"]).path.rsplit("/", 1)[-1]
            arquivo = Arquivo(nome, midias.mime_puro(mime), resposta.content)
            objeto["id"] = graph_midia.guardar(sim, numero.id, arquivo).id
            falha = 0
    except httpx.HTTPError:
        falha = 131053
    sim.percurso.comecar(numero, cidadao, mensagem, categoria, falha)
    sim.ao_vivo.contar("mensagem", cidadao=cidadao.user_id, wamid=mensagem.wamid)
