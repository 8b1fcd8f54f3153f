"""Moments that people ask for without a calendar: "amanhã às 8h"."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

DE_MANHA, A_TARDE = time(8), time(14)
SEGUNDA = 0
FOLGA = timedelta(minutes=30)


def sugestoes(agora: datetime) -> list[tuple[str, datetime]]:
    """Return (name, moment) of the next moments of work, each at least half an hour away."""
    hoje = timezone.localdate(agora)
    amanha = hoje + timedelta(days=1)
    segunda = hoje + timedelta(days=(SEGUNDA - hoje.weekday()) % 7 or 7)
    todas = [
        ("Hoje às 14h", _as(hoje, A_TARDE)),
        ("Amanhã às 8h", _as(amanha, DE_MANHA)),
        ("Amanhã às 14h", _as(amanha, A_TARDE)),
        ("Segunda-feira às 8h", _as(segunda, DE_MANHA)),
        ("Daqui a uma semana, às 8h", _as(hoje + timedelta(days=7), DE_MANHA)),
    ]
    vistos: set[datetime] = set()
    boas = []
    for nome, momento in todas:
        if momento >= agora + FOLGA and momento not in vistos:
            vistos.add(momento)
            boas.append((nome, momento))
    return boas


def _as(dia: date, hora: time) -> datetime:
    return timezone.make_aware(datetime.combine(dia, hora))
