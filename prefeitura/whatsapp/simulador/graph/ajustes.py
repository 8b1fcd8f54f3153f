"""What a city adjusts on its number: profile, settings, greetings, username, keys."""

import re

from prefeitura.whatsapp.simulador.erros import ErroGraph
from prefeitura.whatsapp.simulador.estado import Numero
from prefeitura.whatsapp.simulador.graph.pedido import SUCESSO, Pedido, Resposta
from prefeitura.whatsapp.simulador.simulador import Simulador
from prefeitura.whatsapp.simulador.validacao import campos

PERFIL = {
    "about": 139,
    "address": 256,
    "description": 512,
    "email": 128,
    "vertical": 50,
    "profile_picture_handle": 2000,
}
COMERCIO = {"is_cart_enabled": False, "is_catalog_visible": False}
RAMOS = set(
    "ALCOHOL APPAREL AUTO BEAUTY EDU ENTERTAIN EVENT_PLAN FINANCE GOVT GROCERY HEALTH HOTEL "
    "MATRIMONY_SERVICE NONPROFIT NOT_A_BIZ ONLINE_GAMBLING OTC_DRUGS OTHER PHYSICAL_GAMBLING "
    "PROF_SERVICES RESTAURANT RETAIL TRAVEL UNDEFINED".split()
)


def ler_perfil(sim: Simulador, numero: Numero, pedido: Pedido) -> Resposta:
    inteiro = {"messaging_product": "whatsapp"} | numero.perfil
    pedidos = pedido.campos()
    visto = {c: v for c, v in inteiro.items() if not pedidos or c in pedidos}
    return Resposta({"data": [visto | {"messaging_product": "whatsapp"}]})


def mudar_perfil(sim: Simulador, numero: Numero, pedido: Pedido) -> Resposta:
    """POST whatsapp_business_profile, with the lengths of section 5.5."""
    pedido.exigir_json()
    corpo = pedido.somente("messaging_product")
    if pedido.dado("messaging_product") != "whatsapp":
        raise ErroGraph(100, mensagem="(#100) The parameter messaging_product is required.")
    campos.so_chaves(corpo, {*PERFIL, "websites"}, "")
    for nome, maximo in PERFIL.items():
        if corpo.get(nome) is not None:
            campos.texto(corpo, nome, "", maximo, minimo=0, codigo=100)
    sites = corpo.get("websites") or []
    if not isinstance(sites, list) or len(sites) > 2 or any(len(str(s)) > 256 for s in sites):
        raise campos.parametro("Param websites must have at most 2 URLs of 256 characters.")
    if corpo.get("vertical"):
        corpo["vertical"] = campos.um_de(corpo["vertical"], RAMOS, "vertical")
    if corpo.pop("profile_picture_handle", None):
        corpo["profile_picture_url"] = f"{pedido.base_url}/telefone/brasao.svg"
    numero.perfil |= corpo
    return Resposta(dict(SUCESSO))


def ler_ajustes(sim: Simulador, numero: Numero, pedido: Pedido) -> Resposta:
    publicos = {c: v for c, v in numero.ajustes.items() if c != "saude"}
    return Resposta({"storage_configuration": {"status": "DEFAULT"}} | publicos)


def mudar_ajustes(sim: Simulador, numero: Numero, pedido: Pedido) -> Resposta:
    pedido.exigir_json()
    numero.ajustes |= pedido.somente("saude", "messaging_product")
    return Resposta(dict(SUCESSO))


def mudar_automacao(sim: Simulador, numero: Numero, pedido: Pedido) -> Resposta:
    """POST conversational_automation: welcome, up to 4 prompts, up to 30 commands."""
    pedido.exigir_json()
    aceitas = {"enable_welcome_message", "prompts", "commands"}
    corpo = pedido.somente("messaging_product")
    campos.so_chaves(corpo, aceitas, "")
    prompts, comandos = corpo.get("prompts") or [], corpo.get("commands") or []
    if not isinstance(prompts, list) or not isinstance(comandos, list):
        raise campos.parametro("Params prompts and commands must be arrays.")
    if not all(isinstance(comando, dict) for comando in comandos):
        raise campos.parametro("Param commands[0] must be a JSON object.")
    if len(prompts) > 4 or any(len(str(p)) > 80 for p in prompts):
        raise campos.parametro("Param prompts must have at most 4 items of 80 characters.")
    if len(comandos) > 30:
        raise campos.parametro("Param commands must have at most 30 items.")
    for comando in comandos:
        campos.texto(comando, "command_name", "commands", 32, codigo=100)
        campos.texto(comando, "command_description", "commands", 256, codigo=100)
    numero.automacao = corpo
    return Resposta(dict(SUCESSO))


def ler_comercio(sim: Simulador, numero: Numero, pedido: Pedido) -> Resposta:
    ficha = COMERCIO | numero.comercio | {"id": sim.config.portfolio_id}
    return Resposta({"data": [ficha]})


def mudar_comercio(sim: Simulador, numero: Numero, pedido: Pedido) -> Resposta:
    """POST whatsapp_commerce_settings; the values usually come in the query string."""
    pedido.exigir_json()
    for nome in COMERCIO:
        valor = str(pedido.dado(nome, "")).lower()
        if valor:
            numero.comercio[nome] = campos.um_de(valor, {"true", "false"}, nome) == "true"
    return Resposta(dict(SUCESSO))


def ler_usuario(sim: Simulador, numero: Numero, pedido: Pedido) -> Resposta:
    ficha = {"username": numero.username, "status": "approved"}
    return Resposta(ficha if numero.username else {})


def sugerir_usuarios(sim: Simulador, numero: Numero, pedido: Pedido) -> Resposta:
    return Resposta({"data": [{"username_suggestions": ["prefeitura.demo", "prefeitura_demo"]}]})


def mudar_usuario(sim: Simulador, numero: Numero, pedido: Pedido) -> Resposta:
    usuario = str(pedido.dado("username") or "")
    if not re.fullmatch(r"[a-z0-9._]{3,35}", usuario):
        raise ErroGraph(147001, mensagem="(#147001) Username is not valid")
    numero.username = usuario
    return Resposta({"status": "approved"})


def apagar_usuario(sim: Simulador, numero: Numero, pedido: Pedido) -> Resposta:
    numero.username = ""
    return Resposta(dict(SUCESSO))


def ler_chave(sim: Simulador, numero: Numero, pedido: Pedido) -> Resposta:
    chave = {"business_public_key": numero.chave_publica}
    return Resposta({"data": [chave | {"business_public_key_signature_status": "VALID"}]})


def mudar_chave(sim: Simulador, numero: Numero, pedido: Pedido) -> Resposta:
    numero.chave_publica = str(pedido.dado("business_public_key") or "")
    return Resposta(dict(SUCESSO))


def esquecer_contato(sim: Simulador, numero: Numero, pedido: Pedido) -> Resposta:
    """DELETE contact_book: the number of that BSUID stops coming in webhooks."""
    cidadao = sim.estado.achar(str(pedido.dado("bsuid") or ""))
    if cidadao is not None and cidadao.username:
        cidadao.sem_telefone = True
    return Resposta(
        {"messaging_product": "whatsapp", "success": True, "deleted": cidadao is not None}
    )
