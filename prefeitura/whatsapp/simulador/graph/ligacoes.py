"""Calls and groups, which a city hall's number does not have: Meta's refusals, word for word."""

from prefeitura.whatsapp.simulador.erros import ErroGraph
from prefeitura.whatsapp.simulador.estado import Numero
from prefeitura.whatsapp.simulador.graph.pedido import Pedido, Resposta
from prefeitura.whatsapp.simulador.simulador import Simulador
from prefeitura.whatsapp.simulador.validacao import campos

ACOES = {"connect", "pre_accept", "accept", "reject", "terminate"}


def exigir_ligada(numero: Numero) -> None:
    """Calling is off until POST settings turns it on."""
    if (numero.ajustes.get("calling") or {}).get("status") != "ENABLED":
        raise ErroGraph(138000, "WhatsApp Cloud API Calling not enabled for this phone number.")


def ligar(sim: Simulador, numero: Numero, pedido: Pedido) -> Resposta:
    """POST /{phone_number_id}/calls: no citizen has allowed calls, and none is in progress."""
    pedido.exigir_json()
    if pedido.dado("messaging_product") != "whatsapp":
        raise ErroGraph(100, mensagem="(#100) The parameter messaging_product is required.")
    acao = campos.um_de(pedido.dado("action"), ACOES, "action")
    exigir_ligada(numero)
    if acao == "connect":
        raise ErroGraph(138006, "No approved call permission from the recipient.")
    raise ErroGraph(131009, "call_id does not exist or the call has ended")


def permissao(sim: Simulador, numero: Numero, pedido: Pedido) -> Resposta:
    """GET /{phone_number_id}/call_permissions: may this citizen be called?"""
    exigir_ligada(numero)
    if not (pedido.dado("user_wa_id") or pedido.dado("recipient")):
        raise ErroGraph(100, mensagem="(#100) The parameter user_wa_id is required.")
    pedir = [
        {"time_period": "PT24H", "max_allowed": 1, "current_usage": 0},
        {"time_period": "P7D", "max_allowed": 2, "current_usage": 0},
    ]
    return Resposta(
        {
            "messaging_product": "whatsapp",
            "permission": {"status": "no_permission"},
            "actions": [
                {
                    "action_name": "send_call_permission_request",
                    "can_perform_action": True,
                    "limits": pedir,
                },
                {"action_name": "start_call", "can_perform_action": False, "limits": []},
            ],
        }
    )


def grupos(sim: Simulador, numero: Numero, pedido: Pedido) -> Resposta:
    raise ErroGraph(131215, "This phone number is not eligible for the Groups API.")
