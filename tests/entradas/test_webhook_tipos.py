"""What each kind of message looks like on the page, through the webhook's own JSON."""

import json

import pytest

from atendimento.models import Mensagem
from tests.chegada import chegar, mensagem

pytestmark = pytest.mark.django_db


def formulario(respostas: dict) -> dict:
    resposta = {"response_json": json.dumps(respostas), "name": "flow", "body": "Sent"}
    return {"type": "interactive", "interactive": {"type": "nfm_reply", "nfm_reply": resposta}}


CARTAO = {
    "name": {"formatted_name": "Posto Central"},
    "org": {"company": "Saúde", "title": "Recepção"},
    "addresses": [{"street": "Rua A, 1", "city": "Uberlândia"}],
    "urls": [{"url": "javascript:alert(1)"}],
}
PRODUTOS = [
    {"product_retailer_id": "SKU1", "quantity": 2, "item_price": 1234.5, "currency": "BRL"},
    {"product_retailer_id": "SKU2", "quantity": "x", "item_price": None, "currency": "USD"},
]
PAGAMENTO = {"type": "payment_method", "payment_method": {"payment_method": "pix"}}
VEEM = {
    "formulario aninhado": (
        formulario({"endereco": {"rua": "A"}, "dias": ["seg", "ter"], "aceita": False}),
        ["endereco.rua", "seg, ter", "não"],
    ),
    "formulario sem respostas": (formulario({"flow_token": "t"}), ["Formulário respondido"]),
    "cartao": (
        {"type": "contacts", "contacts": [CARTAO]},
        ["Posto Central", "Recepção", "Rua A, 1, Uberlândia"],
    ),
    "pedido": (
        {"type": "order", "order": {"product_items": PRODUTOS}},
        ["SKU1", "2 × R$ 1.234,50", "SKU2"],
    ),
    "enquete": (
        {"type": "unsupported", "unsupported": {"type": "poll_creation"}},
        ["Peça ao cidadão que mande por texto ou foto.", "O que veio: enquete."],
    ),
    "edicao na nuvem": (
        {"type": "unsupported", "unsupported": {"type": "edit"}},
        ["O que veio: edição de uma mensagem."],
    ),
    "visualizacao unica": (
        {"type": "unsupported", "errors": [{"code": 131060, "title": "unavailable"}]},
        ["O WhatsApp não mostra esta mensagem ao sistema.", "Peça ao cidadão que mande por texto"],
    ),
    "pagamento": ({"type": "interactive", "interactive": PAGAMENTO}, ["forma de pagamento"]),
    "tipo novo com texto": (
        {"type": "novidade", "novidade": {"caption": "olha isto"}},
        ["Este tipo de mensagem ainda não aparece aqui.", "olha isto"],
    ),
    "arquivo grande demais": (
        {"type": "video", "video": {}, "errors": [{"code": 131052, "title": "too big"}]},
        ["Não foi possível baixar o arquivo."],
    ),
    "audio com legenda": (
        {"type": "audio", "audio": {"id": "1", "caption": "ouça"}},
        ["Áudio", "ouça"],
    ),
    "anuncio": (
        {
            "type": "text",
            "text": {"body": "oi"},
            "referral": {"source_type": "ad", "body": "Vacina já"},
        },
        ["Veio de um anúncio: Vacina já"],
    ),
    "produto": (
        {
            "type": "text",
            "text": {"body": "tem?"},
            "context": {"referred_product": {"catalog_id": "1", "product_retailer_id": "SKU9"}},
        },
        ["Sobre o produto SKU9 do catálogo"],
    ),
}


def test_answers_of_a_form_keep_its_order(numero, tela):
    campos = ["telefone de contato", "cep", "a"]
    [recebida] = chegar(numero, mensagem(**formulario(dict.fromkeys(campos, "x"))))
    recebida.refresh_from_db()
    pagina = tela(recebida)
    assert sorted(campos, key=lambda campo: pagina.index(f"<dt>{campo}</dt>")) == campos


@pytest.mark.parametrize("nome", VEEM)
def test_kind_of_message_is_said_in_words(numero, tela, nome):
    partes, palavras = VEEM[nome]
    [recebida] = chegar(numero, mensagem(**partes))
    pagina = tela(recebida)
    assert [p for p in palavras if p not in pagina] == []
    assert "None" not in pagina.replace(":None:", "")
    assert 'href="javascript' not in pagina


NA_CONVERSA = {
    "edit": (
        {"original_message_id": "wamid.X", "message": {"type": "text", "text": {"body": "rua 8"}}},
        ["Texto novo de uma mensagem que não está aqui", "rua 8"],
    ),
    "revoke": (
        {"original_message_id": "wamid.X"},
        ["A pessoa apagou uma mensagem que não está aqui"],
    ),
    "system": (
        {"type": "user_changed_user_id", "user_id": "BR.2", "body": "User changed from 1 to BR.2"},
        ["Confirme com quem você fala"],
    ),
}


@pytest.mark.parametrize("tipo", NA_CONVERSA)
def test_notice_about_what_is_not_here_is_a_line_of_the_open_matter(numero, tela, tipo):
    [recebida] = chegar(numero, mensagem("Oi"))
    bloco, palavras = NA_CONVERSA[tipo]
    chegar(numero, mensagem(type=tipo, **{tipo: bloco}))
    pagina = tela(recebida)
    assert [p for p in palavras if p not in pagina] == []
    assert Mensagem.objects.filter(direcao="entrada").count() == 2


@pytest.mark.parametrize(
    ("fim", "frase"),
    [
        ({"duration": 125, "status": "COMPLETED"}, "A pessoa ligou, 2 min 5 s"),
        ({"status": "FAILED"}, "A pessoa ligou e não houve conversa"),
        (None, "A pessoa ligou às"),
    ],
)
def test_call_is_one_line_with_its_length(numero, aplicar, tela, fim, frase):
    [recebida] = chegar(numero, mensagem("Oi"))
    comeco = {"id": "wacid.1", "from": "5511987650001", "direction": "USER_INITIATED"}
    aplicar({"calls": [comeco | {"event": "connect"}]}, campo="calls")
    if fim is not None:
        aplicar({"calls": [comeco | {"event": "terminate"} | fim]}, campo="calls")
    assert frase in " ".join(tela(recebida).split())
