"""The ASGI application: Graph, control, phone page, and the tasks that live beside them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from prefeitura.whatsapp.simulador import iniciais, paginas
from prefeitura.whatsapp.simulador.configuracao import Configuracao
from prefeitura.whatsapp.simulador.conhecidos import carregar_conhecidos
from prefeitura.whatsapp.simulador.controle import Controle, Recusa
from prefeitura.whatsapp.simulador.controle_cidadaos import ControleCidadaos
from prefeitura.whatsapp.simulador.graph.porta import Porta
from prefeitura.whatsapp.simulador.persistencia import Persistencia
from prefeitura.whatsapp.simulador.simulador import Simulador

VERBOS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


async def recusar(request: Request, erro: Exception) -> Response:
    """Answer a control call that makes no sense with its sentence."""
    recusa = erro if isinstance(erro, Recusa) else Recusa("Pedido inválido.")
    return JSONResponse({"erro": recusa.frase}, recusa.http)


async def vivo(request: Request) -> Response:
    return PlainTextResponse("ok")


async def desconhecida(request: Request) -> Response:
    raise Recusa("Não conheço este endereço, ou ele não aceita este verbo.", 404)


def criar_aplicacao(config: Configuracao) -> Starlette:
    """Build the whole simulator; its pieces hang from `app.state.sim`."""
    sim = Simulador(config)
    guarda = Persistencia(sim) if config.pasta else None
    if guarda:
        guarda.carregar()
    iniciais.semear(sim.estado)
    if guarda:
        carregar_conhecidos(sim.estado, guarda.pasta)
    porta = Porta(sim)

    @asynccontextmanager
    async def vida(app: Starlette) -> AsyncIterator[None]:
        entregador = sim.entregador
        tarefas = [asyncio.create_task(entregador.executar())]
        if guarda:
            guarda.retomar()
            tarefas.append(asyncio.create_task(guarda.executar()))
        if config.webhook and config.verificar:
            destino = config.webhook
            tarefas.append(asyncio.create_task(entregador.correio.garantir_verificado(destino)))
        try:
            yield
        finally:
            sim.ao_vivo.encerrar()
            for tarefa in tarefas:
                tarefa.cancel()
            for tarefa in tarefas:
                with suppress(asyncio.CancelledError):
                    await tarefa
            if guarda:
                guarda.salvar()
            sim.livro.fechar()

    rotas = [
        Route("/healthz", vivo),
        *Controle(sim).rotas(),
        *ControleCidadaos(sim).rotas(),
        *paginas.rotas(sim),
        Route("/_simulador/{resto:path}", desconhecida, methods=VERBOS),
        Route("/favicon.ico", desconhecida),
        Route("/{resto:path}", porta),
    ]
    app = Starlette(routes=rotas, lifespan=vida, exception_handlers={Recusa: recusar})
    app.state.sim = sim
    return app
