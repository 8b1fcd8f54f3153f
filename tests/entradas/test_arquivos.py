"""GUARANTEES 4.4 by HTTP: the composer's answer to a file, and who may fetch one."""

import io
import socket
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image
from pypdf import PdfReader

from atendimento import acoes
from atendimento.demonstracao.desenhos import pdf
from atendimento.models import Mensagem
from prefeitura.whatsapp import midia
from prefeitura.whatsapp.models import Envio, Midia
from tests import factories
from tests.test_permissoes import PNG
from tests.whatsapp.gravacoes import webm

pytestmark = pytest.mark.django_db
JSON = {"Accept": "application/json"}


@pytest.fixture(autouse=True)
def _pasta(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def anexar(atendimento, ana, entrar):
    """Return a function: Ana sends a file; (status, sentence)."""
    navegador = entrar(ana)

    def _anexar(conteudo: bytes, nome="foto.png", tipo="image/png", **extra):
        resposta = navegador.post(
            f"/atendimento/{atendimento.pk}/responder/",
            {
                "chave_cliente": str(uuid.uuid4()),
                "arquivo": SimpleUploadedFile(nome, conteudo, tipo),
            }
            | extra,
            headers=JSON,
        )
        return resposta.status_code, resposta.json().get("frase", "")

    return _anexar


def nada_ficou(pasta):
    assert not Midia.objects.exists()
    assert not Envio.objects.filter(prioridade=Envio.Prioridade.RESPOSTA).exists()
    assert not [p for p in pasta.rglob("*") if p.is_file()]


def test_E088_empty_file(anexar, tmp_path):
    assert anexar(b"") == (422, "O arquivo está vazio.")
    nada_ficou(tmp_path)


def test_E089_too_big_a_picture_is_413(anexar, tmp_path):
    grande = PNG + b"\0" * (7 * 1024 * 1024)
    status, frase = anexar(grande)
    assert status == 413
    assert frase == "Imagens podem ter até 5 MB; esta tem 7 MB. Envie como documento?"
    nada_ficou(tmp_path)


@pytest.mark.parametrize(
    "conteudo", [b"<html><script>x</script>", b"MZ\x90\x00" * 20, b"PK\x03\x04"]
)
def test_E090_name_of_a_picture_content_of_another_thing(anexar, tmp_path, conteudo):
    assert anexar(conteudo, "foto.jpg", "image/jpeg") == (
        422,
        "O conteúdo do arquivo não corresponde a uma imagem.",
    )
    nada_ficou(tmp_path)


@pytest.mark.parametrize(
    ("nome", "conteudo"),
    [
        ("x.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        ("x.html", b"<!doctype html><script>alert(1)</script>"),
        ("x.js", b"alert(1)"),
        ("x.exe", b"MZ" + b"\0" * 100),
        ("x.apk", b"PK\x03\x04" + b"\0" * 100),
    ],
)
def test_E091_what_may_carry_programs(anexar, tmp_path, nome, conteudo):
    assert anexar(conteudo, nome, "application/octet-stream") == (
        422,
        "Este tipo de arquivo não é aceito por segurança.",
    )
    nada_ficou(tmp_path)


def foto_com_gps() -> bytes:
    """A JPEG that says where it was taken: its EXIF is spelt in the bytes of the comment too."""
    foto, saida = Image.new("RGB", (40, 30), "red"), io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "CANARIO-DO-EXIF"
    exif.get_ifd(0x8825)[1] = "S"
    exif.get_ifd(0x8825)[2] = (23.0, 33.0, 1.0)
    foto.save(saida, "JPEG", exif=exif)
    return saida.getvalue()


def test_E099_picture_keeps_its_place_here_and_takes_it_nowhere_else(
    atendimento, ana, entrar, municipio, tmp_path
):
    """The original is evidence; no copy is made of it but the one of the PDF, which has no EXIF."""
    original = foto_com_gps()
    assert b"CANARIO-DO-EXIF" in original
    midia = factories.MidiaFactory(
        pronta=True,
        numero=atendimento.conversa.numero,
        tipo="image/jpeg",
        nome="foto.jpg",
        tamanho=len(original),
    )
    (tmp_path / midia.arquivo).parent.mkdir(parents=True)
    (tmp_path / midia.arquivo).write_bytes(original)
    factories.MensagemFactory(atendimento=atendimento, midia=midia, tipo="imagem")
    navegador = entrar(ana)
    aberta = navegador.get(f"/midia/{midia.pk}/")
    assert b"".join(aberta.streaming_content) == original
    pdf = PdfReader(io.BytesIO(navegador.get(f"/atendimento/{atendimento.pk}/pdf/").content))
    imagens = [imagem.data for pagina in pdf.pages for imagem in pagina.images]
    assert imagens
    for imagem in imagens:
        assert b"CANARIO-DO-EXIF" not in imagem
        assert not Image.open(io.BytesIO(imagem)).getexif()
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == [tmp_path / midia.arquivo]


def test_E100_upload_cut_in_the_middle_leaves_nothing(site, tmp_path):
    """Nobody is there to read an answer; what matters is that nothing of it stays."""
    antes = Envio.objects.count()
    with socket.create_connection(("127.0.0.1", site), timeout=10) as sock:
        sock.sendall(
            b"POST /atendimento/1/responder/ HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            b"Content-Type: multipart/form-data; boundary=B\r\nContent-Length: 100000\r\n\r\n"
            b'--B\r\nContent-Disposition: form-data; name="arquivo"; filename="a.png"\r\n\r\n' + PNG
        )
    assert Envio.objects.count() == antes
    nada_ficou(tmp_path)


def test_E102_file_of_another_team_of_nobody_and_after_a_transfer(
    atendimento, ana, bruno, fazenda, entrar, tmp_path
):
    midia = factories.MidiaFactory(pronta=True, numero=atendimento.conversa.numero)
    (tmp_path / midia.arquivo).parent.mkdir(parents=True)
    (tmp_path / midia.arquivo).write_bytes(PNG)
    factories.MensagemFactory(atendimento=atendimento, midia=midia, tipo="imagem")
    caminho = f"/midia/{midia.pk}/"
    anonimo = Client().get(caminho)
    assert (anonimo.status_code, anonimo["Location"]) == (302, f"/entrar/?next={caminho}")
    assert entrar(bruno).get(caminho).status_code == 404
    aberto = entrar(ana).get(caminho)
    assert (aberto.status_code, b"".join(aberto.streaming_content)) == (200, PNG)
    acoes.assumir(atendimento_id=atendimento.pk, servidor=ana)
    acoes.transferir(atendimento_id=atendimento.pk, servidor=ana, equipe=fazenda)
    assert entrar(ana).get(caminho).status_code == 404
    assert entrar(ana).get(caminho, headers={"range": "bytes=0-3"}).status_code == 404


def test_E102_first_page_of_another_team_and_of_nobody(atendimento, ana, bruno, entrar, tmp_path):
    guia = factories.MidiaFactory(
        pronta=True,
        numero=atendimento.conversa.numero,
        tipo="application/pdf",
        miniatura="pendente",
    )
    (tmp_path / guia.arquivo).parent.mkdir(parents=True)
    (tmp_path / guia.arquivo).write_bytes(pdf("Guia", ["2026"]))
    factories.MensagemFactory(atendimento=atendimento, midia=guia, tipo="documento")
    midia.fazer_miniaturas()
    endereco = f"/midia/{guia.pk}/?miniatura=1"
    vista = entrar(ana).get(endereco)
    assert (vista.status_code, vista["Content-Type"]) == (200, "image/webp")
    b"".join(vista.streaming_content)
    assert entrar(bruno).get(endereco).status_code == 404
    assert Client().get(endereco).status_code == 302


@pytest.mark.parametrize(
    "faixa", ["bytes=" + ",".join(["0-"] * 1000), "bytes=999999-", "bytes=5-2"]
)
def test_E103_ranges_by_http(atendimento, ana, entrar, tmp_path, faixa):
    midia = factories.MidiaFactory(pronta=True, numero=atendimento.conversa.numero)
    (tmp_path / midia.arquivo).parent.mkdir(parents=True)
    (tmp_path / midia.arquivo).write_bytes(PNG)
    factories.MensagemFactory(atendimento=atendimento, midia=midia, tipo="imagem")
    resposta = entrar(ana).get(f"/midia/{midia.pk}/", headers={"range": faixa})
    assert resposta.status_code == 416


def test_E104_recording_that_cannot_be_read(anexar, tmp_path):
    webm = b"\x1a\x45\xdf\xa3" + b"\0" * 50
    status, frase = anexar(webm, "gravacao.webm", "audio/webm")
    assert status == 422
    assert frase == "A gravação não pôde ser lida. Grave de novo."
    nada_ficou(tmp_path)


def test_E104_a_voice_note_that_is_no_recording(anexar):
    assert anexar(PNG, voz="1") == (422, "A gravação não pôde ser lida. Grave de novo.")
    assert not Envio.objects.filter(prioridade=Envio.Prioridade.RESPOSTA).exists()


def test_recorded_by_a_browser_it_goes_as_a_voice_note_once(atendimento, ana, entrar):
    navegador, chave = entrar(ana), str(uuid.uuid4())
    for _ in range(2):
        corpo = {
            "chave_cliente": chave,
            "voz": "1",
            "arquivo": SimpleUploadedFile("voz.webm", webm(2), "audio/webm"),
        }
        caminho = f"/atendimento/{atendimento.pk}/responder/"
        assert navegador.post(caminho, corpo, headers=JSON).status_code == 200
    envio = Envio.objects.get(prioridade=Envio.Prioridade.RESPOSTA)
    assert envio.corpo == {"type": "audio", "audio": {"voice": True}}
    dita = Mensagem.objects.get(envio=envio)
    assert (dita.tipo, dita.dados, dita.midia.tipo) == ("audio", {"voz": True}, "audio/ogg")


def test_E105_disk_full_is_503(anexar, monkeypatch):
    import errno

    def cheio(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("prefeitura.whatsapp.midia.guardar.escrever", cheio)
    assert anexar(PNG) == (
        503,
        "O servidor está sem espaço. Avise a pessoa que administra o sistema.",
    )
