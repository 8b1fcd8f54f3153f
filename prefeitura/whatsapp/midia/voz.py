"""Voice recorded by a browser (WebM) into what WhatsApp plays as voice (OGG): same Opus packets.

Only the wrapping changes, so no codec is needed. Formats: Matroska/WebM (RFC 9559), Ogg (RFC
3533), Opus in Ogg (RFC 7845), Opus packets (RFC 6716 §3.1).
"""

import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

_SEGMENTO, _TRILHAS, _TRILHA = 0x18538067, 0x1654AE6B, 0xAE
_GRUPO, _BLOCOS, _BLOCO, _BLOCO_SIMPLES = 0x1F43B675, 0xA0, 0xA1, 0xA3
_CODEC, _PRIVADO = 0x86, 0x63A2
_DENTRO = {_SEGMENTO, _TRILHAS, _TRILHA, _GRUPO, _BLOCOS}
_TAXA = 48_000
_PACOTES_POR_PAGINA = 50
_ESPELHO = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


class GravacaoIlegivel(Exception):
    """The recording is cut, empty, or not Opus."""


def webm_para_ogg(webm: bytes) -> bytes:
    """Rewrap a WebM with one Opus track as a mono OGG. Raises GravacaoIlegivel."""
    cabecalho, pacotes = b"", []
    for elemento, dados in _elementos(webm):
        if elemento == _CODEC and dados != b"A_OPUS":
            raise GravacaoIlegivel
        if elemento == _PRIVADO:
            cabecalho = dados
        elif elemento in (_BLOCO, _BLOCO_SIMPLES):
            pacotes.append(_pacote(dados))
    if not cabecalho.startswith(b"OpusHead") or len(cabecalho) < 19 or not pacotes:
        raise GravacaoIlegivel
    # One channel, family 0: decoders mix down, and WhatsApp takes only mono.
    mono = cabecalho[:9] + b"\x01" + cabecalho[10:18] + b"\x00"
    return _ogg(mono, pacotes)


def _elementos(dados: bytes) -> Iterator[tuple[int, bytes]]:
    """Walk the elements; containers are entered, so their (often unknown) sizes do not matter."""
    posicao = 0
    while posicao < len(dados):
        elemento, posicao = _numero(dados, posicao, marca=True)
        tamanho, posicao = _numero(dados, posicao, marca=False)
        if elemento in _DENTRO:
            if tamanho is not None and posicao + tamanho > len(dados):
                raise GravacaoIlegivel
            continue
        if tamanho is None or posicao + tamanho > len(dados):
            raise GravacaoIlegivel
        yield elemento, dados[posicao : posicao + tamanho]
        posicao += tamanho


def _numero(dados: bytes, posicao: int, *, marca: bool) -> tuple[int | None, int]:
    """Read a variable-length number; None is "size unknown". `marca` keeps the length bit."""
    primeiro = dados[posicao] if posicao < len(dados) else 0
    comprimento = 9 - primeiro.bit_length()
    if not primeiro or posicao + comprimento > len(dados):
        raise GravacaoIlegivel
    valor = int.from_bytes(dados[posicao : posicao + comprimento], "big")
    if not marca:
        cheio = (1 << (7 * comprimento)) - 1
        valor &= cheio
        if valor == cheio:
            return None, posicao + comprimento
    return valor, posicao + comprimento


def _pacote(bloco: bytes) -> bytes:
    """The one frame of a block: track number, time (2 bytes), flags, bytes."""
    _, posicao = _numero(bloco, 0, marca=False)
    if len(bloco) <= posicao + 3 or bloco[posicao + 2] & 0x06:
        raise GravacaoIlegivel
    return bloco[posicao + 3 :]


def _amostras(pacote: bytes) -> int:
    """Samples at 48 kHz in one Opus packet, from its first byte."""
    configuracao, quadros = pacote[0] >> 3, (1, 2, 2, 0)[pacote[0] & 3]
    if not quadros:
        if len(pacote) < 2:
            raise GravacaoIlegivel
        quadros = pacote[1] & 0x3F
    if configuracao < 12:
        cada = (480, 960, 1920, 2880)[configuracao & 3]
    elif configuracao < 16:
        cada = (480, 960)[configuracao & 1]
    else:
        cada = (120, 240, 480, 960)[configuracao & 3]
    return quadros * cada


def _ogg(cabecalho: bytes, pacotes: list[bytes]) -> bytes:
    # From the sound itself: the same recording always gives the same file.
    serie = zlib.crc32(b"".join(pacotes))
    etiquetas = b"OpusTags" + struct.pack("<I", 10) + b"prefeitura" + struct.pack("<I", 0)
    paginas = [_pagina([cabecalho], serie, 0, 0, 2), _pagina([etiquetas], serie, 1, 0, 0)]
    posicao = 0
    lote: list[bytes] = []
    for i, pacote in enumerate(pacotes):
        posicao += _amostras(pacote)
        lote.append(pacote)
        ultimo = i == len(pacotes) - 1
        cheia = sum(len(p) // 255 + 1 for p in lote) > 200
        if ultimo or cheia or len(lote) == _PACOTES_POR_PAGINA:
            paginas.append(_pagina(lote, serie, len(paginas), posicao, 4 if ultimo else 0))
            lote = []
    return b"".join(paginas)


def _pagina(pacotes: list[bytes], serie: int, ordem: int, posicao: int, sinais: int) -> bytes:
    segmentos = b"".join(b"\xff" * (len(p) // 255) + bytes([len(p) % 255]) for p in pacotes)
    if len(segmentos) > 255:
        raise GravacaoIlegivel
    antes = struct.pack("<4sBBqII", b"OggS", 0, sinais, posicao, serie, ordem)
    depois = bytes([len(segmentos)]) + segmentos + b"".join(pacotes)
    soma = _soma(antes + b"\x00\x00\x00\x00" + depois)
    return antes + struct.pack("<I", soma) + depois


def _soma(dados: bytes) -> int:
    """Ogg's CRC is zlib's with the bits the other way round, and no inversion."""
    espelhada = zlib.crc32(dados.translate(_ESPELHO), 0xFFFFFFFF) ^ 0xFFFFFFFF
    return int(f"{espelhada:032b}"[::-1], 2)


def duracao_do_ogg(caminho: Path) -> float:
    """Seconds of an Ogg Opus or Vorbis file. Raises GravacaoIlegivel when it has none."""
    with caminho.open("rb") as arquivo:
        comeco = arquivo.read(4096)
        arquivo.seek(max(0, caminho.stat().st_size - 70_000))
        fim = arquivo.read()
    ultima = fim.rfind(b"OggS")
    if ultima < 0 or len(fim) < ultima + 27:
        raise GravacaoIlegivel
    posicao = struct.unpack_from("<q", fim, ultima + 6)[0]
    taxa, pulo = _TAXA, 0
    if (vorbis := comeco.find(b"\x01vorbis")) >= 0 and len(comeco) >= vorbis + 16:
        taxa = struct.unpack_from("<I", comeco, vorbis + 12)[0]
    elif (opus := comeco.find(b"OpusHead")) >= 0 and len(comeco) >= opus + 12:
        pulo = struct.unpack_from("<H", comeco, opus + 10)[0]
    segundos = (posicao - pulo) / taxa if taxa else 0
    if segundos <= 0:
        raise GravacaoIlegivel
    return segundos
