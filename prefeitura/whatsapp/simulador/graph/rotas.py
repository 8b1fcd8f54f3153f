"""Which module answers which node and edge, and Meta's refusals for the others."""

from prefeitura.whatsapp.simulador.erros import ErroGraph
from prefeitura.whatsapp.simulador.graph import conta, fluxos, midia, modelos, numero, subidas
from prefeitura.whatsapp.simulador.graph.pedido import Pedido, Resposta
from prefeitura.whatsapp.simulador.simulador import Simulador


def encaminhar(sim: Simulador, pedido: Pedido) -> Resposta:
    """Return the answer of a call to `/{node}` or `/{node}/{edge}`."""
    if not pedido.partes:
        raise pedido.desconhecido()
    no = pedido.partes[0]
    if no in conta.SEM_NO:
        return conta.sem_no(sim, pedido)
    if no in sim.estado.numeros:
        return numero.tratar(sim, sim.estado.numeros[no], pedido)
    if no == sim.config.waba_id:
        return conta.tratar(sim, pedido)
    if no == sim.config.app_id:
        return conta.aplicativo(sim, pedido)
    if no == sim.config.portfolio_id:
        return conta.portfolio(sim, pedido)
    if no.startswith("upload:"):
        return subidas.tratar(sim, pedido)
    if no in sim.estado.modelos:
        return modelos.tratar_um(sim, sim.estado.modelos[no], pedido)
    if no in sim.estado.fluxos:
        return fluxos.tratar_um(sim, sim.estado.fluxos[no], pedido)
    guardada = midia.viva(sim, no)
    if guardada:
        return midia.tratar(sim, guardada, pedido)
    if no.isdigit():
        raise pedido.sem_objeto()
    if no.replace("_", "").isalnum() and len(pedido.partes) > 1:
        raise ErroGraph(
            803,
            mensagem="(#803) Some of the aliases you requested do not exist: " + no,
            http=404,
        )
    raise pedido.desconhecido()
