"""Interactive messages: one table of shapes and one check per action (WHATSAPP.md 5, 10, 11)."""

from dataclasses import dataclass
from typing import Any

from prefeitura.whatsapp.simulador.validacao import campos, midias, pagamentos
from prefeitura.whatsapp.simulador.validacao.midias import Contexto

QUALQUER = ("text", "image", "video", "document")


@dataclass(frozen=True)
class Forma:
    """What a kind of interactive message may carry around its action."""

    cabecalhos: tuple[str, ...] = ()
    corpo: int = 1024
    corpo_obrigatorio: bool = True
    rodape: bool = False
    cabecalho_obrigatorio: bool = False


FORMAS = {
    "button": Forma(QUALQUER, rodape=True),
    "list": Forma(("text",), corpo=4096, rodape=True),
    "cta_url": Forma(QUALQUER, rodape=True),
    "flow": Forma(QUALQUER, rodape=True),
    "location_request_message": Forma(),
    "request_contact_info": Forma(rodape=True),
    "call_permission_request": Forma(corpo_obrigatorio=False),
    "voice_call": Forma(QUALQUER, rodape=True),
    "carousel": Forma(),
    "address_message": Forma(QUALQUER, rodape=True),
    "product": Forma(corpo_obrigatorio=False, rodape=True),
    "product_list": Forma(("text",), rodape=True, cabecalho_obrigatorio=True),
    "catalog_message": Forma(rodape=True),
    "order_details": Forma(QUALQUER, rodape=True),
    "order_status": Forma(rodape=True),
}


def validar(contexto: Contexto, objeto: dict[str, Any]) -> None:
    """Check an `interactive` object of any kind."""
    tipo = campos.um_de(objeto.get("type"), FORMAS, "interactive.type")
    objeto["type"], forma = tipo, FORMAS[tipo]
    campos.so_chaves(objeto, {"type", "header", "body", "footer", "action"}, "interactive")
    if objeto.get("header") is not None:
        cabecalho(contexto, campos.objeto(objeto, "header", "interactive"), forma.cabecalhos)
    elif forma.cabecalho_obrigatorio:
        raise campos.falta("interactive.header")
    if forma.corpo_obrigatorio or objeto.get("body") is not None:
        corpo = campos.objeto(objeto, "body", "interactive")
        campos.so_chaves(corpo, {"text"}, "interactive.body")
        campos.texto(corpo, "text", "interactive.body", forma.corpo)
    if objeto.get("footer") is not None:
        if not forma.rodape:
            raise campos.parametro(f"Param interactive.footer is not supported for type {tipo}.")
        rodape = campos.objeto(objeto, "footer", "interactive")
        campos.so_chaves(rodape, {"text"}, "interactive.footer")
        campos.texto(rodape, "text", "interactive.footer", 60)
    acao = campos.objeto(objeto, "action", "interactive")
    ACOES[tipo](contexto, acao)


def cabecalho(contexto: Contexto, objeto: dict[str, Any], aceitos: tuple[str, ...]) -> None:
    """Check a header: text without markdown or one media of an accepted kind."""
    caminho = "interactive.header"
    tipo = objeto.get("type")
    if tipo not in aceitos:
        raise campos.invalido(f"{caminho}.type {tipo!r} is not supported for this message")
    campos.so_chaves(objeto, {"type", tipo, "sub_text"}, caminho)
    if tipo == "text":
        campos.texto(objeto, "text", caminho, 60)
        return
    midias.validar(contexto, tipo, campos.objeto(objeto, tipo, caminho), f"{caminho}.{tipo}")


def nome(acao: dict[str, Any], esperado: str) -> None:
    if acao.get("name") is None:
        raise campos.falta("interactive.action.name")
    campos.um_de(acao["name"], {esperado}, "interactive.action.name")


def botoes(contexto: Contexto, acao: dict[str, Any]) -> None:
    """Reply buttons: 1 to 3, titles up to 20, ids up to 256, none repeated."""
    caminho = "interactive.action"
    campos.so_chaves(acao, {"buttons"}, caminho)
    titulos: list[str] = []
    ids: list[str] = []
    for posicao, botao in enumerate(campos.lista(acao, "buttons", caminho, 1, 3)):
        aqui = f"{caminho}.buttons[{posicao}]"
        campos.so_chaves(botao, {"type", "reply"}, aqui)
        campos.um_de(botao.get("type"), {"reply"}, f"{aqui}.type")
        resposta = campos.objeto(botao, "reply", aqui)
        campos.so_chaves(resposta, {"id", "title"}, f"{aqui}.reply")
        ids.append(campos.texto(resposta, "id", f"{aqui}.reply", 256, numerico=True))
        titulos.append(campos.texto(resposta, "title", f"{aqui}.reply", 20))
    sem_repetir(ids, "button reply id")
    sem_repetir(titulos, "button reply title")


def sem_repetir(valores: list[str], o_que: str) -> None:
    if len(set(valores)) != len(valores):
        raise campos.invalido(f"Duplicated {o_que}")


def opcoes(contexto: Contexto, acao: dict[str, Any]) -> None:
    """List: label up to 20, 10 sections, 10 rows in all, titles 24, descriptions 72, ids 200."""
    caminho = "interactive.action"
    campos.so_chaves(acao, {"button", "sections"}, caminho)
    campos.texto(acao, "button", caminho, 20)
    secoes = campos.lista(acao, "sections", caminho, 1, 10)
    ids: list[str] = []
    for posicao, secao in enumerate(secoes):
        aqui = f"{caminho}.sections[{posicao}]"
        campos.so_chaves(secao, {"title", "rows"}, aqui)
        campos.texto(secao, "title", aqui, 24, minimo=0, obrigatorio=len(secoes) > 1)
        if len(secoes) > 1 and not secao["title"].strip():
            raise campos.falta(f"{aqui}.title")
        for lugar, linha in enumerate(campos.lista(secao, "rows", aqui, 1, 10)):
            la = f"{aqui}.rows[{lugar}]"
            campos.so_chaves(linha, {"id", "title", "description"}, la)
            ids.append(campos.texto(linha, "id", la, 200, numerico=True))
            campos.texto(linha, "title", la, 24)
            campos.texto(linha, "description", la, 72, minimo=0, obrigatorio=False)
    if len(ids) > 10:
        raise campos.invalido(f"Total row count exceed max allowed count: 10, received: {len(ids)}")
    sem_repetir(ids, "row id")


def endereco(contexto: Contexto, acao: dict[str, Any], caminho: str = "interactive.action") -> None:
    campos.so_chaves(acao, {"name", "parameters"}, caminho)
    nome(acao, "cta_url")
    parametros = campos.objeto(acao, "parameters", caminho)
    campos.so_chaves(parametros, {"display_text", "url"}, f"{caminho}.parameters")
    campos.texto(parametros, "display_text", f"{caminho}.parameters", 20)
    campos.url(parametros, "url", f"{caminho}.parameters")


def formulario(contexto: Contexto, acao: dict[str, Any]) -> None:
    """Flow: id or name, label up to 20 without emoji, and a payload that is never empty."""
    caminho = "interactive.action.parameters"
    campos.so_chaves(acao, {"name", "parameters"}, "interactive.action")
    nome(acao, "flow")
    dados = campos.objeto(acao, "parameters", "interactive.action")
    campos.texto(dados, "flow_message_version", caminho, 10, numerico=True)
    if bool(dados.get("flow_id")) == bool(dados.get("flow_name")):
        raise campos.invalido(f"Exactly one of {caminho}.flow_id and flow_name is required")
    rotulo = campos.texto(dados, "flow_cta", caminho, 20)
    if any(ord(letra) > 0x2190 for letra in rotulo):
        raise campos.invalido(f"{caminho}.flow_cta must not contain emoji")
    campos.texto(dados, "flow_token", caminho, 2000, obrigatorio=False)
    modo = dados.get("mode") or "published"
    campos.um_de(modo, {"draft", "published"}, f"{caminho}.mode")
    campos.um_de(
        dados.get("flow_action") or "navigate",
        {"navigate", "data_exchange"},
        f"{caminho}.flow_action",
    )
    carga = dados.get("flow_action_payload")
    if carga is not None:
        carga = campos.objeto(dados, "flow_action_payload", caminho)
        campos.texto(carga, "screen", f"{caminho}.flow_action_payload", 200)
        if "data" in carga and (not isinstance(carga["data"], dict) or not carga["data"]):
            raise campos.invalido(
                f"{caminho}.flow_action_payload.data must be of type dynamic_object"
            )


def carrossel(contexto: Contexto, acao: dict[str, Any]) -> None:
    """Media carousel: 2 to 10 cards, each with media, up to 160 characters and its buttons."""
    campos.so_chaves(acao, {"cards"}, "interactive.action")
    for posicao, cartao in enumerate(campos.lista(acao, "cards", "interactive.action", 2, 10)):
        caminho = f"interactive.action.cards[{posicao}]"
        campos.so_chaves(cartao, {"card_index", "type", "header", "body", "action"}, caminho)
        if str(cartao.get("card_index")) != str(posicao):
            raise campos.invalido(f"{caminho}.card_index must be {posicao}")
        if cartao.get("type") == "product":
            continue
        campos.um_de(cartao.get("type"), {"cta_url", "quick_reply"}, f"{caminho}.type")
        cabecalho(contexto, campos.objeto(cartao, "header", caminho), ("image", "video"))
        if cartao.get("body") is not None:
            corpo = campos.texto(campos.objeto(cartao, "body", caminho), "text", caminho, 160)
            if corpo.count("\n") > 2:
                raise campos.invalido(f"{caminho}.body.text may have at most 2 line breaks")
        acao_do_cartao = campos.objeto(cartao, "action", caminho)
        if "buttons" in acao_do_cartao:
            for botao in campos.lista(acao_do_cartao, "buttons", f"{caminho}.action", 1, 3):
                resposta = campos.objeto(botao, "quick_reply", f"{caminho}.action.buttons")
                campos.texto(resposta, "title", f"{caminho}.action.buttons", 20)
                campos.texto(resposta, "id", f"{caminho}.action.buttons", 256)
        else:
            endereco(contexto, acao_do_cartao, f"{caminho}.action")


def morada(contexto: Contexto, acao: dict[str, Any]) -> None:
    """Address form; Meta delivers it in India only, and says so after the 200."""
    nome(acao, "address_message")
    caminho = "interactive.action.parameters"
    dados = campos.objeto(acao, "parameters", "interactive.action")
    campos.texto(dados, "country", caminho, 2)


def so_nome(esperado: str):
    def validar_nome(contexto: Contexto, acao: dict[str, Any]) -> None:
        nome(acao, esperado)

    return validar_nome


def ligacao(contexto: Contexto, acao: dict[str, Any]) -> None:
    nome(acao, "voice_call")
    caminho = "interactive.action.parameters"
    dados = campos.objeto(acao | {"parameters": acao.get("parameters") or {}}, "parameters", "")
    campos.so_chaves(dados, {"display_text", "ttl_minutes", "payload"}, caminho)
    campos.texto(dados, "display_text", caminho, 20, obrigatorio=False)


def produto(contexto: Contexto, acao: dict[str, Any]) -> None:
    campos.texto(acao, "catalog_id", "interactive.action", 100, numerico=True)
    campos.texto(acao, "product_retailer_id", "interactive.action", 100, numerico=True)


def produtos(contexto: Contexto, acao: dict[str, Any]) -> None:
    campos.texto(acao, "catalog_id", "interactive.action", 100, numerico=True)
    secoes = campos.lista(acao, "sections", "interactive.action", 1, 10)
    for secao in secoes:
        campos.lista(secao, "product_items", "interactive.action.sections", 1, 30)
        if len(secoes) > 1:
            campos.texto(secao, "title", "interactive.action.sections", 24)


def pedido(contexto: Contexto, acao: dict[str, Any]) -> None:
    nome(acao, "review_and_pay")
    pagamentos.cobranca(campos.objeto(acao, "parameters", "interactive.action"))


def andamento(contexto: Contexto, acao: dict[str, Any]) -> None:
    nome(acao, "review_order")
    pagamentos.andamento(campos.objeto(acao, "parameters", "interactive.action"))


ACOES = {
    "button": botoes,
    "list": opcoes,
    "cta_url": endereco,
    "flow": formulario,
    "location_request_message": so_nome("send_location"),
    "request_contact_info": so_nome("request_contact_info"),
    "call_permission_request": so_nome("call_permission_request"),
    "voice_call": ligacao,
    "carousel": carrossel,
    "address_message": morada,
    "product": produto,
    "product_list": produtos,
    "catalog_message": so_nome("catalog_message"),
    "order_details": pedido,
    "order_status": andamento,
}
