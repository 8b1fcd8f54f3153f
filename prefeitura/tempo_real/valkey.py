"""The one connection of a process for short-lived marks that may vanish harmlessly."""

import redis
from django.conf import settings

_conexao: redis.Redis | None = None


def conexao() -> redis.Redis:
    """Return it, opened at first use. Its calls raise `redis.RedisError` within a second."""
    global _conexao
    if _conexao is None:
        _conexao = redis.Redis.from_url(
            settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1, decode_responses=True
        )
    return _conexao


def soltar() -> None:
    """Close it, as before a fork; the next use opens another."""
    global _conexao
    if _conexao is not None:
        _conexao.close()
    _conexao = None
