"""Watches the database during a run: does any transaction of ours live too long (G17)?"""

import threading

import psycopg

from tests.falhas.casa import Casa

LONGA_S = 30
PERGUNTA = """
SELECT coalesce(max(extract(epoch FROM clock_timestamp() - xact_start)), 0)::float
FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'prefeitura-%'
"""


class Vigia(threading.Thread):
    """Asks twice a second; `maior` is the age of the oldest transaction that was seen."""

    def __init__(self, casa: Casa) -> None:
        super().__init__(name="vigia", daemon=True)
        self.casa = casa
        self.maior = 0.0
        self.vezes = 0
        self._fim = threading.Event()

    def __enter__(self) -> "Vigia":
        self.start()
        return self

    def __exit__(self, *_) -> None:
        self._fim.set()
        self.join(10)

    def run(self) -> None:
        while not self._fim.is_set():
            try:
                with self.casa.conectar() as conexao:
                    while not self._fim.wait(0.5):
                        [idade] = conexao.execute(PERGUNTA).fetchone()
                        self.maior = max(self.maior, idade)
                        self.vezes += 1
            except psycopg.Error:
                self._fim.wait(0.2)
