"""The sweep measures the load: the oldest event that waits, and the disk."""

from datetime import timedelta

import pytest
from django.utils import timezone

from prefeitura.ambiente import carga
from prefeitura.tempo_real import carga as marca
from prefeitura.whatsapp.models import EventoRecebido, Medida

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _normal(monkeypatch):
    monkeypatch.setattr(carga, "_nivel", marca.NORMAL)
    monkeypatch.setattr(carga, "disco_livre", lambda: 0.5)
    yield
    marca.avisar(marca.NORMAL)


def esperando(segundos: float, **campos) -> EventoRecebido:
    """One stored event that could have been applied so long ago."""
    quando = timezone.now() - timedelta(seconds=segundos)
    campos = {"recebido_em": quando, "nao_antes_de": quando} | campos
    return EventoRecebido.objects.create(corpo=b"{}", sha256=b"x" * 32, **campos)


@pytest.mark.parametrize(
    ("espera", "disco", "nivel"),
    [
        (0, 0.5, 0),
        (10, 0.15, 0),
        (10.1, 0.5, 1),
        (0, 0.149, 1),
        (30.1, 0.5, 2),
        (0, 0.099, 2),
        (120.1, 0.5, 3),
        (0, 0.049, 3),
        (11, 0.04, 3),
    ],
)
def test_level_is_the_worst_of_wait_and_disk(espera, disco, nivel):
    assert carga.nivel_de(espera, disco) == nivel


def test_an_event_that_waits_raises_the_level_and_everybody_is_told():
    esperando(40)
    assert carga.medir() == 2
    assert marca.atual().nivel == 2
    assert Medida.objects.get(nome="nivel_de_carga").valor == 2


def test_an_event_put_off_on_purpose_is_no_load():
    esperando(4_000, nao_antes_de=timezone.now() + timedelta(minutes=1))
    esperando(4_000, nao_antes_de=timezone.now() - timedelta(seconds=2))
    esperando(4_000, estado="parado")
    assert carga.medir() == 0


def test_the_level_falls_one_step_at_a_time():
    evento = esperando(500)
    assert carga.medir() == 3
    evento.delete()
    assert [carga.medir() for _ in range(4)] == [2, 1, 0, 0]
    assert marca.atual() == marca.Carga()
