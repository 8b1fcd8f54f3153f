"""Meta's webhook: a small ASGI application in front of Django.

Signature over the raw bytes, then the journal, then 200: nothing is parsed here. Answers have no
body. Only `prefeitura.asgi` mounts it. Rules: GUARANTEES G1, G18 and 4.1; WHATSAPP.md §1.
"""

import asyncio
import hashlib
import hmac
import logging
import re
from time import perf_counter
from urllib.parse import parse_qsl

from django.conf import settings

from prefeitura.ambiente import correlacao
from prefeitura.ambiente.cabecalhos import DAS_MAQUINAS
from prefeitura.ambiente.contadores import Counter, Histogram
from prefeitura.whatsapp.jornal import Indisponivel, Jornal

registro = logging.getLogger(__name__)

MAXIMO = 4 * 1024 * 1024
DESAFIO_MAXIMO = 256
EM_CURSO = 500
MEMORIA = 128 * 1024 * 1024
ACEITO = {
    "type": "http.response.start",
    "status": 200,
    "headers": [(b"content-length", b"0"), *DAS_MAQUINAS],
}
FIM = {"type": "http.response.body"}
ASSINATURA = re.compile(rb"sha256=([0-9a-fA-F]{64})")

RECEBIDOS = Counter("webhook_recebidos", "Webhooks por resultado.", ["resultado"])
RECUSADOS = Counter("webhook_recusados", "Webhooks recusados por motivo.", ["motivo"])
ASSINADO_COM = Counter("webhook_assinado_com", "Segredo que conferiu.", ["segredo"])
SEGUNDOS = Histogram(
    "webhook_segundos",
    "Tempo até a resposta.",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)
_ACEITO = RECEBIDOS.labels("aceito")
_SEGREDO = [ASSINADO_COM.labels("atual"), ASSINADO_COM.labels("anterior")]


class Recusa(Exception):
    """An answer other than 200: (status, motivo of the refusal, extra headers)."""

    def __init__(self, status: int, motivo: str = "", cabecalhos: tuple = ()) -> None:
        self.status, self.motivo, self.cabecalhos = status, motivo, cabecalhos


class Desligou(Exception):
    """The client went away in the middle of its body: there is nobody to answer."""


class Webhook:
    """ASGI callable for `/webhook/whatsapp/`, with the lifespan of the journal.

    Args:
        prazo_do_corpo: seconds to receive a whole body.
        prazo_do_banco: seconds to wait for the commit before 503.
    """

    def __init__(self, *, prazo_do_corpo: float = 10.0, prazo_do_banco: float = 3.0) -> None:
        self.prazo_do_corpo = prazo_do_corpo
        self.prazo_do_banco = prazo_do_banco
        self._jornal: Jornal | None = None
        self._laco: asyncio.AbstractEventLoop | None = None
        self._em_curso = 0
        self._memoria = 0

    async def lifespan(self, receive, send) -> None:
        """Answer the server's lifespan; an absent database does not stop the start."""
        while True:
            aviso = await receive()
            if aviso["type"] == "lifespan.startup":
                await send({"type": "lifespan.startup.complete"})
            else:
                if self._jornal is not None:
                    await self._jornal.fechar()
                return await send({"type": "lifespan.shutdown.complete"})

    async def __call__(self, scope, receive, send) -> None:
        """Answer one request."""
        if scope["method"] == "GET":
            return await _verificar(scope, send)
        inicio = perf_counter()
        self._em_curso += 1
        try:
            await self._receber(scope, receive)
        except Recusa as recusa:
            _contar(recusa)
            await _recusar(recusa, receive, send)
        except Desligou:
            RECEBIDOS.labels("lento").inc()
        else:
            _ACEITO.inc()
            await send(ACEITO)
            await send(FIM)
        finally:
            self._em_curso -= 1
            SEGUNDOS.observe(perf_counter() - inicio)

    async def _receber(self, scope, receive) -> None:
        assinaturas, codigo = _conferir_cabecalhos(scope)
        if self._em_curso > EM_CURSO or self._memoria > MEMORIA:
            raise Recusa(503)
        partes: list[bytes] = []
        try:
            async with asyncio.timeout(self.prazo_do_corpo):
                await self._ler(receive, partes)
            corpo = partes[0] if len(partes) == 1 else b"".join(partes)
            _conferir_assinatura(assinaturas, corpo)
            await self._do_laco().guardar(corpo, hashlib.sha256(corpo).digest(), codigo)
        except TimeoutError:
            raise Recusa(408) from None
        except Indisponivel:
            raise Recusa(503) from None
        finally:
            self._memoria -= sum(map(len, partes))

    async def _ler(self, receive, partes: list[bytes]) -> None:
        tamanho = 0
        while True:
            mensagem = await receive()
            if mensagem["type"] == "http.disconnect":
                raise Desligou
            if parte := mensagem.get("body", b""):
                partes.append(parte)
                tamanho += len(parte)
                self._memoria += len(parte)
            if tamanho > MAXIMO:
                raise Recusa(413, "tamanho")
            if self._memoria > MEMORIA:  # nobody of these showed a signature yet
                raise Recusa(503)
            if not mensagem.get("more_body"):
                return

    def _do_laco(self) -> Jornal:
        """The journal lives on the event loop that runs now."""
        laco = asyncio.get_running_loop()
        if self._jornal is None or self._laco is not laco:
            self._jornal, self._laco = Jornal(self.prazo_do_banco), laco
        return self._jornal


def _conferir_cabecalhos(scope) -> tuple[list[bytes], str]:
    """Refuse by method, size and type, before reading; return signatures and correlation."""
    if scope["method"] != "POST":
        raise Recusa(405, "metodo", ((b"allow", b"GET, POST"),))
    assinaturas, tamanho, codigo = [], b"0", ""
    for nome, valor in scope["headers"]:
        if nome == b"x-hub-signature-256":
            assinaturas.append(valor)
        elif nome == b"content-length":
            tamanho = valor
        elif nome == b"x-request-id":
            codigo = valor.decode("latin-1")
        elif nome == b"content-encoding" and valor.strip().lower() not in (b"", b"identity"):
            raise Recusa(415, "formato")
    if not tamanho.isdigit() or int(tamanho[:12]) > MAXIMO:
        raise Recusa(413, "tamanho")
    return assinaturas, correlacao.recebida(codigo)


def _conferir_assinatura(assinaturas: list[bytes], corpo: bytes) -> None:
    """Compare with every secret, whatever the first answers: the time tells nothing."""
    if not assinaturas:
        raise Recusa(403, "sem_assinatura")
    achada = ASSINATURA.fullmatch(assinaturas[0]) if len(assinaturas) == 1 else None
    if achada is None:
        raise Recusa(403, "formato")
    dada = bytes.fromhex(achada[1].decode())
    conferem = [
        hmac.compare_digest(hmac.digest(segredo.encode(), corpo, "sha256"), dada)
        for segredo in settings.WHATSAPP_APP_SECRETS
    ]
    if not any(conferem):
        raise Recusa(403, "assinatura")
    _SEGREDO[0 if conferem[0] else 1].inc()


def _contar(recusa: Recusa) -> None:
    resultado = {408: "lento", 413: "grande", 503: "indisponivel"}.get(recusa.status, "recusado")
    RECEBIDOS.labels(resultado).inc()
    if recusa.motivo:
        RECUSADOS.labels(recusa.motivo).inc()
    nivel = logging.ERROR if recusa.status == 503 else logging.WARNING
    registro.log(nivel, "webhook_recusado", extra={"motivo": recusa.motivo or resultado})


async def _recusar(recusa: Recusa, receive, send) -> None:
    cabecalhos = list(recusa.cabecalhos)
    if recusa.status == 503:
        cabecalhos.append((b"retry-after", b"30"))
    if recusa.status not in (405, 408, 413, 415):
        return await _responder(send, recusa.status, cabecalhos)
    # The body was not read whole: close, but let the answer arrive before the reset.
    cabecalhos.append((b"connection", b"close"))
    await _comecar(send, recusa.status, cabecalhos)
    if recusa.status != 408:
        await _deixar_passar(receive)
    await send({"type": "http.response.body"})


async def _deixar_passar(receive, segundos: float = 1.0) -> None:
    try:
        async with asyncio.timeout(segundos):
            while (await receive()).get("more_body"):
                pass
    except TimeoutError:
        return


async def _comecar(send, status: int, cabecalhos=(), tamanho: int = 0) -> None:
    fixos = [
        (b"content-length", str(tamanho).encode()),
        (b"content-type", b"text/plain"),
        *DAS_MAQUINAS,
    ]
    await send({"type": "http.response.start", "status": status, "headers": [*fixos, *cabecalhos]})


async def _responder(send, status: int, cabecalhos=(), corpo: bytes = b"") -> None:
    await _comecar(send, status, cabecalhos, len(corpo))
    await send({"type": "http.response.body", "body": corpo})


async def _verificar(scope, send) -> None:
    """Meta confirms the address: echo the challenge to whoever knows the token."""
    consulta = scope["query_string"].decode("latin-1")
    pares = parse_qsl(consulta, keep_blank_values=True, encoding="latin-1")
    dados = dict(pares)
    unicos = len(dados) == len(pares)
    token = dados.get("hub.verify_token", "").encode("latin-1")
    conhecido = [
        hmac.compare_digest(token, certo.encode()) for certo in settings.WHATSAPP_VERIFY_TOKENS
    ]
    if not unicos or dados.get("hub.mode") != "subscribe" or not any(conhecido):
        registro.warning("webhook_verificacao_recusada")
        return await _responder(send, 403)
    desafio = dados.get("hub.challenge", "").encode("latin-1")
    if not 0 < len(desafio) <= DESAFIO_MAXIMO:
        return await _responder(send, 400)
    registro.info("webhook_verificado")
    await _responder(send, 200, corpo=desafio)
