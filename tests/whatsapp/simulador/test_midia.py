"""Media both ways: upload, five-minute URL, token, expiry, hashes, a citizen's file."""

import base64
import hashlib

import pytest

from tests.whatsapp.simulador.apoio import MARIA, NUMERO, PNG, esperar


def informar(simulado, midia):
    return simulado.graph.get(f"/{midia}").json()


def arquivo(simulado, conteudo, mime, chamado="foto.png", **campos):
    resposta = simulado.controle.post(
        f"/cidadaos/{MARIA}/mensagens", files={"arquivo": (chamado, conteudo, mime)}, data=campos
    )
    assert resposta.status_code == 201, resposta.text
    return resposta.json()["wamid"]


def test_uploaded_media_is_described_and_downloaded_with_the_token(simulado):
    midia = simulado.subir(PNG)
    dados = informar(simulado, midia)
    assert dados["mime_type"] == "image/png"
    assert dados["file_size"] == len(PNG)
    assert dados["sha256"] == hashlib.sha256(PNG).hexdigest()
    baixado = simulado.graph.get(dados["url"])
    assert (baixado.content, baixado.headers["Content-Type"]) == (PNG, "image/png")
    assert simulado.controle.get(dados["url"]).status_code == 401


def test_url_lives_five_minutes_and_cannot_be_forged(simulado):
    midia = simulado.subir(PNG)
    url = informar(simulado, midia)["url"]
    assert simulado.graph.get(url.replace("hash=", "hash=x")).status_code == 404
    simulado.ritmo(adiantar_s=301)
    assert simulado.graph.get(url).status_code == 404
    assert simulado.graph.get(informar(simulado, midia)["url"]).status_code == 200


@pytest.mark.parametrize(("entrada", "dias"), [(True, 7), (False, 30)])
def test_media_id_expires(simulado, receptor, entrada, dias):
    if entrada:
        arquivo(simulado, PNG, "image/png")
        midia = esperar(lambda: receptor.mensagens())[0]["image"]["id"]
    else:
        midia = simulado.subir(PNG)
    simulado.ritmo(adiantar_s=dias * 86400 - 60)
    assert informar(simulado, midia)["id"] == midia
    simulado.ritmo(adiantar_s=dias * 86400 + 60)
    assert informar(simulado, midia)["error"]["error_subcode"] == 33


def test_deleted_media_is_gone_for_the_city_and_stays_on_the_phone(simulado):
    simulado.escrever()
    midia = simulado.subir(PNG)
    simulado.mandar(type="image", image={"id": midia})
    assert simulado.graph.delete(f"/{midia}").json() == {"success": True}
    assert informar(simulado, midia)["error"]["code"] == 100
    assert simulado.mandar(type="image", image={"id": midia}).status_code == 400
    assert simulado.controle.get(f"/midia/{midia}").content == PNG


def test_media_of_another_number_is_not_found(simulado):
    midia = simulado.subir(PNG)
    certo = simulado.graph.get(f"/{midia}", params={"phone_number_id": NUMERO})
    outro = simulado.graph.get(f"/{midia}", params={"phone_number_id": "1"})
    assert (certo.status_code, outro.status_code) == (200, 400)


@pytest.mark.parametrize(
    ("mime", "conteudo", "codigo"),
    [
        ("image/svg+xml", b"<svg/>", 100),
        ("application/zip", b"PK", 100),
        ("image/png", b"x" * (5 * 1024 * 1024 + 1), 131053),
        ("image/webp", b"x" * (500 * 1024 + 1), 131053),
    ],
)
def test_unsupported_upload_is_refused(simulado, mime, conteudo, codigo):
    resposta = simulado.graph.post(
        f"/{NUMERO}/media",
        data={"messaging_product": "whatsapp", "type": mime},
        files={"file": ("a", conteudo, mime)},
    )
    assert (resposta.status_code, resposta.json()["error"]["code"]) == (400, codigo)


@pytest.mark.parametrize("falta", ["messaging_product", "file"])
def test_incomplete_upload_is_refused(simulado, falta):
    dados = {"type": "image/png"} | (
        {} if falta == "messaging_product" else {"messaging_product": "whatsapp"}
    )
    arquivos = {} if falta == "file" else {"file": ("a.png", PNG, "image/png")}
    resposta = simulado.graph.post(f"/{NUMERO}/media", data=dados, files=arquivos)
    assert (resposta.status_code, resposta.json()["error"]["code"]) == (400, 100)
    assert falta in resposta.json()["error"]["message"]


@pytest.mark.parametrize(
    ("mime", "nome", "tipo"),
    [
        ("image/jpeg", "foto.jpg", "image"),
        ("video/mp4", "v.mp4", "video"),
        ("audio/ogg; codecs=opus", "voz.ogg", "audio"),
        ("application/pdf", "conta.pdf", "document"),
        ("application/zip", "tudo.zip", "document"),
    ],
)
def test_a_citizens_file_becomes_a_message_of_its_kind(simulado, receptor, mime, nome, tipo):
    wamid = arquivo(simulado, b"bytes", mime, nome, legenda="veja", nome="Maria")
    recebida = esperar(lambda: receptor.mensagens())[0]
    objeto = recebida[tipo]
    assert (recebida["id"], recebida["type"], objeto["mime_type"]) == (wamid, tipo, mime)
    assert base64.b64decode(objeto["sha256"]) == hashlib.sha256(b"bytes").digest()
    assert objeto.get("caption") == (None if tipo == "audio" else "veja")
    assert objeto.get("filename") == (nome if tipo == "document" else None)
    assert simulado.graph.get(objeto["url"]).content == b"bytes"
    assert objeto["url"].startswith(simulado.url + "/whatsapp_business/attachments/")


def test_recorded_voice_is_marked_as_voice(simulado, receptor):
    arquivo(simulado, b"OggS", "audio/ogg; codecs=opus", "voz.ogg", voz="sim")
    assert esperar(lambda: receptor.mensagens())[0]["audio"]["voice"] is True


def test_file_over_100_mb_arrives_as_error_131052(simulado, receptor, monkeypatch):
    monkeypatch.setattr("prefeitura.whatsapp.simulador.cidadania.CEM_MB", 10)
    arquivo(simulado, b"x" * 11, "video/mp4", "longo.mp4")
    recebida = esperar(lambda: receptor.mensagens())[0]
    assert recebida["type"] == "unsupported"
    assert recebida["errors"][0]["code"] == 131052
