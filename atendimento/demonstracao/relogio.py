"""When people write and when servants work: moments that look like a city hall's week."""

import random
from datetime import datetime, time, timedelta

from django.utils import timezone

DIAS = 90
ABRE, FECHA = time(8), time(17)
DIA_UTIL = (0, 1, 2, 3, 4)
SEMANA = "segunda terça quarta quinta sexta sábado domingo".split()

# Share of first messages by hour of the day: a peak from 9h to 11h, a smaller one after lunch.
_POR_HORA = [1, 0, 0, 0, 0, 1, 3, 9, 18, 24, 23, 17, 10, 14, 16, 14, 11, 8, 6, 5, 4, 3, 2, 1]
_POR_DIA_DA_SEMANA = (13, 11, 10, 10, 9, 2, 1)


def sortear_comeco(acaso: random.Random, agora: datetime) -> datetime:
    """Return the moment of a first message in the last DIAS days; recent days weigh double."""
    hoje = timezone.localtime(agora).replace(minute=0, second=0, microsecond=0)
    dias = range(DIAS)
    pesos = [
        _POR_DIA_DA_SEMANA[(hoje - timedelta(days=d)).weekday()] * (2 - d / DIAS) for d in dias
    ]
    while True:
        dia = hoje - timedelta(days=acaso.choices(dias, pesos)[0])
        hora = acaso.choices(range(24), _POR_HORA)[0]
        quando = dia.replace(hour=hora) + timedelta(seconds=acaso.uniform(0, 3600))
        if quando < agora - timedelta(hours=30):
            return quando


def no_expediente(quando: datetime) -> datetime:
    """Return `quando` itself in working hours, else the next opening plus its own minutes."""
    local = timezone.localtime(quando)
    if local.weekday() in DIA_UTIL and ABRE <= local.time() < FECHA:
        return quando
    if local.time() >= FECHA or local.weekday() not in DIA_UTIL:
        local += timedelta(days=1)
    while local.weekday() not in DIA_UTIL:
        local += timedelta(days=1)
    return local.replace(hour=ABRE.hour)


def dia_util(quando: datetime, dias: int) -> str:
    """Return how people say the working day `dias` away from `quando`: "quinta, 26/11"."""
    dia = timezone.localtime(quando) + timedelta(days=dias)
    while dia.weekday() not in DIA_UTIL:
        dia += timedelta(days=1 if dias > 0 else -1)
    return f"{SEMANA[dia.weekday()]}, {dia:%d/%m}"


def entre(acaso: random.Random, *faixas: tuple[int, float, float]) -> timedelta:
    """Return a duration from weighted (weight, least, most) bands of seconds."""
    _, menor, maior = acaso.choices(faixas, [peso for peso, _, _ in faixas])[0]
    return timedelta(seconds=acaso.uniform(menor, maior))
