"""GUARANTEES 4.2, row 65, and 4.7, row 147: when a session ends by itself, and where from."""

import time

import pytest
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client
from django.urls import reverse

from atendimento import acoes
from atendimento.models import Rascunho
from prefeitura.cadastro import sessoes
from prefeitura.cadastro.middleware import SoDestasRedes
from tests import factories
from tests.test_permissoes import ROTAS

pytestmark = pytest.mark.django_db


def envelhecer(navegador: Client, **minutos_atras: int) -> None:
    """Move the times of the session back."""
    sessao = SessionStore(navegador.cookies[settings.SESSION_COOKIE_NAME].value)
    for nome, minutos in minutos_atras.items():
        sessao[nome] = int(time.time()) - minutos * 60
    sessao.save()


def frase_da_entrada(navegador: Client, resposta) -> str:
    assert resposta.status_code == 302
    assert resposta["Location"].startswith("/entrar/?next=")
    return navegador.get(resposta["Location"]).content.decode()


def test_E065_after_an_hour_without_anybody_the_password_is_asked_and_the_draft_is_there(
    ana, atendimento, municipio, entrar
):
    navegador, caminho = entrar(ana), f"/atendimento/{atendimento.pk}/"
    acoes.guardar_rascunho(atendimento_id=atendimento.pk, servidor=ana, texto="Prezada senhora")
    envelhecer(navegador, usada_em=59)
    assert navegador.get(caminho).status_code == 200
    envelhecer(navegador, usada_em=61)
    assert "Digite sua senha para continuar" in frase_da_entrada(navegador, navegador.get(caminho))
    # The page reloads itself once it was sent to the door: the reason is still told.
    assert "Digite sua senha para continuar" in frase_da_entrada(navegador, navegador.get(caminho))
    volta = navegador.post(
        "/entrar/", {"username": "ana", "password": factories.SENHA, "next": caminho}
    )
    assert volta["Location"] == caminho
    assert "Prezada senhora" in navegador.get(caminho).content.decode()
    assert Rascunho.objects.count() == 1


@pytest.mark.parametrize("nome", sorted(settings.PEDIDOS_AUTOMATICOS))
def test_E065_what_a_page_asks_by_itself_shows_nobody_there(
    nome, ana, atendimento, municipio, entrar
):
    assert nome in ROTAS, "o endereço mudou de nome"
    navegador = entrar(ana)
    argumentos = {"pk": atendimento.pk} if "pk" in ROTAS[nome] else {}
    caminho = reverse(nome, kwargs=argumentos)
    for _ in range(3):
        envelhecer(navegador, usada_em=50)
        assert navegador.get(caminho).status_code == 200
    envelhecer(navegador, usada_em=50)
    navegador.get(caminho)
    usada = SessionStore(navegador.cookies[settings.SESSION_COOKIE_NAME].value)[sessoes.USADA]
    assert time.time() - usada > 49 * 60
    envelhecer(navegador, usada_em=61)
    assert navegador.get(caminho).status_code == 302


def test_E065_twelve_hours_end_the_day_even_for_who_works(ana, municipio, entrar):
    navegador = entrar(ana)
    envelhecer(navegador, entrou_em=11 * 60 + 59)
    assert navegador.get("/atendimento/").status_code == 200
    envelhecer(navegador, entrou_em=12 * 60 + 1, usada_em=0)
    assert "Por segurança, a sessão de hoje terminou." in frase_da_entrada(
        navegador, navegador.get("/atendimento/")
    )


def test_E065_the_open_page_is_told_too(ana, entrar):
    navegador = entrar(ana)
    chave = navegador.cookies[settings.SESSION_COOKIE_NAME].value
    assert sessoes.vale(chave)
    envelhecer(navegador, usada_em=61)
    assert not sessoes.vale(chave)
    assert not sessoes.vale("nao-existe")
    assert not sessoes.vale(None)


def test_E147_fifteen_minutes_without_anybody_close_the_administration(admin, municipio, entrar):
    navegador = entrar(admin)
    envelhecer(navegador, usada_em=14)
    assert navegador.get("/admin/").status_code == 200
    envelhecer(navegador, usada_em=16)
    assert "Digite sua senha" in frase_da_entrada(navegador, navegador.get("/admin/"))


@pytest.mark.parametrize(
    ("rede", "endereco", "status"),
    [
        ("10.1.0.0/16", "10.1.2.3", 200),
        ("10.1.0.0/16", "10.2.0.1", 404),
        ("10.1.0.0/16", "", 404),
        ("10.1.0.0/16", "2001:db8::1", 404),
        ("2001:db8::/32", "2001:db8::1", 200),
    ],
)
def test_E147_the_administration_exists_only_in_the_networks_of_the_city(
    rede, endereco, status, admin, municipio, monkeypatch
):
    monkeypatch.setattr(settings, "REDES_DA_ADMINISTRACAO", [rede])
    navegador = Client(REMOTE_ADDR=endereco)
    navegador.force_login(admin)
    assert navegador.get("/admin/").status_code == status
    assert navegador.get("/atendimento/").status_code == 200
    # What the browser says of itself changes nothing.
    forjado = navegador.get("/admin/", headers={"x-forwarded-for": "10.1.2.3"})
    assert forjado.status_code == status


def test_E147_without_a_list_every_network_may():
    assert SoDestasRedes(lambda pedido: None).redes == []
