"""/{phone_number_id}/block_users: block, unblock and list citizens."""

from typing import Any

from prefeitura.whatsapp.simulador.erros import ErroGraph, titulo_de
from prefeitura.whatsapp.simulador.estado import Numero
from prefeitura.whatsapp.simulador.graph.pedido import Pedido, Resposta, paginar
from prefeitura.whatsapp.simulador.simulador import Simulador


def tratar(sim: Simulador, numero: Numero, pedido: Pedido) -> Resposta:
    """Route by verb."""
    if pedido.metodo == "GET":
        return listar(sim, numero, pedido)
    if pedido.metodo not in ("POST", "DELETE"):
        raise pedido.desconhecido()
    pedido.exigir_json()
    if pedido.dado("messaging_product") != "whatsapp":
        raise ErroGraph(100, mensagem="(#100) The parameter messaging_product is required.")
    alvos = pedido.dado("block_users")
    if not isinstance(alvos, list) or not alvos or not all(isinstance(a, dict) for a in alvos):
        raise ErroGraph(100, mensagem="(#100) The parameter block_users is required.")
    return mudar(sim, numero, alvos, bloquear=pedido.metodo == "POST")


def listar(sim: Simulador, numero: Numero, pedido: Pedido) -> Resposta:
    itens: list[dict[str, Any]] = []
    for cidadao in sim.estado.cidadaos.values():
        conversa = cidadao.conversas.get(numero.id)
        if conversa and conversa.bloqueada:
            ficha: dict[str, Any] = {"messaging_product": "whatsapp"}
            if cidadao.mostra_telefone:
                ficha["wa_id"] = cidadao.wa_id
            # Not in Meta's example, but client libraries read it.
            ficha["input"] = ficha.get("wa_id") or cidadao.user_id
            itens.append(ficha | {"user_id": cidadao.user_id})
    return Resposta(paginar(pedido, itens, f"/{numero.id}/block_users"))


def mudar(
    sim: Simulador, numero: Numero, alvos: list[dict[str, Any]], *, bloquear: bool
) -> Resposta:
    """Block or unblock; only who wrote in the last 24 h can be blocked (139100 and 139101)."""
    feitos: list[dict[str, Any]] = []
    recusados: list[dict[str, Any]] = []
    for alvo in alvos:
        entrada = str(alvo.get("user") or alvo.get("user_id") or "")
        cidadao = sim.estado.achar(entrada)
        ficha: dict[str, Any] = {"input": entrada}
        if cidadao and cidadao.mostra_telefone:
            ficha["wa_id"] = cidadao.wa_id
        elif cidadao:
            ficha["user_id"] = cidadao.user_id
        recente = cidadao is not None and sim.estado.janela_aberta(cidadao, numero.id)
        if cidadao is None or (bloquear and not recente):
            erro = {
                "code": 139101,
                "message": titulo_de(139101),
                "error_data": {"details": titulo_de(139101)},
            }
            recusados.append(ficha | {"errors": [erro]})
            continue
        cidadao.com(numero.id).bloqueada = bloquear
        feitos.append(ficha)
    chave = "added_users" if bloquear else "removed_users"
    corpo: dict[str, Any] = {
        "messaging_product": "whatsapp",
        "block_users": {chave: feitos},
    }
    if recusados:
        corpo["block_users"]["failed_users"] = recusados
        erro_geral = ErroGraph(139100, "Failed to block/unblock some users")
        corpo |= erro_geral.como_json(sim.estado.sorteio.letras())
        return Resposta(corpo, http=400)
    return Resposta(corpo)
