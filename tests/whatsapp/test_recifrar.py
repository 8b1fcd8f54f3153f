"""Keys that encrypt the tokens rotate without a stop."""

import pytest
from cryptography.fernet import Fernet
from django.core.management import call_command
from django.db import connection

from prefeitura.whatsapp.models import Conta
from tests import factories

pytestmark = pytest.mark.django_db


def no_banco(conta) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT token FROM whatsapp_conta WHERE id = %s", [conta.pk])
        return cursor.fetchone()[0]


def test_token_is_never_stored_in_clear():
    conta = factories.ContaFactory(token="segredo-da-meta")
    assert "segredo" not in no_banco(conta)
    assert Conta.objects.get().token == "segredo-da-meta"


def test_old_key_opens_until_everything_is_encrypted_with_the_new_one(settings, capsys):
    velha, nova = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    settings.FIELD_ENCRYPTION_KEYS = [velha]
    conta = factories.ContaFactory(token="segredo-da-meta")
    settings.FIELD_ENCRYPTION_KEYS = [nova, velha]
    assert Conta.objects.get().token == "segredo-da-meta"
    antes = no_banco(conta)
    call_command("recifrar")
    assert no_banco(conta) != antes
    settings.FIELD_ENCRYPTION_KEYS = [nova]
    assert Conta.objects.get().token == "segredo-da-meta"
    assert "1 conta(s)" in capsys.readouterr().out


def test_token_that_no_key_opens_is_named_and_left_as_it_is(settings, capsys):
    conta = factories.ContaFactory(token="segredo-da-meta", nome="Conta da cidade")
    antes = no_banco(conta)
    settings.FIELD_ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
    call_command("recifrar")
    assert "Conta da cidade" in capsys.readouterr().err
    assert no_banco(conta) == antes
