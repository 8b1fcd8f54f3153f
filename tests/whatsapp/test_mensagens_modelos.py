"""Templates: what is sent, what is refused before Meta refuses it, and what people will read."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prefeitura.whatsapp.mensagens import (
    MensagemInvalida,
    lacunas,
    modelo,
    previa_do_modelo,
    resumo,
    validar_modelo,
)

CORPO_NOMEADO = "Olá {{nome}}, seu pedido foi para {{setor}}. Responda se precisar."
NOMEADO = [
    {"type": "HEADER", "format": "TEXT", "text": "Protocolo {{protocolo}}"},
    {"type": "BODY", "text": CORPO_NOMEADO},
    {"type": "FOOTER", "text": "Prefeitura de X"},
    {
        "type": "BUTTONS",
        "buttons": [
            {"type": "QUICK_REPLY", "text": "Falar com atendente"},
            {"type": "URL", "text": "Acompanhar", "url": "https://x.gov.br/p/{{1}}"},
        ],
    },
]
VALORES = {"nome": "Maria", "setor": "Obras"}
CABECALHO = {"texto": {"protocolo": "2026-0042"}}
BOTOES = {1: {"url": "2026-0042"}}
POSICIONAL = [{"type": "BODY", "text": "Olá {{1}}, venha dia {{2}} às 8h, {{1}}."}]


def recusa(*args):
    with pytest.raises(MensagemInvalida) as erro:
        validar_modelo(*args)
    return erro.value.campo, erro.value.frase


def test_named_template_names_every_value():
    assert modelo("aviso", "pt_BR", VALORES, CABECALHO, BOTOES) == {
        "type": "template",
        "template": {
            "name": "aviso",
            "language": {"code": "pt_BR"},
            "components": [
                {
                    "type": "header",
                    "parameters": [
                        {"type": "text", "parameter_name": "protocolo", "text": "2026-0042"}
                    ],
                },
                {
                    "type": "body",
                    "parameters": [
                        {"type": "text", "parameter_name": "nome", "text": "Maria"},
                        {"type": "text", "parameter_name": "setor", "text": "Obras"},
                    ],
                },
                {
                    "type": "button",
                    "sub_type": "url",
                    "index": "1",
                    "parameters": [{"type": "text", "text": "2026-0042"}],
                },
            ],
        },
    }


@pytest.mark.parametrize("valores", [["Ana", "3/12"], ("Ana", "3/12"), {"2": "3/12", "1": "Ana"}])
def test_positional_template_keeps_the_order_without_names(valores):
    (corpo,) = modelo("aviso", "pt_BR", valores)["template"]["components"]
    assert corpo["parameters"] == [
        {"type": "text", "text": "Ana"},
        {"type": "text", "text": "3/12"},
    ]


def test_template_without_gaps_has_no_components():
    assert modelo("aviso", "pt_BR")["template"] == {"name": "aviso", "language": {"code": "pt_BR"}}


@pytest.mark.parametrize(
    ("cabecalho", "parametro"),
    [
        ({"imagem": ""}, {"type": "image", "image": {}}),
        ({"video": ""}, {"type": "video", "video": {}}),
        ({"documento": "laudo.pdf"}, {"type": "document", "document": {"filename": "laudo.pdf"}}),
        ({"texto": "2026"}, {"type": "text", "text": "2026"}),
        (
            {"localizacao": {"latitude": -18.5, "longitude": -48, "nome": "Paço"}},
            {
                "type": "location",
                "location": {
                    "latitude": "-18.5000000",
                    "longitude": "-48.0000000",
                    "name": "Paço",
                    "address": "",
                },
            },
        ),
    ],
)
def test_header_of_each_kind(cabecalho, parametro):
    (parte,) = modelo("aviso", "pt_BR", (), cabecalho)["template"]["components"]
    assert parte == {"type": "header", "parameters": [parametro]}


@pytest.mark.parametrize(
    ("botao", "sub_type", "parametro"),
    [
        ({"payload": "REABRIR:42"}, "quick_reply", {"type": "payload", "payload": "REABRIR:42"}),
        ({"cupom": "ABC123"}, "copy_code", {"type": "coupon_code", "coupon_code": "ABC123"}),
        ({"formulario": "tk"}, "flow", {"type": "action", "action": {"flow_token": "tk"}}),
        ({"url": "ação 1/é?a=b"}, "url", {"type": "text", "text": "a%C3%A7%C3%A3o%201/%C3%A9?a=b"}),
    ],
)
def test_button_of_each_kind(botao, sub_type, parametro):
    (parte,) = modelo("aviso", "pt_BR", botoes={0: botao})["template"]["components"]
    assert (parte["sub_type"], parte["index"], parte["parameters"]) == (sub_type, "0", [parametro])


def test_filled_template_passes():
    validar_modelo(NOMEADO, VALORES, CABECALHO, BOTOES)
    validar_modelo(POSICIONAL, ["Ana", "3/12"])
    validar_modelo([{"type": "BODY", "text": "Bom dia."}], [])


@pytest.mark.parametrize(
    ("args", "frase"),
    [
        ((NOMEADO, {"nome": "Ana"}, CABECALHO, BOTOES), "Falta preencher: setor."),
        (
            (NOMEADO, {**VALORES, "idade": "3"}, CABECALHO, BOTOES),
            "O modelo não tem o campo “idade”.",
        ),
        ((NOMEADO, {**VALORES, "nome": " "}, CABECALHO, BOTOES), "O campo “nome” está vazio."),
        ((NOMEADO, VALORES, None, BOTOES), "Falta o cabeçalho do modelo: texto."),
        ((NOMEADO, VALORES, {"imagem": ""}, BOTOES), "Falta o cabeçalho do modelo: texto."),
        ((NOMEADO, VALORES, CABECALHO), "Falta preencher o botão “Acompanhar”."),
        (
            (NOMEADO, VALORES, CABECALHO, {**BOTOES, 5: {"payload": "x"}}),
            "O modelo não tem este botão.",
        ),
        ((NOMEADO, VALORES, {"texto": {"outro": "1"}}, BOTOES), "Falta preencher: protocolo."),
        (
            (NOMEADO, VALORES, {"texto": {"protocolo": "9" * 51}}, BOTOES),
            "O cabeçalho preenchido tem 61 caracteres; o WhatsApp aceita 60.",
        ),
        ((POSICIONAL, ["Ana"]), "Falta preencher: 2."),
        ((POSICIONAL, ["Ana", "3", "x"]), "O modelo não tem o campo “3”."),
        ((POSICIONAL, VALORES), "Falta preencher: 1."),
        (
            (POSICIONAL, ["x" * 1000, "3"]),
            "Preenchido, o modelo tem 2.026 caracteres; o WhatsApp aceita 1.024. Encurte os "
            "campos.",
        ),
        ((POSICIONAL, ["Ana", "3"], {"texto": "x"}), "O modelo não pede isto."),
        (
            ([{"type": "HEADER", "format": "DOCUMENT"}, *POSICIONAL], ["Ana", "3"]),
            "Falta o cabeçalho do modelo: documento.",
        ),
        (
            ([{"type": "HEADER", "format": "LOCATION"}, *POSICIONAL], ["Ana", "3"]),
            "Falta o cabeçalho do modelo: local.",
        ),
    ],
)
def test_wrong_filling_is_told_in_a_sentence(args, frase):
    assert recusa(*args)[1] == frase


@pytest.mark.parametrize("valor", ["a\nb", "a\tb", "a     b", "a\u2028b"])
def test_value_with_line_break_or_many_spaces_is_refused(valor):
    frase = "O campo “1” não pode ter quebra de linha nem muitos espaços seguidos."
    assert recusa(POSICIONAL, [valor, "3"]) == ("1", frase)


def test_four_spaces_are_taken():
    validar_modelo(POSICIONAL, ["a    b", "3"])


def test_preview_is_what_the_citizen_reads():
    assert previa_do_modelo(NOMEADO, VALORES, CABECALHO) == (
        "Protocolo 2026-0042\n\n"
        "Olá Maria, seu pedido foi para Obras. Responda se precisar.\n\n"
        "Prefeitura de X"
    )
    assert previa_do_modelo(POSICIONAL, ["Ana", "3/12"]) == "Olá Ana, venha dia 3/12 às 8h, Ana."


def test_preview_shows_what_is_still_to_fill():
    assert previa_do_modelo(POSICIONAL, []) == POSICIONAL[0]["text"]
    assert previa_do_modelo([], {}) == ""


def test_gaps_are_named_once_and_in_order():
    assert lacunas("{{ nome }} {{1}} {{nome}} {1} {{}}") == ["nome", "1"]


def test_summary_names_the_template_and_its_values():
    assert resumo(modelo("aviso", "pt_BR", ["Ana", "3"])) == "Modelo “aviso”: Ana, 3"


@settings(deadline=None)
@given(st.lists(st.text(max_size=600), min_size=2, max_size=2))
def test_what_passes_the_check_can_be_built_and_fits(valores):
    try:
        validar_modelo(POSICIONAL, valores)
    except MensagemInvalida:
        return
    (corpo,) = modelo("aviso", "pt_BR", valores)["template"]["components"]
    assert len(corpo["parameters"]) == 2
    assert len(previa_do_modelo(POSICIONAL, valores)) <= 1024
