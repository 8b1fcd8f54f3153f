"""Flows (native forms): create, edit, publish, deprecate, delete, and their JSON (section 11)."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from prefeitura.whatsapp.simulador.erros import ErroGraph
from prefeitura.whatsapp.simulador.graph import midia
from prefeitura.whatsapp.simulador.graph.pedido import SUCESSO, Arquivo, Pedido, Resposta, paginar
from prefeitura.whatsapp.simulador.simulador import Simulador

CATEGORIAS = {
    "APPOINTMENT_BOOKING",
    "CONTACT_US",
    "CUSTOMER_SUPPORT",
    "LEAD_GENERATION",
    "OTHER",
    "SHOPPING",
    "SIGN_IN",
    "SIGN_UP",
    "SURVEY",
}
PADRAO = ("id", "name", "status", "categories", "validation_errors")


def tratar(sim: Simulador, pedido: Pedido) -> Resposta:
    """Answer /{waba_id}/flows."""
    if pedido.metodo == "GET":
        itens = [escolher_campos(sim, f, pedido) for f in sim.estado.fluxos.values()]
        return Resposta(paginar(pedido, itens, f"/{sim.config.waba_id}/flows"))
    pedido.exigir_json()
    nome = nome_livre(sim, pedido.dado("name"))
    fluxo: dict[str, Any] = {
        "id": sim.estado.sorteio.numerico(15),
        "name": nome,
        "status": "DRAFT",
        "categories": categorias(pedido.dado("categories")),
        "validation_errors": [],
        "endpoint_uri": pedido.dado("endpoint_uri"),
        "updated_at": agora(),
        "json": sim.estado.fluxos.get(str(pedido.dado("clone_flow_id")), {}).get("json", ""),
    }
    if pedido.dado("flow_json") is not None:
        guardar_json(sim, fluxo, pedido.dado("flow_json"))
    if str(pedido.dado("publish")).lower() in ("true", "1"):
        publicar(fluxo)
    sim.estado.fluxos[fluxo["id"]] = fluxo
    return Resposta(
        {"id": fluxo["id"], "success": True, "validation_errors": fluxo["validation_errors"]}
    )


def agora(dias: int = 0) -> str:
    """Return a moment as Graph writes it, `dias` ahead."""
    return (datetime.now(UTC) + timedelta(days=dias)).strftime("%Y-%m-%dT%H:%M:%S+0000")


def nome_livre(sim: Simulador, nome: Any) -> str:
    if not isinstance(nome, str) or not nome.strip():
        raise ErroGraph(100, mensagem="(#100) The parameter name is required.")
    if any(fluxo["name"] == nome for fluxo in sim.estado.fluxos.values()):
        raise ErroGraph(139001, "Flow name must be unique within one WhatsApp Business Account.")
    return nome


def categorias(lista: Any) -> list[str]:
    if not isinstance(lista, list) or not lista:
        raise ErroGraph(100, mensagem="(#100) The parameter categories is required.")
    if not set(map(str, lista)) <= CATEGORIAS:
        nomes = ", ".join(sorted(CATEGORIAS))
        raise ErroGraph(100, mensagem=f"(#100) Param categories[0] must be one of {{{nomes}}}.")
    return lista


def guardar_json(sim: Simulador, fluxo: dict[str, Any], texto: Any) -> None:
    """Keep a new Flow JSON with what is wrong in it; a wrong one is kept too, as Meta does."""
    try:
        lido = texto if isinstance(texto, dict) else json.loads(texto)
    except (ValueError, TypeError, RecursionError):
        raise ErroGraph(139001, "Flow JSON is not a valid JSON.") from None
    completo = isinstance(lido, dict) and "version" in lido and "screens" in lido
    erro = {
        "error": "MISSING_REQUIRED_PROPERTY",
        "error_type": "FLOW_JSON_ERROR",
        "message": "Flow JSON must have the properties 'version' and 'screens'.",
        "line_start": 1,
        "line_end": 1,
        "column_start": 1,
        "column_end": 1,
    }
    fluxo["validation_errors"] = [] if completo else [erro]
    fluxo |= {"json": json.dumps(lido, ensure_ascii=False), "updated_at": agora()}
    arquivo = Arquivo("flow.json", "application/json", fluxo["json"].encode())
    fluxo["midia"] = midia.guardar(sim, sim.config.phone_number_id, arquivo).id


def publicar(fluxo: dict[str, Any]) -> None:
    if fluxo["status"] != "DRAFT":
        raise ErroGraph(139004, f"Flow is {fluxo['status']} and cannot be published.")
    if not fluxo["json"] or fluxo["validation_errors"]:
        raise ErroGraph(139002, "Flow JSON has validation errors or was never uploaded.")
    fluxo |= {"status": "PUBLISHED", "updated_at": agora()}


def escolher_campos(sim: Simulador, fluxo: dict[str, Any], pedido: Pedido) -> dict[str, Any]:
    """Return the fields asked for, of every field that a Flow has."""
    endereco = f"https://business.facebook.com/wa/manage/flows/{fluxo['id']}/preview/"
    inteiro = {nome: fluxo[nome] for nome in (*PADRAO, "endpoint_uri", "updated_at")} | {
        "json_version": json.loads(fluxo["json"] or "{}").get("version"),
        "data_api_version": "3.0" if fluxo["endpoint_uri"] else None,
        "preview": {
            "preview_url": f"{endereco}?token=demo",
            "expires_at": agora(dias=30),
        },
        "whatsapp_business_account": {
            "id": sim.config.waba_id,
            "name": sim.config.nome_do_numero,
            "currency": "BRL",
            "timezone_id": "25",
            "message_template_namespace": "00000000_0000_4000_8000_000000000001",
        },
        "application": {
            "id": sim.config.app_id,
            "name": "Atendimento da prefeitura",
            "link": f"https://www.facebook.com/games/?app_id={sim.config.app_id}",
        },
        "health_status": {
            "can_send_message": "AVAILABLE",
            "entities": [
                {
                    "entity_type": "FLOW",
                    "id": fluxo["id"],
                    "can_send_message": "AVAILABLE",
                }
            ],
        },
        "metric": {"name": "ENDPOINT_REQUEST_COUNT", "granularity": "DAY", "data_points": []},
    }
    pedidos = pedido.campos() or PADRAO
    return {nome: inteiro[nome] for nome in (*pedidos, "id") if inteiro.get(nome) is not None}


def tratar_um(sim: Simulador, fluxo: dict[str, Any], pedido: Pedido) -> Resposta:
    """Answer /{flow_id} and its edges."""
    aresta = "/".join(pedido.partes[1:])
    if aresta == "assets":
        return arquivos(sim, fluxo, pedido)
    if aresta == "publish" and pedido.metodo == "POST":
        publicar(fluxo)
    elif aresta == "deprecate" and pedido.metodo == "POST":
        if fluxo["status"] != "PUBLISHED":
            raise ErroGraph(139004, "Only a published Flow can be deprecated.")
        fluxo["status"] = "DEPRECATED"
    elif aresta:
        raise pedido.desconhecido()
    elif pedido.metodo == "GET":
        return Resposta(escolher_campos(sim, fluxo, pedido))
    elif pedido.metodo == "DELETE":
        if fluxo["status"] != "DRAFT":
            raise ErroGraph(139004, "Only a Flow in draft can be deleted.")
        del sim.estado.fluxos[fluxo["id"]]
    else:
        mudar(sim, fluxo, pedido)
    return Resposta(dict(SUCESSO))


def mudar(sim: Simulador, fluxo: dict[str, Any], pedido: Pedido) -> None:
    """POST /{flow_id}: name, categories or endpoint."""
    pedido.exigir_json()
    if pedido.dado("name") not in (None, fluxo["name"]):
        fluxo["name"] = nome_livre(sim, pedido.dado("name"))
    if pedido.dado("categories") is not None:
        fluxo["categories"] = categorias(pedido.dado("categories"))
    if pedido.dado("endpoint_uri") is not None:
        fluxo["endpoint_uri"] = pedido.dado("endpoint_uri")


def arquivos(sim: Simulador, fluxo: dict[str, Any], pedido: Pedido) -> Resposta:
    """/{flow_id}/assets: list the JSON, or take a new one."""
    if pedido.metodo == "POST":
        if pedido.dado("asset_type") != "FLOW_JSON" or not pedido.dado("name"):
            raise ErroGraph(100, mensagem="(#100) Param asset_type must be one of {FLOW_JSON}.")
        arquivo = pedido.arquivos.get("file")
        if arquivo is None:
            raise ErroGraph(100, mensagem="(#100) The parameter file is required.")
        if fluxo["status"] == "DEPRECATED":
            raise ErroGraph(139004, "A deprecated Flow cannot be changed.")
        guardar_json(sim, fluxo, arquivo.conteudo.decode("utf-8", "replace"))
        return Resposta(SUCESSO | {"validation_errors": fluxo["validation_errors"]})
    guardado = sim.estado.midias.get(fluxo.get("midia", ""))
    itens = []
    if guardado is not None:
        endereco = midia.url_nova(sim, guardado, pedido.base_url)
        ficha = {"name": "flow.json", "asset_type": "FLOW_JSON", "download_url": endereco}
        itens.append(ficha)
    return Resposta(paginar(pedido, itens, f"/{fluxo['id']}/assets"))


def migrar(sim: Simulador, pedido: Pedido) -> Resposta:
    """POST /{waba_id}/migrate_flows: this account knows no other, so each name fails."""
    nomes = [nome for nome in str(pedido.dado("source_flow_names") or "").split(",") if nome]
    falhas = [
        {
            "source_name": nome,
            "error_code": "4233042",
            "error_message": "Flows Migration Error: Flow does not exist in the source WABA.",
        }
        for nome in nomes
    ]
    return Resposta({"migrated_flows": [], "failed_flows": falhas})
