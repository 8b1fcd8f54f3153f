"""Figures that are rows: read from the database at each scrape, true even after a restart.

Names are those of the operation manual. No label grows without bound, none is personal.
"""

import time
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import connection
from prometheus_client.core import GaugeMetricFamily

from prefeitura.ambiente import silencio
from prefeitura.ambiente.saude import PROCESSOS, disco_livre
from prefeitura.whatsapp import erros

# name → (help, labels, query giving the labels and then the value)
CONSULTAS = {
    "eventos_pendentes": (
        "Eventos da Meta guardados e ainda não aplicados",
        (),
        "SELECT count(*) FROM whatsapp_eventorecebido WHERE estado = 'novo'",
    ),
    "eventos_idade_segundos": (
        "Idade do evento mais antigo que já podia ter sido aplicado",
        (),
        "SELECT coalesce(extract(epoch FROM now() - min(recebido_em)), 0) "
        "FROM whatsapp_eventorecebido WHERE estado = 'novo' AND nao_antes_de <= now()",
    ),
    "eventos_parados": (
        "Eventos que esperam uma pessoa",
        (),
        "SELECT count(*) FROM whatsapp_eventorecebido WHERE estado = 'parado'",
    ),
    "status_orfaos": (
        "Status sem envio conhecido",
        (),
        "SELECT count(*) FROM whatsapp_statusorfao WHERE ignorado_em IS NULL",
    ),
    "mensagens_de_fora": (
        "Mensagens de outro programa neste número, nos últimos 10 minutos",
        (),
        # Younger than a minute it may only have come before its send was recorded.
        "SELECT count(DISTINCT wamid) FROM whatsapp_statusorfao WHERE ignorado_em IS NULL "
        "AND recebido_em BETWEEN now() - interval '10 minutes' AND now() - interval '1 minute'",
    ),
    "envios": (
        "Envios que ainda não terminaram",
        ("estado", "prioridade"),
        "SELECT estado, prioridade::text, count(*) FROM whatsapp_envio "
        "WHERE estado IN ('pendente', 'enviando', 'incerta') GROUP BY 1, 2",
    ),
    "envio_idade_segundos": (
        "Idade do envio mais antigo que já podia ter saído",
        ("prioridade",),
        "SELECT prioridade::text, extract(epoch FROM now() - min(criado_em)) FROM whatsapp_envio "
        "WHERE estado = 'pendente' AND nao_antes_de <= now() GROUP BY 1",
    ),
    "envios_incertos": (
        "Envios de que não se sabe se chegaram",
        (),
        "SELECT count(*) FROM whatsapp_envio WHERE estado = 'incerta'",
    ),
    "envios_incertos_idade_segundos": (
        "Idade da dúvida mais antiga",
        (),
        "SELECT coalesce(extract(epoch FROM now() - min(incerta_em)), 0) "
        "FROM whatsapp_envio WHERE estado = 'incerta'",
    ),
    "numero_pausado": (
        "1 quando o número está pausado",
        ("numero",),
        "SELECT id::text, coalesce(pausado_ate > now(), false)::int FROM whatsapp_numero",
    ),
    "numero_sem_acesso": (
        "1 quando a Meta recusou o token do número",
        ("numero",),
        f"SELECT id::text, (pausa_motivo = '{erros.frase(190)}')::int "  # noqa: S608 (constant)
        "FROM whatsapp_numero",
    ),
    "numero_qualidade": (
        "Qualidade que a Meta dá: 3 verde, 2 amarela, 1 vermelha, 0 sem avaliação",
        ("numero",),
        "SELECT id::text, CASE qualidade WHEN 'GREEN' THEN 3 WHEN 'YELLOW' THEN 2 "
        "WHEN 'RED' THEN 1 ELSE 0 END FROM whatsapp_numero",
    ),
    "numero_limite_diario": (
        "Pessoas que se pode procurar em 24 horas, quando a Meta disse",
        ("numero",),
        "SELECT n.id::text, CASE WHEN c.limite_diario IN ('TIER_UNLIMITED', '-1') "
        "THEN 'Infinity'::float8 ELSE replace(substring(c.limite_diario FROM "
        "'^(?:TIER_)?([0-9]+K?)$'), 'K', '000')::float8 END FROM whatsapp_numero n "
        "JOIN whatsapp_conta c ON c.id = n.conta_id "
        "WHERE c.limite_diario ~ '^(TIER_)?([0-9]{1,9}K?|UNLIMITED)$' OR c.limite_diario = '-1'",
    ),
    "midia_pendente": (
        "Arquivos ainda por baixar",
        (),
        "SELECT count(*) FROM whatsapp_midia WHERE estado = 'pendente'",
    ),
    "midia_idade_segundos": (
        "Idade do arquivo mais antigo por baixar",
        (),
        "SELECT coalesce(extract(epoch FROM now() - min(criada_em)), 0) "
        "FROM whatsapp_midia WHERE estado = 'pendente'",
    ),
    "atendimentos_abertos": (
        "Atendimentos abertos por fila",
        ("fila",),
        "SELECT e.slug, count(*) FROM atendimento_atendimento a JOIN cadastro_equipe e "
        "ON e.id = a.equipe_id WHERE a.estado IN ('na_fila', 'em_atendimento') GROUP BY 1",
    ),
    "espera_maior_segundos": (
        "Maior espera de um cidadão por fila",
        ("fila",),
        "SELECT e.slug, extract(epoch FROM now() - min(a.esperando_desde)) "
        "FROM atendimento_atendimento a JOIN cadastro_equipe e ON e.id = a.equipe_id "
        "WHERE a.estado IN ('na_fila', 'em_atendimento') AND a.esperando_desde IS NOT NULL "
        "GROUP BY 1",
    ),
    "batimento_idade_segundos": (
        "Segundos desde o último sinal de vida; infinito para quem nunca deu",
        ("processo",),
        f"SELECT p, coalesce(extract(epoch FROM now() - quando), 'Infinity') "  # noqa: S608
        f"FROM unnest(ARRAY{list(PROCESSOS)}) AS p LEFT JOIN whatsapp_batimento ON processo = p",
    ),
    "nivel_de_carga": (
        "Sobrecarga: 0 normal; 1 presença; 2 exportações; 3 contadores",
        (),
        "SELECT coalesce(max(valor), 0) FROM whatsapp_medida WHERE nome = 'nivel_de_carga'",
    ),
    "acesso_negado_maior": (
        "Objetos alheios que a mesma pessoa pediu nos últimos 10 minutos",
        (),
        "SELECT coalesce(max(n), 0) FROM (SELECT count(DISTINCT objeto) AS n "
        "FROM cadastro_registrodeacesso WHERE acao = 'acesso negado' "
        "AND quando > now() - interval '10 minutes' GROUP BY quem_id) x",
    ),
}


class DoBanco:
    """Collector of the gauges: one short query each."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        with connection.cursor() as cursor:
            for nome, (ajuda, rotulos, consulta) in CONSULTAS.items():
                cursor.execute(consulta)
                yield medida(nome, ajuda, cursor.fetchall(), rotulos)
            cursor.execute("SELECT nome, valor FROM whatsapp_medida ORDER BY nome")
            distantes = [linha for linha in cursor.fetchall() if linha[0] not in CONSULTAS]
        yield medida(
            "relogio_diferenca_segundos",
            "Diferença do relógio para o do banco",
            [(diferenca_do_relogio(),)],
        )
        yield medida(
            "webhook_silencio_razao",
            "Quantos intervalos normais deste horário dura o silêncio da Meta",
            [(silencio.razao(),)],
        )
        for nome, valor in distantes:
            yield medida(nome, "Perguntado de tempos em tempos pelo varredor", [(valor,)])


def diferenca_do_relogio() -> float:
    """Return by how many seconds our clock and the database's differ."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM clock_timestamp())")
        return abs(time.time() - float(cursor.fetchone()[0]))


class DaMaquina:
    """Collector of what needs no database."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        yield medida("disco_livre_ratio", "Parte livre do disco da mídia", [(disco_livre(),)])
        if settings.MARCA_DA_COPIA:
            yield medida(
                "backup_idade_segundos",
                "Tempo desde a última cópia de segurança; infinito se nunca houve",
                [(idade_da_copia(),)],
            )


def idade_da_copia() -> float:
    """Return the age of the file that the backup touches when it ends well."""
    try:
        return max(0.0, time.time() - Path(settings.MARCA_DA_COPIA).stat().st_mtime)
    except OSError:
        return float("inf")


def medida(nome: str, ajuda: str, linhas: list[tuple], rotulos=()) -> GaugeMetricFamily:
    """Return one gauge; each of `linhas` is the values of its labels and then the number."""
    familia = GaugeMetricFamily(nome, ajuda, labels=rotulos)
    for *valores, numero in linhas:
        familia.add_metric(valores, float(numero))
    return familia
