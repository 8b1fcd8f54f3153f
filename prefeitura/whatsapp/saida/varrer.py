"""What the sweep does for the outbox: nothing stays on its way, in the queue or unread for ever."""

from uuid import UUID

from django.db import connection, transaction

from prefeitura.whatsapp import sinais
from prefeitura.whatsapp.models import Envio
from prefeitura.whatsapp.saida.enfileirar import acordar
from prefeitura.whatsapp.saida.reivindicar import NINGUEM_ANTES, NUMERO_LIVRE

LOTE = 500

# Batches are chosen apart: inside an IN, some plans choose them again for each row.
_VENCER = """
WITH lote AS MATERIALIZED (
    SELECT id FROM whatsapp_envio WHERE estado = 'enviando' AND prazo_em < statement_timestamp()
    ORDER BY prazo_em LIMIT %s FOR UPDATE SKIP LOCKED
)
UPDATE whatsapp_envio e
SET estado = 'incerta', incerta_em = statement_timestamp(), prazo_em = NULL,
    detalhe = 'O envio foi interrompido e a resposta da Meta não chegou.'
FROM lote WHERE e.id = lote.id
RETURNING e.id
"""

# Free text only goes inside 24 hours (WHATSAPP.md §7); a template may wait for a week.
_ENVELHECER = """
WITH lote AS MATERIALIZED (
    SELECT id FROM whatsapp_envio
    WHERE estado = 'pendente' AND prioridade <= 1
      AND criado_em < statement_timestamp() - interval '24 hours'
      AND (corpo->>'type' IS DISTINCT FROM 'template'
           OR criado_em < statement_timestamp() - interval '7 days')
    ORDER BY ordem LIMIT %s FOR UPDATE SKIP LOCKED
)
UPDATE whatsapp_envio e SET estado = 'falhou', codigo = 131047,
    detalhe = 'O prazo terminou antes que a mensagem pudesse sair.'
FROM lote WHERE e.id = lote.id
RETURNING e.id
"""

_DEVIDOS = f"""
SELECT e.id FROM whatsapp_envio e JOIN whatsapp_numero n ON n.id = e.numero_id
WHERE e.estado = 'pendente' AND e.nao_antes_de <= statement_timestamp() - make_interval(secs => %s)
  AND {NUMERO_LIVRE} AND {NINGUEM_ANTES}
ORDER BY e.prioridade, e.ordem LIMIT %s
"""  # noqa: S608 (constants)


def vencer_prazos() -> list[UUID]:
    """Turn what passed its deadline on its way into a doubt, and end what is too old to go."""
    return [*_mudar(_VENCER), *_mudar(_ENVELHECER)]


@transaction.atomic
def _mudar(sql: str) -> list[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(sql, [LOTE])
        ids = [linha[0] for linha in cursor.fetchall()]
    if ids:
        sinais.envios_mudaram.send(sender=Envio, envios=ids)
    return ids


def pendentes_vencidos(*, atraso: float = 0.0, limite: int = 200) -> list[UUID]:
    """Return the pending sends whose turn it is, most urgent and oldest first.

    Args:
        atraso: seconds for which they have been due: a fresh one is about to be tried anyway.
    """
    with connection.cursor() as cursor:
        cursor.execute(_DEVIDOS, [atraso, limite])
        return [linha[0] for linha in cursor.fetchall()]


def acordar_pendentes(*, atraso: float = 0.0, limite: int = 200, menos: set[UUID] = frozenset()):
    """Ask workers to try what is due, except those in `menos`; return the ids that were asked."""
    ids = [i for i in pendentes_vencidos(atraso=atraso, limite=limite) if i not in menos]
    for envio_id in ids:
        acordar(envio_id)
    return ids
