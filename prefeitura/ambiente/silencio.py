"""Has Meta been quiet for longer than is usual at this hour of the week?

A webhook that Meta gave up, a DNS or a certificate gone wrong leave no error here: only silence.
"""

from datetime import datetime

from django.db import connection
from django.utils import timezone

from prefeitura.cadastro.models import Municipio

EXPEDIENTE = range(8, 18)
POUCOS = 20  # events in four weeks below which there is no usual
INTERVALO_MINIMO_S = 200  # so that nothing under ten minutes is ever called a silence
SUSPEITO = 3

_DE_SEMPRE = """
SELECT coalesce(sum(n), 0) FROM unnest(ARRAY[7, 14, 21, 28]) AS dias, LATERAL (
    SELECT count(*) AS n FROM (
        SELECT 1 FROM whatsapp_eventorecebido
        WHERE recebido_em BETWEEN now() - make_interval(days => dias, mins => 30)
                              AND now() - make_interval(days => dias, mins => -30)
        LIMIT 500
    ) uma_hora
) contadas
"""
# What we sent to ourselves to try the way in is not Meta speaking.
_ULTIMO = """
SELECT extract(epoch FROM now() - recebido_em) FROM whatsapp_eventorecebido
WHERE nota NOT LIKE 'não é do WhatsApp%' ORDER BY recebido_em DESC LIMIT 1
"""


def razao() -> float:
    """Return how many usual gaps the silence has lasted; 0 outside business hours, or when too
    little came in the last weeks to know."""
    agora = timezone.localtime()
    if agora.weekday() > 4 or agora.hour not in EXPEDIENTE:
        return 0.0
    with connection.cursor() as cursor:
        cursor.execute(_DE_SEMPRE)
        quantos = int(cursor.fetchone()[0])
        cursor.execute(_ULTIMO)
        ultimo = cursor.fetchone()
    if quantos < POUCOS or ultimo is None:
        return 0.0
    intervalo = max(4 * 3600 / quantos, INTERVALO_MINIMO_S)
    achada = float(ultimo[0]) / intervalo
    return 0.0 if achada > SUSPEITO and _feriado(agora) else achada


def _feriado(dia: datetime) -> bool:
    import holidays  # here: the calendar is large and rarely asked

    return dia.date() in holidays.country_holidays("BR", subdiv=Municipio.atual().uf)
