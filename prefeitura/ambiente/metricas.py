"""All figures of the house: gauges from the database, counters of every process."""

from collections.abc import Iterable
from pathlib import Path

from django.conf import settings
from django.db import Error, connection
from prometheus_client import REGISTRY, CollectorRegistry, Metric, multiprocess
from prometheus_client.exposition import generate_latest

from prefeitura.ambiente.medidas import DaMaquina, DoBanco, medida


def coletar() -> list[Metric]:
    """Return every metric with its samples; without the database, those that do not need it."""
    medidas = [*DaMaquina().collect(), *_contadores()]
    try:
        medidas += DoBanco().collect()
    except Error:
        connection.close()
        responde = 0
    else:
        responde = 1
    return [*medidas, medida("banco_responde", "1 quando o banco responde", [(responde,)])]


def texto() -> bytes:
    """Return everything in Prometheus' text format."""
    registro = CollectorRegistry()
    registro.register(_Pronto(coletar()))
    return generate_latest(registro)


def _contadores() -> Iterable[Metric]:
    """What web, workers and sweep counted together; without a folder, what this process did."""
    pasta = settings.PROMETHEUS_MULTIPROC_DIR
    if not (pasta and Path(pasta).is_dir()):
        return REGISTRY.collect()
    return multiprocess.MultiProcessCollector(None, path=pasta).collect()


class _Pronto:
    def __init__(self, medidas: list[Metric]) -> None:
        self.medidas = medidas

    def collect(self) -> list[Metric]:
        return self.medidas
