"""A text column encrypted at rest, with keys that rotate."""

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models


def _cofre() -> MultiFernet:
    return MultiFernet([Fernet(chave.strip()) for chave in settings.FIELD_ENCRYPTION_KEYS])


class CampoCifrado(models.TextField):
    """Encrypt with the newest of settings.FIELD_ENCRYPTION_KEYS; any of them decrypts.

    A value that no key opens reads as empty: the number then asks for a new token instead of
    breaking every page that lists numbers.
    """

    def get_prep_value(self, value):
        value = super().get_prep_value(value)
        return _cofre().encrypt(value.encode()).decode() if value else value

    def from_db_value(self, value, expression, connection):
        if not value:
            return value
        try:
            return _cofre().decrypt(value.encode()).decode()
        except InvalidToken:
            return ""
