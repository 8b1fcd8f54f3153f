"""A browser's WebM/Opus recording becomes Ogg/Opus without decoding."""

import struct

from hypothesis import given
from hypothesis import strategies as st

from prefeitura.whatsapp.simulador.ogg import de_webm, duracao_em_amostras

CABECA = b"OpusHead" + bytes([1, 1]) + struct.pack("<HIhB", 312, 48_000, 0, 0)
PACOTE = bytes([0xF8, 1, 2, 3])  # TOC 0xF8: CELT, 20 ms, one frame


def elemento(quem, corpo, desconhecido=False):
    tamanho = b"\x01" + b"\xff" * 7 if desconhecido else struct.pack(">Q", len(corpo) | 1 << 56)
    return bytes.fromhex(quem) + tamanho + corpo


def webm(pacotes, desconhecido=False):
    blocos = b"".join(elemento("a3", b"\x81\x00\x00\x80" + p) for p in pacotes)
    trilha = elemento("1654ae6b", elemento("ae", elemento("63a2", CABECA)))
    grupo = elemento("1f43b675", elemento("e7", b"\0") + blocos, desconhecido)
    return elemento("1a45dfa3", b"\x42\x86\x81\x01") + elemento(
        "18538067", trilha + grupo, desconhecido
    )


def paginas(ogg):
    while ogg:
        assert ogg[:4] == b"OggS"
        tipo, posicao = ogg[5], struct.unpack("<q", ogg[6:14])[0]
        quantos = ogg[26]
        tamanho = sum(ogg[27 : 27 + quantos])
        inicio = 27 + quantos
        yield tipo, posicao, ogg[inicio : inicio + tamanho]
        ogg = ogg[inicio + tamanho :]


def test_packets_and_times_are_kept():
    for desconhecido in (False, True):
        lidas = list(paginas(de_webm(webm([PACOTE, PACOTE + b"x" * 600], desconhecido))))
        assert [tipo for tipo, _, _ in lidas] == [2, 0, 0, 4]
        assert [posicao for _, posicao, _ in lidas] == [0, 0, 960, 1920]
        assert lidas[0][2] == CABECA
        assert lidas[1][2].startswith(b"OpusTags")
        assert [corpo for _, _, corpo in lidas[2:]] == [PACOTE, PACOTE + b"x" * 600]


def test_duration_comes_from_the_first_byte():
    assert duracao_em_amostras(bytes([0xF8])) == 960
    assert duracao_em_amostras(bytes([0xF9])) == 1920
    assert duracao_em_amostras(bytes([0xFB, 3])) == 2880


def test_other_files_come_back_as_they_are():
    for corpo in (b"", b"nada", b"\x1a\x45\xdf\xa3", webm([])):
        assert de_webm(corpo) == corpo


@given(st.integers(0, 200), st.binary(max_size=8))
def test_truncated_or_spoiled_recordings_never_raise(corte, lixo):
    inteiro = webm([PACOTE] * 3)
    de_webm(inteiro[:corte] + lixo + inteiro[corte + len(lixo) :])
    de_webm(inteiro[:corte] + lixo)
