"""Recordings as browsers make them, without a microphone: WebM with Opus packets of silence."""

import struct

PACOTE = b"\xfc\xff\xfe"  # 20 ms of silence, stereo flag set as Chrome does
CABECALHO = b"OpusHead" + struct.pack("<BBHIhB", 1, 2, 312, 48_000, 0, 0)
DESCONHECIDO = b"\x01\xff\xff\xff\xff\xff\xff\xff"


def elemento(marca: str, dados: bytes) -> bytes:
    """One EBML element with an eight-byte size."""
    return bytes.fromhex(marca) + struct.pack(">Q", len(dados) | 1 << 56) + dados


def webm(segundos: float, codec: bytes = b"A_OPUS") -> bytes:
    """A live WebM: segment and clusters of unknown size, one cluster a second."""
    trilha = elemento("d7", b"\x01") + elemento("86", codec) + elemento("63a2", CABECALHO)
    partes = [
        elemento("1a45dfa3", elemento("4282", b"webm")),
        bytes.fromhex("18538067") + DESCONHECIDO,
        elemento("1654ae6b", elemento("ae", trilha)),
    ]
    for segundo in range(int(segundos)):
        partes.append(bytes.fromhex("1f43b675") + DESCONHECIDO)
        partes.append(elemento("e7", struct.pack(">I", segundo * 1000)))
        for n in range(50):
            bloco = b"\x81" + struct.pack(">hB", n * 20, 0x80) + PACOTE
            partes.append(elemento("a3", bloco))
    return b"".join(partes)
