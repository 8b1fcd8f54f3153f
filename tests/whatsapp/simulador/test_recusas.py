"""Wrong JSON is refused as Meta refuses it: HTTP status, code and shape."""

import copy

import pytest

from tests.whatsapp.simulador.apoio import MARIA, NUMERO, V
from tests.whatsapp.simulador.test_envio import INTERATIVAS, botoes


def mudada(tipo, caminho, valor):
    """Return an interactive message with one part changed (`...` removes it)."""
    objeto = copy.deepcopy(INTERATIVAS[tipo])
    *pais, ultimo = caminho
    alvo = objeto
    for parte in pais:
        alvo = alvo[parte]
    if valor is ...:
        del alvo[ultimo]
    else:
        alvo[ultimo] = valor
    return {"type": "interactive", "interactive": objeto}


BOTAO = ("action", "buttons", 0, "reply")
LINHA = ("action", "sections", 0, "rows", 0)
FLUXO = ("action", "parameters")
ONZE = [{"id": str(i), "title": "t"} for i in range(11)]
SECOES = [{"title": f"s{s}", "rows": ONZE[s * 4 : s * 4 + 4]} for s in range(3)]

RECUSAS = {
    "no product": ({"messaging_product": ..., "text": {"body": "x"}}, 100),
    "other product": ({"messaging_product": "sms", "text": {"body": "x"}}, 100),
    "no recipient": ({"to": ..., "text": {"body": "x"}}, 100),
    "letters in to": ({"to": "maria", "text": {"body": "x"}}, 131009),
    "short to": ({"to": "123", "text": {"body": "x"}}, 131009),
    "malformed bsuid": ({"to": ..., "recipient": "maria", "text": {"body": "x"}}, 131009),
    "unknown bsuid": ({"to": ..., "recipient": "BR.123", "text": {"body": "x"}}, 131009),
    "own number": ({"to": "+5511990000001", "text": {"body": "x"}}, 131021),
    "unknown type": ({"type": "fax", "fax": {}}, 100),
    "unknown top field": ({"text": {"body": "x"}, "prioridade": 1}, 100),
    "two types": ({"type": "text", "text": {"body": "x"}, "image": {"id": "1"}}, 100),
    "type without object": ({"type": "text"}, 131008),
    "text is a string": ({"type": "text", "text": "x"}, 100),
    "no body": ({"type": "text", "text": {}}, 131008),
    "blank body": ({"type": "text", "text": {"body": "   "}}, 131008),
    "body is a number": ({"type": "text", "text": {"body": 1}}, 100),
    "body too long": ({"type": "text", "text": {"body": "x" * 4097}}, 100),
    "unknown text field": ({"type": "text", "text": {"body": "x", "negrito": True}}, 100),
    "opaque too long": ({"text": {"body": "x"}, "biz_opaque_callback_data": "x" * 513}, 100),
    "context without id": ({"text": {"body": "x"}, "context": {}}, 131008),
    "group": ({"text": {"body": "x"}, "recipient_type": "group"}, 100),
    "image without source": ({"type": "image", "image": {}}, 131008),
    "image with both": ({"type": "image", "image": {"id": "1", "link": "https://x.br/a"}}, 131009),
    "image with unknown id": ({"type": "image", "image": {"id": "1"}}, 100),
    "image with bad link": ({"type": "image", "image": {"link": "ftp://x"}}, 131009),
    "caption too long": (
        {"type": "image", "image": {"link": "https://x.br/a", "caption": "x" * 1025}},
        100,
    ),
    "caption on sticker": (
        {"type": "sticker", "sticker": {"link": "https://x.br/a", "caption": "x"}},
        100,
    ),
    "latitude out of range": (
        {"type": "location", "location": {"latitude": 91, "longitude": 0}},
        131009,
    ),
    "no longitude": ({"type": "location", "location": {"latitude": 1}}, 131008),
    "latitude not a number": (
        {"type": "location", "location": {"latitude": "x", "longitude": 0}},
        100,
    ),
    "no contacts": ({"type": "contacts", "contacts": []}, 131009),
    "contact without name": ({"type": "contacts", "contacts": [{}]}, 131008),
    "contact with one name": (
        {"type": "contacts", "contacts": [{"name": {"formatted_name": "x"}}]},
        131008,
    ),
    "contact birthday": (
        {
            "type": "contacts",
            "contacts": [
                {"name": {"formatted_name": "x", "first_name": "x"}, "birthday": "1/2/1990"}
            ],
        },
        131009,
    ),
    "reaction without target": ({"type": "reaction", "reaction": {"emoji": "👍"}}, 131008),
    "reaction without emoji": ({"type": "reaction", "reaction": {"message_id": "wamid.x"}}, 131008),
    "reaction with word": (
        {"type": "reaction", "reaction": {"message_id": "wamid.x", "emoji": "ok"}},
        131009,
    ),
    "unknown interactive": (mudada("button", ("type",), "botao"), 100),
    "no interactive body": (mudada("button", ("body",), ...), 131008),
    "interactive body too long": (mudada("button", ("body", "text"), "x" * 1025), 131009),
    "header too long": (mudada("button", ("header", "text"), "x" * 61), 131009),
    "footer too long": (mudada("button", ("footer", "text"), "x" * 61), 131009),
    "no buttons": (mudada("button", ("action",), {"buttons": []}), 131009),
    "four buttons": (mudada("button", ("action",), botoes(4)), 131009),
    "button title too long": (mudada("button", (*BOTAO, "title"), "x" * 21), 131009),
    "button id too long": (mudada("button", (*BOTAO, "id"), "x" * 257), 131009),
    "repeated button title": (mudada("button", (*BOTAO, "title"), "Nº 1"), 131009),
    "repeated button id": (mudada("button", (*BOTAO, "id"), "b1"), 131009),
    "button of other type": (mudada("button", ("action", "buttons", 0, "type"), "url"), 100),
    "list body too long": (mudada("list", ("body", "text"), "x" * 4097), 131009),
    "list label too long": (mudada("list", ("action", "button"), "x" * 21), 131009),
    "list with image header": (
        mudada("list", ("header",), {"type": "image", "image": {"link": "https://x.br/a"}}),
        131009,
    ),
    "section without title": (mudada("list", ("action", "sections", 0, "title"), ...), 131008),
    "section title too long": (
        mudada("list", ("action", "sections", 0, "title"), "x" * 25),
        131009,
    ),
    "row title too long": (mudada("list", (*LINHA, "title"), "x" * 25), 131009),
    "row description too long": (mudada("list", (*LINHA, "description"), "x" * 73), 131009),
    "row id too long": (mudada("list", (*LINHA, "id"), "x" * 201), 131009),
    "eleven rows": (mudada("list", ("action", "sections", 0, "rows"), ONZE), 131009),
    "eleven rows in sections": (mudada("list", ("action", "sections"), SECOES), 131009),
    "repeated row id": (mudada("list", (*LINHA, "id"), "2"), 131009),
    "no sections": (mudada("list", ("action", "sections"), ...), 131008),
    "url label too long": (mudada("cta_url", (*FLUXO, "display_text"), "x" * 21), 131009),
    "url not an address": (mudada("cta_url", (*FLUXO, "url"), "x.gov.br"), 131009),
    "url without action name": (mudada("cta_url", ("action", "name"), ...), 131008),
    "location request with footer": (
        mudada("location_request_message", ("footer",), {"text": "x"}),
        100,
    ),
    "old contact request": (mudada("request_contact_info", ("type",), "contact_request"), 100),
    "flow with empty data": (
        mudada("flow", (*FLUXO, "flow_action_payload", "data"), {}),
        131009,
    ),
    "flow with id and name": (mudada("flow", (*FLUXO, "flow_name"), "f"), 131009),
    "flow label with emoji": (mudada("flow", (*FLUXO, "flow_cta"), "Ir 😀"), 131009),
    "order that does not add up": (
        mudada("order_details", (*FLUXO, "total_amount", "value"), 99),
        131009,
    ),
    "order reference": (mudada("order_details", (*FLUXO, "reference_id"), "a b"), 131009),
    "order in dollars": (mudada("order_details", (*FLUXO, "currency"), "USD"), 100),
    "unknown template": (
        {"type": "template", "template": {"name": "nada", "language": {"code": "pt_BR"}}},
        132001,
    ),
    "template in other language": (
        {
            "type": "template",
            "template": {"name": "aviso_protocolo", "language": {"code": "pt-BR"}},
        },
        132001,
    ),
    "template without language": ({"type": "template", "template": {"name": "x"}}, 131008),
    "typing another thing": ({"status": "delivered", "to": ..., "message_id": "x"}, 100),
    "reading an unknown message": ({"status": "read", "to": ..., "message_id": "wamid.x"}, 131009),
}
HTTP = {132001: 404}


@pytest.mark.parametrize("nome", RECUSAS)
def test_wrong_body_is_refused_with_metas_code(calado, nome):
    corpo, codigo = RECUSAS[nome]
    antes = len(calado.tela(todas=1))
    resposta = calado.mandar(**corpo)
    erro = resposta.json()["error"]
    assert (erro["code"], resposta.status_code) == (codigo, HTTP.get(codigo, 400)), resposta.text
    assert erro["type"] == "OAuthException"
    assert erro["message"].startswith(f"(#{codigo})")
    assert erro["fbtrace_id"]
    assert erro["error_data"]["details"] or codigo == 100
    assert len(calado.tela(todas=1)) == antes


@pytest.mark.parametrize("cabecalho", ["Bearer errado", "Basic demo-token", "Bearer", ""])
def test_bad_or_missing_token_is_401(calado, cabecalho):
    cabecalhos = {"Authorization": cabecalho}
    resposta = calado.controle.post(
        f"{calado.url}{V}/{NUMERO}/messages", headers=cabecalhos, json={}
    )
    assert resposta.status_code == 401
    assert resposta.json()["error"]["code"] in (104, 190)
    assert resposta.headers["WWW-Authenticate"].startswith('OAuth "Facebook Platform"')


def test_unknown_number_is_100_with_subcode_33(calado):
    corpo = {"messaging_product": "whatsapp", "to": MARIA, "text": {"body": "x"}}
    resposta = calado.graph.post("/999/messages", json=corpo)
    erro = resposta.json()["error"]
    assert (resposta.status_code, erro["code"], erro["error_subcode"]) == (400, 100, 33)
    assert erro["type"] == "GraphMethodException"
    assert "Object with ID '999' does not exist" in erro["message"]


@pytest.mark.parametrize("caminho", [f"/{NUMERO}/nada", f"/{NUMERO}/messages/1", "/"])
def test_unknown_path_is_2500(calado, caminho):
    resposta = calado.graph.post(caminho, json={})
    assert (resposta.status_code, resposta.json()["error"]["code"]) == (400, 2500)


@pytest.mark.parametrize("cru", [b"{", b"[]", b"null", b"nada", b"[" * 5000])
def test_body_that_is_not_an_object_is_100(calado, cru):
    tipo = {"Content-Type": "application/json"}
    resposta = calado.graph.post(f"/{NUMERO}/messages", content=cru, headers=tipo)
    assert (resposta.status_code, resposta.json()["error"]["code"]) == (400, 100)


def test_media_of_another_number_cannot_be_sent(calado):
    novo = {"phone_number_id": "100000000000009", "exibicao": "+55 11 99000-0009", "nome": "Saúde"}
    calado.controle.post("/numeros", json=novo)
    midia = calado.subir()
    corpo = {
        "messaging_product": "whatsapp",
        "to": MARIA,
        "type": "image",
        "image": {"id": midia},
    }
    resposta = calado.graph.post("/100000000000009/messages", json=corpo)
    erro = resposta.json()["error"]
    assert erro["code"] == 100
    assert "Param image['id'] is not a valid whatsapp business account media" in erro["message"]


ESTRANHOS = [None, True, -1, 1e30, "\0", [], {}, [1], {"a": 1}]


def lugares(valor, caminho=()):
    """Yield the path of every value inside `valor`."""
    yield caminho
    if isinstance(valor, dict | list):
        for chave, filho in valor.items() if isinstance(valor, dict) else enumerate(valor):
            yield from lugares(filho, (*caminho, chave))


def trocado(objeto, caminho, valor):
    novo = copy.deepcopy(objeto)
    *pais, ultimo = caminho
    alvo = novo
    for parte in pais:
        alvo = alvo[parte]
    alvo[ultimo] = valor
    return novo


@pytest.mark.parametrize("tipo", INTERATIVAS)
def test_no_value_anywhere_is_answered_without_metas_json(calado, tipo):
    inteiro = {"type": "interactive", "interactive": INTERATIVAS[tipo]}
    for caminho in list(lugares(inteiro))[1:]:
        for valor in ESTRANHOS:
            resposta = calado.mandar(**trocado(inteiro, caminho, valor))
            assert resposta.status_code in (200, 400), (caminho, valor, resposta.text)


def test_what_no_check_foresaw_is_metas_unknown_error(calado, monkeypatch, caplog):
    def quebrar(*args):
        raise TypeError("não previsto")

    monkeypatch.setattr("prefeitura.whatsapp.simulador.graph.mensagens.enviar", quebrar)
    resposta = calado.mandar(text={"body": "x"})
    assert (resposta.status_code, resposta.json()["error"]["code"]) == (500, 1)
    assert "não soube ler a chamada" in caplog.text
