"""GUARANTEES 5.2, walked: every address, every refusal and every machine's door has the headers.

Addresses come from the resolver and from asgi.py, so a new one is asked for without being named.
"""

import ast
import asyncio
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.core.exceptions import SuspiciousOperation
from django.test import Client, override_settings
from django.urls import NoReverseMatch, reverse
from django.urls.converters import UUIDConverter

from prefeitura import asgi
from prefeitura.ambiente import cabecalhos, partida
from prefeitura.whatsapp.webhook import Webhook
from tests.entradas.conftest import site  # noqa: F401 (a fixture)
from tests.test_permissoes import REGRAS, ROTAS, mundo  # noqa: F401 (a fixture)
from tests.whatsapp.servidor_web import assinar, pedir

DE_PAGINAS = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; "
    "media-src 'self' blob:; font-src 'self'; connect-src 'self'; manifest-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'"
)
DE_ARQUIVOS = "sandbox; default-src 'none'"
FIXOS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), payment=(), usb=(), display-capture=(), "
    "microphone=(self)",
}


def faltam(cabecalhos, *, politica: str = DE_PAGINAS, guardar: str = "no-store") -> list[str]:
    """Return what is wrong with the headers of one answer."""
    tem = {nome.lower(): valor for nome, valor in dict(cabecalhos).items()}
    erros = [
        f"{n}: {tem.get(n)}"
        for n, certo in FIXOS.items()
        if tem.get(n, "").lower() != certo.lower()
    ]
    dita = {p.strip() for p in tem.get("content-security-policy", "").split(";")}
    if dita != {p.strip() for p in politica.split(";")}:
        erros.append(f"content-security-policy: {tem.get('content-security-policy')}")
    if guardar not in tem.get("cache-control", ""):
        erros.append(f"cache-control: {tem.get('cache-control')}")
    proibidos = [
        n for n in tem if n.startswith("access-control") or n in ("server", "x-powered-by")
    ]
    return erros + proibidos


def conferir(resposta, status: int | None = None, **quais) -> None:
    if status is not None:
        assert resposta.status_code == status
    assert faltam(resposta.headers, **quais) == []
    if resposta.streaming:
        b"".join(resposta.streaming_content)


# Every address of Django ------------------------------------------------------------------------

SEM_NOME = {"admin:None": "/admin/qualquer/coisa"}
VALORES = {
    "app_label": "whatsapp",
    "object_id": "1",
    "id": "1",
    "content_type_id": "1",
    "uidb64": "MQ",
    "token": "x-y",
    "url": "x",
    "resto": "x",
}


def endereco(nome: str, mundo: dict) -> str:  # noqa: F811
    """The address of a route, for things that exist where it matters."""
    if nome in SEM_NOME:
        return SEM_NOME[nome]
    quais = {**VALORES, **mundo["certos"]}
    if isinstance(ROTAS[nome].get("pk"), UUIDConverter):
        quais["pk"] = mundo["midia"].pk
    try:
        return reverse(nome, kwargs={c: quais[c] for c in ROTAS[nome] if c in quais})
    except NoReverseMatch:
        pytest.fail(f"não sei o endereço de {nome} ({ROTAS[nome]}): ponha em VALORES")


def politica_de(nome: str, resposta) -> dict:
    """What is right for this answer: files of conversations have the strictest policy."""
    if nome.endswith(":midia") and resposta.status_code == 200:
        return {"politica": DE_ARQUIVOS, "guardar": "private, no-cache"}
    return {}


@pytest.mark.django_db
@pytest.mark.parametrize("quem", ["ninguem", "ana", "bruno", "admin"])
def test_every_address_has_the_headers_for_whoever_asks(
    quem,
    mundo,  # noqa: F811
    municipio,
    entrar,
    request,
):
    navegador = Client() if quem == "ninguem" else entrar(request.getfixturevalue(quem))
    navegador.raise_request_exception = False
    erradas, pedidas = {}, 0
    for nome in ROTAS:
        metodos = ("get",)
        if nome in REGRAS:
            metodos = sorted({*REGRAS[nome].metodos, "get", "head", "options", "delete"})
        for metodo in metodos:
            resposta = getattr(navegador, metodo)(endereco(nome, mundo))
            assert resposta.status_code != 500, (nome, metodo)
            if erros := faltam(resposta.headers, **politica_de(nome, resposta)):
                erradas[f"{metodo} {nome} {resposta.status_code}"] = erros
            if resposta.streaming:
                b"".join(resposta.streaming_content)
            pedidas += 1
        if quem != "ninguem" and "sair" in nome:
            navegador.force_login(request.getfixturevalue(quem))
    assert erradas == {}
    assert pedidas > 4 * len(REGRAS)


# Refusals and faults ----------------------------------------------------------------------------


@pytest.fixture
def quebrar(monkeypatch):
    """Return a function: make the list of the inbox raise this."""

    def _quebrar(erro: Exception) -> None:
        def levantar(*_, **__):
            raise erro

        monkeypatch.setattr("atendimento.views.apresentar.lista.montar", levantar)

    return _quebrar


@pytest.mark.django_db
def test_every_refusal_has_them(municipio, ana, entrar, com_token, atendimento):
    for caminho in ("/nao-existe/", "/atendimento/99999999999999999999/", "/static/nada.css"):
        conferir(entrar(ana).get(caminho), 404)
    conferir(Client().get("/atendimento/"), 302)
    conferir(Client().get("/atendimento"), 301)
    conferir(Client().get("/api/v1/atendimentos/"), 401)
    conferir(com_token(ana).get("/api/v1/nao-existe/"), 404)
    conferir(Client(enforce_csrf_checks=True).post("/entrar/", {"username": "x"}), 403)
    conferir(Client().get("/entrar/", headers={"host": "mal.example"}), 400)
    conferir(Client().post("/entrar/", {f"c{n}": "" for n in range(1_100)}), 400)
    with override_settings(REDES_DA_ADMINISTRACAO=["10.1.0.0/16"]):
        conferir(Client().get("/admin/"), 404)


@pytest.mark.django_db
def test_too_many_tries_have_them(municipio, ana):
    errada = {"username": "ana", "password": "x"}
    respostas = [Client().post("/entrar/", errada) for _ in range(12)]
    assert respostas[-1].status_code == 429
    for resposta in respostas:
        conferir(resposta)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("erro", "status"), [(RuntimeError("x"), 500), (SuspiciousOperation("x"), 400)]
)
def test_faults_of_ours_have_them(quebrar, erro, status, entrar, ana, municipio):
    quebrar(erro)
    navegador = entrar(ana)
    navegador.raise_request_exception = False
    conferir(navegador.get("/atendimento/"), status)


@pytest.mark.django_db
def test_maintenance_has_them(monkeypatch):
    monkeypatch.setattr(partida, "migrado", lambda: False)
    for caminho in ("/entrar/", "/api/v1/atendimentos/"):
        conferir(Client().get(caminho), 503)


@pytest.mark.django_db
def test_plain_http_is_refused_with_them_too():
    with override_settings(SECURE_SSL_REDIRECT=True, SECURE_HSTS_SECONDS=31_536_000):
        conferir(Client().get("/entrar/"), 301)
        conferir(Client().get("/entrar/", headers={"host": "mal.example"}), 400)
        segura = Client().get("/entrar/", secure=True)
        conferir(segura, 200)
        assert segura["Strict-Transport-Security"].startswith("max-age=31536000")


# Files ------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_files_of_conversations_have_the_strictest_ones(mundo, ana, entrar):  # noqa: F811
    caminho, navegador = f"/midia/{mundo['midia'].pk}/", entrar(ana)
    marca = navegador.get(caminho)["ETag"]
    for cabecalho, status in (
        ({}, 200),
        ({"range": "bytes=0-9"}, 206),
        ({"if-none-match": marca}, 304),
        ({"range": "bytes=999999-"}, 416),
    ):
        resposta = navegador.get(caminho, headers=cabecalho)
        conferir(resposta, status, politica=DE_ARQUIVOS, guardar="private, no-cache")
        assert resposta["Cross-Origin-Resource-Policy"] == "same-origin"


@pytest.mark.django_db
def test_static_files_have_them_and_may_be_kept(client):
    assert finders.find("css/base.css")
    for metodo, status in (("get", 200), ("head", 200)):
        resposta = getattr(client, metodo)("/static/css/base.css")
        conferir(resposta, status, guardar="max-age=")
        assert "no-store" not in resposta["Cache-Control"]
    conferir(client.post("/static/css/base.css"), 405)
    marca = resposta["Last-Modified"]
    velha = client.get("/static/css/base.css", headers={"if-modified-since": marca})
    conferir(velha, 304, guardar="max-age=")


# What answers before Django ---------------------------------------------------------------------

PORTAS = {
    "/healthz": ["GET", "HEAD", "POST"],
    "/webhook/whatsapp/": ["GET", "HEAD", "PUT"],
}


def test_every_door_before_django_is_walked_here():
    """Whoever adds one to asgi.py adds it to PORTAS."""
    arvore = ast.parse(Path(asgi.__file__).read_text(encoding="utf-8"))
    textos = {no.value for no in ast.walk(arvore) if isinstance(no, ast.Constant)}
    caminhos = {t for t in textos if isinstance(t, str) and t.startswith("/") and " " not in t}
    assert caminhos - {"/ws/"} == set(PORTAS)


@pytest.mark.parametrize(
    ("metodo", "caminho"), [(m, caminho) for caminho, metodos in PORTAS.items() for m in metodos]
)
def test_doors_before_django_have_them(site, metodo, caminho):  # noqa: F811
    linha = f"{metodo} {caminho} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
    resposta = pedir(site, f"{linha}Content-Length: 0\r\n\r\n".encode())
    assert faltam(resposta.cabecalhos, politica=cabecalhos.SEM_CONTEUDO) == []


@pytest.mark.parametrize("status", [200, 403, 408, 413, 415, 503])
def test_every_answer_of_the_webhook_has_them(status, monkeypatch):
    corpo = b"{}"

    class Guarda:
        async def guardar(self, *_):
            if status == 503:
                from prefeitura.whatsapp.jornal import Indisponivel

                raise Indisponivel

    webhook = Webhook(prazo_do_corpo=0.05)
    monkeypatch.setattr(webhook, "_do_laco", Guarda)
    assinatura = assinar(corpo) if status != 403 else "sha256=" + "0" * 64
    dados = {b"x-hub-signature-256": assinatura.encode(), b"content-length": b"2"}
    if status == 413:
        dados[b"content-length"] = b"99999999"
    if status == 415:
        dados[b"content-encoding"] = b"gzip"
    ditos = []

    async def receber():
        if status == 408:
            await asyncio.Event().wait()
        return {"type": "http.request", "body": corpo}

    async def dizer(aviso):
        ditos.append(aviso)

    escopo = {"type": "http", "method": "POST", "headers": list(dados.items()), "query_string": b""}
    asyncio.run(webhook(escopo, receber, dizer))
    assert ditos[0]["status"] == status
    lidos = {nome.decode(): valor.decode() for nome, valor in ditos[0]["headers"]}
    assert faltam(lidos, politica=cabecalhos.SEM_CONTEUDO) == []


def test_machines_insist_on_https_in_production():
    ditos = dict(cabecalhos.para_maquinas(31_536_000))
    assert ditos[b"strict-transport-security"].startswith(b"max-age=31536000;")
    assert b"strict-transport-security" not in dict(cabecalhos.para_maquinas(0))
