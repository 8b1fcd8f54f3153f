"""What is deleted at night, and transactions that lived too long."""

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.db.models.functions import Now

LOTE = 1_000
# The servers before 17 have no transaction_timeout (GUARANTEES G14, G17).
COM_PRAZO_DE_TRANSACAO = 170_000
TRANSACAO_MAXIMA_S = 45

# The batch is chosen apart: inside an IN, some plans choose it again for each row.
_APAGAR = """
WITH lote AS MATERIALIZED (
    SELECT id FROM whatsapp_eventorecebido
    WHERE estado = 'feito' AND recebido_em < statement_timestamp() - make_interval(days => %s)
    ORDER BY recebido_em LIMIT %s FOR UPDATE SKIP LOCKED
),
velhos AS (
    DELETE FROM whatsapp_eventorecebido e USING lote WHERE e.id = lote.id RETURNING e.id
),
itens AS (DELETE FROM whatsapp_itemparado WHERE evento_id IN (SELECT id FROM velhos))
SELECT count(*) FROM velhos
"""
# Only our own servers and workers: a backup or a migration may take its time.
_ENCERRAR = """
SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
  AND application_name IN ('prefeitura-web', 'prefeitura-trabalhador')
  AND xact_start < statement_timestamp() - make_interval(secs => %s)
"""


def apagar_eventos_velhos(limite: int = LOTE) -> int:
    """Delete one batch of applied events older than settings.DIAS_DE_EVENTO, and what was kept of
    their items; return how many.

    What could not be applied stays until somebody decides.
    """
    with connection.cursor() as cursor:
        cursor.execute(_APAGAR, [settings.DIAS_DE_EVENTO, limite])
        return cursor.fetchone()[0]


def apagar_sessoes_vencidas() -> int:
    """Delete the login sessions that are over; return how many."""
    return Session.objects.filter(expire_date__lt=Now()).delete()[0]


def encerrar_transacoes_velhas(segundos: float = TRANSACAO_MAXIMA_S) -> int:
    """End the transactions of our processes that are older than `segundos`; return how many."""
    with connection.cursor() as cursor:
        cursor.execute(_ENCERRAR, [segundos])
        return cursor.fetchone()[0]


def servidor_sem_prazo() -> bool:
    """True when PostgreSQL itself does not end old transactions."""
    return connection.pg_version < COM_PRAZO_DE_TRANSACAO
