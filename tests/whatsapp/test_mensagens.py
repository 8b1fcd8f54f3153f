"""What we build is what Meta takes, and the address and the file come at send time."""

import copy

import pytest

from prefeitura.whatsapp import mensagens
from prefeitura.whatsapp.mensagens import MensagemInvalida, com_midia, enderecar, pede_midia, resumo

WAMID = "wamid.HBgMNTUzNDk4ODg3NzY2FQIAEhgUM0E"


def recusa(funcao, *args, **kwargs):
    with pytest.raises(MensagemInvalida) as erro:
        funcao(*args, **kwargs)
    assert str(erro.value) == erro.value.frase
    return erro.value.campo, erro.value.frase


CORPOS = {
    "texto": (
        mensagens.texto("  Olá *Maria*\r\nveja https://x.gov.br\x00\x07 ", ver_link=True),
        {
            "type": "text",
            "text": {"body": "Olá *Maria*\nveja https://x.gov.br", "preview_url": True},
        },
        "Olá *Maria*\nveja https://x.gov.br",
    ),
    "imagem": (mensagens.imagem("Mapa"), {"type": "image", "image": {"caption": "Mapa"}}, "Mapa"),
    "imagem sem legenda": (mensagens.imagem(" "), {"type": "image", "image": {}}, "Foto"),
    "video": (mensagens.video(), {"type": "video", "video": {}}, "Vídeo"),
    "audio": (mensagens.audio(), {"type": "audio", "audio": {}}, "Áudio"),
    "voz": (
        mensagens.audio(voz=True),
        {"type": "audio", "audio": {"voice": True}},
        "Mensagem de voz",
    ),
    "documento": (
        mensagens.documento("/tmp/segunda-via.pdf", "IPTU 2026"),
        {"type": "document", "document": {"filename": "segunda-via.pdf", "caption": "IPTU 2026"}},
        "IPTU 2026",
    ),
    "documento sem legenda": (
        mensagens.documento("a.pdf"),
        {"type": "document", "document": {"filename": "a.pdf"}},
        "a.pdf",
    ),
    "figurinha": (mensagens.figurinha(), {"type": "sticker", "sticker": {}}, "Figurinha"),
    "localizacao": (
        mensagens.localizacao(-18.9186, -48.2772, "Paço", "Av. X, 1"),
        {
            "type": "location",
            "location": {
                "latitude": "-18.9186000",
                "longitude": "-48.2772000",
                "name": "Paço",
                "address": "Av. X, 1",
            },
        },
        "Paço, Av. X, 1",
    ),
    "contatos": (
        mensagens.contatos(
            [
                {
                    "nome": "Ouvidoria Geral",
                    "telefones": [{"numero": "+55 34 3333-0000", "wa_id": "+553433330000"}],
                    "empresa": "Prefeitura",
                    "email": "ouvidoria@x.gov.br",
                }
            ]
        ),
        {
            "type": "contacts",
            "contacts": [
                {
                    "name": {"formatted_name": "Ouvidoria Geral", "first_name": "Ouvidoria"},
                    "phones": [
                        {"phone": "+55 34 3333-0000", "type": "WORK", "wa_id": "553433330000"}
                    ],
                    "org": {"company": "Prefeitura"},
                    "emails": [{"email": "ouvidoria@x.gov.br"}],
                }
            ],
        },
        "Ouvidoria Geral",
    ),
    "reacao": (
        mensagens.reacao(WAMID, "👍🏽"),
        {"type": "reaction", "reaction": {"message_id": WAMID, "emoji": "👍🏽"}},
        "👍🏽",
    ),
    "reacao retirada": (
        mensagens.reacao(WAMID, ""),
        {"type": "reaction", "reaction": {"message_id": WAMID, "emoji": ""}},
        "Reação retirada",
    ),
    "botoes": (
        mensagens.botoes("Resolvido?", [("sim", "Sim"), ("nao", "Não")], "Protocolo 123", "X"),
        {
            "type": "interactive",
            "interactive": {
                "type": "button",
                "header": {"type": "text", "text": "Protocolo 123"},
                "body": {"text": "Resolvido?"},
                "footer": {"text": "X"},
                "action": {
                    "buttons": [
                        {"type": "reply", "reply": {"id": "sim", "title": "Sim"}},
                        {"type": "reply", "reply": {"id": "nao", "title": "Não"}},
                    ]
                },
            },
        },
        "Protocolo 123\nResolvido?\nX\n• Sim\n• Não",
    ),
    "lista": (
        mensagens.lista("Escolha", "Ver opções", [("Ruas", [("r1", "Tapa-buraco", "Vias")])]),
        {
            "type": "interactive",
            "interactive": {
                "type": "list",
                "body": {"text": "Escolha"},
                "action": {
                    "button": "Ver opções",
                    "sections": [
                        {
                            "rows": [{"id": "r1", "title": "Tapa-buraco", "description": "Vias"}],
                            "title": "Ruas",
                        }
                    ],
                },
            },
        },
        "Escolha\n• Tapa-buraco",
    ),
    "link": (
        mensagens.link("Acompanhe", "Abrir portal", "https://x.gov.br/p?a=1"),
        {
            "type": "interactive",
            "interactive": {
                "type": "cta_url",
                "body": {"text": "Acompanhe"},
                "action": {
                    "name": "cta_url",
                    "parameters": {"display_text": "Abrir portal", "url": "https://x.gov.br/p?a=1"},
                },
            },
        },
        "Acompanhe\n• Abrir portal: https://x.gov.br/p?a=1",
    ),
    "pedir localizacao": (
        mensagens.pedir_localizacao("Onde é?"),
        {
            "type": "interactive",
            "interactive": {
                "type": "location_request_message",
                "body": {"text": "Onde é?"},
                "action": {"name": "send_location"},
            },
        },
        "Onde é?",
    ),
    "pedir contato": (
        mensagens.pedir_contato("Seu número?"),
        {
            "type": "interactive",
            "interactive": {
                "type": "request_contact_info",
                "body": {"text": "Seu número?"},
                "action": {"name": "request_contact_info"},
            },
        },
        "Seu número?",
    ),
}


@pytest.mark.parametrize("nome", CORPOS)
def test_body_is_what_meta_takes_and_reads_well(nome):
    feito, esperado, lido = CORPOS[nome]
    assert feito == esperado
    assert resumo(feito) == lido


BOTAO = [("a", "A")]


def test_family_and_flag_emoji_are_one_emoji():
    for emoji in ("👨‍👩‍👧‍👦", "🇧🇷", "❤️", "1️⃣"):
        assert mensagens.reacao(WAMID, emoji)["reaction"]["emoji"] == emoji


def test_read_receipt_goes_without_address():
    assert mensagens.leitura_e_digitando(WAMID) == {
        "messaging_product": "whatsapp",
        "status": "read",
        "message_id": WAMID,
    }
    digitando = mensagens.leitura_e_digitando(WAMID, digitando=True)
    assert digitando["typing_indicator"] == {"type": "text"}


def test_address_is_added_to_a_copy():
    corpo = mensagens.texto("oi")
    antes = copy.deepcopy(corpo)
    pronto = enderecar(corpo, wa_id="553498887766", user_id="BR.1", opaco="msg:1")
    assert corpo == antes
    assert pronto == {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": "+553498887766",
        "biz_opaque_callback_data": "msg:1",
        **corpo,
    }
    pronto["text"]["body"] = "outro"
    assert corpo == antes


def test_user_id_is_the_address_when_there_is_no_number():
    pronto = enderecar(mensagens.texto("oi"), user_id="BR.4471203398812760055")
    assert pronto["recipient"] == "BR.4471203398812760055"
    assert "to" not in pronto and "biz_opaque_callback_data" not in pronto


@pytest.mark.parametrize(
    "endereco",
    [{}, {"wa_id": ""}, {"user_id": "mariasouza"}, {"wa_id": "abc"}],
)
def test_message_to_nobody_is_refused(endereco):
    assert recusa(enderecar, mensagens.texto("oi"), **endereco)[0] == "destinatario"


@pytest.mark.parametrize("opaco", ["", "x" * 513])
def test_mark_must_fit(opaco):
    assert (
        recusa(enderecar, mensagens.texto("oi"), wa_id="5511999990000", opaco=opaco)[0] == "opaco"
    )


def test_quote_is_added_to_a_copy():
    corpo = mensagens.texto("oi")
    assert mensagens.em_resposta(corpo, WAMID)["context"] == {"message_id": WAMID}
    assert "context" not in corpo
    assert mensagens.em_resposta(corpo, None) == corpo


@pytest.mark.parametrize(
    ("corpo", "caminho"),
    [
        (mensagens.imagem("a"), ("image",)),
        (mensagens.audio(voz=True), ("audio",)),
        (mensagens.documento("a.pdf"), ("document",)),
        (mensagens.figurinha(), ("sticker",)),
        (
            mensagens.botoes("oi", BOTAO, {"tipo": "documento", "nome": "a.pdf"}),
            ("interactive", "header", "document"),
        ),
        (
            mensagens.modelo("m", "pt_BR", ["a"], {"imagem": ""}),
            ("template", "components", 0, "parameters", 0, "image"),
        ),
    ],
)
def test_file_id_comes_at_send_time_in_a_copy(corpo, caminho):
    antes = copy.deepcopy(corpo)
    assert pede_midia(corpo)
    lugar = pronto = com_midia(corpo, "1013859600000001")
    for parte in caminho:
        lugar = lugar[parte]
    assert lugar["id"] == "1013859600000001"
    assert corpo == antes
    assert not pede_midia(pronto)


def test_body_without_a_file_has_no_place_for_one():
    for corpo in (mensagens.texto("oi"), mensagens.botoes("oi", BOTAO, "título")):
        assert not pede_midia(corpo)
        with pytest.raises(ValueError, match="no place"):
            com_midia(corpo, "1")
