"""The commands of the installation."""

from io import StringIO

import pytest
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command
from django.test import Client

from prefeitura.cadastro.models import Municipio, Servidor

OPCOES = {
    "cidade": "Vila Esperança",
    "uf": "sp",
    "usuario": "marta",
    "nome": "Marta Alves",
    "email": "marta@vilaesperanca.example",
    "sem_perguntas": True,
}


def instalar(**opcoes) -> str:
    saida = StringIO()
    call_command("instalar", stdout=saida, **(OPCOES | opcoes))
    return saida.getvalue()


def test_installation_creates_city_and_administrator_without_a_password(db):
    texto = instalar()
    assert Municipio.atual().nome == "Vila Esperança"
    assert Municipio.atual().uf == "SP"
    marta = Servidor.objects.get(username="marta")
    assert marta.is_superuser
    assert not marta.has_usable_password()
    caminho = "/senha/" + texto.rpartition("/senha/")[2].strip()
    pagina = Client().get(caminho, follow=True)
    assert "Escolha a sua senha" in pagina.content.decode()


def test_asking_again_before_the_password_gives_another_link(db):
    instalar()
    assert "/senha/" in instalar()
    assert Servidor.objects.count() == 1


def test_existing_account_is_never_taken_over(admin):
    with pytest.raises(CommandError, match="já existe e tem senha"):
        instalar(usuario="admin")


@pytest.mark.parametrize("falta", ["cidade", "uf", "usuario", "nome", "email"])
def test_missing_answer_is_named_and_nothing_is_created(db, falta):
    with pytest.raises(CommandError, match=f"--{falta}"):
        instalar(**{falta: None})
    assert not Municipio.objects.exists()
    assert not Servidor.objects.exists()


def test_bad_answer_is_told_in_one_sentence(db):
    with pytest.raises(CommandError, match="email"):
        instalar(email="não é e-mail")
    assert not Servidor.objects.exists()


def test_missing_answers_are_asked(db, monkeypatch):
    respostas = iter(["", "Vila Esperança"])
    monkeypatch.setattr("builtins.input", lambda _: next(respostas))
    instalar(cidade=None, sem_perguntas=False)
    assert Municipio.atual().nome == "Vila Esperança"


def test_generated_keys_can_be_used():
    saida = StringIO()
    call_command("gerar_chave", stdout=saida)
    valores = dict(linha.split("=", 1) for linha in saida.getvalue().split())
    assert len(valores["SECRET_KEY"]) >= 50
    Fernet(valores["FIELD_ENCRYPTION_KEY"])
