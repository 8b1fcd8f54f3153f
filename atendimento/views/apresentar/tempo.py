"""Moments as people read them, in the city's zone, and as keys that the page sorts by."""

from datetime import UTC, datetime, timedelta

from django.utils import timezone

EPOCA = datetime(1970, 1, 1, tzinfo=UTC)
MESES = (
    "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro"
).split()


def micros(quando: datetime) -> int:
    """Return microseconds since 1970: exact, and sortable as a number."""
    return (quando - EPOCA) // timedelta(microseconds=1)


def de_micros(valor: int) -> datetime:
    """Return the moment of `micros`; raises OverflowError outside the calendar."""
    return EPOCA + timedelta(microseconds=valor)


def rotulo_do_dia(quando: datetime) -> str:
    """Return "Hoje", "Ontem", "12 de março", or "12/03/2025" of another year."""
    dia, hoje = timezone.localdate(quando), timezone.localdate()
    if dia == hoje:
        return "Hoje"
    if dia == hoje - timedelta(days=1):
        return "Ontem"
    if dia.year != hoje.year:
        return dia.strftime("%d/%m/%Y")
    return f"{dia.day} de {MESES[dia.month - 1]}"


def na_lista(quando: datetime) -> str:
    """Return the short time of a row: "10:42", "ontem", "12/03" or "12/03/2025"."""
    local, hoje = timezone.localtime(quando), timezone.localdate()
    if local.date() == hoje:
        return local.strftime("%H:%M")
    if local.date() == hoje - timedelta(days=1):
        return "ontem"
    return local.strftime("%d/%m" if local.year == hoje.year else "%d/%m/%Y")


def ate_quando(quando: datetime | None) -> str:
    """Return "28/11 às 08:00", with the year when it is another; nothing is "the next message"."""
    if quando is None:
        return "a próxima mensagem"
    local = timezone.localtime(quando)
    ano = "" if local.year == timezone.localdate().year else "/%Y"
    return local.strftime(f"%d/%m{ano} às %H:%M")


def duracao(segundos: float) -> str:
    """Return "< 1 min", "5 min", "1 h 12" or "3 dias"."""
    minutos = int(segundos // 60)
    if minutos < 1:
        return "< 1 min"
    if minutos < 60:
        return f"{minutos} min"
    horas, resto = divmod(minutos, 60)
    if horas < 48:
        return f"{horas} h {resto:02d}" if resto else f"{horas} h"
    return f"{horas // 24} dias"


def dia_e_hora(quando: datetime) -> str:
    """Return the exact moment, for tooltips: "23/11/2026 às 10:42:07"."""
    return timezone.localtime(quando).strftime("%d/%m/%Y às %H:%M:%S")
