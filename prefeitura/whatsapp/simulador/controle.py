"""`/_simulador/…`: how tests drive the simulator (names fixed by CONTRACT.md)."""

import json
from dataclasses import asdict
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from prefeitura.whatsapp.simulador import avisos
from prefeitura.whatsapp.simulador.configuracao import real
from prefeitura.whatsapp.simulador.correio import assinar, serializar
from prefeitura.whatsapp.simulador.estado import Numero
from prefeitura.whatsapp.simulador.graph import modelos
from prefeitura.whatsapp.simulador.simulador import Simulador


class Recusa(Exception):
    """A control call that makes no sense; its text goes back in Portuguese."""

    def __init__(self, frase: str, http: int = 400):
        super().__init__(frase)
        self.frase, self.http = frase, http


async def ler_json(request: Request) -> dict[str, Any]:
    """Return the JSON object of a control call; an empty body is an empty object."""
    cru = await request.body()
    if not cru.strip():
        return {}
    try:
        lido = json.loads(cru)
    except ValueError:
        raise Recusa("O corpo não é JSON.") from None
    if not isinstance(lido, dict):
        raise Recusa("O corpo precisa ser um objeto JSON.")
    return lido


def numero_do_pedido(dados: dict[str, Any], nome: str, maximo: float = 1e10) -> float:
    """Return a number of a control call, 0 when it is absent."""
    try:
        return real(nome, dados.get(nome) or 0, maximo)
    except ValueError as erro:
        raise Recusa(str(erro)) from erro


def numero_de(sim: Simulador, dados: dict[str, Any] | Any) -> Numero:
    """Return the number that a call means: `phone_number_id`, or the first."""
    numero_id = dados.get("phone_number_id") or sim.config.phone_number_id
    if str(numero_id) not in sim.estado.numeros:
        raise Recusa(f"Não conheço o número {numero_id}.", 404)
    return sim.estado.numeros[str(numero_id)]


class Controle:
    """Faults, call log, webhook tap, pace, templates and numbers."""

    def __init__(self, sim: Simulador):
        self.sim = sim

    def rotas(self) -> list[Route]:
        base = "/_simulador"
        return [
            Route(f"{base}/falhas", self.falhas, methods=["GET", "POST", "DELETE"]),
            Route(f"{base}/chamadas", self.chamadas, methods=["GET"]),
            Route(f"{base}/livro", self.livro, methods=["GET"]),
            Route(f"{base}/entregas", self.entregas, methods=["GET"]),
            Route(f"{base}/webhook", self.webhook, methods=["GET", "POST"]),
            Route(f"{base}/webhook/bruto", self.bruto, methods=["POST"]),
            Route(f"{base}/config", self.config, methods=["GET", "POST"]),
            Route(f"{base}/numeros", self.numeros, methods=["GET", "POST"]),
            Route(f"{base}/modelos/{{modelo_id}}", self.modelo, methods=["POST"]),
            Route(f"{base}/conta", self.conta, methods=["POST"]),
        ]

    async def falhas(self, request: Request) -> Response:
        """POST adds a line to the script, DELETE clears it, GET shows what is left."""
        if request.method == "DELETE":
            self.sim.falhas.limpar()
        elif request.method == "POST":
            try:
                falha = self.sim.falhas.acrescentar(await ler_json(request))
            except (ValueError, TypeError) as erro:
                raise Recusa(str(erro)) from erro
            return JSONResponse(asdict(falha), 201)
        return JSONResponse(self.sim.falhas.como_json())

    async def chamadas(self, request: Request) -> Response:
        return JSONResponse(self.sim.chamadas.desde(_inteiro(request, "desde")))

    async def livro(self, request: Request) -> Response:
        """The ledger: accepted sends, or with `?resumo=1` the counts and repeated ids."""
        if request.query_params.get("resumo"):
            return JSONResponse(self.sim.livro.resumo())
        opaco = request.query_params.get("opaco", "")
        return JSONResponse(self.sim.livro.ler(_inteiro(request, "desde"), opaco))

    async def entregas(self, request: Request) -> Response:
        """Every attempt of delivering a webhook, with its body and answer."""
        desde = _inteiro(request, "desde")
        registros = [
            asdict(r) | {"corpo": r.corpo.decode()}
            for r in self.sim.entregador.correio.registros
            if r.n > desde
        ]
        return JSONResponse(registros)

    async def webhook(self, request: Request) -> Response:
        """Pause, release (in reverse, repeated) or re-point the webhook; GET tells how it is."""
        entregador = self.sim.entregador
        if request.method == "POST":
            dados = await ler_json(request)
            if dados.get("url"):
                self.sim.estado.webhook_do_app = str(dados["url"])
            if dados.get("verify_token"):
                destino = self.sim.estado.webhook_do_app
                self.sim.estado.tokens_de_verificacao[destino] = str(dados["verify_token"])
            if dados.get("pausar") is True:
                entregador.pausar()
            elif dados.get("pausar") is False or "ordem" in dados or "repetir" in dados:
                vezes = int(numero_do_pedido(dados, "repetir", 100))
                entregador.soltar(str(dados.get("ordem", "normal")), vezes)
        return JSONResponse(entregador.situacao())

    async def bruto(self, request: Request) -> Response:
        """POST any body to the webhook, signed; answers with what the application said.

        `?cru=1` sends these exact bytes; otherwise JSON is written as Meta writes it.
        `?assinatura=errada|ausente|maiuscula` and `?segredo=…` change the signature;
        `?insistir=1` puts it on the retrying queue instead.
        """
        corpo = await request.body()
        if not request.query_params.get("cru"):
            try:
                corpo = serializar(json.loads(corpo))
            except ValueError:
                raise Recusa("O corpo não é JSON; use ?cru=1 para mandá-lo assim.") from None
        segredo = request.query_params.get("segredo", self.sim.config.app_secret)
        assinatura: str | None = assinar(corpo, segredo)
        modo = request.query_params.get("assinatura", "certa")
        if modo == "errada":
            assinatura = assinar(corpo + b" ", segredo)
        elif modo == "ausente":
            assinatura = None
        elif modo == "maiuscula":
            assinatura = "sha256=" + assinatura.removeprefix("sha256=").upper()
        if request.query_params.get("insistir"):
            self.sim.entregador.por_remessa(corpo)
            return JSONResponse({"http": None, "na_fila": True}, 202)
        destino = self.sim.estado.webhook_do_app
        if not destino:
            raise Recusa("Não há webhook configurado.", 409)
        http = await self.sim.entregador.correio.postar(destino, corpo, assinatura)
        return JSONResponse({"http": http})

    async def config(self, request: Request) -> Response:
        """Change the pace and the limits (`Ritmo`); answers with all of them."""
        if request.method == "POST":
            try:
                self.sim.config.ritmo.ajustar(await ler_json(request))
            except (ValueError, TypeError) as erro:
                raise Recusa(str(erro)) from erro
        return JSONResponse(self.sim.config.ritmo.como_json())

    async def numeros(self, request: Request) -> Response:
        """Create a number or change its fields, quality, health or free-tier counter."""
        if request.method == "POST":
            dados = await ler_json(request)
            numero_id = str(dados.pop("phone_number_id", "") or self.sim.config.phone_number_id)
            numero = self.sim.estado.numeros.get(numero_id)
            if numero is None:
                exibicao = str(dados.pop("exibicao", "") or "+55 11 99000-0002")
                nome = str(dados.pop("nome", "") or "Prefeitura")
                numero = self.sim.estado.novo_numero(numero_id, exibicao, nome)
            self._mudar_numero(numero, dados)
            return JSONResponse({"phone_number_id": numero.id}, 201)
        return JSONResponse(
            [
                {
                    "phone_number_id": n.id,
                    "exibicao": n.exibicao,
                    "nome": n.nome,
                    "perfil": n.perfil,
                    "servico_no_mes": dict(n.servico_no_mes),
                    "prompts": n.automacao.get("prompts", []),
                }
                for n in self.sim.estado.numeros.values()
            ]
        )

    def _mudar_numero(self, numero: Numero, dados: dict[str, Any]) -> None:
        if "saude" in dados:
            numero.ajustes["saude"] = dados.pop("saude")
        servico = dados.pop("servico_no_mes", {})
        if not isinstance(servico, dict):
            raise Recusa("O campo servico_no_mes precisa ser um objeto: {mês: quantidade}.")
        for mes in servico:
            numero.servico_no_mes[mes] = int(numero_do_pedido(servico, mes))
        if dados.pop("aprovar_nome", None):
            novo = numero.campos.pop("new_display_name", numero.nome)
            numero.nome = novo
            valor = {"decision": "APPROVED", "requested_verified_name": novo}
            ficha = {"display_phone_number": numero.digitos} | valor | {"rejection_reason": None}
            self._avisar("phone_number_name_update", ficha)
        numero.campos |= dados

    async def modelo(self, request: Request) -> Response:
        """Force a template's status, category or quality, with its webhook."""
        achado = self.sim.estado.modelos.get(request.path_params["modelo_id"])
        if achado is None:
            raise Recusa("Não há modelo com este id.", 404)
        dados = await ler_json(request)
        if dados.get("categoria"):
            modelos.mudar_categoria(self.sim, achado, str(dados["categoria"]))
        if dados.get("qualidade"):
            modelos.mudar_qualidade(self.sim, achado, str(dados["qualidade"]))
        if dados.get("situacao"):
            motivo = str(dados.get("motivo") or "NONE")
            modelos.mudar_situacao(self.sim, achado, str(dados["situacao"]), motivo)
        return JSONResponse(modelos.como_json(achado))

    async def conta(self, request: Request) -> Response:
        """Send any account webhook: `{"campo": "account_update", "valor": {…}}`."""
        dados = await ler_json(request)
        if not isinstance(dados.get("campo"), str) or not isinstance(dados.get("valor"), dict):
            raise Recusa("Diga o campo (texto) e o valor (objeto).")
        self._avisar(dados["campo"], dados["valor"])
        return JSONResponse({"na_fila": True}, 202)

    def _avisar(self, campo: str, valor: dict[str, Any]) -> None:
        agora = self.sim.estado.agora()
        self.sim.entregador.por_na_fila(
            avisos.da_conta(self.sim.config.waba_id, campo, valor, agora)
        )


def _inteiro(request: Request, nome: str) -> int:
    valor = request.query_params.get(nome, "0")
    if not valor.isdigit():
        raise Recusa(f"{nome} precisa ser um número.")
    return int(valor)
