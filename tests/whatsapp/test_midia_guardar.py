"""What servants upload: GUARANTEES 4.4, rows 88 to 105."""

import io
import struct
import zipfile
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from prefeitura.whatsapp import midia
from prefeitura.whatsapp.mensagens import MensagemInvalida
from prefeitura.whatsapp.midia import nomes, tipos, voz
from tests.whatsapp.gravacoes import webm

pytestmark = pytest.mark.django_db
SEGURANCA = "Este tipo de arquivo não é aceito por segurança."


@pytest.fixture(autouse=True)
def _pasta(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def guardar(numero):
    def _guardar(nome, dados, **opcoes):
        return midia.guardar_enviada(
            numero=numero, arquivo=SimpleUploadedFile(nome, dados), **opcoes
        )

    return _guardar


def imagem(formato="PNG", lado=4):
    saida = io.BytesIO()
    Image.new("RGB", (lado, lado)).save(saida, formato)
    return saida.getvalue()


def pacote(*nomes_de_dentro, mimetype=None):
    saida = io.BytesIO()
    with zipfile.ZipFile(saida, "w") as arquivo:
        if mimetype:
            arquivo.writestr("mimetype", mimetype)
        for nome in nomes_de_dentro:
            arquivo.writestr(nome, "x")
    return saida.getvalue()


DOCX = pacote("[Content_Types].xml", "word/document.xml")


def recusa(guardar, nome, dados, **opcoes):
    with pytest.raises(MensagemInvalida) as erro:
        guardar(nome, dados, **opcoes)
    return erro.value


def test_accepted_file_is_stored_whole_under_a_random_key(guardar, settings):
    guardada = guardar("foto.png", imagem())
    guardada.refresh_from_db()
    assert (guardada.estado, guardada.tipo, guardada.nome) == ("baixada", "image/png", "foto.png")
    assert (Path(settings.MEDIA_ROOT) / guardada.arquivo).read_bytes() == imagem()
    assert guardada.pk.hex in guardada.arquivo
    assert guardada.tamanho == len(imagem())
    assert len(guardada.sha256) == 64


def test_E088_empty_file(guardar):
    assert recusa(guardar, "a.png", b"").frase == "O arquivo está vazio."


def test_E089_over_metas_limit(guardar):
    grande = imagem() + bytes(int(7.2 * 1024 * 1024))
    erro = recusa(guardar, "a.png", grande)
    assert erro.frase == "Imagens podem ter até 5 MB; esta tem 7,2 MB. Envie como documento?"
    assert isinstance(erro, midia.ArquivoGrande)
    assert guardar("a.png", grande, como_documento=True).tamanho == len(grande)


def test_E089_documents_stop_at_100_mb(guardar, monkeypatch):
    monkeypatch.setattr("prefeitura.whatsapp.midia.guardar.MB", 10)
    erro = recusa(guardar, "a.pdf", b"%PDF-1.7" + bytes(2000))
    assert erro.frase.startswith("Documentos podem ter até 100 MB; este tem ")


@pytest.mark.parametrize(
    "dados", [b"<html><body>", b"MZ\x90\x00\x03\x00", DOCX, b"texto puro", b"\x00\x01\x02"]
)
def test_E090_name_of_a_picture_content_of_another_thing(guardar, dados):
    frase = recusa(guardar, "a.jpg", dados).frase
    assert frase == "O conteúdo do arquivo não corresponde a uma imagem."


@pytest.mark.parametrize(
    ("nome", "dados"),
    [
        ("a.svg", b"<svg xmlns='x'>"), ("a", b"<?xml version='1.0'?><svg>"), ("a.html", b"<p>oi"),
        ("a.txt", b"<!DOCTYPE html><html>"), ("a.xml", b"<a/>"), ("a.mht", b"MIME-Version: 1.0"),
        ("a.js", b"alert(1)"), ("a.lnk", b"L\x00\x00\x00\x01\x14\x02\x00x"), ("a.scr", b"MZ\x90"),
        ("a.iso", bytes(32769) + b"CD001"), ("a.apk", pacote("AndroidManifest.xml")),
        ("a.zip", pacote("AndroidManifest.xml")), ("a", b"\x7fELF\x02"), ("a", b"#!/bin/sh\n"),
        ("a.xlsm", pacote("[Content_Types].xml", "xl/vbaProject.bin")),
        ("a.docm", DOCX), ("nota.pdf.exe", b"MZ"), ("a.bin", b"\x00\x01\x02\x03"),
        ("a.docx", pacote("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin")),
        ("a.txt", b"\xef\xbb\xbf <script>"), ("a.php", b"<?php x"),
    ],
)  # fmt: skip
def test_E091_what_may_carry_programs(guardar, nome, dados):
    assert recusa(guardar, nome, dados).frase == SEGURANCA


def test_E092_polyglot_is_an_image_by_its_first_bytes(guardar):
    assert guardar("a.gif", imagem("GIF") + b"<script>alert(1)</script>").tipo == "image/gif"


def test_E093_bomb_of_pixels_is_not_unpacked(guardar):
    cabeca = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    import zlib

    ihdr = b"IHDR" + cabeca
    bomba = b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0d" + ihdr + struct.pack(">I", zlib.crc32(ihdr))
    bomba += b"\x00\x00\x00\x00IDAT" + struct.pack(">I", zlib.crc32(b"IDAT"))
    assert recusa(guardar, "a.png", bomba).frase.startswith("A imagem é grande demais para mostrar")


def test_broken_picture_is_not_a_picture(guardar):
    assert "não corresponde a uma imagem" in recusa(guardar, "a.png", imagem()[:20]).frase


@pytest.mark.parametrize(
    ("nome", "dados", "tipo"),
    [
        ("a.pdf", b"%PDF-1.7\n/Encrypt /JavaScript", "application/pdf"),
        ("a.jpg", imagem("JPEG"), "image/jpeg"), ("a.webp", imagem("WEBP"), "image/webp"),
        ("a.docx", DOCX, tipos.OFFICE + "wordprocessingml.document"),
        ("a.xlsx", pacote("[Content_Types].xml", "xl/workbook.xml"),
         tipos.OFFICE + "spreadsheetml.sheet"),
        ("a.pptx", pacote("[Content_Types].xml", "ppt/presentation.xml"),
         tipos.OFFICE + "presentationml.presentation"),
        ("a.odt", pacote("content.xml", mimetype="application/vnd.oasis.opendocument.text"),
         "application/vnd.oasis.opendocument.text"),
        ("a.txt", "Olá, ação".encode(), "text/plain"),
        ("a.csv", "nome;cidade\nJosé;São Paulo".encode("latin-1"), "text/plain"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "application/msword"),
        ("a.zip", pacote("a.txt"), "application/zip"),
        ("a.mp3", b"ID3\x04" + bytes(50), "audio/mpeg"),
        ("a.aac", b"\xff\xf1" + bytes(50), "audio/aac"),
        ("a.amr", b"#!AMR\n" + bytes(50), "audio/amr"),
        ("a.m4a", b"\x00\x00\x00\x18ftypM4A " + bytes(50), "audio/mp4"),
        ("a.mp4", b"\x00\x00\x00\x18ftypisom" + bytes(50), "video/mp4"),
        ("voz.m4a", b"\x00\x00\x00\x18ftypiso5" + bytes(9) + b"hdlr\0\0\0\0soun", "audio/mp4"),
        ("a.3gp", b"\x00\x00\x00\x18ftyp3gp4" + bytes(50), "video/3gpp"),
    ],
)  # fmt: skip
def test_E094_E095_documents_sound_and_film_are_told_by_their_bytes(guardar, nome, dados, tipo):
    assert guardar(nome, dados).tipo == tipo


def test_E095_zip_bomb_is_kept_unopened(guardar):
    saida = io.BytesIO()
    with zipfile.ZipFile(saida, "w", zipfile.ZIP_DEFLATED) as arquivo:
        arquivo.writestr("zeros", bytes(20_000_000))
    assert guardar("a.zip", saida.getvalue()).tipo == "application/zip"


@pytest.mark.parametrize(
    ("nome", "limpo"),
    [
        ("../../etc/passwd", "passwd"), ("C:\\Users\\x\\con.pdf", "con.pdf"),
        ("a\r\nSet-Cookie:x.pdf", "aSet-Cookie:x.pdf"),
        ('"; filename="x.html', "; filename=x.html"),
        ("nota\u202efdp.exe", "notafdp.exe"), ("😀 férias.pdf", "😀 férias.pdf"), ("", ""),
        ("a" * 300 + ".pdf", "a" * 116 + ".pdf"), ("a" * 4000, "a" * 120), ("..", ""), ("/", ""),
        ("  muito   espaço .txt", "muito espaço .txt"),
    ],
)  # fmt: skip
def test_E098_names_are_cleaned(nome, limpo):
    assert nomes.limpar_nome(nome) == limpo


def test_E101_eleven_files_at_once():
    midia.exigir_quantidade(10)
    with pytest.raises(MensagemInvalida) as erro:
        midia.exigir_quantidade(11)
    assert erro.value.frase == "Até 10 arquivos por vez."


def test_E105_disk_full(guardar, monkeypatch, settings):
    def cheio(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("prefeitura.whatsapp.midia.arquivo.os.fsync", cheio)
    erro = recusa(guardar, "a.png", imagem())
    assert isinstance(erro, midia.SemEspaco)
    assert erro.frase == "O servidor está sem espaço. Avise a pessoa que administra o sistema."
    assert not [c for c in Path(settings.MEDIA_ROOT).rglob("*") if c.is_file()]


# --- voice (E104)


def test_voice_of_the_browser_becomes_ogg(guardar, settings):
    guardada = guardar("gravacao.webm", webm(segundos=3))
    assert (guardada.tipo, guardada.nome) == ("audio/ogg", "gravacao.ogg")
    caminho = Path(settings.MEDIA_ROOT) / guardada.arquivo
    assert 2.9 < voz.duracao_do_ogg(caminho) <= 3.0
    assert len(list(caminho.parent.parent.parent.rglob("*.*"))) == 0


def test_voice_that_holds_the_letters_of_a_film_by_chance_is_voice(guardar, monkeypatch):
    monkeypatch.setattr("tests.whatsapp.gravacoes.PACOTE", b"\xfcV_\x86V_V_")
    assert guardar("gravacao.webm", webm(segundos=3)).tipo == "audio/ogg"


def test_a_film_of_the_browser_is_no_voice(guardar):
    assert guardar("tela.webm", webm(segundos=1, codec=b"V_VP8")).tipo == "video/webm"


@pytest.mark.parametrize(
    "dados",
    [webm(segundos=3)[:-5], webm(segundos=0), webm(segundos=1)[:40], b"\x1aE\xdf\xa3",
     webm(segundos=1, codec=b"A_VORBIS")],
)  # fmt: skip
def test_E104_recording_that_cannot_be_read(guardar, dados):
    frase = recusa(guardar, "g.webm", dados).frase
    assert frase == "A gravação não pôde ser lida. Grave de novo."


def test_E104_recording_of_twenty_minutes(guardar):
    assert recusa(guardar, "g.webm", webm(segundos=20 * 60)).frase == "Até 15 minutos."


def test_E104_broken_ogg(guardar):
    assert recusa(guardar, "g.ogg", b"OggS" + bytes(10)).frase.startswith("A gravação não pôde")


@pytest.mark.parametrize("compressao", [0, 8, 12, 14])
def test_no_damaged_archive_is_more_than_an_archive(tmp_path, compressao):
    """Each byte of a small one spoiled in four ways: told as something, never an exception."""
    saida, caminho = io.BytesIO(), tmp_path / "a.odt"
    with zipfile.ZipFile(saida, "w", compressao) as arquivo:
        arquivo.writestr("mimetype", "application/vnd.oasis.opendocument.text")
    inteiro = saida.getvalue()
    for onde, byte in enumerate(inteiro):
        for outro in {0, 1, 255, byte ^ 1} - {byte}:
            caminho.write_bytes(inteiro[:onde] + bytes([outro]) + inteiro[onde + 1 :])
            assert tipos.reconhecer(caminho, nome="a.odt").tipo
