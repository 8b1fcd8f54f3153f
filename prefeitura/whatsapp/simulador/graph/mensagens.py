"""POST /{phone_number_id}/messages: sending, read receipts and the typing indicator."""

import copy
import time
from typing import Any

from prefeitura.whatsapp.simulador import identidades, regras
from prefeitura.whatsapp.simulador.erros import ErroGraph
from prefeitura.whatsapp.simulador.estado import Cidadao, Mensagem, Modelo, Numero
from prefeitura.whatsapp.simulador.graph import links
from prefeitura.whatsapp.simulador.graph.pedido import SUCESSO, Pedido, Resposta
from prefeitura.whatsapp.simulador.simulador import Simulador
from prefeitura.whatsapp.simulador.validacao import mensagem as validacao
from prefeitura.whatsapp.simulador.validacao import midias, modelo_enviado
from prefeitura.whatsapp.simulador.vista import render_modelo

TRINTA_DIAS = 30 * 86400


def tratar(sim: Simulador, numero: Numero, pedido: Pedido) -> Resposta:
    """Answer a POST to /messages."""
    pedido.exigir_json()
    if "status" in pedido.corpo:
        return marcar_lida(sim, numero, pedido.corpo)
    return enviar(sim, numero, pedido.corpo)


def tratar_divulgacao(sim: Simulador, numero: Numero, pedido: Pedido) -> Resposta:
    """Answer a POST to /marketing_messages, which takes marketing templates and nothing else."""
    pedido.exigir_json()
    if pedido.corpo.get("type") != "template":
        raise ErroGraph(
            100, "Message must be a template message.", mensagem="(#100) Invalid parameter"
        )
    contexto = midias.Contexto(sim.estado, numero.id)
    corpo = copy.deepcopy(pedido.somente())
    validacao.validar(contexto, corpo)
    escolhido = corpo["template"]
    modelo = modelo_enviado.achar(sim.estado, escolhido["name"], escolhido["language"]["code"])
    if modelo is None or modelo.categoria != "MARKETING":
        raise ErroGraph(134100, "Only marketing templates can be sent with this endpoint.")
    return enviar(sim, numero, pedido.corpo)


def enviar(sim: Simulador, numero: Numero, corpo: dict[str, Any]) -> Resposta:
    """Accept a message: validated, within the limits, in the ledger, its statuses scheduled."""
    corpo = copy.deepcopy({chave: valor for chave, valor in corpo.items() if valor is not None})
    contexto = midias.Contexto(sim.estado, numero.id)
    tipo = validacao.validar(contexto, corpo)
    if numero.campos.get("status") in ("PENDING", "OFFLINE", "DELETED"):
        raise ErroGraph(133010, "The phone number is not registered on the Cloud API")
    por_bsuid = corpo.get("to") is None
    destino = str(corpo["recipient"] if por_bsuid else corpo["to"])
    if not por_bsuid and identidades.com_nono(identidades.so_digitos(destino)) == numero.digitos:
        raise ErroGraph(131021, "The recipient is the sender's own number")
    if por_bsuid and sim.estado.achar(destino) is None:
        raise ErroGraph(131009, "'recipient' does not belong to this business portfolio")
    cidadao = sim.estado.achar_ou_criar(destino)
    conversa = cidadao.com(numero.id)
    if conversa.bloqueada:
        raise ErroGraph(130403, "You have blocked this user")
    regras.cobrar_vazao(sim.estado, numero)
    regras.cobrar_par(sim.estado, conversa)
    modelo = None
    if tipo == "template":
        modelo = modelo_enviado.achar(
            sim.estado, corpo["template"]["name"], corpo["template"]["language"]["code"]
        )
    mensagem = registrar(sim, numero, cidadao, corpo, tipo, modelo, por_bsuid=por_bsuid)
    return responder(cidadao, mensagem, destino)


def registrar(
    sim: Simulador,
    numero: Numero,
    cidadao: Cidadao,
    corpo: dict[str, Any],
    tipo: str,
    modelo: Modelo | None,
    *,
    por_bsuid: bool,
) -> Mensagem:
    """Write an accepted message in the ledger and in the conversation, and set it moving."""
    citada = (corpo.get("context") or {}).get("message_id")
    mensagem = Mensagem(
        wamid=sim.estado.sorteio.wamid(cidadao.wa_id or cidadao.user_id, entrada=False),
        numero=numero.id,
        direcao="saida",
        tipo=tipo,
        conteudo={tipo: corpo[tipo]},
        horario=time.time(),
        contexto={"id": citada} if citada else None,
        status="accepted",
        opaco=corpo.get("biz_opaque_callback_data", ""),
        por_bsuid=por_bsuid,
        modelo=render_modelo(modelo, corpo["template"]) if modelo else None,
    )
    sim.livro.anotar(
        opaco=mensagem.opaco,
        wamid=mensagem.wamid,
        numero=numero.id,
        cidadao=cidadao.user_id,
        tipo=tipo,
        corpo=corpo,
    )
    if not por_bsuid:
        cidadao.sem_telefone = False
    sim.estado.guardar(cidadao, mensagem)
    categoria = modelo.categoria.lower() if modelo else "service"
    falha = falha_do_conteudo(sim, numero, cidadao, mensagem)
    if not falha and links.de(mensagem):
        sim.entregador.lancar(links.buscar(sim, numero, cidadao, mensagem, categoria))
        return mensagem
    sim.percurso.comecar(numero, cidadao, mensagem, categoria, falha)
    if tipo == "reaction" and not mensagem.erro:
        mensagem = reagir(sim, mensagem)
    if not mensagem.erro:
        sim.ao_vivo.contar("mensagem", cidadao=cidadao.user_id, wamid=mensagem.wamid)
    return mensagem


def reagir(sim: Simulador, mensagem: Mensagem) -> Mensagem:
    """Put the city's reaction on its target; the phone page redraws the target's bubble."""
    objeto = mensagem.conteudo["reaction"]
    cidadao, alvo = sim.estado.por_wamid[objeto["message_id"]]
    alvo.reacoes["cidade"] = objeto["emoji"]
    sim.ao_vivo.contar("mensagem", cidadao=cidadao.user_id, wamid=alvo.wamid)
    return mensagem


def falha_do_conteudo(sim: Simulador, numero: Numero, cidadao: Cidadao, mensagem: Mensagem) -> int:
    """Return the code with which bad content fails after the 200, 0 when it is good."""
    objeto = mensagem.conteudo[mensagem.tipo]
    if mensagem.tipo == "reaction":
        dono, alvo = sim.estado.por_wamid.get(objeto["message_id"], (None, None))
        velha = alvo is not None and time.time() - alvo.horario > TRINTA_DIAS
        if alvo is None or dono is not cidadao or velha or alvo.tipo == "reaction":
            return 131009
        return 0
    if mensagem.tipo == "interactive" and objeto["type"] == "address_message":
        return 0 if cidadao.wa_id.startswith("91") else 131026
    if mensagem.tipo in midias.TIPOS and objeto.get("id") is not None:
        midia = sim.estado.midias[str(objeto["id"])]
        voz = objeto.get("voice") is True
        if not midias.serve(mensagem.tipo, midia.mime, len(midia.conteudo), voz=voz):
            return 131053
    return 0


def responder(cidadao: Cidadao, mensagem: Mensagem, destino: str) -> Resposta:
    """Build the 200 answer (section 5.3): wa_id for a phone, user_id for a BSUID."""
    contato: dict[str, Any] = {"input": destino}
    if mensagem.por_bsuid:
        contato["user_id"] = cidadao.user_id
    else:
        contato["wa_id"] = cidadao.wa_id
    item = {"id": mensagem.wamid}
    if mensagem.tipo == "template":
        item["message_status"] = "accepted"
    return Resposta(
        {"messaging_product": "whatsapp", "contacts": [contato], "messages": [item]},
        wamid=mensagem.wamid,
    )


def marcar_lida(sim: Simulador, numero: Numero, corpo: dict[str, Any]) -> Resposta:
    """Mark an inbound message and the ones before it as read; maybe show "typing"."""
    validacao.leitura(corpo)
    cidadao, mensagem = sim.estado.por_wamid.get(corpo["message_id"], (None, None))
    if cidadao is None or mensagem.direcao != "entrada" or mensagem.numero != numero.id:
        raise ErroGraph(131009, "message_id does not exist or was not received by this number")
    for anterior in cidadao.com(numero.id).mensagens:
        if anterior.direcao == "entrada" and anterior.horario <= mensagem.horario:
            anterior.lida_pela_cidade = True
    sim.ao_vivo.contar("lida", cidadao=cidadao.user_id, wamid=mensagem.wamid)
    if corpo.get("typing_indicator"):
        sim.ao_vivo.contar("digitando", cidadao=cidadao.user_id, numero=numero.id, segundos=25)
    return Resposta(dict(SUCESSO))
