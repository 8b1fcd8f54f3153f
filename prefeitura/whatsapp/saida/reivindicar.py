"""Take one send for one try: a conditional UPDATE, so that only one worker ever gets it."""

import time
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

PRAZO_S = 90
FOLGA_S = 60

# Strict order inside one conversation. What is less urgent (a comunicado still in the queue)
# does not hold a reply; what is already on its way does. A doubt holds for 60 s at most.
NINGUEM_ANTES = """
NOT EXISTS (
    SELECT 1 FROM whatsapp_envio a
    WHERE a.numero_id = e.numero_id AND a.cidadao_id = e.cidadao_id AND a.ordem < e.ordem
      AND a.estado IN ('pendente', 'enviando', 'incerta')
      AND (a.estado = 'enviando' OR a.prioridade <= GREATEST(e.prioridade, 1))
      AND (a.estado <> 'incerta' OR a.incerta_em > statement_timestamp() - interval '60 seconds')
)
"""
NUMERO_LIVRE = "n.ativo AND (n.pausado_ate IS NULL OR n.pausado_ate <= statement_timestamp())"

_REIVINDICAR = f"""
UPDATE whatsapp_envio e
SET estado = 'enviando', tentativa = e.tentativa + 1,
    prazo_em = statement_timestamp() + make_interval(secs => %s)
FROM whatsapp_numero n
WHERE e.id = %s AND e.estado = 'pendente' AND e.nao_antes_de <= statement_timestamp()
  AND n.id = e.numero_id AND {NUMERO_LIVRE} AND {NINGUEM_ANTES}
RETURNING e.tentativa, e.recusas, extract(epoch FROM statement_timestamp() - e.criado_em)::float
"""  # noqa: S608 (constants of this file)

_RESERVAR_PARA_SUBIR = f"""
UPDATE whatsapp_envio e SET nao_antes_de = statement_timestamp() + make_interval(secs => %s)
FROM whatsapp_numero n
WHERE e.id = %s AND e.estado = 'pendente' AND e.nao_antes_de <= statement_timestamp()
  AND n.id = e.numero_id AND {NUMERO_LIVRE}
RETURNING e.id
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Reivindicado:
    """The right to make one POST. `tentativa` fences off a worker that wakes up too late;
    `recusas` is how many momentary refusals came before; `nasceu`, when the send was created, on
    the monotonic clock of this process."""

    envio_id: UUID
    tentativa: int
    recusas: int
    nasceu: float


def reivindicar(envio_id: UUID) -> Reivindicado | None:
    """Claim the send, or None: not pending, not yet due, its number rests, or others go first."""
    with connection.cursor() as cursor:
        cursor.execute(_REIVINDICAR, [PRAZO_S, envio_id])
        linha = cursor.fetchone()
    if linha is None:
        return None
    tentativa, recusas, idade_s = linha
    return Reivindicado(envio_id, tentativa, recusas, time.monotonic() - idade_s)


def ainda_posso(meu: Reivindicado) -> bool:
    """True while the claim is ours and leaves enough time for a whole POST."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM whatsapp_envio WHERE id = %s AND estado = 'enviando' AND tentativa = %s"
            " AND prazo_em > statement_timestamp() + make_interval(secs => %s)",
            [meu.envio_id, meu.tentativa, FOLGA_S],
        )
        return cursor.fetchone() is not None


def reservar_para_subir(envio_id: UUID, segundos: int) -> bool:
    """Keep other workers off while the file goes up; the send itself stays pending.

    A worker killed in the middle leaves no doubt: nothing was posted.
    """
    with connection.cursor() as cursor:
        cursor.execute(_RESERVAR_PARA_SUBIR, [segundos, envio_id])
        return cursor.fetchone() is not None
