"""How many calls a token may make in a minute: a count in Valkey, which may vanish harmlessly."""

import time

import redis
from django.conf import settings
from rest_framework.exceptions import Throttled
from rest_framework.permissions import SAFE_METHODS
from rest_framework.throttling import BaseThrottle

from prefeitura.tempo_real.valkey import conexao


class PorToken(BaseThrottle):
    """Reads and writes of each account, counted apart by the minute of the clock."""

    def allow_request(self, request, view) -> bool:
        """Raise Throttled, with the sentence, above the limit; without Valkey nobody waits."""
        if not request.user or not request.user.is_authenticated:
            return True
        leitura = request.method in SAFE_METHODS
        limite = settings.API_LEITURAS_POR_MINUTO if leitura else settings.API_ESCRITAS_POR_MINUTO
        agora = time.time()
        chave = f"api:{request.user.pk}:{'l' if leitura else 'e'}:{int(agora // 60)}"
        try:
            with conexao().pipeline() as linha:
                linha.incr(chave)
                linha.expire(chave, 120)
                quantas, _ = linha.execute()
        except redis.RedisError:
            return True
        if quantas > limite:
            erro = Throttled(detail=f"Limite de {limite} chamadas por minuto.")
            erro.wait = 60 - agora % 60
            raise erro
        return True
