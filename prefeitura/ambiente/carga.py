"""Measures how loaded the house is, in the sweep, and tells everybody (GUARANTEES 6.4)."""

import logging

from django.db import connection
from django.db.models.functions import Now

from prefeitura.ambiente.saude import disco_livre
from prefeitura.tempo_real import carga
from prefeitura.whatsapp.models import Medida

registro = logging.getLogger(__name__)

# Level: seconds that the oldest stored event waits, and the free part of the disk.
LIMITES = {carga.CALMA: (10, 0.15), carga.APERTO: (30, 0.10), carga.SUFOCO: (120, 0.05)}
_nivel = carga.NORMAL


def nivel_de(espera: float, disco: float) -> int:
    """Return the level for an oldest event `espera` seconds old and `disco` free (0 to 1)."""
    passados = [n for n, (segundos, livre) in LIMITES.items() if espera > segundos or disco < livre]
    return max(passados, default=carga.NORMAL)


def espera_do_mais_velho() -> float:
    """Return for how many seconds the oldest stored event could have been applied and was not."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(extract(epoch FROM now() - min(greatest(recebido_em, nao_antes_de))),"
            " 0) FROM whatsapp_eventorecebido WHERE estado = 'novo' AND nao_antes_de <= now()"
        )
        return float(cursor.fetchone()[0])


def medir() -> int:
    """Measure, tell, and return the level. It rises at once and falls one step at a time, so
    that it does not swing while the queue empties."""
    global _nivel
    medido = nivel_de(espera_do_mais_velho(), disco_livre())
    novo = max(medido, _nivel - 1)
    if novo != _nivel:
        registro.warning("carga_mudou", extra={"de": _nivel, "para": novo})
    _nivel = novo
    Medida.objects.update_or_create(
        nome="nivel_de_carga", defaults={"valor": novo, "quando": Now()}
    )
    carga.avisar(novo)
    return novo
