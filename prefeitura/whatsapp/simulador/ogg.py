"""WebM/Opus → Ogg/Opus without decoding, so that a browser's recording is a WhatsApp voice note.

Chromium records WebM; a phone sends `audio/ogg; codecs=opus`. Only the container changes.
Sources: RFC 3533 (Ogg pages), RFC 7845 (Opus in Ogg), the EBML element ids of Matroska.
"""

import struct
from collections.abc import Iterator

SEGMENTO, AGRUPAMENTO, TRILHAS, TRILHA = 0x18538067, 0x1F43B675, 0x1654AE6B, 0xAE
GRUPO_DE_BLOCO, BLOCO, BLOCO_SIMPLES, PRIVADO = 0xA0, 0xA1, 0xA3, 0x63A2
CONTEINERES = {SEGMENTO, AGRUPAMENTO, TRILHAS, TRILHA, GRUPO_DE_BLOCO}
# Duration in ms of one frame by the five high bits of the Opus TOC byte (RFC 6716, table 2).
QUADROS = [10, 20, 40, 60] * 3 + [10, 20] * 2 + [2.5, 5, 10, 20] * 4


def _inteiro(dados: bytes, posicao: int, *, com_marca: bool) -> tuple[int, int]:
    """Read an EBML number; returns (value, next position). Raises ValueError when cut."""
    if posicao >= len(dados) or dados[posicao] == 0:
        raise ValueError("EBML truncado")
    tamanho = 9 - dados[posicao].bit_length()
    if posicao + tamanho > len(dados):
        raise ValueError("EBML truncado")
    valor = int.from_bytes(dados[posicao : posicao + tamanho], "big")
    if not com_marca:
        valor &= (1 << (7 * tamanho)) - 1
        if valor == (1 << (7 * tamanho)) - 1:
            valor = -1
    return valor, posicao + tamanho


def _elementos(dados: bytes, posicao: int, fim: int) -> Iterator[tuple[int, int, int]]:
    """Yield (id, start, end) of leaves, walking into the containers that matter."""
    while posicao < fim:
        try:
            quem, depois = _inteiro(dados, posicao, com_marca=True)
            tamanho, inicio = _inteiro(dados, depois, com_marca=False)
        except ValueError:
            return
        final = fim if tamanho < 0 else min(fim, inicio + tamanho)
        if quem in CONTEINERES:
            # A live recording leaves sizes unknown: siblings are then read as children, harmless.
            yield from _elementos(dados, inicio, final)
        else:
            yield quem, inicio, final
        posicao = final


def _pacotes(webm: bytes) -> tuple[bytes, list[bytes]]:
    """Return the OpusHead and the Opus packets of a WebM recording."""
    cabeca, pacotes = b"", []
    for quem, inicio, fim in _elementos(webm, 0, len(webm)):
        if quem == PRIVADO and webm[inicio : inicio + 8] == b"OpusHead":
            cabeca = webm[inicio:fim]
        elif quem in (BLOCO, BLOCO_SIMPLES):
            try:
                _, depois = _inteiro(webm, inicio, com_marca=False)
            except ValueError:
                continue
            if fim > depois + 3:
                pacotes.append(webm[depois + 3 : fim])
    return cabeca, pacotes


def duracao_em_amostras(pacote: bytes) -> int:
    """Return how many samples at 48 kHz an Opus packet holds."""
    toc = pacote[0]
    codigo = toc & 3
    quadros = 1 if codigo == 0 else 2
    if codigo == 3:
        quadros = pacote[1] & 0x3F if len(pacote) > 1 else 0
    return int(QUADROS[toc >> 3] * 48 * quadros)


def _crc(pagina: bytes) -> int:
    resto = 0
    for byte in pagina:
        resto ^= byte << 24
        for _ in range(8):
            resto = ((resto << 1) ^ 0x04C11DB7 if resto & 0x80000000 else resto << 1) & 0xFFFFFFFF
    return resto


def _pagina(corpo: bytes, tipo: int, posicao: int, numero: int) -> bytes:
    """Return one Ogg page holding one whole packet (up to 65,024 bytes)."""
    lacos = bytes([255] * (len(corpo) // 255) + [len(corpo) % 255])
    cabecalho = struct.pack("<4sBBqIII", b"OggS", 0, tipo, posicao, 0x51A0, numero, 0)
    cru = cabecalho + bytes([len(lacos)]) + lacos + corpo
    return cru[:22] + struct.pack("<I", _crc(cru)) + cru[26:]


def de_webm(webm: bytes) -> bytes:
    """Return the Ogg/Opus file with the same sound; what is not WebM/Opus comes back as it is."""
    cabeca, pacotes = _pacotes(webm)
    pacotes = [pacote for pacote in pacotes if 0 < len(pacote) < 65_000]
    if not cabeca or not pacotes:
        return webm
    dono = b"simulador"
    comentario = b"OpusTags" + struct.pack("<I", len(dono)) + dono + struct.pack("<I", 0)
    paginas = [_pagina(cabeca, 2, 0, 0), _pagina(comentario, 0, 0, 1)]
    tocado = 0
    for numero, pacote in enumerate(pacotes, start=2):
        tocado += duracao_em_amostras(pacote)
        ultimo = 4 if numero == len(pacotes) + 1 else 0
        paginas.append(_pagina(pacote, ultimo, tocado, numero))
    return b"".join(paginas)
