"""How loaded the house is now, for whoever gives way first (GUARANTEES 6.4).

The sweep measures and says (`avisar`); every process asks (`atual`). The mark lives in Valkey and
expires by itself: when nobody measures, nothing is given up.
"""

import json
import time
from dataclasses import dataclass
from datetime import datetime

import redis
from django.utils import timezone

from prefeitura.tempo_real.valkey import conexao

NORMAL, CALMA, APERTO, SUFOCO = range(4)
CHAVE = "carga"
VALE_POR = 30  # seconds
LEMBRAR_POR = 2.0  # seconds that a process does not ask again

_lembrada: tuple[float, "Carga"] | None = None


@dataclass(frozen=True, slots=True)
class Carga:
    """The level, and since when it is above normal.

    CALMA: presence stops and pages gather changes for two seconds. APERTO: also exports stop.
    SUFOCO: also the counters of the lists, and people are told. Never: storing a webhook, an
    answer of a servant.
    """

    nivel: int = NORMAL
    desde: datetime | None = None


def avisar(nivel: int) -> None:
    """Say the level of now; "since when" is kept while it stays above normal."""
    desde = atual(agora=True).desde or timezone.now()
    corpo = json.dumps({"nivel": nivel, "desde": desde.isoformat()})
    try:
        if nivel:
            conexao().set(CHAVE, corpo, ex=VALE_POR)
        else:
            conexao().delete(CHAVE)
    except redis.RedisError:
        return
    esquecer()


def atual(*, agora: bool = False) -> Carga:
    """Return the level that the sweep said last; normal when Valkey is away.

    Asked at most once in two seconds by a process, unless `agora`.
    """
    global _lembrada
    if not agora and _lembrada and time.monotonic() - _lembrada[0] < LEMBRAR_POR:
        return _lembrada[1]
    try:
        corpo = conexao().get(CHAVE)
    except redis.RedisError:
        corpo = None
    lida = json.loads(corpo) if corpo else {}
    carga = Carga(lida["nivel"], datetime.fromisoformat(lida["desde"])) if lida else Carga()
    _lembrada = (time.monotonic(), carga)
    return carga


def esquecer() -> None:
    """Ask again at the next `atual`."""
    global _lembrada
    _lembrada = None
