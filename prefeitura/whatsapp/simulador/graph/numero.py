"""/{phone_number_id}: which edge does what, the number's own fields, registration."""

import re
from typing import Any

from prefeitura.whatsapp.simulador.erros import ErroGraph
from prefeitura.whatsapp.simulador.estado import Numero
from prefeitura.whatsapp.simulador.graph import (
    ajustes,
    bloqueio,
    codigos_qr,
    ligacoes,
    mensagens,
    midia,
)
from prefeitura.whatsapp.simulador.graph.pedido import SUCESSO, Pedido, Resposta
from prefeitura.whatsapp.simulador.identidades import so_digitos
from prefeitura.whatsapp.simulador.simulador import Simulador
from prefeitura.whatsapp.simulador.validacao import campos

# Asked for and legal, but absent from the answer unless set.
CONHECIDOS = {
    "account_mode",
    "certificate",
    "code_verification_status",
    "conversational_automation",
    "country_code",
    "country_dial_code",
    "display_phone_number",
    "eligibility_for_api_business_global_search",
    "health_status",
    "host_platform",
    "id",
    "is_official_business_account",
    "is_on_biz_app",
    "is_pin_enabled",
    "is_preverified_number",
    "last_onboarded_time",
    "messaging_limit_tier",
    "name_status",
    "new_certificate",
    "new_display_name",
    "new_name_status",
    "official_business_account",
    "platform_type",
    "quality_rating",
    "quality_score",
    "search_visibility",
    "status",
    "throughput",
    "username",
    "verified_name",
    "webhook_configuration",
    "whatsapp_business_manager_messaging_limit",
}
PADRAO = (
    "verified_name",
    "code_verification_status",
    "display_phone_number",
    "quality_rating",
    "platform_type",
    "throughput",
    "last_onboarded_time",
    "webhook_configuration",
    "id",
)
NIVEIS = {250: "TIER_250", 2_000: "TIER_2K", 10_000: "TIER_10K", 100_000: "TIER_100K"}


def tratar(sim: Simulador, numero: Numero, pedido: Pedido) -> Resposta:
    """Route one call on a phone number."""
    aresta, metodo = (pedido.partes[1:2] or [""])[0], pedido.metodo
    if aresta == "message_qrdls":
        return codigos_qr.tratar(numero, pedido)
    if aresta == "block_users":
        return bloqueio.tratar(sim, numero, pedido)
    if len(pedido.partes) > 2:
        raise pedido.desconhecido()
    acao = ARESTAS.get((metodo, aresta))
    if acao is None:
        raise pedido.desconhecido()
    return acao(sim, numero, pedido)


def como_json(sim: Simulador, numero: Numero) -> dict[str, Any]:
    """Return every field of a number (section 13)."""
    nivel = NIVEIS.get(sim.config.ritmo.limite_diario, "TIER_UNLIMITED")
    dados: dict[str, Any] = {
        "verified_name": numero.nome,
        "code_verification_status": "VERIFIED",
        "display_phone_number": numero.exibicao,
        "quality_rating": "GREEN",
        "quality_score": {"score": numero.campos.get("quality_rating", "GREEN")},
        "name_status": "APPROVED",
        "new_name_status": "NONE",
        "status": "CONNECTED",
        "platform_type": "CLOUD_API",
        "throughput": {"level": "HIGH" if sim.config.ritmo.mps > 80 else "STANDARD"},
        "account_mode": "LIVE",
        "is_official_business_account": False,
        "is_on_biz_app": False,
        "is_pin_enabled": bool(numero.pin),
        "messaging_limit_tier": nivel,
        "whatsapp_business_manager_messaging_limit": nivel,
        "health_status": saude(sim, numero),
        "country_code": "BR",
        "country_dial_code": "55",
        "last_onboarded_time": "2026-01-05T12:00:00+0000",
        "id": numero.id,
    }
    if numero.username:
        dados["username"] = numero.username
    if numero.automacao:
        dados["conversational_automation"] = {"id": numero.id} | numero.automacao
    if numero.webhook or sim.estado.webhook_do_app:
        dados["webhook_configuration"] = {"application": sim.estado.webhook_do_app}
        if numero.webhook:
            dados["webhook_configuration"]["phone_number"] = numero.webhook
    return dados | numero.campos


def saude(sim: Simulador, numero: Numero) -> dict[str, Any]:
    """Return `health_status`; the control API may set the number's part."""
    proprio = numero.ajustes.get("saude") or {"can_send_message": "AVAILABLE"}
    entidades = [{"entity_type": "PHONE_NUMBER", "id": numero.id} | proprio]
    outros = (("WABA", sim.config.waba_id), ("BUSINESS", sim.config.portfolio_id))
    entidades += [
        {"entity_type": tipo, "id": quem, "can_send_message": "AVAILABLE"}
        for tipo, quem in (*outros, ("APP", sim.config.app_id))
    ]
    return {"can_send_message": proprio["can_send_message"], "entities": entidades}


def escolher_campos(sim: Simulador, numero: Numero, pedido: Pedido) -> dict[str, Any]:
    inteiro = como_json(sim, numero)
    pedidos = pedido.campos() or PADRAO
    for nome in pedidos:
        if nome not in CONHECIDOS:
            raise ErroGraph(
                100,
                mensagem=f"(#100) Tried accessing nonexisting field ({nome}) on node type "
                "(WhatsAppBusinessPhoneNumber)",
            )
    return {nome: inteiro[nome] for nome in (*pedidos, "id") if nome in inteiro}


def ler(sim: Simulador, numero: Numero, pedido: Pedido) -> Resposta:
    return Resposta(escolher_campos(sim, numero, pedido))


def mudar(sim: Simulador, numero: Numero, pedido: Pedido) -> Resposta:
    """POST /{phone_number_id}: PIN, display name or webhook override."""
    pedido.exigir_json()
    pin, nome = pedido.dado("pin"), pedido.dado("new_display_name")
    if pin is not None:
        numero.pin = conferir_pin(pin)
    elif nome is not None:
        numero.campos |= {"new_name_status": "PENDING_REVIEW", "new_display_name": nome}
    elif "webhook_configuration" in pedido.corpo:
        numero.webhook = desvio(sim, pedido.corpo["webhook_configuration"])
    else:
        raise ErroGraph(100, mensagem="(#100) Invalid parameter")
    return Resposta(dict(SUCESSO))


def desvio(sim: Simulador, configuracao: Any) -> str:
    """Return the override URL of a webhook configuration, empty to remove it."""
    if not isinstance(configuracao, dict | None):
        raise campos.parametro("Param webhook_configuration must be a JSON object.")
    configuracao = configuracao or {}
    url = configuracao.get("override_callback_uri") or ""
    if url and (not isinstance(url, str) or len(url) > 200 or not campos.URL.match(url)):
        raise ErroGraph(100, mensagem="(#100) Param override_callback_uri must be a valid URL")
    if url:
        sim.estado.tokens_de_verificacao[url] = str(configuracao.get("verify_token") or "")
    return url


def conferir_pin(pin: Any) -> str:
    """Return the PIN of six digits, which clients also send as a number."""
    if pin is None:
        raise ErroGraph(100, mensagem="(#100) The parameter pin is required.")
    if isinstance(pin, bool) or not re.fullmatch(r"\d{6}", str(pin)):
        raise ErroGraph(100, mensagem="(#100) Param pin must be 6 digits long.")
    return str(pin)


def registrar(sim: Simulador, numero: Numero, pedido: Pedido) -> Resposta:
    if pedido.dado("messaging_product") != "whatsapp":
        raise ErroGraph(100, mensagem="(#100) The parameter messaging_product is required.")
    pin = conferir_pin(pedido.dado("pin"))
    if numero.pin and numero.pin != pin:
        raise ErroGraph(133005, "PIN does not match")
    numero.pin = pin
    numero.campos["status"] = "CONNECTED"
    return Resposta(dict(SUCESSO))


def desregistrar(sim: Simulador, numero: Numero, pedido: Pedido) -> Resposta:
    numero.campos["status"] = "OFFLINE"
    return Resposta(dict(SUCESSO))


def pedir_codigo(sim: Simulador, numero: Numero, pedido: Pedido) -> Resposta:
    campos.um_de(pedido.dado("code_method"), {"SMS", "VOICE"}, "code_method")
    if not pedido.dado("language"):
        raise ErroGraph(100, mensagem="(#100) The parameter language is required.")
    return Resposta(dict(SUCESSO))


def criar(sim: Simulador, pedido: Pedido) -> Resposta:
    """POST /{waba_id}/phone_numbers: a number that still has to be verified and registered."""
    pedido.exigir_json()
    for nome in ("country_code", "phone_number", "verified_name"):
        if not pedido.dado(nome):
            raise ErroGraph(100, mensagem=f"(#100) The parameter {nome} is required.")
    digitos, pais = str(pedido.dado("phone_number")), str(pedido.dado("country_code"))
    if not re.fullmatch(r"\d{6,15}", digitos) or not re.fullmatch(r"\d{1,3}", pais):
        raise ErroGraph(100, mensagem="(#100) Param phone_number must be a valid phone number.")
    exibicao = f"+{pais} {digitos.removeprefix(pais)}"
    if any(n.digitos == so_digitos(exibicao) for n in sim.estado.numeros.values()):
        raise ErroGraph(
            100, mensagem="(#100) This phone number is already in a WhatsApp Business Account."
        )
    novo = sim.estado.novo_numero(
        sim.estado.sorteio.numerico(15), exibicao, str(pedido.dado("verified_name"))
    )
    novo.campos |= {"status": "PENDING", "code_verification_status": "NOT_VERIFIED"}
    return Resposta({"id": novo.id})


def conferir_codigo(sim: Simulador, numero: Numero, pedido: Pedido) -> Resposta:
    if not re.fullmatch(r"\d{3}-?\d{3}", str(pedido.dado("code") or "")):
        raise ErroGraph(100, mensagem="(#100) Param code is not valid.")
    numero.campos.pop("code_verification_status", None)
    return Resposta(dict(SUCESSO))


ARESTAS = {
    ("POST", "messages"): mensagens.tratar,
    ("POST", "marketing_messages"): mensagens.tratar_divulgacao,
    ("POST", "media"): midia.receber,
    ("GET", ""): ler,
    ("POST", ""): mudar,
    ("POST", "register"): registrar,
    ("POST", "deregister"): desregistrar,
    ("POST", "request_code"): pedir_codigo,
    ("POST", "verify_code"): conferir_codigo,
    ("GET", "whatsapp_business_profile"): ajustes.ler_perfil,
    ("POST", "whatsapp_business_profile"): ajustes.mudar_perfil,
    ("GET", "settings"): ajustes.ler_ajustes,
    ("POST", "settings"): ajustes.mudar_ajustes,
    ("GET", "whatsapp_commerce_settings"): ajustes.ler_comercio,
    ("POST", "whatsapp_commerce_settings"): ajustes.mudar_comercio,
    ("POST", "calls"): ligacoes.ligar,
    ("GET", "call_permissions"): ligacoes.permissao,
    ("GET", "groups"): ligacoes.grupos,
    ("POST", "groups"): ligacoes.grupos,
    ("POST", "conversational_automation"): ajustes.mudar_automacao,
    ("GET", "username"): ajustes.ler_usuario,
    ("POST", "username"): ajustes.mudar_usuario,
    ("DELETE", "username"): ajustes.apagar_usuario,
    ("GET", "username_suggestions"): ajustes.sugerir_usuarios,
    ("GET", "whatsapp_business_encryption"): ajustes.ler_chave,
    ("POST", "whatsapp_business_encryption"): ajustes.mudar_chave,
    ("DELETE", "contact_book"): ajustes.esquecer_contato,
}
