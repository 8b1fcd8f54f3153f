"""Every type of message that Meta takes is taken, with Meta's answer."""

import re

import pytest

from tests.whatsapp.simulador.apoio import MARIA, NUMERO


def botoes(quantos=3):
    lista = [
        {"type": "reply", "reply": {"id": f"b{i}", "title": f"Nº {i}"}} for i in range(quantos)
    ]
    return {"buttons": lista}


INTERATIVAS = {
    "button": {
        "type": "button",
        "header": {"type": "text", "text": "Protocolo"},
        "body": {"text": "Resolvido?"},
        "footer": {"text": "Prefeitura"},
        "action": botoes(),
    },
    "list": {
        "type": "list",
        "body": {"text": "x" * 4096},
        "action": {
            "button": "Ver",
            "sections": [
                {"title": "A", "rows": [{"id": "1", "title": "Um", "description": "d" * 72}]},
                {"title": "B", "rows": [{"id": "2", "title": "t" * 24}]},
            ],
        },
    },
    "cta_url": {
        "type": "cta_url",
        "body": {"text": "Portal"},
        "action": {
            "name": "cta_url",
            "parameters": {"display_text": "Abrir", "url": "https://x.gov.br"},
        },
    },
    "location_request_message": {
        "type": "location_request_message",
        "body": {"text": "Onde?"},
        "action": {"name": "send_location"},
    },
    "request_contact_info": {
        "type": "request_contact_info",
        "body": {"text": "Seu telefone?"},
        "action": {"name": "request_contact_info"},
    },
    "flow": {
        "type": "flow",
        "body": {"text": "Preencha"},
        "action": {
            "name": "flow",
            "parameters": {
                "flow_message_version": "3",
                "flow_id": "123",
                "flow_cta": "Preencher",
                "flow_token": "tk",
                "flow_action": "navigate",
                "flow_action_payload": {"screen": "DADOS", "data": {"a": 1}},
            },
        },
    },
    "order_details": {
        "type": "order_details",
        "body": {"text": "IPTU"},
        "action": {
            "name": "review_and_pay",
            "parameters": {
                "reference_id": "IPTU-1",
                "type": "digital-goods",
                "payment_type": "br",
                "currency": "BRL",
                "payment_settings": [
                    {
                        "type": "pix_dynamic_code",
                        "pix_dynamic_code": {
                            "code": "000201",
                            "merchant_name": "Prefeitura",
                            "key": "12345678000190",
                            "key_type": "CNPJ",
                        },
                    }
                ],
                "total_amount": {"value": 100, "offset": 100},
                "order": {
                    "status": "pending",
                    "items": [
                        {
                            "name": "Parcela",
                            "amount": {"value": 50, "offset": 100},
                            "quantity": 2,
                        }
                    ],
                    "subtotal": {"value": 100, "offset": 100},
                    "tax": {"value": 0, "offset": 100},
                },
            },
        },
    },
}
TIPOS = {
    "text": {"body": "Olá *Maria* 😀", "preview_url": True},
    "location": {"latitude": "-18.9", "longitude": -48.2, "name": "Paço", "address": "Av. X"},
    "contacts": [
        {"name": {"formatted_name": "Ouvidoria", "first_name": "O"}, "phones": [{"phone": "1"}]}
    ],
    "image": {"link": "https://x.gov.br/a.png", "caption": "Mapa"},
    "document": {"link": "https://x.gov.br/a.pdf", "filename": "a.pdf"},
}


@pytest.mark.parametrize("tipo", TIPOS)
def test_each_simple_type_is_accepted(calado, tipo):
    resposta = calado.mandar(**{"type": tipo, tipo: TIPOS[tipo]})
    assert resposta.status_code == 200, resposta.text
    assert resposta.json()["contacts"] == [{"input": MARIA, "wa_id": MARIA}]
    assert re.match(r"^wamid\.[\w+/=]+$", resposta.json()["messages"][0]["id"])


@pytest.mark.parametrize("tipo", INTERATIVAS)
def test_each_interactive_type_is_accepted(calado, tipo):
    resposta = calado.mandar(type="interactive", interactive=INTERATIVAS[tipo])
    assert resposta.status_code == 200, resposta.text


@pytest.mark.parametrize(
    ("tipo", "mime", "extra"),
    [
        ("image", "image/png", {"caption": "c"}),
        ("video", "video/mp4", {}),
        ("audio", "audio/ogg", {"voice": True}),
        ("document", "application/pdf", {"filename": "guia.pdf"}),
        ("sticker", "image/webp", {}),
    ],
)
def test_each_media_type_is_sent_by_id(calado, tipo, mime, extra):
    midia = calado.subir(b"conteudo", mime)
    resposta = calado.mandar(**{"type": tipo, tipo: {"id": midia} | extra})
    assert resposta.status_code == 200, resposta.text


def test_text_is_the_type_when_none_is_said(calado):
    assert calado.mandar(text={"body": "Olá"}).status_code == 200


def test_body_may_come_as_a_form_with_json_inside(calado):
    campos = {"messaging_product": "whatsapp", "to": MARIA, "text": '{"body": "por formulário"}'}
    assert calado.graph.post(f"/{NUMERO}/messages", data=campos).status_code == 200


def test_token_may_come_in_the_query(calado):
    consulta = {"access_token": "demo-token"}
    resposta = calado.controle.get(f"{calado.url}/v23.0/{NUMERO}", params=consulta)
    assert resposta.json()["id"] == NUMERO


@pytest.mark.parametrize(
    ("registrado", "discado"),
    [
        ("553488880001", "+55 (34) 9 8888-0001"),
        ("5534988880002", "553488880002"),
        ("553433330003", "+553433330003"),
    ],
)
def test_both_forms_of_the_ninth_digit_reach_the_same_phone(calado, registrado, discado):
    calado.escrever(registrado)
    resposta = calado.mandar(to=discado, text={"body": "chegou"})
    assert resposta.json()["contacts"] == [{"input": discado, "wa_id": registrado}]
    assert [m["tipo"] for m in calado.tela(registrado)] == ["text", "text"]


def test_new_number_of_an_old_region_is_registered_without_the_ninth_digit(calado):
    resposta = calado.mandar(to="+5534988881234", text={"body": "oi"})
    assert resposta.json()["contacts"][0]["wa_id"] == "553488881234"


def test_bsuid_recipient_is_answered_with_user_id_alone(calado):
    calado.escrever("ju.ferreira")
    quem = next(
        c for c in calado.controle.get("/cidadaos").json() if c["username"] == "ju.ferreira"
    )
    resposta = calado.mandar(to=..., recipient=quem["user_id"], text={"body": "oi"})
    assert resposta.json()["contacts"] == [{"input": quem["user_id"], "user_id": quem["user_id"]}]


def test_to_wins_over_recipient(calado):
    resposta = calado.mandar(recipient="BR.1", text={"body": "oi"})
    assert resposta.json()["contacts"][0]["input"] == MARIA


def test_reply_shows_the_quoted_message_on_the_phone(calado):
    citada = calado.escrever("5511977770001", "pergunta")
    calado.mandar(to="5511977770001", text={"body": "resposta"}, context={"message_id": citada})
    assert calado.tela("5511977770001")[-1]["resposta_a"] == citada


def test_reaction_sits_on_the_bubble_and_can_be_removed(calado):
    alvo = calado.escrever("5511977770002", "obrigado")
    for emoji, esperado in (("👍", [{"de": "cidade", "emoji": "👍"}]), ("", [])):
        reacao = {"message_id": alvo, "emoji": emoji}
        calado.mandar(to="5511977770002", type="reaction", reaction=reacao)
        assert calado.tela("5511977770002")[0]["reacoes"] == esperado


def test_read_receipt_and_typing_are_accepted_for_an_inbound_message(calado):
    wamid = calado.escrever("5511977770003")
    resposta = calado.graph.post(
        f"/{NUMERO}/messages",
        json={
            "messaging_product": "whatsapp",
            "status": "read",
            "message_id": wamid,
            "typing_indicator": {"type": "text"},
        },
    )
    assert resposta.json() == {"success": True}
    assert calado.tela("5511977770003")[0]["status"] == "read"


def test_template_answer_carries_its_message_status(calado):
    modelo = {
        "name": "aviso_protocolo",
        "language": {"code": "pt_BR"},
        "components": [
            {
                "type": "body",
                "parameters": [
                    {"type": "text", "parameter_name": "protocolo", "text": "2026/1"},
                    {"type": "text", "parameter_name": "nome", "text": "Maria"},
                ],
            }
        ],
    }
    resposta = calado.mandar(type="template", template=modelo)
    assert resposta.json()["messages"][0]["message_status"] == "accepted"
    corpo = calado.tela()[-1]["modelo"]["corpo"]
    assert "Olá, Maria. Seu pedido foi registrado com o protocolo 2026/1." in corpo
