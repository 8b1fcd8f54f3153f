"""What must be true of the data at any time, each as a query that finds what breaks it.

`manage.py conferir` runs them all, and every run with faults ends with no row (GUARANTEES 3.5).
I6, I7 and I10 are about comunicados and the audit chain, which are not there yet.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import connection

from prefeitura.ambiente import prazos

LIMITE = 1_000


@dataclass(frozen=True, slots=True)
class Invariante:
    """One rule.

    Args:
        id: the name that GUARANTEES gives; some are told by several rules.
        frase: what must be true.
        achar: SQL, or a function, that names the rows where it is not: "envio 7", never content.
        barata: answered from the small indexes of what is under way, whatever the volume.
    """

    id: str
    frase: str
    achar: str | Callable[[], list[str]]
    barata: bool = False

    def violacoes(self) -> list[str]:
        """Name what breaks the rule, at most LIMITE of them."""
        if callable(self.achar):
            return self.achar()[:LIMITE]
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM ({self.achar}) AS achado LIMIT {LIMITE}")  # noqa: S608
            return [linha[0] for linha in cursor.fetchall()]


def arquivos_sem_dono() -> list[str]:
    """Name the files, older than an hour, that no Midia names."""
    raiz, limite = Path(settings.MEDIA_ROOT), time.time() - 3600
    velhos = [
        caminho.relative_to(raiz).as_posix()
        for caminho in (raiz.rglob("*") if raiz.is_dir() else ())
        if caminho.is_file() and caminho.stat().st_mtime < limite
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT v.caminho FROM unnest(%s::text[]) AS v(caminho) WHERE NOT EXISTS"
            " (SELECT 1 FROM whatsapp_midia m WHERE m.arquivo = v.caminho"
            " OR m.miniatura <> '' AND m.arquivo || '.webp' = v.caminho)",
            [velhos],
        )
        return [f"arquivo {linha[0]}" for linha in cursor.fetchall()]


INVARIANTES = (
    Invariante(
        "I1",
        "Nenhum aviso da Meta espera há mais de um minuto para ser aplicado.",
        "SELECT 'evento ' || id FROM whatsapp_eventorecebido"
        " WHERE estado = 'novo' AND nao_antes_de < now() - interval '60 seconds'",
        barata=True,
    ),
    Invariante(
        "I2",
        "Toda mensagem do cidadão veio de um aviso da Meta.",
        "SELECT 'mensagem ' || id FROM atendimento_mensagem"
        " WHERE direcao = 'entrada' AND evento IS NULL",
    ),
    Invariante(
        "I2",
        "Nenhuma mensagem foi guardada duas vezes.",
        "SELECT 'mensagem ' || max(id) FROM atendimento_mensagem"
        " WHERE wamid IS NOT NULL GROUP BY numero_id, wamid HAVING count(*) > 1",
    ),
    Invariante(
        "I3",
        "Cada cidadão tem uma conversa só em cada número.",
        "SELECT 'conversa ' || max(id) FROM atendimento_conversa"
        " GROUP BY cidadao_id, numero_id HAVING count(*) > 1",
    ),
    Invariante(
        "I3",
        "Cada conversa tem no máximo um atendimento em triagem ou com o robô.",
        "SELECT 'conversa ' || conversa_id FROM atendimento_atendimento"
        " WHERE (em_triagem OR estado = 'robo') AND estado <> 'encerrado'"
        " GROUP BY conversa_id HAVING count(*) > 1",
    ),
    Invariante(
        "I3",
        "Toda mensagem é do mesmo número que a conversa do seu atendimento.",
        "SELECT 'mensagem ' || m.id FROM atendimento_mensagem m"
        " JOIN atendimento_atendimento a ON a.id = m.atendimento_id"
        " JOIN atendimento_conversa c ON c.id = a.conversa_id WHERE m.numero_id <> c.numero_id",
    ),
    Invariante(
        "I3",
        "O assunto em foco de uma conversa é dela e está aberto.",
        "SELECT 'conversa ' || c.id FROM atendimento_conversa c"
        " JOIN atendimento_atendimento a ON a.id = c.foco_id"
        " WHERE a.estado = 'encerrado' OR a.conversa_id <> c.id",
    ),
    Invariante(
        "I4",
        "Nenhum envio fica a caminho depois do seu prazo.",
        "SELECT 'envio ' || id FROM whatsapp_envio"
        " WHERE estado = 'enviando' AND (prazo_em IS NULL OR prazo_em < now() - interval '60 s')",
        barata=True,
    ),
    Invariante(
        "I4",
        "Nenhum envio que já podia sair espera há mais de dez minutos.",
        "SELECT 'envio ' || e.id FROM whatsapp_envio e JOIN whatsapp_numero n ON n.id = e.numero_id"
        " WHERE e.estado = 'pendente' AND n.ativo"
        " AND GREATEST(e.nao_antes_de, n.pausado_ate) < now() - interval '10 minutes'"
        " AND NOT EXISTS (SELECT 1 FROM whatsapp_envio a WHERE a.numero_id = e.numero_id"
        "  AND a.cidadao_id = e.cidadao_id AND a.ordem < e.ordem"
        "  AND a.estado IN ('pendente', 'enviando', 'incerta'))",
        barata=True,
    ),
    Invariante(
        "I5",
        "Todo envio aceito tem o identificador da Meta, ou a palavra de quem viu chegar.",
        "SELECT 'envio ' || id FROM whatsapp_envio WHERE estado = 'enviada' AND wamid IS NULL"
        " AND detalhe NOT LIKE 'Marcada como enviada por %'",
    ),
    Invariante(
        "I5",
        "Dois envios nunca têm o mesmo identificador da Meta.",
        "SELECT 'envio ' || max(id::text) FROM whatsapp_envio"
        " WHERE wamid IS NOT NULL GROUP BY wamid HAVING count(*) > 1",
    ),
    Invariante(
        "I5",
        "O que se mostra de um envio nunca fica abaixo dos recibos que ele tem.",
        "SELECT 'envio ' || envio_id FROM whatsapp_situacaodoenvio"
        " WHERE posto < CASE WHEN tocado_em IS NOT NULL THEN 5 WHEN lido_em IS NOT NULL THEN 4"
        " WHEN entregue_em IS NOT NULL THEN 3 WHEN enviado_em IS NOT NULL THEN 2 ELSE 0 END",
    ),
    Invariante(
        "I8",
        "Toda mensagem da prefeitura foi enviada ao cidadão do seu atendimento.",
        "SELECT 'mensagem ' || m.id FROM atendimento_mensagem m"
        " JOIN whatsapp_envio e ON e.id = m.envio_id"
        " JOIN atendimento_atendimento a ON a.id = m.atendimento_id"
        " JOIN atendimento_conversa c ON c.id = a.conversa_id"
        " WHERE e.cidadao_id <> c.cidadao_id OR e.numero_id <> c.numero_id",
    ),
    Invariante(
        "I8",
        "Todo arquivo com mais de duas horas é de alguma mensagem.",
        "SELECT 'mídia ' || d.id FROM whatsapp_midia d"
        " WHERE d.criada_em < now() - interval '2 hours'"
        " AND NOT EXISTS (SELECT 1 FROM atendimento_mensagem m WHERE m.midia_id = d.id)"
        " AND NOT EXISTS (SELECT 1 FROM whatsapp_envio e WHERE e.midia_id = d.id)",
    ),
    Invariante("I8", "Na pasta de arquivos só há o que o banco conhece.", arquivos_sem_dono),
    Invariante(
        "I9",
        "Todo atendimento aberto tem equipe, e só está com quem pode atender nela.",
        "SELECT 'atendimento ' || a.id FROM atendimento_atendimento a"
        " LEFT JOIN cadastro_equipe e ON e.id = a.equipe_id"
        " WHERE a.estado IN ('na_fila', 'em_atendimento') AND (a.equipe_id IS NULL"
        "  OR (a.servidor_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM cadastro_participacao p"
        "   JOIN cadastro_servidor s ON s.id = p.servidor_id"
        "   WHERE p.servidor_id = a.servidor_id AND s.is_active AND p.papel <> 'leitura'"
        "   AND (p.equipe_id = a.equipe_id"
        "    OR (p.equipe_id IS NULL AND p.secretaria_id = e.secretaria_id)))))",
    ),
    Invariante(
        "I11",
        "Nada fica num estado além do prazo dele.",
        prazos.vencidos,
        barata=True,
    ),
    Invariante(
        "I12",
        "Nenhum recibo espera há mais de dez minutos por um envio que conhecemos.",
        "SELECT 'status ' || o.id FROM whatsapp_statusorfao o JOIN whatsapp_envio e"
        " ON e.id::text = o.opaco WHERE o.ignorado_em IS NULL"
        " AND o.recebido_em < now() - interval '10 minutes'",
        barata=True,
    ),
)


def violacoes(*, so_baratas: bool = False) -> dict[str, int]:
    """Return how many rows break each invariant, by its id; zero where all is well.

    `so_baratas` leaves out what would read whole tables: for figures taken every few seconds.
    """
    contagem: dict[str, int] = {}
    for invariante in INVARIANTES:
        if invariante.barata or not so_baratas:
            achadas = len(invariante.violacoes())
            contagem[invariante.id] = contagem.get(invariante.id, 0) + achadas
    return contagem
