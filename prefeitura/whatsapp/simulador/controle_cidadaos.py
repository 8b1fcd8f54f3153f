"""`/_simulador/cidadaos/…`: the citizens, for tests and for the phone page."""

import json
import re
from typing import Any

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from prefeitura.whatsapp.simulador import cidadania, vista
from prefeitura.whatsapp.simulador.controle import (
    Recusa,
    ler_json,
    numero_de,
    numero_do_pedido,
)
from prefeitura.whatsapp.simulador.estado import Cidadao
from prefeitura.whatsapp.simulador.graph.pedido import Arquivo
from prefeitura.whatsapp.simulador.ogg import de_webm
from prefeitura.whatsapp.simulador.simulador import Simulador

MAXIMO_DO_ARQUIVO = 130 * 1024 * 1024
DEZ_ANOS = 315_360_000
MARCAS = {"no_whatsapp", "limitado", "confirma_leitura", "sem_telefone", "personagem"}


class ControleCidadaos:
    """Writing, reading and changing citizens; the path takes a phone, a user_id or a username."""

    def __init__(self, sim: Simulador):
        self.sim = sim

    def rotas(self) -> list[Route]:
        base = "/_simulador/cidadaos"
        um = base + "/{chave}"
        return [
            Route(base, self.todos, methods=["GET", "POST"]),
            Route(um, self.um, methods=["GET", "POST"]),
            Route(f"{um}/mensagens", self.mensagens, methods=["GET", "POST"]),
            Route(f"{um}/lida", self.lida, methods=["POST"]),
            Route(f"{um}/tocada", self.tocada, methods=["POST"]),
            Route(f"{um}/trocar_numero", self.trocar_numero, methods=["POST"]),
        ]

    def _achar(self, request: Request) -> Cidadao:
        cidadao = self.sim.estado.achar(request.path_params["chave"])
        if cidadao is None:
            raise Recusa("Este cidadão ainda não existe no simulador.", 404)
        return cidadao

    async def todos(self, request: Request) -> Response:
        """GET lists who can be played; POST creates one, or many in `cidadaos`, silently.

        `ultima_mensagem_ha_segundos` opens the 24-hour window without sending a webhook: for
        seeding an application that already has conversations.
        """
        if request.method == "POST":
            dados = await ler_json(request)
            itens = dados.get("cidadaos", [dados])
            if not isinstance(itens, list) or not all(isinstance(i, dict) for i in itens):
                raise Recusa("O campo cidadaos precisa ser uma lista de objetos.")
            criados = [self._criar(item) for item in itens]
            self.sim.ao_vivo.contar("cidadaos")
            return JSONResponse([c.user_id for c in criados], 201)
        numero = numero_de(self.sim, request.query_params)
        so_vivos = request.query_params.get("todos") is None
        vistos = [
            vista.cidadao(c, numero.id)
            for c in self.sim.estado.cidadaos.values()
            if c.no_whatsapp and (not so_vivos or c.personagem or numero.id in c.conversas)
        ]
        return JSONResponse(vistos)

    def _criar(self, dados: dict[str, Any]) -> Cidadao:
        chave = dados.get("wa_id") or dados.get("user_id") or dados.get("username")
        if not isinstance(chave, str) or not chave:
            raise Recusa("Diga o telefone (wa_id), o user_id ou o username.")
        cidadao = cidadania.preparar(self.sim, chave, dados)
        self._marcar(cidadao, dados)
        if dados.get("ultima_mensagem_ha_segundos") is not None:
            ha = numero_do_pedido(dados, "ultima_mensagem_ha_segundos", DEZ_ANOS)
            conversa = cidadao.com(numero_de(self.sim, dados).id)
            conversa.ultima_entrada = self.sim.estado.agora() - ha
        return cidadao

    def _marcar(self, cidadao: Cidadao, dados: dict[str, Any]) -> None:
        for marca in MARCAS & dados.keys():
            setattr(cidadao, marca, bool(dados[marca]))

    async def um(self, request: Request) -> Response:
        """GET one citizen; POST changes marks: no_whatsapp, limitado, sem_divulgacao…"""
        cidadao = self._achar(request)
        dados = await ler_json(request) if request.method == "POST" else {}
        numero = numero_de(self.sim, dados or request.query_params)
        self._marcar(cidadao, dados)
        if "sem_divulgacao" in dados:
            cidadania.preferir(self.sim, cidadao, numero, parar=bool(dados["sem_divulgacao"]))
        return JSONResponse(vista.cidadao(cidadao, numero.id))

    async def mensagens(self, request: Request) -> Response:
        """GET what the phone shows; POST writes as the citizen, in JSON or with a file."""
        if request.method == "GET":
            numero = numero_de(self.sim, request.query_params)
            cidadao = self.sim.estado.achar(request.path_params["chave"])
            if cidadao is None:
                return JSONResponse([])
            com_falhas = bool(request.query_params.get("todas"))
            return JSONResponse(vista.conversa(cidadao, numero.id, com_falhas=com_falhas))
        if request.headers.get("content-type", "").startswith("multipart/form-data"):
            dados, arquivo = await _ler_formulario(request)
        else:
            dados, arquivo = await ler_json(request), None
        numero = numero_de(self.sim, dados)
        dados["ha_segundos"] = numero_do_pedido(dados, "ha_segundos", DEZ_ANOS)
        if not re.fullmatch(r"\d{0,11}", str(dados.get("timestamp") or "")):
            raise Recusa("O campo timestamp precisa ser um instante em segundos.")
        if arquivo is None and not isinstance(dados.get("type"), str):
            raise Recusa("Diga o tipo da mensagem em type.")
        cidadao = cidadania.preparar(self.sim, request.path_params["chave"], dados)
        if arquivo is None:
            mensagem = cidadania.escrever(self.sim, cidadao, numero, dados)
        else:
            base = str(request.base_url).rstrip("/")
            mensagem = cidadania.mandar_arquivo(self.sim, cidadao, numero, arquivo, dados, base)
        return JSONResponse({"wamid": mensagem.wamid, "user_id": cidadao.user_id}, 201)

    async def lida(self, request: Request) -> Response:
        """The citizen opens the chat: everything delivered becomes read."""
        cidadao = self._achar(request)
        numero = numero_de(self.sim, await ler_json(request))
        return JSONResponse({"lidas": self.sim.percurso.ler_tudo(cidadao, numero)})

    async def tocada(self, request: Request) -> Response:
        """The citizen plays a voice note (`{"wamid"}`): its status becomes played."""
        cidadao, dados = self._achar(request), await ler_json(request)
        _, mensagem = self.sim.estado.por_wamid.get(str(dados.get("wamid")), (None, None))
        if mensagem is None or mensagem.tipo != "audio" or mensagem.direcao != "saida":
            raise Recusa("Não há áudio com este wamid.", 404)
        self.sim.percurso.tocar(cidadao, self.sim.estado.numeros[mensagem.numero], mensagem)
        return JSONResponse({"status": mensagem.status})

    async def trocar_numero(self, request: Request) -> Response:
        """The citizen moves to the phone in `para`."""
        cidadao, dados = self._achar(request), await ler_json(request)
        if not cidadao.wa_id or not dados.get("para"):
            raise Recusa("Diga em `para` o novo telefone de quem já tem um.")
        numero = numero_de(self.sim, dados)
        mensagem = cidadania.trocar_numero(self.sim, cidadao, numero, str(dados["para"]))
        return JSONResponse({"wamid": mensagem.wamid, "user_id": cidadao.user_id})


async def _ler_formulario(request: Request) -> tuple[dict[str, Any], Arquivo | None]:
    """Return the fields (JSON of `mensagem` merged in) and the first file of a multipart body."""
    dados: dict[str, Any] = {}
    arquivo: Arquivo | None = None
    async with request.form(max_part_size=MAXIMO_DO_ARQUIVO) as formulario:
        for nome, valor in formulario.multi_items():
            if not isinstance(valor, UploadFile):
                dados[nome] = valor
            elif arquivo is None:
                mime = valor.content_type or "application/octet-stream"
                arquivo = Arquivo(valor.filename or "arquivo", mime, await valor.read())
    try:
        dados |= json.loads(dados.pop("mensagem", "{}"))
        if isinstance(dados.get("context"), str):
            dados["context"] = json.loads(dados["context"])
    except (ValueError, TypeError):
        raise Recusa("O campo mensagem não é um objeto JSON.") from None
    if "sem_telefone" in dados:
        dados["sem_telefone"] = str(dados["sem_telefone"]).lower() in ("1", "true", "sim", "on")
    if arquivo and arquivo.mime.startswith("audio/webm"):
        arquivo = Arquivo("voz.ogg", "audio/ogg; codecs=opus", de_webm(arquivo.conteudo))
    return dados, arquivo
