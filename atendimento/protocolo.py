"""The receipt number told to the citizen: year, sequence and check digit."""

from zoneinfo import ZoneInfo

from django.db import connection
from django.utils import timezone

from prefeitura.cadastro.models import Municipio


def digito(numero: str) -> int:
    """Return the check digit of the digits in `numero` by ISO 7064 MOD 11,10."""
    produto = 10
    for algarismo in (int(c) for c in numero if c.isdigit()):
        soma = (produto + algarismo) % 10 or 10
        produto = (soma * 2) % 11
    return (11 - produto) % 10


def montar(ano: int, sequencia: int) -> str:
    """Return `2026-004518-7` for the year and the position in the sequence."""
    corpo = f"{ano}-{sequencia:06d}"
    return f"{corpo}-{digito(corpo)}"


def confere(protocolo: str) -> bool:
    """Whether the check digit of a typed protocol is right."""
    algarismos = "".join(c for c in protocolo if c.isdigit())
    return len(algarismos) >= 11 and digito(algarismos[:-1]) == int(algarismos[-1])


def gerar(quantos: int) -> list[str]:
    """Take `quantos` numbers from the one sequence; gaps are allowed, repetition is not.

    The year is the city's, not UTC's.
    """
    fuso = Municipio.atual().fuso
    ano = timezone.localtime(timezone.now(), ZoneInfo(fuso)).year
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval('atendimento_protocolo') FROM generate_series(1, %s)", [quantos]
        )
        return [montar(ano, sequencia) for (sequencia,) in cursor.fetchall()]
