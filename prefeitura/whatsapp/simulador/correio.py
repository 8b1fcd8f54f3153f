"""The HTTP that leaves the simulator: signed POSTs and the verification of an address."""

import asyncio
import hashlib
import hmac
import json
import logging
import secrets
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any

import httpx

from prefeitura.whatsapp.simulador.estado import Estado

log = logging.getLogger(__name__)


def serializar(dados: Any) -> bytes:
    """Return the bytes Meta sends and signs: ASCII-escaped, with `/` as `\\/`."""
    texto = json.dumps(dados, ensure_ascii=True, separators=(",", ":"))
    return texto.replace("/", "\\/").encode()


def assinar(corpo: bytes, segredo: str) -> str:
    """Return the value of X-Hub-Signature-256 for these exact bytes."""
    return "sha256=" + hmac.new(segredo.encode(), corpo, hashlib.sha256).hexdigest()


@dataclass
class Registro:
    """What happened to one attempt, for `GET /_simulador/entregas`."""

    n: int
    http: int
    tentativa: int
    itens: int
    horario: float
    corpo: bytes = field(repr=False)


class Correio:
    """Posts to the application's webhook and remembers every attempt."""

    def __init__(self, estado: Estado):
        self.estado = estado
        self.registros: deque[Registro] = deque(maxlen=20_000)
        self.contador = 0
        self.verificados: dict[str, bool] = {}
        self._um_por_vez = asyncio.Lock()
        self._cliente = httpx.AsyncClient(
            headers={"User-Agent": "facebookexternalua"}, follow_redirects=False, trust_env=False
        )

    async def fechar(self) -> None:
        await self._cliente.aclose()

    async def postar(
        self,
        destino: str,
        corpo: bytes,
        assinatura: str | None,
        *,
        tentativa: int = 1,
        itens: int = 1,
    ) -> int:
        """POST once and return the HTTP status, 0 when nobody answered in time."""
        cabecalhos = {"Content-Type": "application/json"}
        if assinatura is not None:
            cabecalhos["X-Hub-Signature-256"] = assinatura
        prazo = self.estado.config.ritmo.prazo_webhook_s
        try:
            resposta = await self._cliente.post(
                destino, content=corpo, headers=cabecalhos, timeout=prazo
            )
            http = resposta.status_code
        except httpx.HTTPError as erro:
            log.info("webhook sem resposta: %s", type(erro).__name__)
            http = 0
        self.contador += 1
        self.registros.append(Registro(self.contador, http, tentativa, itens, time.time(), corpo))
        return http

    async def verificar(self, destino: str, verify_token: str) -> bool:
        """GET the address with a challenge and say whether it came back alone (section 1.1)."""
        desafio = str(secrets.randbelow(10**10))
        parametros = {
            "hub.mode": "subscribe",
            "hub.challenge": desafio,
            "hub.verify_token": verify_token,
        }
        try:
            resposta = await self._cliente.get(destino, params=parametros, timeout=10)
        except httpx.HTTPError:
            return False
        certo = resposta.status_code == 200 and resposta.text.strip() == desafio
        self.verificados[destino] = certo
        return certo

    async def garantir_verificado(self, destino: str) -> None:
        """Repeat the verification until the application is up and answers it."""
        token = self.estado.tokens_de_verificacao.get(destino, self.estado.config.verify_token)
        espera = 0.1
        async with self._um_por_vez:
            while not self.verificados.get(destino) and not await self.verificar(destino, token):
                await asyncio.sleep(espera)
                espera = min(espera * 1.5, 2)
                token = self.estado.tokens_de_verificacao.get(destino, token)
