"""Readers of hostile bytes: they answer, or raise the one error that they declare."""

import io
import random
import struct
import zipfile

import pytest
from django.http import Http404
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from atendimento.views.apresentar.registro import ler_cursor
from atendimento.views.desde import _momento
from prefeitura.whatsapp.midia.nomes import extensao
from prefeitura.whatsapp.midia.tipos import reconhecer
from prefeitura.whatsapp.midia.voz import GravacaoIlegivel, webm_para_ogg
from tests.falhas.medida import tamanho

COMECOS = [
    b"",
    b"\xff\xd8\xff",
    b"RIFF\x00\x00\x00\x00WEBP",
    b"\x00\x00\x00\x18ftypmp42",
    b"\x1aE\xdf\xa3",
    b"\xff\xf1",
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    b"%PDF-1.7",
    b"OggS",
    b"<svg",
    b"<!-- x -->",
    b"MZ",
    b"\xef\xbb\xbf<html>",
]
exemplos = settings(max_examples=tamanho(300, 20_000), deadline=None)


def _zip(nomes: list[str], corte: int, trocas: random.Random) -> bytes:
    """A container with these names, then cut and with some of its bytes changed."""
    saida = io.BytesIO()
    with zipfile.ZipFile(saida, "w") as pacote:
        for nome in dict.fromkeys(nomes):
            pacote.writestr(nome, b"application/vnd.oasis.opendocument.text")
    bruto = bytearray(saida.getvalue())
    for _ in range(trocas.randint(0, 3)):
        bruto[trocas.randrange(len(bruto))] = trocas.randrange(256)
    return bytes(bruto[: max(1, len(bruto) - corte)])


NOMES = ["mimetype", "[Content_Types].xml", "word/vbaProject.bin", "../x", "a" * 300, "x/"]
CONTAINERS = st.builds(
    _zip,
    st.lists(st.sampled_from(NOMES), min_size=1, max_size=4),
    st.integers(0, 60),
    st.randoms(use_true_random=False),
)
SOLTOS = st.builds(lambda a, b: a + b, st.sampled_from(COMECOS), st.binary(max_size=400))


@given(
    bruto=SOLTOS | CONTAINERS,
    nome=st.text(max_size=40),
    declarado=st.sampled_from(["", "image/png", "text/html", "x"]),
)
@exemplos
def test_any_file_is_told_or_unknown(tmp_path_factory, bruto, nome, declarado):
    arquivo = tmp_path_factory.getbasetemp() / "qualquer"
    arquivo.write_bytes(bruto)
    conteudo = reconhecer(arquivo, nome=nome, declarado=declarado)
    assert conteudo.tipo.count("/") == 1
    assert conteudo.tipo.isascii()
    assert extensao(nome) == extensao(nome).lower()


def _elemento(marca: int, dados: bytes, mentira: int) -> bytes:
    """One EBML element, whose size may be a lie."""
    bytes_da_marca = marca.to_bytes((marca.bit_length() + 7) // 8, "big")
    return bytes_da_marca + struct.pack(">Q", (1 << 56) | max(0, len(dados) + mentira)) + dados


ELEMENTOS = st.recursive(
    st.binary(max_size=30),
    lambda dentro: st.builds(
        _elemento,
        st.sampled_from([0x18538067, 0x1654AE6B, 0xAE, 0x1F43B675, 0xA0, 0xA1, 0xA3, 0x86, 0x63A2]),
        st.lists(dentro, max_size=4).map(b"".join),
        st.sampled_from([0, 0, 0, 1, -1, 1000, 2**40]),
    ),
    max_leaves=12,
)


@given(bruto=ELEMENTOS)
@exemplos
def test_any_recording_becomes_ogg_or_is_refused(bruto):
    try:
        ogg = webm_para_ogg(bruto)
    except GravacaoIlegivel:
        return
    assert ogg.startswith(b"OggS")


CURSORES = st.text(max_size=60) | st.builds(
    "{}-{}".format, st.integers(-(10**30), 10**30), st.integers(-(10**30), 10**30)
)


@given(texto=CURSORES)
@exemplos
def test_any_cursor_is_a_moment_or_nothing(texto):
    try:
        momento, pk = ler_cursor(texto)
    except Http404:
        pass
    else:
        assert timezone.is_aware(momento)
        assert isinstance(pk, int)
    assert (lido := _momento(texto)) is None or timezone.is_aware(lido)


@pytest.mark.parametrize("texto", ["1795000000000000-7", "1795000000000000-0"])
def test_a_cursor_of_ours_is_read(texto):
    assert ler_cursor(texto)[0] == _momento(texto)
