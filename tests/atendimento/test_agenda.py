"""Hours that are offered, and clocks that jump."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from atendimento.agenda import em_palavras, exigir_futuro, no_fuso, sugestoes
from atendimento.erros import Invalido

SP = ZoneInfo("America/Sao_Paulo")
NY = ZoneInfo("America/New_York")


def rotulos(agora, janela=None):
    return [s.rotulo for s in sugestoes(agora, janela)]


def test_only_hours_still_to_come_are_offered():
    quarta = datetime(2026, 11, 25, 10, 0, tzinfo=SP)
    assert rotulos(quarta) == ["Hoje às 14h", "Amanhã às 8h", "Segunda às 8h"]
    assert rotulos(quarta.replace(hour=13, minute=58)) == ["Amanhã às 8h", "Segunda às 8h"]
    domingo = datetime(2026, 11, 29, 20, 0, tzinfo=SP)
    assert rotulos(domingo) == ["Amanhã às 8h"]


def test_those_after_the_24_hours_say_so():
    quarta = datetime(2026, 11, 25, 10, 0, tzinfo=SP)
    janela = quarta + timedelta(hours=20)
    assert [s.fora for s in sugestoes(quarta, janela)] == [False, True, True]
    assert [s.fora for s in sugestoes(quarta, None)] == [True, True, True]


def test_an_hour_that_happens_twice_is_the_first_still_to_come():
    dia, hora = date(2026, 11, 1), time(1, 30)
    antes = datetime(2026, 10, 31, 12, tzinfo=NY)
    primeira = no_fuso(dia, hora, NY, antes)
    assert primeira.astimezone(UTC) == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
    entre = datetime(2026, 11, 1, 5, 45, tzinfo=UTC)
    assert no_fuso(dia, hora, NY, entre).astimezone(UTC) == datetime(2026, 11, 1, 6, 30, tzinfo=UTC)


def test_an_hour_that_the_clock_jumps_over_is_refused_with_a_sentence():
    with pytest.raises(Invalido, match="02h30 não existe em 14/03"):
        no_fuso(date(2027, 3, 14), time(2, 30), NY, datetime(2027, 3, 1, tzinfo=NY))


def test_an_ordinary_hour_is_itself():
    agora = datetime(2026, 11, 25, 10, 0, tzinfo=SP)
    assert no_fuso(date(2026, 11, 26), time(8), SP, agora) == datetime(2026, 11, 26, 11, tzinfo=UTC)


def test_the_past_and_the_far_are_refused():
    agora = datetime(2026, 11, 25, 10, 0, tzinfo=SP)
    with pytest.raises(Invalido, match="já passou"):
        exigir_futuro(agora, agora)
    with pytest.raises(Invalido, match="60 dias"):
        exigir_futuro(agora + timedelta(days=61), agora)


def test_moments_are_said_as_people_say_them():
    agora = datetime(2026, 11, 25, 10, 0, tzinfo=SP)
    assert em_palavras(agora.replace(hour=14), agora) == "hoje às 14:00"
    assert em_palavras(datetime(2026, 11, 26, 8, tzinfo=SP), agora) == "amanhã às 08:00"
    assert em_palavras(datetime(2026, 11, 30, 8, tzinfo=SP), agora) == "segunda, 30/11, às 08:00"
    assert em_palavras(datetime(2027, 1, 4, 8, tzinfo=SP), agora) == "segunda, 04/01/2027, às 08:00"
