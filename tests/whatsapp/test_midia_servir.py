"""What a browser gets when it asks for a file."""

import asyncio

import pytest
from django.db import connection
from django.http import Http404
from django.test import AsyncRequestFactory, RequestFactory

from prefeitura.whatsapp.midia import servir
from tests import factories

pytestmark = pytest.mark.django_db
DADOS = bytes(range(256)) * 4


@pytest.fixture
def foto(numero, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    (tmp_path / "foto").write_bytes(DADOS)
    return factories.MidiaFactory(
        numero=numero, pronta=True, arquivo="foto", tamanho=len(DADOS), sha256="a" * 64
    )


def pedir(midia, consulta="", **cabecalhos):
    pedido = RequestFactory().get(f"/arquivo/{consulta}", headers=cabecalhos)
    return servir.responder(pedido, midia)


def corpo(resposta):
    return b"".join(resposta.streaming_content)


def test_picture_opens_in_place_under_a_sandbox(foto):
    resposta = pedir(foto)
    assert (resposta.status_code, corpo(resposta)) == (200, DADOS)
    assert resposta["Content-Type"] == "image/png"
    assert resposta["Content-Disposition"] == 'inline; filename="foto.png"'
    assert resposta["X-Content-Type-Options"] == "nosniff"
    assert resposta["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert resposta["Content-Length"] == str(len(DADOS))


@pytest.mark.parametrize(
    "tipo",
    ["text/html", "image/svg+xml", "text/plain", "application/zip", "", "application/xhtml+xml"],
)
def test_anything_else_is_only_for_download(foto, tipo):
    foto.tipo = tipo
    resposta = pedir(foto)
    assert resposta["Content-Type"] == "application/octet-stream"
    assert resposta["Content-Disposition"].startswith("attachment")
    resposta.close()


@pytest.mark.django_db(transaction=True)
def test_connection_goes_back_before_the_file_begins_to_leave(settings, tmp_path):
    """Twelve people on a slow line would otherwise hold the twelve connections of the site."""
    settings.MEDIA_ROOT = tmp_path
    (tmp_path / "foto").write_bytes(DADOS)
    midia = factories.MidiaFactory(pronta=True, arquivo="foto", tamanho=len(DADOS))
    assert connection.connection is not None
    resposta = pedir(midia)
    assert connection.connection is None
    assert corpo(resposta) == DADOS


def test_download_may_be_asked(foto):
    resposta = pedir(foto, "?baixar=1")
    assert resposta["Content-Disposition"] == 'attachment; filename="foto.png"'
    resposta.close()


@pytest.mark.parametrize(
    ("nome", "esperado"),
    [
        ("férias.pdf", "inline; filename*=utf-8''f%C3%A9rias.pdf"),
        ('"; filename="x.html', 'inline; filename="\\"; filename=\\"x.html"'),
        ("", 'inline; filename="arquivo"'),
    ],
)
def test_E098_name_cannot_leave_its_header(foto, nome, esperado):
    foto.nome = nome
    resposta = pedir(foto)
    assert resposta["Content-Disposition"] == esperado
    resposta.close()


@pytest.mark.parametrize(
    ("faixa", "inicio", "fim"),
    [("bytes=0-9", 0, 9), ("bytes=1000-", 1000, 1023), ("bytes=-24", 1000, 1023),
     ("bytes=0-99999", 0, 1023), ("bytes=-99999", 0, 1023), ("bytes=1023-1023", 1023, 1023)],
)  # fmt: skip
def test_single_range(foto, faixa, inicio, fim):
    resposta = pedir(foto, range=faixa)
    assert resposta.status_code == 206
    assert corpo(resposta) == DADOS[inicio : fim + 1]
    assert resposta["Content-Range"] == f"bytes {inicio}-{fim}/1024"


@pytest.mark.parametrize(
    "faixa",
    ["bytes=" + ",".join(["0-"] * 1000), "bytes=1024-", "bytes=5-1", "bytes=-0", "bytes=-", "x=0-1",
     "bytes=a-b", "bytes=0-0,2-3", "bytes=" + "9" * 40 + "-"],
)  # fmt: skip
def test_E103_ranges_that_cannot_be_given(foto, faixa):
    resposta = pedir(foto, range=faixa)
    assert resposta.status_code == 416
    assert resposta["Content-Range"] == "bytes */1024"


def test_range_of_an_older_file_gives_the_whole(foto):
    resposta = pedir(foto, range="bytes=0-9", if_range='"outro"')
    assert (resposta.status_code, len(corpo(resposta))) == (200, 1024)


def test_unchanged_file_is_not_sent_again_but_is_asked_for(foto):
    marca = pedir(foto)
    marca.close()
    resposta = pedir(foto, if_none_match=marca["ETag"])
    assert resposta.status_code == 304
    assert "no-cache" in resposta["Cache-Control"]
    assert "private" in resposta["Cache-Control"]


@pytest.mark.parametrize("estado", ["pendente", "recusada", "perdida"])
def test_file_that_is_not_here_is_404(foto, estado):
    foto.estado = estado
    with pytest.raises(Http404):
        pedir(foto)


def test_file_that_left_the_disk_is_404(foto, tmp_path):
    (tmp_path / "foto").unlink()
    with pytest.raises(Http404):
        pedir(foto)


def test_under_asgi_the_file_is_read_without_holding_the_loop(foto):
    """The view runs in a thread; only what it returns is read on the loop."""
    pedido = AsyncRequestFactory().get("/arquivo/", headers={"range": "bytes=10-"})
    resposta = servir.responder(pedido, foto)

    async def ler_todo():
        return b"".join([parte async for parte in resposta])

    assert asyncio.run(ler_todo()) == DADOS[10:]
