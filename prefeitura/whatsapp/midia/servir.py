"""Answer a browser that asks for a stored file. Whoever calls has checked the permission.

Nothing that a citizen sent may run in a servant's browser (GUARANTEES G21): the type is the one
found in the bytes, only pictures, sound, film and PDF open in place, and all under a sandbox.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

from django.core.handlers.asgi import ASGIRequest
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.http import content_disposition_header

from prefeitura.banco.soltar import soltar
from prefeitura.whatsapp.midia.nomes import caminho as caminho_de
from prefeitura.whatsapp.midia.nomes import lugar_da_miniatura
from prefeitura.whatsapp.midia.tipos import DESCONHECIDO
from prefeitura.whatsapp.models import Midia

PEDACO = 256 * 1024
NO_LUGAR = frozenset(
    "image/jpeg image/png image/gif image/webp audio/aac audio/amr audio/mpeg audio/mp4 audio/ogg "
    "audio/webm video/mp4 video/3gpp video/webm application/pdf".split()
)
_FAIXA = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


def responder(request: HttpRequest, midia: Midia, *, baixar: bool = False) -> HttpResponseBase:
    """Build the response for one file: whole, one range (206), 304, or 416.

    `?baixar=1` or `baixar=True` makes it an attachment whatever its type; `?miniatura=1` gives the
    picture of its first page. Raises Http404 when the file is not here.
    """
    caminho = caminho_pronto(midia)
    marca = midia.sha256 or midia.pk.hex
    if request.GET.get("miniatura") == "1":
        caminho, midia, marca = _miniatura(midia), _como_imagem(midia), f"{marca}-miniatura"
    if caminho is None:
        raise Http404
    marca = f'"{marca}"'
    if marca in request.headers.get("If-None-Match", "").split(", "):
        return _vestir(HttpResponse(status=304), midia, marca, baixar=baixar)
    tamanho = caminho.stat().st_size
    inicio, fim, status = 0, tamanho - 1, 200
    if "Range" in request.headers and request.headers.get("If-Range", marca) == marca:
        faixa = _faixa(request.headers["Range"], tamanho)
        if faixa is None:
            resposta = HttpResponse(status=416)
            resposta["Content-Range"] = f"bytes */{tamanho}"
            return _vestir(resposta, midia, marca, baixar=True)
        (inicio, fim), status = faixa, 206
    soltar()
    baixar = baixar or request.GET.get("baixar") == "1"
    quantos = fim - inicio + 1
    assincrono = isinstance(request, ASGIRequest)
    corpo = (_ler_sem_travar if assincrono else _ler)(caminho, inicio, quantos)
    resposta = StreamingHttpResponse(corpo, status=status)
    resposta["Content-Length"] = str(quantos)
    if status == 206:
        resposta["Content-Range"] = f"bytes {inicio}-{fim}/{tamanho}"
    return _vestir(resposta, midia, marca, baixar=baixar)


def caminho_pronto(midia: Midia) -> Path | None:
    """Return where the file lies, or None while it is not here."""
    caminho = caminho_de(midia.arquivo)
    pronta = midia.estado == Midia.Estado.BAIXADA and midia.arquivo and caminho.is_file()
    return caminho if pronta else None


def _miniatura(midia: Midia) -> Path | None:
    caminho = caminho_de(lugar_da_miniatura(midia.pk))
    pronta = midia.miniatura == Midia.Miniatura.PRONTA and caminho.is_file()
    return caminho if pronta else None


def _como_imagem(midia: Midia) -> Midia:
    """What is told of the picture in the headers; never saved."""
    return Midia(pk=midia.pk, tipo="image/webp", nome=f"{midia.nome or 'arquivo'}.webp")


def _vestir(resposta: HttpResponseBase, midia: Midia, marca: str, *, baixar: bool):
    no_lugar = midia.tipo in NO_LUGAR and not baixar
    resposta["Content-Type"] = midia.tipo if midia.tipo in NO_LUGAR else DESCONHECIDO
    resposta["Content-Disposition"] = content_disposition_header(
        not no_lugar, midia.nome or "arquivo"
    )
    resposta["X-Content-Type-Options"] = "nosniff"
    resposta["Content-Security-Policy"] = "sandbox; default-src 'none'"
    resposta["Cross-Origin-Resource-Policy"] = "same-origin"
    # Kept by this browser only, and asked again each time: the right to see may end.
    resposta["Cache-Control"] = "private, no-cache"
    resposta["ETag"] = marca
    resposta["Accept-Ranges"] = "bytes"
    return resposta


def _faixa(pedido: str, tamanho: int) -> tuple[int, int] | None:
    """Return (first, last) of a single range, None when it cannot be given."""
    achada = _FAIXA.fullmatch(pedido.strip())
    if achada is None or not any(achada.groups()):
        return None
    primeiro, ultimo = achada.groups()
    if not primeiro:
        quantos = min(int(ultimo), tamanho)
        return (tamanho - quantos, tamanho - 1) if quantos else None
    inicio, fim = int(primeiro), min(int(ultimo or tamanho), tamanho - 1)
    return (inicio, fim) if inicio <= fim else None


def _ler(caminho: Path, inicio: int, quantos: int) -> Iterator[bytes]:
    with caminho.open("rb") as arquivo:
        arquivo.seek(inicio)
        while quantos > 0 and (pedaco := arquivo.read(min(PEDACO, quantos))):
            quantos -= len(pedaco)
            yield pedaco


async def _ler_sem_travar(caminho: Path, inicio: int, quantos: int) -> AsyncIterator[bytes]:
    pedacos = _ler(caminho, inicio, quantos)
    try:
        while (pedaco := await asyncio.to_thread(next, pedacos, None)) is not None:
            yield pedaco
    finally:
        pedacos.close()
