"""A token for a user and password, and what guessing gets."""

import pytest
from knox.models import get_token_model
from rest_framework.test import APIClient

from tests.factories import SENHA, ServidorFactory

TOKEN = "/api/v1/token/"
LISTA = "/api/v1/atendimentos/"


def pedir(usuario: str, senha: str, **extra):
    return APIClient().post(TOKEN, {"username": usuario, "password": senha, **extra}, format="json")


def test_right_password_gives_a_token_that_works(ana):
    resposta = pedir("ana", SENHA)
    assert resposta.status_code == 200
    cliente = APIClient()
    cliente.credentials(HTTP_AUTHORIZATION=f"Token {resposta.json()['token']}")
    assert cliente.get(LISTA).status_code == 200


def test_token_is_not_stored_in_clear(ana):
    token = pedir("ana", SENHA).json()["token"]
    guardado = get_token_model().objects.get(user=ana)
    assert token not in (guardado.digest, guardado.token_key)


@pytest.mark.parametrize(("usuario", "senha"), [("ana", "errada"), ("ninguem", SENHA)])
def test_E051_wrong_password_and_unknown_user_get_the_same_answer(ana, usuario, senha):
    resposta = pedir(usuario, senha)
    assert resposta.status_code == 401
    assert resposta.json()["erro"] == {
        "codigo": "credenciais",
        "mensagem": "Usuário ou senha não conferem.",
        "campos": {},
    }


def test_inactive_account_gets_no_token_and_loses_its_own(ana, com_token):
    cliente = com_token(ana)
    ana.is_active = False
    ana.save()
    assert pedir("ana", SENHA).status_code == 401
    assert cliente.get(LISTA).status_code == 401


def test_E052_guessing_is_stopped_even_with_the_right_password(ana):
    respostas = [pedir("ana", f"errada {n}") for n in range(12)]
    assert [r.status_code for r in respostas[:9]] == [401] * 9
    assert {r.status_code for r in respostas[10:]} == {429}
    parada = pedir("ana", SENHA)
    assert parada.status_code == 429
    assert parada.json()["erro"]["mensagem"].startswith("Muitas tentativas.")
    assert parada["Retry-After"] == "120"


def test_E053_a_network_cannot_try_many_accounts(db):
    for n in range(100):
        pedir(f"conta{n}", "errada")
    ServidorFactory(username="outra")
    assert pedir("outra", SENHA).status_code == 429


def test_E054_forged_forwarded_header_changes_nothing(ana):
    cliente = APIClient()
    for n in range(12):
        resposta = cliente.post(
            TOKEN,
            {"username": "ana", "password": "errada"},
            format="json",
            HTTP_X_FORWARDED_FOR=f"203.0.113.{n}",
        )
    assert resposta.status_code == 429


@pytest.mark.parametrize(
    ("corpo", "campo"),
    [
        ({"username": "ana"}, "password"),
        ({"username": "ana", "password": "x" * 129}, "password"),
        ({"username": "a\x00na", "password": "x"}, "username"),
        ({"username": "ana", "password": "x", "is_staff": True}, "is_staff"),
    ],
)
def test_bad_bodies_name_the_field(ana, corpo, campo):
    resposta = APIClient().post(TOKEN, corpo, format="json")
    assert resposta.status_code == 400
    assert campo in resposta.json()["erro"]["campos"]


def test_broken_json_is_400_in_portuguese(db):
    resposta = APIClient().post(TOKEN, "{", content_type="application/json")
    assert resposta.status_code == 400
    assert resposta.json()["erro"]["mensagem"] == "O corpo da chamada não pôde ser lido."


@pytest.mark.parametrize("corpo", [b"\xff\xfe{", b"[" * 100_000, b"nul", b""])
def test_E154_strange_bytes_are_400(db, corpo):
    resposta = APIClient().post(TOKEN, corpo, content_type="application/json; charset=utf-7")
    assert resposta.status_code == 400


def test_E154_huge_json_is_413(db):
    corpo = b'{"username": "' + b"a" * 11_000_000 + b'"}'
    resposta = APIClient().post(TOKEN, corpo, content_type="application/json")
    assert resposta.status_code == 413
    assert resposta.json()["erro"]["mensagem"] == "O corpo da chamada é grande demais."


def test_E161_method_cannot_be_overridden(ana, atendimento, com_token):
    cliente = com_token(ana)
    caminho = f"{LISTA}{atendimento.pk}/"
    for cabecalho in ("X-HTTP-Method-Override", "X-Method-Override"):
        assert cliente.get(caminho, headers={cabecalho: "DELETE"}).status_code == 200
    assert cliente.post(caminho, {"_method": "DELETE"}).status_code == 405
    assert cliente.trace(caminho).status_code == 405


def test_E162_forged_host_is_400(ana, com_token):
    assert com_token(ana).get(LISTA, headers={"host": "mal.example"}).status_code == 400


def test_other_content_types_are_415(db):
    resposta = APIClient().post(TOKEN, "<a/>", content_type="text/xml")
    assert resposta.status_code == 415
