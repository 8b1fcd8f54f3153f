"""How fast a number may speak: token buckets in Valkey, in one atomic script.

It only hurries or slows; the truth is Meta's answer (`Numero.pausado_ate`). With Valkey away
everything is allowed (GUARANTEES G16). Only `saida` asks.
"""

import functools
import logging

import redis
from django.conf import settings
from redis.exceptions import RedisError

from prefeitura.whatsapp.models import Envio, Numero

registro = logging.getLogger(__name__)

# One message per 6 s to the same person, 45 at most in a burst (WHATSAPP.md §7).
PAR_POR_SEGUNDO, PAR_RAJADA = 1 / 6, 45
# The last fifth of a number's room is for replies and the bot.
RESERVA = 0.2

# Both buckets are looked at before either is charged. Returns the milliseconds to wait, 0 = go.
_SCRIPT = """
local t = redis.call('TIME')
local agora = t[1] * 1000 + math.floor(t[2] / 1000)
local function ler(chave, taxa, cheio)
  local v = redis.call('HMGET', chave, 'fichas', 'quando')
  local fichas, quando = tonumber(v[1]), tonumber(v[2])
  if not fichas or not quando then return cheio end
  return math.min(cheio, fichas + math.max(0, agora - quando) * taxa / 1000)
end
local taxa_n, cheio_n, minimo = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local taxa_p, cheio_p = tonumber(ARGV[4]), tonumber(ARGV[5])
local n, p = ler(KEYS[1], taxa_n, cheio_n), ler(KEYS[2], taxa_p, cheio_p)
local espera = 0
if n < 1 + minimo then espera = (1 + minimo - n) / taxa_n end
if p < 1 then espera = math.max(espera, (1 - p) / taxa_p) end
if espera > 0 then return math.ceil(espera * 1000) end
redis.call('HSET', KEYS[1], 'fichas', n - 1, 'quando', agora)
redis.call('PEXPIRE', KEYS[1], 60000)
redis.call('HSET', KEYS[2], 'fichas', p - 1, 'quando', agora)
redis.call('PEXPIRE', KEYS[2], math.ceil(cheio_p / taxa_p * 1000))
return 0
"""


@functools.cache
def _script():
    cliente = redis.Redis.from_url(
        settings.REDIS_URL, socket_timeout=0.5, socket_connect_timeout=0.5, retry_on_timeout=False
    )
    return cliente.register_script(_SCRIPT)


def pedir(numero: Numero, cidadao_id: int, prioridade: int) -> float:
    """Take one token of the number and one of the pair; return the seconds to wait, 0 to go.

    A wait takes no token. One second's worth of messages is the number's burst.
    """
    taxa = max(1, numero.mensagens_por_segundo)
    # A bucket that holds one token has nothing to keep back.
    minimo = 0 if prioridade <= Envio.Prioridade.ROBO else min(taxa * RESERVA, taxa - 1)
    try:
        espera_ms = _script()(
            keys=[f"ritmo:n:{numero.pk}", f"ritmo:p:{numero.pk}:{cidadao_id}"],
            args=[taxa, taxa, minimo, PAR_POR_SEGUNDO, PAR_RAJADA],
        )
    except RedisError as erro:
        registro.warning("ritmo_sem_valkey", extra={"erro": type(erro).__name__})
        return 0.0
    return espera_ms / 1000
