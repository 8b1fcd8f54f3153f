"""The template library: ready utility templates that only need a name (section 9)."""

from typing import Any

from prefeitura.whatsapp.simulador.graph.pedido import Pedido

# Three of Meta's library, in words of our own.
BIBLIOTECA: list[dict[str, Any]] = [
    {
        "id": "7147013345418927",
        "name": "delivery_update_1",
        "language": "pt_BR",
        "category": "UTILITY",
        "topic": "ORDER_MANAGEMENT",
        "usecase": "DELIVERY_UPDATE",
        "industry": ["E_COMMERCE"],
        "body": "Boas notícias! O pedido {{1}} saiu para entrega.",
        "body_params": ["12345"],
        "body_param_types": ["TEXT"],
        "buttons": [],
    },
    {
        "id": "7147013345418928",
        "name": "appointment_reminder_1",
        "language": "pt_BR",
        "category": "UTILITY",
        "topic": "EVENT_REMINDER",
        "usecase": "APPOINTMENT_REMINDER",
        "industry": ["GOVERNMENT"],
        "body": "Olá! Lembramos o seu atendimento em {{1}}, às {{2}} horas.",
        "body_params": ["12/12", "9"],
        "body_param_types": ["TEXT", "TEXT"],
        "buttons": [],
    },
    {
        "id": "7147013345418929",
        "name": "payment_reminder_1",
        "language": "pt_BR",
        "category": "UTILITY",
        "topic": "PAYMENTS",
        "usecase": "PAYMENT_DUE_REMINDER",
        "industry": ["GOVERNMENT"],
        "body": "O pagamento de {{1}} vence em {{2}}. Guarde este aviso.",
        "body_params": ["IPTU", "10/12"],
        "body_param_types": ["TEXT", "TEXT"],
        "buttons": [],
    },
]


def componentes_de(nome: str) -> list[dict[str, Any]]:
    """Return the components of a library template; one that is not kept here gets plain words."""
    achado = next((item for item in BIBLIOTECA if item["name"] == nome), None)
    texto = achado["body"] if achado else f"Modelo da biblioteca {nome}."
    componentes: list[dict[str, Any]] = [{"type": "BODY", "text": texto}]
    if achado:
        exemplo = {"body_text": [achado["body_params"]]}
        componentes[0]["example"] = exemplo
    return componentes


def procurar(pedido: Pedido) -> list[dict[str, Any]]:
    """Return the library templates that match `search`, `topic`, `usecase`, `name` and so on."""
    busca = pedido.consulta.get("search", "").lower()
    filtros = {"topic", "usecase", "industry", "language", "name", "category"} & set(
        pedido.consulta
    )
    return [
        item
        for item in BIBLIOTECA
        if busca in (item["name"] + item["body"]).lower()
        and all(pedido.consulta[f] in item[f] or not pedido.consulta[f] for f in filtros)
    ]
