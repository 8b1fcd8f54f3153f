"""GUARANTEES 5.2 beyond the headers that tests/seguranca walks: origins, cookies, faults, HTTPS."""

import pytest
from django.test import Client, override_settings

from tests import factories

pytestmark = pytest.mark.django_db


def test_host_that_is_not_ours_is_not_echoed(municipio):
    host = Client().get("/entrar/", headers={"host": "mal.example"})
    assert host.status_code == 400
    assert b"mal.example" not in host.content


def test_fault_of_ours_says_nothing(entrar, ana, municipio, monkeypatch):
    def quebrar(*_):
        raise RuntimeError("segredo-na-excecao")

    monkeypatch.setattr("atendimento.views.apresentar.lista.montar", quebrar)
    navegador = entrar(ana)
    navegador.raise_request_exception = False
    resposta = navegador.get("/atendimento/")
    assert resposta.status_code == 500
    pagina = resposta.content.decode()
    assert "Algo deu errado do nosso lado" in pagina
    assert "segredo-na-excecao" not in pagina
    assert "Traceback" not in pagina


@pytest.mark.parametrize("origem", ["https://mal.example", "null"])
def test_E163_another_origin_gets_no_permission(ana, atendimento, com_token, origem):
    cliente = com_token(ana)
    for metodo in ("get", "options"):
        resposta = getattr(cliente, metodo)("/api/v1/atendimentos/", headers={"origin": origem})
        assert not [n for n in resposta.headers if n.lower().startswith("access-control")]


def test_cookies_of_production_are_locked_to_the_site(ana):
    """The names and flags of production, as settings.py sets them there."""
    from tests.entradas.test_partida import partir

    fim = partir(
        "import prefeitura.settings as s; print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, "
        "s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SESSION_COOKIE_HTTPONLY, "
        "s.SESSION_COOKIE_SAMESITE, s.SECURE_SSL_REDIRECT, s.SECURE_HSTS_SECONDS, s.DEBUG)"
    )
    assert fim.stdout.split() == (
        "__Host-sessao __Host-csrf True True True Lax True 31536000 False".split()
    )
    navegador = Client()
    navegador.post("/entrar/", {"username": "ana", "password": factories.SENHA})
    sessao = navegador.cookies["sessionid"]
    assert (sessao["httponly"], sessao["samesite"]) == (True, "Lax")


@override_settings(SECURE_SSL_REDIRECT=True, SECURE_REDIRECT_EXEMPT=[r"^api/", r"^readyz$"])
def test_plain_http_is_sent_to_https_except_machines(client):
    assert client.get("/entrar/")["Location"] == "https://testserver/entrar/"
    assert client.get("/readyz").status_code == 200
