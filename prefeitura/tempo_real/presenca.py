"""Who is looking at which atendimento, and who is typing: short-lived marks in Valkey.

Losing them loses nothing: they expire by themselves and every open page renews its own.
"""

import time
from collections.abc import Iterable

import redis

from prefeitura.tempo_real import carga
from prefeitura.tempo_real.valkey import conexao

VALE_POR = 45  # seconds without renewal until a person counts as gone
PAGINAS_POR_PESSOA = 20
LUGAR_POR = 13 * 3600  # seconds; longer than any session
VISTO_POR = 300  # seconds for which somebody whose page was open counts as present


def _chave(atendimento_id: int) -> str:
    return f"presenca:{atendimento_id}"


def marcar(*, atendimento_id: int, servidor_id: int, digitando: bool) -> bool:
    """Note that a person is on this atendimento; return whether what others see changed.

    Of all that a loaded house gives up, this is the first.
    """
    if carga.atual().nivel >= carga.CALMA:
        return False
    agora = time.time()
    try:
        with conexao().pipeline() as linha:
            linha.hget(_chave(atendimento_id), str(servidor_id))
            linha.hset(_chave(atendimento_id), str(servidor_id), f"{int(digitando)}:{agora:.0f}")
            linha.expire(_chave(atendimento_id), VALE_POR * 2)
            antes, *_ = linha.execute()
    except redis.RedisError:
        return False
    if not antes:
        return True
    digitava, quando = antes.split(":")
    return digitava != str(int(digitando)) or agora - float(quando) > VALE_POR


def desmarcar(*, atendimento_id: int, servidor_id: int) -> bool:
    """Note that a person left this atendimento; return whether they were there."""
    try:
        return bool(conexao().hdel(_chave(atendimento_id), str(servidor_id)))
    except redis.RedisError:
        return False


def quem_esta(atendimento_id: int) -> dict[int, bool]:
    """Return {servidor_id: digitando} of who is there now; empty when nobody can tell."""
    if carga.atual().nivel >= carga.CALMA:
        return {}
    limite = time.time() - VALE_POR
    try:
        marcas = conexao().hgetall(_chave(atendimento_id))
    except redis.RedisError:
        return {}
    return {
        int(servidor): marca.startswith("1")
        for servidor, marca in marcas.items()
        if float(marca.split(":")[1]) > limite
    }


def marcar_visto(servidor_id: int) -> None:
    """Note that a page of this person is open now; every ping of it says so again."""
    try:
        conexao().set(f"visto:{servidor_id}", 1, ex=VISTO_POR)
    except redis.RedisError:
        return


def vistos(servidores: Iterable[int]) -> set[int] | None:
    """Return which of these people had a page open in the last five minutes; None when Valkey is
    away and nobody can tell."""
    ids = list(servidores)
    if not ids:
        return set()
    try:
        marcas = conexao().mget([f"visto:{i}" for i in ids])
    except redis.RedisError:
        return None
    return {i for i, marca in zip(ids, marcas, strict=True) if marca}


def ocupar_lugar(servidor_id: int, canal: str) -> list[str]:
    """Note one more open page of this person; return the channels of the oldest beyond twenty.

    What a killed process leaves behind is the oldest too, and goes first.
    """
    chave = f"paginas:{servidor_id}"
    try:
        with conexao().pipeline() as linha:
            linha.zadd(chave, {canal: time.time()})
            linha.expire(chave, LUGAR_POR)
            linha.zrange(chave, 0, -PAGINAS_POR_PESSOA - 1)
            linha.zremrangebyrank(chave, 0, -PAGINAS_POR_PESSOA - 1)
            *_, sobras, _ = linha.execute()
    except redis.RedisError:
        return []
    return sobras


def deixar_lugar(servidor_id: int, canal: str) -> None:
    """Note that this page closed."""
    try:
        conexao().zrem(f"paginas:{servidor_id}", canal)
    except redis.RedisError:
        return
