"""The one place that sends to open pages: after the commit, never waiting, never failing.

Losing a frame is harmless: pages ask what changed since their last version. So a broker that is
away must cost a request nothing: sends run on one background event loop, whose connections live
as long as the process.
"""

import asyncio
import logging
import threading
from collections.abc import Iterable

from channels.layers import get_channel_layer
from django.db import transaction

from prefeitura.tempo_real.eventos import Evento
from prefeitura.tempo_real.metricas import DESCARTADOS

registro = logging.getLogger(__name__)
MAXIMO_A_CAMINHO = 2_000

_trava = threading.Lock()
_laco: asyncio.AbstractEventLoop | None = None
_a_caminho = 0


def publicar(grupos: Iterable[str], evento: Evento) -> None:
    """Send `evento` to `grupos` when the current transaction commits.

    Outside a transaction it goes at once. Returns immediately in both cases; an absent broker
    is logged and forgotten.
    """
    publicar_varios([(grupos, evento)])


def publicar_varios(avisos: Iterable[tuple[Iterable[str], Evento]]) -> None:
    """Send many events, each to its groups: one message to each group, whatever their number."""
    por_grupo: dict[str, list[Evento]] = {}
    for grupos, evento in avisos:
        for grupo in set(grupos):
            por_grupo.setdefault(grupo, []).append(evento)
    if por_grupo:
        transaction.on_commit(lambda: _despachar(por_grupo), robust=True)


def _despachar(por_grupo: dict[str, list[Evento]]) -> None:
    global _a_caminho
    with _trava:
        if _a_caminho >= MAXIMO_A_CAMINHO:
            DESCARTADOS.inc()
            registro.warning("evento_descartado")
            return
        _a_caminho += 1
    asyncio.run_coroutine_threadsafe(_enviar(por_grupo), _laco_de_envio())


async def _enviar(por_grupo: dict[str, list[Evento]]) -> None:
    global _a_caminho
    camada = get_channel_layer()
    try:
        async with asyncio.timeout(3):
            for grupo, eventos in sorted(por_grupo.items()):
                await camada.group_send(grupo, {"type": "mudanca", "eventos": eventos})
    except Exception as erro:  # noqa: BLE001 (redis-py raises its own family; none may matter)
        DESCARTADOS.inc()
        registro.warning("publicacao_perdida", extra={"erro": type(erro).__name__})
    finally:
        with _trava:
            _a_caminho -= 1


def _laco_de_envio() -> asyncio.AbstractEventLoop:
    global _laco
    with _trava:
        if _laco is None or _laco.is_closed():
            _laco = asyncio.new_event_loop()
            threading.Thread(target=_laco.run_forever, name="publicar", daemon=True).start()
        return _laco
