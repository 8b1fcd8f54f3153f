"""The WABA, the app and the calls without a node: subscriptions, numbers, token check."""

from typing import Any

from prefeitura.whatsapp.simulador.erros import ErroGraph
from prefeitura.whatsapp.simulador.graph import (
    autenticacao,
    biblioteca,
    fluxos,
    modelos,
    modelos_em_lote,
    numero,
    subidas,
)
from prefeitura.whatsapp.simulador.graph.pedido import SUCESSO, Pedido, Resposta, paginar
from prefeitura.whatsapp.simulador.simulador import Simulador
from prefeitura.whatsapp.simulador.validacao import campos

SEM_NO = {"debug_token", "oauth", "me", "message_template_library", "app"}
ANALISES = ("analytics", "conversation_analytics", "pricing_analytics", "template_analytics")
ESCOPOS = ["whatsapp_business_management", "whatsapp_business_messaging"]


def tratar(sim: Simulador, pedido: Pedido) -> Resposta:
    """Answer /{waba_id} and its edges."""
    aresta = "/".join(pedido.partes[1:])
    if aresta == "message_templates" and pedido.metodo in ("GET", "POST", "DELETE"):
        return modelos.tratar(sim, pedido)
    if aresta == "phone_numbers" and pedido.metodo == "GET":
        itens = [numero.escolher_campos(sim, n, pedido) for n in sim.estado.numeros.values()]
        return Resposta(paginar(pedido, itens, f"/{sim.config.waba_id}/phone_numbers"))
    if aresta == "subscribed_apps":
        return assinaturas(sim, pedido)
    acao = ARESTAS.get((pedido.metodo, aresta))
    if acao:
        return acao(sim, pedido)
    if aresta:
        raise pedido.desconhecido()
    if pedido.metodo == "POST":
        sim.estado.waba |= pedido.somente()
        return Resposta({"id": sim.config.waba_id})
    return Resposta(conta_json(sim, pedido))


def conta_json(sim: Simulador, pedido: Pedido) -> dict[str, Any]:
    inteiro: dict[str, Any] = {
        "id": sim.config.waba_id,
        "name": sim.config.nome_do_numero,
        "currency": "BRL",
        "timezone_id": "25",
        "country": "BR",
        "message_template_namespace": "00000000_0000_4000_8000_000000000001",
        "account_review_status": "APPROVED",
        "business_verification_status": "verified",
        "ownership_type": "SELF",
        "status": "ACTIVE",
        "owner_business_info": {"id": sim.config.portfolio_id, "name": sim.config.nome_do_numero},
        "on_behalf_of_business_info": {
            "id": sim.config.portfolio_id,
            "name": sim.config.nome_do_numero,
            "status": "APPROVED",
            "type": "SELF",
        },
        "health_status": numero.saude(sim, next(iter(sim.estado.numeros.values()))),
    } | sim.estado.waba
    ligados = {
        "phone_numbers": [numero.como_json(sim, n) for n in sim.estado.numeros.values()],
        "message_templates": [modelos.como_json(m) for m in sim.estado.modelos.values()],
        "subscribed_apps": assinaturas_json(sim),
    }
    inteiro |= {nome: {"data": itens} for nome, itens in ligados.items()}
    inteiro |= {nome: {"data": [{"data_points": []}]} for nome in ANALISES}
    pedidos = pedido.campos() or ("id", "name", "timezone_id", "message_template_namespace")
    return {nome: inteiro[nome] for nome in (*pedidos, "id") if nome in inteiro}


def assinaturas_json(sim: Simulador) -> list[dict[str, Any]]:
    if not sim.estado.assinado:
        return []
    ficha: dict[str, Any] = {
        "whatsapp_business_api_data": {
            "id": sim.config.app_id,
            "name": "Atendimento da prefeitura",
            "link": "https://www.facebook.com/games/?app_id=" + sim.config.app_id,
        }
    }
    if sim.estado.webhook_da_waba:
        ficha["override_callback_uri"] = sim.estado.webhook_da_waba
    return [ficha]


def assinaturas(sim: Simulador, pedido: Pedido) -> Resposta:
    """GET, POST (maybe with an override URL) and DELETE of the app on the WABA."""
    if pedido.metodo == "GET":
        return Resposta({"data": assinaturas_json(sim)})
    if pedido.metodo == "DELETE":
        sim.estado.assinado = False
    elif pedido.metodo == "POST":
        sim.estado.assinado = True
        sim.estado.webhook_da_waba = numero.desvio(sim, pedido.corpo)
    else:
        raise pedido.desconhecido()
    return Resposta(dict(SUCESSO))


def aplicativo(sim: Simulador, pedido: Pedido) -> Resposta:
    """Answer /{app_id}, its uploads and its webhook subscriptions."""
    aresta = "/".join(pedido.partes[1:])
    if aresta == "uploads" and pedido.metodo == "POST":
        return subidas.abrir(sim, pedido)
    if aresta == "subscriptions":
        if pedido.metodo == "POST":
            url = str(pedido.dado("callback_url") or "")
            if not campos.URL.match(url):
                raise ErroGraph(100, mensagem="(#100) Param callback_url must be a valid URL")
            sim.estado.webhook_do_app = url
            sim.estado.tokens_de_verificacao[url] = str(pedido.dado("verify_token") or "")
            return Resposta(dict(SUCESSO))
        ficha = {
            "object": "whatsapp_business_account",
            "callback_url": sim.estado.webhook_do_app,
            "active": True,
            "fields": [{"name": "messages", "version": "v25.0"}],
        }
        return Resposta({"data": [ficha]})
    if aresta:
        raise pedido.desconhecido()
    return Resposta({"id": sim.config.app_id, "name": "Atendimento da prefeitura"})


def portfolio(sim: Simulador, pedido: Pedido) -> Resposta:
    """Answer /{business_id} and the WABAs that it owns or shares."""
    aresta = "/".join(pedido.partes[1:])
    if aresta in ("owned_whatsapp_business_accounts", "client_whatsapp_business_accounts"):
        itens = [conta_json(sim, pedido)]
        return Resposta(paginar(pedido, itens, pedido.caminho))
    if aresta:
        raise pedido.desconhecido()
    return Resposta({"id": sim.config.portfolio_id, "name": sim.config.nome_do_numero})


def sem_no(sim: Simulador, pedido: Pedido) -> Resposta:
    """Answer debug_token, oauth/access_token, me and the template library."""
    caminho = "/".join(pedido.partes)
    if caminho == "debug_token":
        return conferir(sim, str(pedido.dado("input_token") or ""))
    if caminho == "oauth/access_token":
        certo = pedido.dado("client_id") == sim.config.app_id
        if not certo or pedido.dado("client_secret") != sim.config.app_secret:
            raise ErroGraph(1, mensagem="Error validating client secret.")
        de_pessoa = pedido.dado("code") or pedido.dado("fb_exchange_token")
        token = sim.config.access_token if de_pessoa else sim.config.token_do_app
        return Resposta({"access_token": token, "token_type": "bearer"})
    if caminho == "message_template_library":
        return Resposta(paginar(pedido, biblioteca.procurar(pedido), "/message_template_library"))
    if caminho in ("me", "app"):
        return Resposta({"id": sim.config.app_id, "name": "Atendimento da prefeitura"})
    raise pedido.desconhecido()


def conferir(sim: Simulador, token: str) -> Resposta:
    """GET /debug_token: is this token valid, for what, until when."""
    if token not in (sim.config.access_token, sim.config.token_do_app):
        erro = {"code": 190, "message": "Invalid OAuth access token", "subcode": 467}
        return Resposta({"data": {"error": erro, "is_valid": False, "scopes": []}})
    alvos = [{"scope": escopo, "target_ids": [sim.config.waba_id]} for escopo in ESCOPOS]
    return Resposta(
        {
            "data": {
                "app_id": sim.config.app_id,
                "type": "SYSTEM_USER",
                "application": "Atendimento da prefeitura",
                "data_access_expires_at": 0,
                "expires_at": 0,
                "is_valid": True,
                "scopes": ESCOPOS,
                "granular_scopes": alvos,
                "user_id": sim.config.portfolio_id,
            }
        }
    )


ARESTAS = {
    ("POST", "phone_numbers"): numero.criar,
    ("GET", "flows"): fluxos.tratar,
    ("POST", "flows"): fluxos.tratar,
    ("POST", "migrate_flows"): fluxos.migrar,
    ("POST", "upsert_message_templates"): autenticacao.gravar_em_idiomas,
    ("POST", "migrate_message_templates"): modelos_em_lote.migrar,
    ("POST", "message_templates/archive"): modelos_em_lote.arquivar,
    ("POST", "message_templates/unarchive"): modelos_em_lote.desarquivar,
}
