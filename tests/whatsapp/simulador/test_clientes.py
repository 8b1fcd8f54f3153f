"""What client libraries really send: any version, any kind of body, words in any case."""

import hashlib
import hmac
import json

import httpx
import pytest

from tests.whatsapp.simulador.apoio import MARIA, NUMERO, PNG, WABA

JSON = {"Content-Type": "application/json"}
TEXTO = {"messaging_product": "whatsapp", "to": MARIA, "text": {"body": "Olá"}}


@pytest.fixture
def fora(calado):
    """A client without base path, for addresses that are not `/v25.0/…`."""
    token = {"Authorization": "Bearer demo-token"}
    with httpx.Client(base_url=calado.url, headers=token, timeout=10) as cliente:
        yield cliente


@pytest.mark.parametrize(
    ("inicio", "versao"),
    [
        ("/v25.0", "v25.0"),
        ("/v23", "v23.0"),
        ("/v14.0", "v21.0"),
        ("/v99.0", "v26.0"),
        ("", "v21.0"),
        ("/v25.0/", "v25.0"),
    ],
)
def test_any_version_or_none_is_served(fora, inicio, versao):
    resposta = fora.post(f"{inicio}/{NUMERO}/messages", json=TEXTO)
    assert resposta.status_code == 200, resposta.text
    assert resposta.headers["facebook-api-version"] == versao


def test_an_address_that_is_not_a_version_is_refused_in_graphs_words(fora):
    resposta = fora.get("/vabc/x")
    assert (resposta.status_code, resposta.json()["error"]["code"]) == (404, 803)


def test_an_address_of_nobody_is_not_found(fora):
    assert fora.get("/qualquer/coisa").status_code == 404


BOTOES = {
    "type": "button",
    "body": {"text": "Resolvido?"},
    "action": {"buttons": [{"type": "reply", "reply": {"id": 1, "title": "Sim"}}]},
}
CONTATOS = [{"name": {"formatted_name": "Ouvidoria", "first_name": "Ouvidoria"}}]


@pytest.mark.parametrize(
    ("tipo", "objeto"),
    [("text", {"body": "Olá"}), ("interactive", BOTOES), ("contacts", CONTATOS)],
)
def test_objects_may_come_as_strings_of_json(calado, tipo, objeto):
    resposta = calado.mandar(**{"type": tipo, tipo: json.dumps(objeto)})
    assert resposta.status_code == 200, resposta.text
    mostrada = calado.tela()[-1]
    assert mostrada["tipo"] == tipo
    assert isinstance(mostrada[tipo], dict | list)


COMUM = {"messaging_product": "whatsapp", "to": MARIA}
FORMULARIOS = {
    "json value": COMUM | {"type": "text", "text": '{"body": "formulário"}'},
    "brackets": COMUM | {"text[body]": "formulário", "text[preview_url]": "true"},
    "brackets with lists": COMUM
    | {
        "type": "template",
        "template[name]": "retomar_atendimento",
        "template[language][code]": "pt_BR",
        "template[components][0][type]": "body",
        "template[components][0][parameters][0][type]": "text",
        "template[components][0][parameters][0][text]": "poda",
    },
}


@pytest.mark.parametrize("caso", FORMULARIOS)
@pytest.mark.parametrize("partes", [False, True], ids=["urlencoded", "multipart"])
def test_a_form_is_taken_as_json_is(calado, caso, partes):
    campos = FORMULARIOS[caso]
    corpo = {"files": {n: (None, v) for n, v in campos.items()}} if partes else {"data": campos}
    resposta = calado.graph.post(f"/{NUMERO}/messages", **corpo)
    assert resposta.status_code == 200, resposta.text


def test_parameters_may_come_in_the_address(calado):
    consulta = COMUM | {"text": '{"body": "no endereço"}'}
    assert calado.graph.post(f"/{NUMERO}/messages", params=consulta).status_code == 200
    assert calado.tela()[-1]["text"]["body"] == "no endereço"


@pytest.mark.parametrize("tipo", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_json_under_another_content_type_has_no_parameters(calado, tipo):
    cabecalhos = {"Content-Type": tipo}
    cru = json.dumps(TEXTO).encode()
    resposta = calado.graph.post(f"/{NUMERO}/messages", content=cru, headers=cabecalhos)
    erro = resposta.json()["error"]
    assert (resposta.status_code, erro["code"]) == (400, 100)
    assert erro["message"] == "(#100) The parameter messaging_product is required."


def test_a_broken_multipart_body_is_refused(calado):
    cabecalhos = {"Content-Type": "multipart/form-data; boundary=x"}
    resposta = calado.graph.post(f"/{NUMERO}/media", content=b"--y\r\nnada", headers=cabecalhos)
    assert (resposta.status_code, resposta.json()["error"]["code"]) == (400, 100)


def test_post_may_stand_for_another_verb(calado):
    resposta = calado.graph.post(f"/{NUMERO}", data={"method": "GET", "fields": "id"})
    assert resposta.json() == {"id": NUMERO}


def test_head_answers_as_get(calado):
    resposta = calado.graph.head(f"/{NUMERO}")
    assert (resposta.status_code, resposta.content) == (200, b"")


@pytest.mark.parametrize("onde", ["params", "data"])
def test_the_token_may_be_a_parameter(calado, onde):
    corpo = COMUM | {"text": '{"body": "x"}', "access_token": "demo-token"}
    endereco = f"{calado.url}/v25.0/{NUMERO}/messages"
    assert httpx.post(endereco, **{onde: corpo}).status_code == 200


def test_the_proof_of_the_app_secret_is_checked_when_it_comes(calado):
    certa = hmac.new(b"demo-app-secret", b"demo-token", hashlib.sha256).hexdigest()
    assert calado.graph.get(f"/{NUMERO}", params={"appsecret_proof": certa}).status_code == 200
    resposta = calado.graph.get(f"/{NUMERO}", params={"appsecret_proof": "errada"})
    assert (resposta.status_code, resposta.json()["error"]["code"]) == (400, 100)
    assert "appsecret_proof" in resposta.json()["error"]["message"]


def test_words_are_taken_in_any_case(calado):
    resposta = calado.mandar(messaging_product="WHATSAPP", type="TEXT", text={"body": "x"})
    assert resposta.status_code == 200, resposta.text


@pytest.mark.parametrize(
    ("mudanca", "frase"),
    [
        (
            {"messaging_product": "sms"},
            'Param messaging_product must be one of {WHATSAPP} - got "sms".',
        ),
        (
            {"text": {"body": "x" * 4097}},
            "Param text['body'] must be at most 4096 characters long.",
        ),
        (
            {
                "text": ...,
                "type": "template",
                "template": {"name": "x", "language": {"code": "pt_BR", "politica": "x"}},
            },
            'Unexpected key "politica" on param "template[\'language\']".',
        ),
    ],
)
def test_refusals_use_metas_words(calado, mudanca, frase):
    resposta = calado.mandar(**({"text": {"body": "x"}} | mudanca))
    mensagem = f"(#100) {frase}"
    assert resposta.json()["error"]["message"] == mensagem
    aviso = 'OAuth "Facebook Platform" "invalid_request" "' + mensagem.replace('"', '\\"') + '"'
    assert resposta.headers["WWW-Authenticate"] == aviso


def test_links_of_pages_work_alone_and_the_call_log_hides_the_token(calado):
    primeira = calado.graph.get(f"/{WABA}/message_templates", params={"limit": 2}).json()
    segunda = httpx.get(primeira["paging"]["next"]).json()
    assert segunda["data"]
    volta = httpx.get(segunda["paging"]["previous"]).json()
    assert volta["data"] == primeira["data"]
    caminhos = [c["caminho"] for c in calado.controle.get("/chamadas").json()]
    assert "demo-token" not in "".join(caminhos)
    assert any("access_token=***" in caminho for caminho in caminhos)


def test_calls_of_the_account_tell_its_use(calado):
    resposta = calado.graph.get(f"/{WABA}/message_templates")
    assert WABA in json.loads(resposta.headers["x-business-use-case-usage"])


def test_account_shows_its_edges_as_fields(calado):
    campos = "id,phone_numbers{display_phone_number},message_templates.limit(1){name}"
    dados = calado.graph.get(f"/{WABA}", params={"fields": campos}).json()
    assert dados["phone_numbers"]["data"][0]["id"] == NUMERO
    assert dados["message_templates"]["data"]


def test_empty_file_name_is_as_none(calado):
    midia = {"link": "https://x.gov.br/a.pdf", "caption": "", "filename": ""}
    assert calado.mandar(type="document", document=midia).status_code == 200


def test_upload_takes_the_product_from_the_address(calado):
    resposta = calado.graph.post(
        f"/{NUMERO}/media",
        params={"messaging_product": "whatsapp"},
        files={"file": ("a.png", PNG, "image/png")},
    )
    assert resposta.json()["id"].isdigit()


@pytest.mark.parametrize("verbo", ["GET", "POST", "DELETE"])
def test_unknown_control_address_is_not_graphs(calado, verbo):
    resposta = calado.controle.request(verbo, "/nada")
    assert (resposta.status_code, set(resposta.json())) == (404, {"erro"})
