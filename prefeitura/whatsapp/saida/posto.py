"""The lattice: receipts move sends forward, never back, in any order and however often.

GUARANTEES G11. A batch is a handful of statements whatever its size: statuses outnumber messages
three to one.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import connection

from prefeitura.whatsapp.metricas import INCERTOS_RESOLVIDOS
from prefeitura.whatsapp.models import SituacaoDoEnvio

ENTREGUE, LIDO = SituacaoDoEnvio.ENTREGUE, SituacaoDoEnvio.LIDO

_ACHAR = """
SELECT t.i, e.id, e.estado, e.correlacao
FROM unnest(%s::int[], %s::uuid[], %s::text[]) AS t(i, opaco, wamid)
JOIN LATERAL (
    SELECT id, estado, correlacao FROM whatsapp_envio WHERE id = t.opaco
    UNION ALL
    (SELECT id, estado, correlacao FROM whatsapp_envio WHERE wamid = t.wamid AND t.wamid <> '')
    LIMIT 1
) e ON true
"""

# A status with our id proves that Meta took the message, whatever we thought of it.
_ACERTAR = """
WITH x AS (SELECT * FROM unnest(%s::uuid[], %s::text[]) AS x(id, wamid)),
travados AS (
    SELECT e.id, e.estado, x.wamid FROM whatsapp_envio e JOIN x USING (id)
    WHERE e.estado IN ('pendente', 'enviando', 'incerta', 'falhou') OR e.wamid IS NULL
    ORDER BY e.id FOR UPDATE OF e
)
UPDATE whatsapp_envio e
SET estado = 'enviada', prazo_em = NULL, codigo = NULL, detalhe = '',
    wamid = COALESCE(e.wamid, (
        SELECT t.wamid WHERE NOT EXISTS (SELECT 1 FROM whatsapp_envio o WHERE o.wamid = t.wamid)
    ))
FROM travados t WHERE e.id = t.id
RETURNING e.id, t.estado
"""

_AVANCAR = """
WITH x AS (
    SELECT * FROM unnest(
        %s::uuid[], %s::int[], %s::timestamptz[], %s::timestamptz[], %s::timestamptz[],
        %s::timestamptz[], %s::timestamptz[], %s::int[], %s::text[], %s::text[]
    ) AS x(id, posto, enviado, entregue, lido, tocado, falhou, codigo, tipo, categoria)
),
antes AS (
    SELECT s.* FROM whatsapp_situacaodoenvio s JOIN x ON x.id = s.envio_id
    ORDER BY s.envio_id FOR UPDATE OF s
)
UPDATE whatsapp_situacaodoenvio s
SET posto = GREATEST(antes.posto, x.posto),
    enviado_em = LEAST(antes.enviado_em, x.enviado),
    entregue_em = LEAST(antes.entregue_em, x.entregue),
    lido_em = LEAST(antes.lido_em, x.lido),
    tocado_em = LEAST(antes.tocado_em, x.tocado),
    falhou_em = LEAST(antes.falhou_em, x.falhou),
    codigo = COALESCE(antes.codigo, x.codigo),
    preco_tipo = CASE WHEN antes.preco_tipo = '' THEN x.tipo ELSE antes.preco_tipo END,
    preco_categoria =
        CASE WHEN antes.preco_categoria = '' THEN x.categoria ELSE antes.preco_categoria END
FROM antes JOIN x ON x.id = antes.envio_id
WHERE s.envio_id = antes.envio_id AND (
    x.posto > antes.posto
    OR x.enviado < COALESCE(antes.enviado_em, 'infinity')
    OR x.entregue < COALESCE(antes.entregue_em, 'infinity')
    OR x.lido < COALESCE(antes.lido_em, 'infinity')
    OR x.tocado < COALESCE(antes.tocado_em, 'infinity')
    OR x.falhou < COALESCE(antes.falhou_em, 'infinity')
    OR (antes.preco_tipo = '' AND x.tipo <> '')
)
RETURNING s.envio_id, antes.posto, s.posto, antes.falhou_em IS NOT NULL,
    s.falhou_em IS NOT NULL, antes.preco_tipo <> '', s.preco_tipo <> '', s.codigo
"""

_CONSUMIR = """
INSERT INTO whatsapp_consumomensal (numero_id, mes, tipo, categoria, quantidade)
SELECT e.numero_id, date_trunc('month',
        COALESCE(s.entregue_em, s.lido_em, s.tocado_em, statement_timestamp())
        AT TIME ZONE %s)::date, s.preco_tipo, s.preco_categoria, count(*)
FROM whatsapp_situacaodoenvio s JOIN whatsapp_envio e ON e.id = s.envio_id
WHERE s.envio_id = ANY(%s)
GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
ON CONFLICT (numero_id, mes, tipo, categoria)
DO UPDATE SET quantidade = whatsapp_consumomensal.quantidade + EXCLUDED.quantidade
"""


@dataclass(frozen=True, slots=True)
class Recibo:
    """A status reduced to what moves a send; also what an orphan keeps as JSON.

    `momento` is Meta's time, or the time of arrival when Meta's is not valid.
    """

    wamid: str
    opaco: str
    posto: int
    falhou: bool
    momento: datetime
    codigo: int | None = None
    preco_tipo: str = ""
    preco_categoria: str = ""

    @property
    def envio_id(self) -> UUID | None:
        """The id of ours that came back, when it has the form of one."""
        try:
            return UUID(self.opaco) if len(self.opaco) == 36 else None
        except ValueError:
            return None


@dataclass(slots=True)
class Soma:
    """All receipts of one send in a batch, in one row."""

    wamid: str = ""
    posto: int = 0
    codigo: int | None = None
    preco_tipo: str = ""
    preco_categoria: str = ""
    momentos: dict[int, datetime] = field(default_factory=dict)
    FALHOU = 0

    def juntar(self, recibo: Recibo) -> None:
        """Add one receipt; the order of adding does not matter."""
        self.wamid = self.wamid or recibo.wamid
        self.posto = max(self.posto, recibo.posto)
        qual = self.FALHOU if recibo.falhou else recibo.posto
        self.momentos[qual] = min(self.momentos.get(qual, recibo.momento), recibo.momento)
        if recibo.falhou and self.codigo is None:
            self.codigo = recibo.codigo
        if recibo.preco_tipo and not self.preco_tipo:
            self.preco_tipo, self.preco_categoria = recibo.preco_tipo, recibo.preco_categoria


class Mudado(NamedTuple):
    """A send that people see differently now: what of, and as what."""

    envio_id: UUID
    correlacao: str
    estado: str
    codigo: int | None


def aplicar_recibos(recibos: list[Recibo]) -> tuple[list[Mudado], list[int]]:
    """Apply receipts; return the sends that changed and the positions of those without a send."""
    if not recibos:
        return [], []
    donos = _achar(recibos)
    somas: dict[UUID, Soma] = {}
    estados: dict[UUID, str] = {}
    correlacoes: dict[UUID, str] = {}
    for i, recibo in enumerate(recibos):
        if i in donos:
            envio_id, estados[envio_id], correlacoes[envio_id] = donos[i]
            somas.setdefault(envio_id, Soma()).juntar(recibo)
    eram = estados | _acertar(somas)
    avancados = _avancar(somas)
    consumidos = [
        envio_id
        for envio_id, antes, depois, _, _, tinha_preco, tem_preco, _ in avancados
        if depois >= ENTREGUE and tem_preco and not (antes >= ENTREGUE and tinha_preco)
    ]
    if consumidos:
        with connection.cursor() as cursor:
            cursor.execute(_CONSUMIR, [settings.TIME_ZONE, consumidos])
    movidos = {linha[0]: linha for linha in avancados}
    mudados = [
        Mudado(envio_id, correlacoes[envio_id], *_agora(movidos.get(envio_id)))
        for envio_id in somas
        if _mudou(eram[envio_id], movidos.get(envio_id))
    ]
    return mudados, [i for i in range(len(recibos)) if i not in donos]


def mostrado(estado: str, posto: int, falhou: bool) -> str:
    """Envio.estado_mostrado, from plain values."""
    if posto >= LIDO:
        return "lida"
    if posto == ENTREGUE:
        return "entregue"
    if falhou:
        return "falhou"
    return "enviada" if posto else estado


def _mudou(estado_antes: str, linha: tuple | None) -> bool:
    if linha is None:
        return estado_antes != "enviada"
    _, posto, novo_posto, falhou, falhou_agora, *_ = linha
    return mostrado(estado_antes, posto, falhou) != mostrado("enviada", novo_posto, falhou_agora)


def _agora(linha: tuple | None) -> tuple[str, int | None]:
    """What is shown of a send after its receipts, and Meta's code if it failed."""
    if linha is None:
        return "enviada", None
    return mostrado("enviada", linha[2], linha[4]), linha[7]


def _achar(recibos: list[Recibo]) -> dict[int, tuple[UUID, str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            _ACHAR,
            [
                list(range(len(recibos))),
                [r.envio_id for r in recibos],
                [r.wamid for r in recibos],
            ],
        )
        return {i: tuple(achado) for i, *achado in cursor.fetchall()}


def _acertar(somas: dict[UUID, Soma]) -> dict[UUID, str]:
    """Settle what was pending, on its way or in doubt; return the states that they had."""
    with connection.cursor() as cursor:
        cursor.execute(_ACERTAR, [list(somas), [s.wamid for s in somas.values()]])
        eram = dict(cursor.fetchall())
    duvidas = sum(estado == "incerta" for estado in eram.values())
    if duvidas:
        INCERTOS_RESOLVIDOS.labels("status").inc(duvidas)
    return eram


def _avancar(somas: dict[UUID, Soma]) -> list[tuple[Any, ...]]:
    linhas = list(somas.values())
    colunas: list[list[Any]] = [list(somas), [s.posto for s in linhas]]
    ordem = (SituacaoDoEnvio.ENVIADO, ENTREGUE, LIDO, SituacaoDoEnvio.TOCADO, Soma.FALHOU)
    colunas += [[s.momentos.get(qual) for s in linhas] for qual in ordem]
    colunas += [[s.codigo for s in linhas], [s.preco_tipo for s in linhas]]
    colunas += [[s.preco_categoria for s in linhas]]
    with connection.cursor() as cursor:
        cursor.execute(_AVANCAR, colunas)
        return cursor.fetchall()


def marcar_aceito(envio_id: UUID) -> None:
    """Meta answered with a wamid: the lowest step above nothing."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE whatsapp_situacaodoenvio SET posto = GREATEST(posto, %s) WHERE envio_id = %s",
            [SituacaoDoEnvio.ACEITO, envio_id],
        )
