"""The hour of the database, and how long ago in words that people say."""

from datetime import datetime

from django.db import connection
from django.utils import timezone


def agora_do_banco() -> datetime:
    """Return the database's hour: `alterado_em` is written with it, and ours may be wrong."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement_timestamp()")
        return cursor.fetchone()[0]


def ha_quanto(quando: datetime | None) -> str:
    """Return "agora", "há 10 segundos", "há 5 min", "há 2 h", or "em 03/05 às 10:31"."""
    if quando is None:
        return ""
    segundos = int((timezone.now() - quando).total_seconds())
    if segundos < 5:
        return "agora"
    if segundos < 60:
        return f"há {segundos} segundos"
    if segundos < 3600:
        return f"há {segundos // 60} min"
    if segundos < 86400:
        return f"há {segundos // 3600} h"
    return timezone.localtime(quando).strftime("em %d/%m às %H:%M")
