"""A template message against its approved template (WHATSAPP.md section 5.1)."""

import re
from dataclasses import replace
from typing import Any

from prefeitura.whatsapp.simulador.erros import ErroGraph
from prefeitura.whatsapp.simulador.estado import Estado, Modelo
from prefeitura.whatsapp.simulador.validacao import campos, midias
from prefeitura.whatsapp.simulador.validacao.midias import Contexto

VARIAVEL = re.compile(r"\{\{\s*([A-Za-z0-9_]+)\s*\}\}")
SITUACOES = {"PAUSED": 132015, "DISABLED": 132016}
DE_TEXTO = {"text", "currency", "date_time"}
SUBTIPOS = {
    "quick_reply": "QUICK_REPLY",
    "url": "URL",
    "copy_code": "COPY_CODE",
    "flow": "FLOW",
    "catalog": "CATALOG",
    "mpm": "MPM",
    "order_details": "ORDER_DETAILS",
    "voice_call": "VOICE_CALL",
}


COMPONENTES = {
    "header",
    "body",
    "button",
    "carousel",
    "limited_time_offer",
    "order_status",
    "tap_target_configuration",
}
# What each button takes: type of the parameter, its key, and its length when it is a text.
PARAMETROS = {
    "quick_reply": ("payload", "payload", 256),
    "copy_code": ("coupon_code", "coupon_code", 20),
    "flow": ("action", "action", 0),
    "catalog": ("action", "action", 0),
    "mpm": ("action", "action", 0),
    "order_details": ("action", "action", 0),
}


def achar(estado: Estado, nome: str, idioma: str) -> Modelo | None:
    return next((m for m in estado.modelos.values() if m.nome == nome and m.idioma == idioma), None)


def parte(modelo: Modelo, tipo: str) -> dict[str, Any] | None:
    """Return the template's own component of that type, upper or lower case."""
    return next((c for c in modelo.componentes if c.get("type", "").upper() == tipo), None)


def variaveis(texto: str) -> list[str]:
    """Return the distinct variables of a text, in order of appearance."""
    return list(dict.fromkeys(VARIAVEL.findall(texto)))


def validar(contexto: Contexto, objeto: dict[str, Any]) -> Modelo:
    """Check the `template` object and return the approved template it names."""
    campos.so_chaves(objeto, {"name", "language", "components", "namespace"}, "template")
    nome = campos.texto(objeto, "name", "template", 512)
    idioma_pedido = campos.objeto(objeto, "language", "template")
    campos.so_chaves(idioma_pedido, {"code", "policy"}, "template.language")
    idioma = campos.texto(idioma_pedido, "code", "template.language", 20)
    modelo = achar(contexto.estado, nome, idioma)
    if modelo is None or modelo.situacao not in ("APPROVED", *SITUACOES):
        raise ErroGraph(132001, f"template name ({nome}) does not exist in {idioma}")
    if modelo.situacao in SITUACOES:
        raise ErroGraph(SITUACOES[modelo.situacao], f"template {nome} is {modelo.situacao}")
    recebidos = objeto.get("components") or []
    if not isinstance(recebidos, list) or not all(isinstance(c, dict) for c in recebidos):
        raise campos.parametro("Param template.components must be an array of objects.")
    _partes(contexto, modelo, recebidos)
    return modelo


def _partes(
    contexto: Contexto,
    modelo: Modelo,
    recebidos: list[dict[str, Any]],
    raiz: str = "template.components",
) -> None:
    """Check the components of a message, or of one card, against those of the template."""
    vistos: dict[str, dict[str, Any]] = {}
    onde: dict[str, str] = {}
    botoes: dict[int, dict[str, Any]] = {}
    for posicao, componente in enumerate(recebidos):
        caminho = f"{raiz}[{posicao}]"
        permitidas = {"type", "sub_type", "index", "parameters", "cards"}
        campos.so_chaves(componente, permitidas, caminho)
        tipo = campos.um_de(componente.get("type"), COMPONENTES, f"{caminho}.type")
        if tipo == "button":
            botoes[_indice(componente, caminho)] = componente
        elif tipo in vistos:
            raise ErroGraph(132018, f"{caminho}: repeated component {tipo}")
        else:
            vistos[tipo], onde[tipo] = componente, caminho
    _cabecalho(contexto, modelo, vistos.get("header"), onde.get("header", raiz))
    _corpo(modelo, vistos.get("body"))
    _oferta(modelo, vistos.get("limited_time_offer"))
    _botoes(modelo, botoes)
    _cartoes(contexto, modelo, vistos.get("carousel"), raiz)


def _cartoes(
    contexto: Contexto, modelo: Modelo, recebido: dict[str, Any] | None, raiz: str
) -> None:
    """Each card of a carousel is checked as a small template of its own."""
    proprio = parte(modelo, "CAROUSEL")
    if proprio is None:
        if recebido is not None:
            raise ErroGraph(132018, "carousel: the template has no carousel")
        return
    proprios = proprio.get("cards") or []
    cartoes = campos.lista(recebido or {}, "cards", f"{raiz}.carousel", 0, 10)
    if len(cartoes) != len(proprios):
        raise ErroGraph(
            132012, f"carousel: expected {len(proprios)} cards, received {len(cartoes)}"
        )
    for posicao, (cartao, molde) in enumerate(zip(cartoes, proprios, strict=True)):
        caminho = f"{raiz}.carousel.cards[{posicao}]"
        campos.so_chaves(cartao, {"card_index", "components"}, caminho)
        if str(cartao.get("card_index", posicao)) != str(posicao):
            raise campos.invalido(f"{caminho}.card_index must be {posicao}")
        partes = cartao.get("components") or []
        if not isinstance(partes, list) or not all(isinstance(c, dict) for c in partes):
            raise campos.parametro(f"Param {campos.nome_de(caminho)} must be an array of objects.")
        como_modelo = replace(modelo, componentes=molde.get("components") or [])
        _partes(contexto, como_modelo, partes, f"{caminho}.components")


def _oferta(modelo: Modelo, recebido: dict[str, Any] | None) -> None:
    """A limited-time offer with expiration needs the moment when it ends."""
    proprio = (parte(modelo, "LIMITED_TIME_OFFER") or {}).get("limited_time_offer") or {}
    dados = _parametros(recebido)
    if not proprio.get("has_expiration"):
        return
    if len(dados) != 1 or dados[0].get("type") != "limited_time_offer":
        raise ErroGraph(131008, "limited_time_offer: expiration_time_ms is required")
    oferta = campos.objeto(dados[0], "limited_time_offer", "template.limited_time_offer")
    if not str(oferta.get("expiration_time_ms") or "").isdigit():
        raise campos.invalido("limited_time_offer: expiration_time_ms must be a timestamp")


def _indice(componente: dict[str, Any], caminho: str) -> int:
    try:
        return int(componente["index"])
    except (KeyError, TypeError, ValueError):
        raise campos.falta(f"{caminho}.index") from None


def _parametros(componente: dict[str, Any] | None) -> list[dict[str, Any]]:
    lista = (componente or {}).get("parameters") or []
    if not isinstance(lista, list) or not all(isinstance(item, dict) for item in lista):
        raise campos.parametro("Param parameters must be an array of objects.")
    return lista


def _contar(onde: str, recebidos: int, esperados: int) -> None:
    if recebidos != esperados:
        raise ErroGraph(
            132000,
            f"{onde}: number of localizable_params ({recebidos}) does not match the expected "
            f"number of params ({esperados})",
        )


def _textos(onde: str, modelo: Modelo, nomes: list[str], recebidos: list[dict[str, Any]]) -> None:
    """Check the text parameters of one part: how many, their names and their characters."""
    _contar(onde, len(recebidos), len(nomes))
    for dado in recebidos:
        if dado.get("type") not in DE_TEXTO:
            raise ErroGraph(
                132012, f"{onde}: Format mismatch, expected TEXT, received {dado.get('type')}"
            )
        if dado["type"] != "text":
            campos.objeto(dado, dado["type"], onde)
            continue
        texto = campos.texto(dado, "text", f"{onde}.parameters", 32_000, numerico=True)
        if "\n" in texto or "\t" in texto or " " * 5 in texto:
            raise ErroGraph(
                132018,
                f"{onde}: Param text cannot have new-line/tab characters or more than 4 "
                "consecutive spaces",
            )
    dados_nomes = [dado.get("parameter_name") for dado in recebidos]
    if modelo.formato == "NAMED":
        if not all(dados_nomes):
            raise ErroGraph(
                100, "Parameter name is missing or empty", mensagem="(#100) Invalid parameter"
            )
        if sorted(dados_nomes) != sorted(nomes):
            faltam = ", ".join(sorted(set(nomes) - set(dados_nomes)))
            raise ErroGraph(132000, f"{onde}: expected named params are missing: {faltam}")
    elif any(nome is not None for nome in dados_nomes):
        raise ErroGraph(132012, f"{onde}: parameter_name is not expected in this template")


def _cabecalho(
    contexto: Contexto, modelo: Modelo, recebido: dict[str, Any] | None, caminho: str
) -> None:
    proprio = parte(modelo, "HEADER")
    dados = _parametros(recebido)
    formato = (proprio or {}).get("format", "").upper()
    if formato in ("", "TEXT"):
        _textos("header", modelo, variaveis((proprio or {}).get("text", "")), dados)
        return
    tipo = dados[0].get("type") if dados else "unknown"
    aceitos = ("gif", "video") if formato == "GIF" else (formato.lower(),)
    if tipo not in aceitos or len(dados) != 1:
        raise ErroGraph(
            132012,
            f"header: Format mismatch, expected {formato}, received {str(tipo).upper()}",
        )
    caminho = f"{caminho}.parameters[0]"
    conteudo = campos.objeto(dados[0], tipo, caminho)
    if tipo in midias.TIPOS:
        midias.validar(contexto, tipo, conteudo, f"{caminho}.{tipo}")
    elif tipo == "location":
        campos.numero(conteudo, "latitude", f"{caminho}.location", 90)
        campos.numero(conteudo, "longitude", f"{caminho}.location", 180)


def _corpo(modelo: Modelo, recebido: dict[str, Any] | None) -> None:
    proprio = parte(modelo, "BODY") or {}
    dados = _parametros(recebido)
    if modelo.categoria == "AUTHENTICATION":
        _contar("body", len(dados), 1)
        return
    _textos("body", modelo, variaveis(proprio.get("text", "")), dados)
    if len(preencher(proprio.get("text", ""), dados)) > 1024:
        raise ErroGraph(132005, "body: translated text too long, max 1024 characters")


def preencher(texto: str, parametros: list[dict[str, Any]]) -> str:
    """Return the text with its variables replaced, named or in order."""
    valores: dict[str, str] = {}
    for posicao, dado in enumerate(parametros, start=1):
        outro = dado.get(dado.get("type", "")) if dado.get("type") != "text" else None
        valor = dado.get("text") or (outro or {}).get("fallback_value", "")
        valores[dado.get("parameter_name") or str(posicao)] = str(valor)
    return VARIAVEL.sub(lambda achado: valores.get(achado[1], achado[0]), texto)


def lista_de_botoes(modelo: Modelo) -> list[dict[str, Any]]:
    return (parte(modelo, "BUTTONS") or {}).get("buttons", [])


def precisa_de_parametro(botao: dict[str, Any]) -> bool:
    """True for buttons that cannot be sent without their component."""
    tipo = botao.get("type", "").upper()
    if tipo == "URL":
        return "{{" in botao.get("url", "")
    return tipo in ("COPY_CODE", "ORDER_DETAILS", "MPM", "OTP")


def _botoes(modelo: Modelo, recebidos: dict[int, dict[str, Any]]) -> None:
    proprios = lista_de_botoes(modelo)
    for indice, componente in recebidos.items():
        if not 0 <= indice < len(proprios):
            raise ErroGraph(132018, f"button: index {indice} does not exist in the template")
        subtipo = str(componente.get("sub_type", "")).lower()
        campos.um_de(subtipo, SUBTIPOS, "template.components.sub_type")
        tipo = proprios[indice].get("type", "").upper()
        if tipo != SUBTIPOS[subtipo] and not (tipo == "OTP" and subtipo == "url"):
            raise ErroGraph(132018, f"button at index {indice} is {tipo}, received {subtipo}")
        _parametro_do_botao(indice, subtipo, proprios[indice], _parametros(componente))
    for indice, botao in enumerate(proprios):
        if precisa_de_parametro(botao) and indice not in recebidos:
            raise _sem_parametro(indice, botao)


def _sem_parametro(indice: int, botao: dict[str, Any]) -> ErroGraph:
    tipo = "".join(palavra.title() for palavra in botao.get("type", "").split("_"))
    return ErroGraph(
        131008, f"buttons: Button at index {indice} of type {tipo} requires a parameter"
    )


def _parametro_do_botao(
    indice: int, subtipo: str, botao: dict[str, Any], dados: list[dict[str, Any]]
) -> None:
    onde = f"button[{indice}]"
    if precisa_de_parametro(botao) and not dados:
        raise _sem_parametro(indice, botao)
    if subtipo == "url":
        esperados = 1 if precisa_de_parametro(botao) else 0
        _contar(onde, len(dados), esperados)
        if esperados and dados[0].get("type") != "text":
            raise ErroGraph(132012, f"{onde}: Format mismatch, expected TEXT")
        if esperados:
            campos.texto(dados[0], "text", onde, 2000, numerico=True)
    elif dados and subtipo in PARAMETROS:
        tipo, objeto, maximo = PARAMETROS[subtipo]
        _contar(onde, len(dados), 1)
        if dados[0].get("type") != tipo:
            raise ErroGraph(132012, f"{onde}: Format mismatch, expected {tipo.upper()}")
        if maximo:
            campos.texto(dados[0], objeto, onde, maximo, numerico=True)
        else:
            campos.objeto(dados[0], objeto, onde)
