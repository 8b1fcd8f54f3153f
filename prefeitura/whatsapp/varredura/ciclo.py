"""The loop: one active sweep per database, woken by the webhook's notifications."""

import logging
import threading
import time

import psycopg
from django.db import Error, close_old_connections, connection

from prefeitura.banco.endereco import parametros
from prefeitura.whatsapp.tasks import processar_eventos
from prefeitura.whatsapp.varredura.rodadas import Rodadas

registro = logging.getLogger(__name__)

CHAVE_DA_TRAVA = 7_206_001
ESPERA_DO_RESERVA_S = 2.0
ESPERA_MAXIMA_S = 5.0
ESCUTA_S = 0.5
# Many webhooks in a row wake the worker once: it takes all that is there.
JUNTAR_S = 0.05


class Varredor:
    """Listens and sweeps until `parar` is set; lost services are waited for, never fatal."""

    def __init__(self) -> None:
        self.parar = threading.Event()
        self.ativo = False
        self.rodadas = Rodadas()

    def rodar(self) -> None:
        """Connect, take the lock or stand by, work; start over when the database goes away."""
        espera = 0.2
        while not self.parar.is_set():
            try:
                with self._conectar() as conexao:
                    espera = 0.2
                    self._com(conexao)
            except (psycopg.Error, Error) as erro:
                self.ativo = False
                registro.warning("varredor_sem_banco", extra={"erro": type(erro).__name__})
                self._soltar_django()
                self.parar.wait(espera)
                espera = min(espera * 2, ESPERA_MAXIMA_S)
        self.ativo = False

    def _conectar(self) -> psycopg.Connection:
        proprios = {"autocommit": True, "connect_timeout": 3, "keepalives_idle": 10}
        return psycopg.connect(
            **parametros() | proprios | {"application_name": "prefeitura-varredor"}
        )

    def _com(self, conexao: psycopg.Connection) -> None:
        """Work while the lock is ours; it goes with the connection, so a dead sweep frees it."""
        while not self.parar.is_set():
            pedido = conexao.execute("SELECT pg_try_advisory_lock(%s)", [CHAVE_DA_TRAVA])
            if pedido.fetchone()[0]:
                return self._trabalhar(conexao)
            self.parar.wait(ESPERA_DO_RESERVA_S)

    def _trabalhar(self, conexao: psycopg.Connection) -> None:
        conexao.execute("LISTEN evento_recebido")
        registro.info("varredor_ativo")
        self.ativo = True
        processar_eventos.delay()  # what came while nobody listened
        while not self.parar.is_set():
            self.rodadas.rodar(self.parar.is_set)
            if any(True for _ in conexao.notifies(timeout=ESCUTA_S, stop_after=1)):
                processar_eventos.delay()
                time.sleep(JUNTAR_S)
                if any(True for _ in conexao.notifies(timeout=0)):
                    processar_eventos.delay()

    def _soltar_django(self) -> None:
        connection.close()
        close_old_connections()
