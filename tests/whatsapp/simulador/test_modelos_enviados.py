"""A template message must fit its approved template."""

import pytest

from tests.whatsapp.simulador.apoio import WABA, esperar


def texto(valor="x", nome=None):
    return {"type": "text", "text": valor} | ({"parameter_name": nome} if nome else {})


def corpo(*parametros):
    return {"type": "body", "parameters": list(parametros)}


def botao(indice, subtipo, **parametro):
    return {
        "type": "button",
        "sub_type": subtipo,
        "index": indice,
        "parameters": [parametro] if parametro else [],
    }


PDF = {"type": "document", "document": {"link": "https://x.gov.br/a.pdf", "filename": "a.pdf"}}
CABECALHO = {"type": "header", "parameters": [PDF]}
LINK = botao("0", "url", type="text", text="0042")
DOIS = corpo(texto("Maria"), texto("IPTU"))
TRES = corpo(texto("M"), texto("d"), texto("u"))

ACEITOS = {
    "named": ("aviso_protocolo", [corpo(texto("M", "nome"), texto("1", "protocolo"))]),
    "positional": ("retomar_atendimento", [corpo(texto("poda"))]),
    "media and url": ("segunda_via", [CABECALHO, DOIS, LINK]),
    "quick replies": ("lembrete_consulta", [TRES]),
    "quick reply payload": (
        "lembrete_consulta",
        [TRES, botao(0, "quick_reply", type="payload", payload="CONFIRMA:1")],
    ),
}
RECUSADOS = {
    "no parameters": ("retomar_atendimento", [], 132000),
    "too many": ("retomar_atendimento", [corpo(texto(), texto())], 132000),
    "named without names": ("aviso_protocolo", [corpo(texto(), texto())], 100),
    "wrong name": ("aviso_protocolo", [corpo(texto("x", "nome"), texto("x", "outro"))], 132000),
    "name in positional": ("retomar_atendimento", [corpo(texto("x", "a"))], 132012),
    "media in body": ("retomar_atendimento", [corpo(PDF)], 132012),
    "new line": ("retomar_atendimento", [corpo(texto("a\nb"))], 132018),
    "tab": ("retomar_atendimento", [corpo(texto("a\tb"))], 132018),
    "five spaces": ("retomar_atendimento", [corpo(texto("a     b"))], 132018),
    "too long": ("retomar_atendimento", [corpo(texto("x" * 1024))], 132005),
    "no header": ("segunda_via", [DOIS, LINK], 132012),
    "text header": (
        "segunda_via",
        [{"type": "header", "parameters": [texto()]}, DOIS, LINK],
        132012,
    ),
    "no url suffix": ("segunda_via", [CABECALHO, DOIS], 131008),
    "button that does not exist": (
        "segunda_via",
        [CABECALHO, DOIS, botao(1, "url", type="text", text="x")],
        132018,
    ),
    "button of another kind": (
        "lembrete_consulta",
        [TRES, botao(0, "url", type="text", text="x")],
        132018,
    ),
    "payload too long": (
        "lembrete_consulta",
        [TRES, botao(0, "quick_reply", type="payload", payload="x" * 257)],
        131009,
    ),
    "button without index": (
        "lembrete_consulta",
        [TRES, {"type": "button", "sub_type": "quick_reply", "parameters": []}],
        131008,
    ),
    "header twice": ("segunda_via", [CABECALHO, CABECALHO, DOIS, LINK], 132018),
    "unknown component": ("retomar_atendimento", [{"type": "rodape"}], 100),
}


def mandar(simulado, nome, partes, idioma="pt_BR"):
    modelo = {"name": nome, "language": {"code": idioma}, "components": partes}
    return simulado.mandar(type="template", template=modelo)


@pytest.mark.parametrize("caso", ACEITOS)
def test_template_that_fits_is_accepted(calado, caso):
    resposta = mandar(calado, *ACEITOS[caso])
    assert resposta.status_code == 200, resposta.text


@pytest.mark.parametrize("caso", RECUSADOS)
def test_template_that_does_not_fit_is_refused(calado, caso):
    nome, partes, codigo = RECUSADOS[caso]
    resposta = mandar(calado, nome, partes)
    assert (resposta.json()["error"]["code"], resposta.status_code) == (codigo, 400), resposta.text


@pytest.mark.parametrize(("situacao", "codigo"), [("PAUSED", 132015), ("DISABLED", 132016)])
def test_template_that_is_paused_or_disabled_is_refused(calado, situacao, codigo):
    modelo = {
        "name": f"modelo_{situacao.lower()}",
        "language": "pt_BR",
        "category": "UTILITY",
        "components": [{"type": "BODY", "text": "Texto sem variáveis."}],
    }
    calado.ritmo(revisao_ms=60_000)
    criado = calado.graph.post(f"/{WABA}/message_templates", json=modelo).json()
    calado.ritmo(revisao_ms=20)
    assert mandar(calado, modelo["name"], []).json()["error"]["code"] == 132001
    calado.controle.post(f"/modelos/{criado['id']}", json={"situacao": situacao})
    assert mandar(calado, modelo["name"], []).json()["error"]["code"] == codigo


def test_authentication_template_cannot_go_to_a_bsuid(calado):
    modelo = {
        "name": "codigo_de_acesso",
        "language": "pt_BR",
        "category": "AUTHENTICATION",
        "components": [
            {"type": "BODY", "add_security_recommendation": True},
            {"type": "BUTTONS", "buttons": [{"type": "OTP", "otp_type": "COPY_CODE"}]},
        ],
    }
    criado = calado.graph.post(f"/{WABA}/message_templates", json=modelo).json()
    esperar(lambda: calado.graph.get(f"/{criado['id']}").json()["status"] == "APPROVED")
    quem = calado.controle.get("/cidadaos").json()[0]["user_id"]
    enviado = {
        "name": "codigo_de_acesso",
        "language": {"code": "pt_BR"},
        "components": [corpo(texto("123")), botao("0", "url", type="text", text="123")],
    }
    resposta = calado.mandar(to=..., recipient=quem, type="template", template=enviado)
    assert resposta.json()["error"]["code"] == 131062


OFERTA = {
    "name": "feira_oferta",
    "language": "pt_BR",
    "category": "MARKETING",
    "components": [
        {
            "type": "LIMITED_TIME_OFFER",
            "limited_time_offer": {"text": "Só hoje", "has_expiration": True},
        },
        {"type": "BODY", "text": "Feira da praça com preços menores."},
        {
            "type": "BUTTONS",
            "buttons": [
                {"type": "COPY_CODE", "example": "ABC"},
                {"type": "URL", "text": "Ver", "url": "https://x.gov.br/{{1}}", "example": ["a"]},
            ],
        },
    ],
}
CARTAO = [
    {"type": "HEADER", "format": "IMAGE", "example": {"header_handle": ["4::a"]}},
    {"type": "BODY", "text": "Banca {{1}} da feira.", "example": {"body_text": [["A"]]}},
    {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "Quero"}]},
]
CARROSSEL = {
    "name": "feira_carrossel",
    "language": "pt_BR",
    "category": "MARKETING",
    "components": [
        {"type": "BODY", "text": "Veja as bancas da feira."},
        {"type": "CAROUSEL", "cards": [{"components": CARTAO}, {"components": CARTAO}]},
    ],
}


@pytest.fixture(scope="module")
def feira(calado):
    """The same silent simulator, with an offer and a carousel approved."""
    for modelo in (OFERTA, CARROSSEL):
        criado = calado.graph.post(f"/{WABA}/message_templates", json=modelo).json()
        esperar(lambda m=criado: calado.graph.get(f"/{m['id']}").json()["status"] == "APPROVED")
    return calado


PRAZO = {"type": "limited_time_offer", "limited_time_offer": {"expiration_time_ms": 1795000000000}}
ATE = {"type": "limited_time_offer", "parameters": [PRAZO]}
CUPOM = botao(0, "copy_code", type="coupon_code", coupon_code="FEIRA10")
VER = botao(1, "url", type="text", text="a")
FOTO = {"type": "image", "image": {"link": "https://x.gov.br/a.png"}}


def cartao(posicao, *partes):
    padrao = [{"type": "header", "parameters": [FOTO]}, corpo(texto("A"))]
    return {"card_index": posicao, "components": list(partes) or padrao}


def carrossel(*cartoes):
    return [{"type": "carousel", "cards": list(cartoes)}]


@pytest.mark.parametrize(
    ("nome", "partes", "codigo"),
    [
        ("feira_oferta", [ATE, CUPOM, VER], 200),
        ("feira_oferta", [CUPOM, VER], 131008),
        ("feira_oferta", [ATE, VER], 131008),
        ("feira_oferta", [ATE, botao(0, "copy_code"), VER], 131008),
        ("feira_oferta", [ATE, botao(0, "copy_code", type="text", text="x"), VER], 132012),
        ("feira_carrossel", carrossel(cartao(0), cartao(1)), 200),
        ("feira_carrossel", [], 131008),
        ("feira_carrossel", carrossel(cartao(0)), 132012),
        ("feira_carrossel", carrossel(cartao(0), cartao(2)), 131009),
        ("feira_carrossel", carrossel(cartao(0), cartao(1, corpo(texto("A")))), 132012),
        (
            "feira_carrossel",
            carrossel(cartao(0), cartao(1, {"type": "header", "parameters": [FOTO]})),
            132000,
        ),
        ("retomar_atendimento", [corpo(texto("x")), *carrossel(cartao(0), cartao(1))], 132018),
    ],
)
def test_offers_and_carousels_are_checked_to_the_last_card(feira, nome, partes, codigo):
    resposta = mandar(feira, nome, partes)
    dado = resposta.json()
    assert dado.get("error", {}).get("code", resposta.status_code) == codigo, resposta.text


def test_missing_button_parameter_is_named_as_meta_names_it(calado):
    resposta = mandar(calado, "segunda_via", [CABECALHO, DOIS])
    detalhes = resposta.json()["error"]["error_data"]["details"]
    assert detalhes == "buttons: Button at index 0 of type Url requires a parameter"


def test_missing_media_header_is_a_format_mismatch(calado):
    resposta = mandar(calado, "segunda_via", [DOIS, LINK])
    detalhes = resposta.json()["error"]["error_data"]["details"]
    assert detalhes == "header: Format mismatch, expected DOCUMENT, received UNKNOWN"


def test_a_number_is_taken_as_a_text_parameter(calado):
    assert mandar(calado, "retomar_atendimento", [corpo(texto(42))]).status_code == 200
    assert "42" in calado.tela()[-1]["modelo"]["corpo"]
