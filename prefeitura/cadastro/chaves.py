"""Fresh secrets for the environment file. Needs no settings: these are what settings ask for."""

import secrets

from cryptography.fernet import Fernet


def novas() -> str:
    """Return the two secrets as NAME=value lines."""
    chave = Fernet.generate_key().decode()
    return f"SECRET_KEY={secrets.token_urlsafe(60)}\nFIELD_ENCRYPTION_KEY={chave}"
