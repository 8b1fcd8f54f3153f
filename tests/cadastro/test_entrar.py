"""Entering and leaving."""

import statistics
import time

import pytest
from django.contrib.auth.tokens import default_token_generator
from django.test import Client, override_settings
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from tests.factories import SENHA, ServidorFactory

ENTRAR = "/entrar/"
NAO_CONFEREM = "Usuário ou senha não conferem."


def entrar(usuario, senha, cliente=None, **extra):
    return (cliente or Client()).post(ENTRAR, {"username": usuario, "password": senha, **extra})


def test_right_password_opens_the_inbox(ana):
    resposta = entrar("ana", SENHA)
    assert resposta.status_code == 302
    assert resposta["Location"] == "/atendimento/"


@pytest.mark.parametrize(("usuario", "senha"), [("ana", "errada"), ("ninguem", SENHA)])
def test_E051_one_sentence_for_every_way_of_being_wrong(ana, usuario, senha):
    resposta = entrar(usuario, senha)
    assert resposta.status_code == 200
    pagina = resposta.content.decode()
    assert NAO_CONFEREM in pagina
    assert f'value="{usuario}"' in pagina


def test_E051_inactive_account_gets_the_same_sentence(ana):
    ana.is_active = False
    ana.save()
    assert NAO_CONFEREM in entrar("ana", SENHA).content.decode()


@override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.Argon2PasswordHasher"])
def test_E051_unknown_user_takes_as_long_as_a_wrong_password(db):
    ServidorFactory(username="dora")

    def demora(usuario):
        inicio = time.process_time()
        entrar(usuario, "errada")
        return time.process_time() - inicio

    demora("dora")
    conhecida = statistics.median(demora("dora") for _ in range(4))
    desconhecida = statistics.median(demora("nao.existe") for _ in range(4))
    assert abs(conhecida - desconhecida) < 0.05 + 0.5 * conhecida


def test_E052_after_ten_wrong_passwords_even_the_right_one_waits(ana):
    respostas = [entrar("ana", f"errada {n}").status_code for n in range(30)]
    assert respostas.count(429) >= 20
    parada = entrar("ana", SENHA)
    assert parada.status_code == 429
    assert parada["Retry-After"] == "120"
    assert "Muitas tentativas" in parada.content.decode()


def test_E052_only_the_network_that_guessed_waits(ana):
    for n in range(12):
        entrar("ana", f"errada {n}")
    de_casa = Client(REMOTE_ADDR="198.51.100.7")
    assert entrar("ana", SENHA, de_casa).status_code == 302


def test_E053_many_accounts_from_one_network(ana):
    for n in range(100):
        entrar(f"conta{n}", "errada")
    assert entrar("ana", SENHA).status_code == 429


def test_E054_forged_forwarded_header_changes_nothing(ana):
    for n in range(12):
        forjada = Client(HTTP_X_FORWARDED_FOR=f"203.0.113.{n}")
        resposta = entrar("ana", "errada", forjada)
    assert resposta.status_code == 429


def test_E055_long_password_is_told_and_not_hashed(ana):
    resposta = entrar("ana", "x" * 129)
    assert "A senha pode ter no máximo 128 caracteres." in resposta.content.decode()


def test_E055_huge_body_is_refused(ana):
    assert entrar("ana", "x" * 3_000_000).status_code in (400, 413)


def test_E055_nul_in_the_password_is_refused(ana):
    assert entrar("ana", f"{SENHA}\x00").status_code == 200


@pytest.mark.parametrize(
    "destino", ["https://mal.example", "//mal.example", "javascript:alert(1)", "/\\mal.example", ""]
)
def test_E057_next_never_leaves_the_site(ana, destino):
    resposta = entrar("ana", SENHA, next=destino)
    assert resposta["Location"] == "/atendimento/"


def test_next_inside_the_site_is_followed(ana):
    assert entrar("ana", SENHA, next="/atendimento/42/")["Location"] == "/atendimento/42/"


def test_E058_session_key_changes_at_login(ana):
    cliente = Client()
    cliente.get(ENTRAR)
    sessao = cliente.session
    sessao["plantada"] = "sim"
    sessao.save()
    antes = sessao.session_key
    entrar("ana", SENHA, cliente)
    assert cliente.session.session_key != antes
    # The old key opens nothing.
    intruso = Client()
    intruso.cookies["sessionid"] = antes
    assert intruso.get("/atendimento/").status_code == 302


@pytest.mark.parametrize("como", ["saiu", "desativada", "trocou a senha"])
def test_E059_copied_cookie_dies(ana, como):
    cliente = Client()
    entrar("ana", SENHA, cliente)
    copia = Client()
    copia.cookies["sessionid"] = cliente.cookies["sessionid"].value
    assert copia.get("/atendimento/").status_code == 200
    if como == "saiu":
        cliente.post("/sair/")
    elif como == "desativada":
        ana.is_active = False
        ana.save()
    else:
        ana.set_password("outra frase bem longa")
        ana.save()
    resposta = copia.get("/atendimento/", follow=True)
    assert resposta.redirect_chain[0][1] == 302
    assert "Sua sessão terminou. Entre de novo para continuar" in resposta.content.decode()


def test_first_visit_is_not_told_that_a_session_ended(db):
    assert "Sua sessão terminou" not in Client().get(ENTRAR).content.decode()


def test_E060_post_without_csrf_token_keeps_what_was_written(ana):
    cliente = Client(enforce_csrf_checks=True)
    cliente.force_login(ana)
    frase = "A página ficou aberta tempo demais. O que você escreveu foi guardado"
    pagina = cliente.post("/conta/tema/", {"tema": "escuro"})
    assert pagina.status_code == 403
    assert frase in pagina.content.decode()
    dados = cliente.post("/conta/tema/", {"tema": "escuro"}, headers={"accept": "application/json"})
    assert dados.status_code == 403
    assert dados.json()["codigo"] == "pagina_velha"


def test_leaving_clears_the_browser(ana):
    cliente = Client()
    entrar("ana", SENHA, cliente)
    resposta = cliente.post("/sair/")
    assert resposta["Location"] == ENTRAR
    assert '"storage"' in resposta["Clear-Site-Data"]
    assert cliente.get("/atendimento/").status_code == 302


def test_leaving_by_a_link_does_nothing(ana, entrar):
    cliente = entrar(ana)
    assert cliente.get("/sair/").status_code == 405
    assert cliente.get("/atendimento/").status_code == 200


def test_who_is_in_goes_on_to_the_inbox(ana, entrar):
    assert entrar(ana).get(ENTRAR)["Location"] == "/atendimento/"


def test_admin_uses_the_same_door(ana, admin, entrar):
    assert Client().get("/admin/", follow=True).redirect_chain[-1][0] == "/entrar/?next=%2Fadmin%2F"
    assert entrar(ana).get("/admin/", follow=True).status_code == 404
    assert entrar(admin).get("/admin/").status_code == 200


def test_privacy_page_names_who_answers_for_data(municipio):
    pagina = Client().get("/privacidade/").content.decode()
    assert "Marta Encarregada" in pagina
    assert "Vila Esperança" in pagina


def link_de(servidor) -> str:
    uid = urlsafe_base64_encode(force_bytes(servidor.pk))
    return f"/senha/{uid}/{default_token_generator.make_token(servidor)}/"


def escolher(link, senha):
    cliente = Client()
    formulario = cliente.get(link, follow=True)
    destino = formulario.redirect_chain[-1][0] if formulario.redirect_chain else link
    return cliente.post(destino, {"new_password1": senha, "new_password2": senha})


def test_E067_password_is_chosen_once_by_the_link(ana, com_token):
    api, link = com_token(ana), link_de(ana)
    assert escolher(link, "cinco patos no telhado")["Location"] == ENTRAR
    assert entrar("ana", "cinco patos no telhado").status_code == 302
    assert api.get("/api/v1/atendimentos/").status_code == 401
    segunda = Client().get(link, follow=True)
    assert segunda.status_code == 200
    assert "Este link não vale mais. Peça outro" in segunda.content.decode()


@pytest.mark.parametrize(
    "fraca", ["curta", "senha da prefeitura de hoje", "vila esperança 2026", "1q2w3e4r5t6y"]
)
def test_E056_easy_passwords_are_refused(municipio, ana, fraca):
    resposta = escolher(link_de(ana), fraca)
    assert resposta.status_code == 200
    ana.refresh_from_db()
    assert ana.check_password(SENHA)
