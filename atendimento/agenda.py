"""Hours to send at or to come back at: those offered, and those typed, in the city's zone. Pure."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from atendimento.erros import Invalido

MAIS_LONGE = timedelta(days=60)
ANTECEDENCIA = timedelta(minutes=5)  # nobody schedules for the minute that begins
DIAS = ("segunda", "terça", "quarta", "quinta", "sexta", "sábado", "domingo")


@dataclass(frozen=True, slots=True)
class Sugestao:
    """An hour that is offered; `fora` when the 24 hours will be over by then."""

    rotulo: str
    quando: datetime
    fora: bool


def sugestoes(agora: datetime, janela_ate: datetime | None) -> list[Sugestao]:
    """The usual hours that are still to come: today at 14, tomorrow at 8, Monday at 8.

    Args:
        agora: in the city's zone.
    """
    hoje, fuso = agora.date(), agora.tzinfo
    segunda = hoje + timedelta(days=7 - hoje.weekday())
    candidatas = [
        ("Hoje às 14h", hoje, time(14)),
        ("Amanhã às 8h", hoje + timedelta(days=1), time(8)),
        ("Segunda às 8h", segunda, time(8)),
    ]
    if segunda == hoje + timedelta(days=1):
        candidatas.pop()
    oferecidas = []
    for rotulo, dia, hora in candidatas:
        quando = datetime.combine(dia, hora, fuso)
        if quando - agora >= ANTECEDENCIA:
            oferecidas.append(Sugestao(rotulo, quando, not janela_ate or quando >= janela_ate))
    return oferecidas


def no_fuso(dia: date, hora: time, fuso: tzinfo, agora: datetime) -> datetime:
    """Return the moment of a clock on the wall.

    Of an hour that happens twice, the first that is still to come. Raises Invalido for one that
    the clock jumps over.
    """
    primeira = datetime.combine(dia, hora, fuso)
    segunda = primeira.replace(fold=1)
    if primeira.utcoffset() == segunda.utcoffset():
        return primeira
    if primeira.utcoffset() < segunda.utcoffset():
        raise Invalido(
            f"{hora:%Hh%M} não existe em {dia:%d/%m}: o relógio é adiantado. Escolha outra hora.",
            campo="hora",
        )
    return primeira if primeira > agora else segunda


def exigir_futuro(quando: datetime, agora: datetime) -> None:
    """Refuse what has passed, and what is too far to be remembered."""
    if quando <= agora:
        raise Invalido("Este horário já passou. Escolha outro.", campo="hora")
    if quando - agora > MAIS_LONGE:
        raise Invalido(f"Escolha uma data nos próximos {MAIS_LONGE.days} dias.", campo="dia")


def em_palavras(quando: datetime, agora: datetime) -> str:
    """Return "hoje às 14:00", "amanhã às 08:00" or "segunda, 30/11, às 08:00".

    Args:
        quando, agora: in the city's zone.
    """
    dias = (quando.date() - agora.date()).days
    if dias in (0, 1, -1):
        return f"{('hoje', 'amanhã', 'ontem')[dias]} às {quando:%H:%M}"
    ano = f"/{quando.year}" if quando.year != agora.year else ""
    return f"{DIAS[quando.weekday()]}, {quando:%d/%m}{ano}, às {quando:%H:%M}"
