"""The one way into the false Graph: token, fault script, routing, call log, answer."""

import asyncio
import hmac
import json
import logging
import re
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from prefeitura.whatsapp.simulador.chamadas import Chamada
from prefeitura.whatsapp.simulador.erros import ErroGraph
from prefeitura.whatsapp.simulador.falhas import Falha
from prefeitura.whatsapp.simulador.graph import conta, midia, rotas
from prefeitura.whatsapp.simulador.graph.pedido import Pedido, Resposta, ler
from prefeitura.whatsapp.simulador.simulador import Simulador

log = logging.getLogger(__name__)
PUBLICAS = {"oauth"}
VERSAO = re.compile(r"^v(\d{1,3})(?:\.\d{1,2})?$")
# WHATSAPP.md section 0: v21 to v26 are served.
MAIS_ANTIGA, MAIS_NOVA = 21, 26
SEGREDOS = re.compile(r"(access_token|input_token|client_secret)=[^&]*")


class Porta:
    """ASGI application for `/v<N>.<M>/…`, for paths without a version and for downloads."""

    def __init__(self, sim: Simulador):
        self.sim = sim
        self.ultimo_wamid = ""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        caminho = scope["path"]
        if not do_graph(caminho):
            raise HTTPException(404)
        versao, resto = separar_versao(caminho)
        pedido = await ler(request, versao, resto, str(request.base_url).rstrip("/"))
        pedido.extras["anexo"] = eh_anexo(caminho)
        consulta = SEGREDOS.sub(r"\1=***", request.url.query)
        chamada = self.sim.chamadas.anotar(
            request.method,
            caminho + (f"?{consulta}" if consulta else ""),
            pedido.resumo_do_corpo(),
        )
        chamada.versao = versao_servida(versao)
        if self.sim.config.ritmo.latencia_ms:
            await asyncio.sleep(self.sim.config.ritmo.latencia_ms / 1000)
        para = str(pedido.corpo.get("to") or pedido.corpo.get("recipient") or "")
        falha = self.sim.falhas.escolher(lugares(self.sim, pedido), para)
        if falha and falha.latencia_ms:
            await asyncio.sleep(falha.latencia_ms / 1000)
        resposta: Resposta | None = None
        if falha is None or falha.aceita:
            resposta = self.atender(pedido, chamada)
        recusada = resposta is not None and resposta.http >= 400
        if falha is None or not falha.estraga or (recusada and not falha.corta):
            await responder(send, resposta or self.recusar(falha, chamada), chamada)
        else:
            await self.estragar(falha, resposta, chamada, receive, send)
        if resposta and resposta.wamid:
            self.ultimo_wamid = resposta.wamid

    def atender(self, pedido: Pedido, chamada: Chamada) -> Resposta:
        """Return the honest answer, or Meta's error."""
        try:
            conferir_token(self.sim, pedido)
            if pedido.extras.get("anexo"):
                resposta = midia.baixar(self.sim, pedido)
            else:
                resposta = rotas.encaminhar(self.sim, pedido)
        except ErroGraph as erro:
            return self.recusar(erro, chamada)
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
            # A body that no check foresaw: Graph never answers without JSON.
            log.exception("o simulador não soube ler a chamada %s", chamada.n)
            return self.recusar(
                ErroGraph(1, mensagem="An unknown error has occurred.", http=500), chamada
            )
        if resposta.wamid:
            chamada.aceita = resposta.wamid
        if pedido.partes[:1] == [self.sim.config.waba_id]:
            resposta.cabecalhos["x-business-use-case-usage"] = uso_da_conta(self.sim)
        return resposta

    def recusar(self, causa: ErroGraph | Falha | None, chamada: Chamada) -> Resposta:
        erro = causa if isinstance(causa, ErroGraph) else (causa or Falha()).erro()
        chamada.codigo = erro.codigo
        resposta = Resposta(erro.como_json(self.sim.estado.sorteio.letras()), erro.http)
        if erro.tipo == "OAuthException":
            causa_oauth = "invalid_token" if erro.http == 401 else "invalid_request"
            frase = erro.mensagem.replace('"', '\\"')
            resposta.cabecalhos["WWW-Authenticate"] = (
                f'OAuth "Facebook Platform" "{causa_oauth}" "{frase}"'
            )
        return resposta

    async def estragar(
        self,
        falha: Falha,
        resposta: Resposta | None,
        chamada: Chamada,
        receive: Receive,
        send: Send,
    ) -> None:
        """Give the scripted wrong answer instead of the honest one."""
        chamada.falha = falha.tipo or (f"cortar:{falha.cortar}" if falha.cortar else "erro")
        if falha.corta:
            if falha.tipo == "aceita_e_cala":
                await silencio(receive, falha.silencio_ms / 1000)
            await cortar(receive)
        elif falha.tipo == "500_html":
            html = b"<!DOCTYPE html><html><body><h1>Sorry, something went wrong.</h1></body></html>"
            await responder(send, Resposta(html, falha.http or 500, "text/html"), chamada)
        elif falha.tipo == "redirect":
            destino = {"Location": "https://www.facebook.com/"}
            await responder(send, Resposta(b"", 302, "text/html", destino), chamada)
        elif falha.tipo in ("meio_json", "corpo_lento", "sem_wamid", "wamid_repetido"):
            await self.estragar_corpo(falha, resposta or Resposta({}), chamada, send)
        else:
            recusa = self.recusar(falha, chamada)
            if falha.espera_s:
                recusa.cabecalhos["Retry-After"] = str(falha.espera_s)
            await responder(send, recusa, chamada)

    async def estragar_corpo(
        self, falha: Falha, resposta: Resposta, chamada: Chamada, send: Send
    ) -> None:
        dados: Any = resposta.dados
        if falha.tipo == "sem_wamid" and isinstance(dados, dict):
            dados = {chave: valor for chave, valor in dados.items() if chave != "messages"}
        elif falha.tipo == "wamid_repetido" and isinstance(dados, dict):
            anterior = self.ultimo_wamid or resposta.wamid
            dados = dados | {"messages": [{"id": anterior}]}
        corpo = dados if isinstance(dados, bytes) else json.dumps(dados).encode()
        if falha.tipo == "meio_json":
            corpo = corpo[: len(corpo) // 2]
        lento = falha.intervalo_ms / 1000 if falha.tipo == "corpo_lento" else 0
        estragada = Resposta(corpo, resposta.http, resposta.mime, dict(resposta.cabecalhos))
        await responder(send, estragada, chamada, lento=lento)


def lugares(sim: Simulador, pedido: Pedido) -> set[str]:
    """Return the names by which a fault line (`onde`) may mean this call."""
    partes = pedido.partes
    if pedido.extras.get("anexo"):
        return {"download"}
    nomes = set(partes[1:])
    if not partes:
        return nomes
    if partes[0] in sim.estado.midias:
        nomes.add("media")
    elif partes[0] in sim.estado.modelos or "message_templates" in nomes:
        nomes.add("templates")
    elif not nomes & {"messages", "media"}:
        nomes.add("numero")
    return nomes


def conferir_token(sim: Simulador, pedido: Pedido) -> None:
    """Refuse a missing token with 104 and a wrong one with 190 (both 401)."""
    if pedido.partes and pedido.partes[0] in PUBLICAS:
        return
    if not pedido.token:
        raise ErroGraph(
            104, mensagem="An access token is required to request this resource.", http=401
        )
    if pedido.token not in (sim.config.access_token, sim.config.token_do_app):
        raise ErroGraph(
            190,
            mensagem="Invalid OAuth access token - Cannot parse access token",
            subcodigo=467,
        )
    prova = pedido.consulta.get("appsecret_proof")
    if prova is not None:
        segredo, token = sim.config.app_secret.encode(), pedido.token.encode()
        if not hmac.compare_digest(hmac.new(segredo, token, "sha256").hexdigest(), prova):
            raise ErroGraph(
                100,
                mensagem="Invalid appsecret_proof provided in the API argument",
                tipo="GraphMethodException",
            )


def do_graph(caminho: str) -> bool:
    """True for a path with a version, or that begins with what Graph has without one."""
    primeira = caminho.lstrip("/").split("/")[0]
    sem_versao = primeira.isdigit() or primeira in conta.SEM_NO or primeira.startswith("upload:")
    return bool(re.match(r"^v[\w.]+$", primeira)) or sem_versao or eh_anexo(caminho)


def eh_anexo(caminho: str) -> bool:
    return caminho.rstrip("/") == midia.ANEXOS.rstrip("/")


def separar_versao(caminho: str) -> tuple[str, str]:
    """Return the version of a path and what follows it; without a version, the oldest served."""
    partes = [parte for parte in caminho.split("/") if parte]
    if partes and VERSAO.match(partes[0]):
        return partes[0], "/".join(partes[1:])
    return f"v{MAIS_ANTIGA}.0", "/".join(partes)


def uso_da_conta(sim: Simulador) -> str:
    """Return the header of the management limits (section 7); nothing is near them here."""
    uso = {"type": "whatsapp", "call_count": 1, "total_cputime": 1, "total_time": 1}
    return json.dumps({sim.config.waba_id: [uso | {"estimated_time_to_regain_access": 0}]})


def versao_servida(versao: str) -> str:
    """Return the version that answers: expired ones are served by the oldest one alive."""
    achada = VERSAO.match(versao)
    pedida = int(achada[1]) if achada else MAIS_ANTIGA
    return f"v{min(max(pedida, MAIS_ANTIGA), MAIS_NOVA)}.0"


async def responder(send: Send, resposta: Resposta, chamada: Chamada, *, lento: float = 0) -> None:
    """Send the answer; `lento` seconds between bytes when the script asks for a slow body."""
    chamada.http = resposta.http
    corpo = resposta.bytes()
    cabecalhos = {
        "Content-Type": resposta.mime,
        "Content-Length": str(len(corpo)),
        "facebook-api-version": chamada.versao,
        "x-fb-trace-id": f"{chamada.n:011d}",
        "x-fb-request-id": f"A{chamada.n:010d}",
        "x-app-usage": '{"call_count":1,"total_cputime":1,"total_time":1}',
        "Cache-Control": "private, no-cache, no-store, must-revalidate",
    } | resposta.cabecalhos
    lista = [(n.lower().encode(), v.encode("latin-1", "replace")) for n, v in cabecalhos.items()]
    await send({"type": "http.response.start", "status": resposta.http, "headers": lista})
    if lento:
        for posicao in range(len(corpo)):
            pedaco = corpo[posicao : posicao + 1]
            await send({"type": "http.response.body", "body": pedaco, "more_body": True})
            await asyncio.sleep(lento)
        corpo = b""
    await send({"type": "http.response.body", "body": corpo, "more_body": False})


async def silencio(receive: Receive, segundos: float) -> None:
    """Say nothing until the other side leaves or the time is over."""
    try:
        async with asyncio.timeout(segundos):
            while (await receive())["type"] != "http.disconnect":
                await asyncio.sleep(0)
    except TimeoutError:
        return


async def cortar(receive: Receive) -> None:
    """Abort the TCP connection without an answer.

    ASGI has no word for it, so this reaches for uvicorn's transport behind `receive`.
    """
    ciclo = getattr(receive, "__self__", None)
    transporte = getattr(ciclo, "transport", None)
    if transporte is None:
        raise RuntimeError("cortar precisa do servidor uvicorn")
    transporte.abort()
    while (await receive())["type"] != "http.disconnect":
        await asyncio.sleep(0)
