"""What site, workers and sweep ask before they start: is the database one that can be trusted?

A database that does not answer is no reason to stay down: the webhook says 503 and works again by
itself when it is back. One that answers and refuses, or would forget, is (GUARANTEES 4.11).
"""

import logging
import os
import tempfile
import time

import psycopg
from django.conf import settings
from django.db import Error, connection

from prefeitura.ambiente import saude
from prefeitura.banco.endereco import parametros
from prefeitura.variaveis import recusar

registro = logging.getLogger(__name__)

MENOR_VERSAO = 150_000
DIFERENCA = 30  # seconds between our clock and the database's
ENTRE_PERGUNTAS = 2.0
PERGUNTA = """
SELECT current_setting('server_version'), current_setting('server_version_num')::int,
       pg_is_in_recovery() OR current_setting('default_transaction_read_only') = 'on',
       current_setting('fsync') = 'off' OR current_setting('full_page_writes') = 'off',
       extract(epoch FROM clock_timestamp())::float
"""


def conferir() -> None:
    """Refuse to start, with one sentence, where going on would lose or leak something."""
    conferir_banco()
    conferir_pasta()


def conferir_banco() -> None:
    """Ask the database who it is. Away: a warning and on we go."""
    try:
        with psycopg.connect(**parametros() | {"connect_timeout": 3}) as conexao:
            versao, numero, so_leitura, esquece, hora = conexao.execute(PERGUNTA).fetchone()
    except psycopg.OperationalError as erro:
        if motivo := _recusa(erro):
            recusar(f"O PostgreSQL respondeu: {motivo} Confira DATABASE_URL.")
        registro.error("partida_sem_banco", extra={"erro": type(erro).__name__})
        return
    if numero < MENOR_VERSAO:
        recusar(f"O PostgreSQL respondeu: versão {versao}. Atualize para a 15 ou mais nova.")
    if so_leitura:
        recusar(
            "O PostgreSQL respondeu: só leitura. DATABASE_URL aponta para uma réplica; "
            "use o endereço do servidor principal."
        )
    if esquece and settings.PRODUCAO:
        recusar(
            "O PostgreSQL respondeu: fsync ou full_page_writes desligado. Ligue os dois: "
            "sem eles, uma queda de energia apaga mensagens já confirmadas."
        )
    if abs(time.time() - hora) > DIFERENCA:
        registro.error(
            "relogio_diferente_do_banco", extra={"quantidade": round(time.time() - hora)}
        )


def _recusa(erro: psycopg.OperationalError) -> str:
    """Tell what a server that answered has against us; empty when none answered."""
    texto = str(erro)
    if "password authentication failed" in texto or "no password supplied" in texto:
        return "usuário ou senha não conferem."
    if "does not exist" in texto:
        return "o banco ou o usuário não existe."
    if "no pg_hba.conf entry" in texto:
        return "este computador não tem permissão de entrar."
    return ""


def conferir_pasta() -> None:
    """Refuse a media folder where nothing can be written; tell a disk that is nearly full."""
    try:
        os.makedirs(settings.MEDIA_ROOT, exist_ok=True)
        with tempfile.TemporaryFile(dir=settings.MEDIA_ROOT):
            pass
    except OSError as erro:
        recusar(
            f"Não consigo escrever na pasta de arquivos {settings.MEDIA_ROOT} ({erro.strerror}). "
            "Confira MEDIA_ROOT e as permissões."
        )
    if saude.disco_livre() <= saude.DISCO_MINIMO:
        registro.error("disco_quase_cheio")


def esperar_migracoes() -> None:
    """Hold a worker until the tables are those of its code; the site answers 503 meanwhile."""
    avisado = False
    while not migrado():
        if not avisado:
            registro.error("esperando_migracoes")
            avisado = True
        time.sleep(ENTRE_PERGUNTAS)


def migrado() -> bool:
    """Whether every migration is applied; a database that is away counts as no."""
    try:
        return saude.migracoes_aplicadas()
    except Error:
        connection.close()
        return False
