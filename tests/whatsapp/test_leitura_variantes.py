"""Shapes that come besides those of the tables: what Meta's own pages show, and older words."""

import json

import pytest

from prefeitura.whatsapp import leitura
from prefeitura.whatsapp.leitura import ler
from tests.whatsapp.cargas import com_mensagens, evento, texto

BSUID, NOVO = "BR.4471203398812760055", "BR.9900123456789012345"


def ler_json(corpo):
    return ler(json.dumps(corpo).encode())


def uma(**campos):
    (item,) = ler_json(com_mensagens(texto(**campos))).itens
    return item


def interativa(tipo, **campos):
    return uma(type="interactive", text=None, interactive={"type": tipo, **campos})


@pytest.mark.parametrize(
    ("bloco", "tipo"),
    [
        ({"location": {"latitude": -18.9, "longitude": -48.2}}, "localizacao"),
        ({"contacts": [{"name": {"formatted_name": "Ana"}}]}, "contatos"),
        ({"image": {"id": "1"}}, "imagem"),
        ({"button": {"payload": "p", "text": "Sim"}}, "botao"),
        ({"text": {"body": "oi"}, "context": {"id": "wamid.1"}}, "texto"),
    ],
)
def test_message_without_a_type_is_read_by_its_only_object(bloco, tipo):
    assert uma(type=None, **{"text": None, **bloco}).tipo == tipo


def test_message_without_a_type_and_with_two_objects_is_not_guessed():
    assert uma(type=None, image={"id": "1"}).tipo == "desconhecido"


@pytest.mark.parametrize("tipo", ["unsupported", "unknown"])
def test_what_meta_does_not_pass_on_has_two_words(tipo):
    lida = uma(type=tipo, text=None, errors=[{"code": 131051, "details": "not supported"}])
    assert (lida.tipo, lida.dados) == ("nao_suportado", {"tipo": ""})
    assert (lida.erros[0].codigo, lida.erros[0].detalhe) == (131051, "not supported")


@pytest.mark.parametrize(
    "campos",
    [
        {"type": "unsupported"},
        {"type": "novidade"},
        {"type": "novidade", "text": None, "novidade": {"caption": "oi"}},
        {"type": "novidade", "text": None, "novidade": {"body": {"text": "oi"}}},
    ],
)
def test_text_of_what_cannot_be_shown_is_still_read(campos):
    lida = uma(**campos)
    assert lida.texto == "oi"
    assert lida.bruto["type"] == campos["type"]


def test_text_of_an_advertisement_is_not_taken_for_what_the_person_wrote():
    assert uma(type="novidade", text=None, referral={"body": "Compre"}).texto == ""


SISTEMA = {"type": "user_changed_user_id", "user_id": NOVO}


@pytest.mark.parametrize(
    ("de_fora", "sistema", "antes"),
    [
        ({"from_user_id": BSUID}, {}, BSUID),
        ({}, {"previous_user_id": BSUID}, BSUID),
        ({}, {"body": f"User Zé changed from {BSUID} to {NOVO}"}, BSUID),
        ({}, {"body": f"User X changed from Y to Z changed from {BSUID} to {NOVO}"}, BSUID),
        ({"from_user_id": NOVO}, {"body": f"User Zé changed from {BSUID} to {NOVO}"}, BSUID),
        ({"from_user_id": NOVO}, {}, NOVO),
        ({}, {"body": "User…"}, NOVO),
    ],
)
def test_changed_user_id_of_somebody_without_a_number(de_fora, sistema, antes):
    aviso = texto(
        type="system", text=None, system={**SISTEMA, **sistema}, **{"from": None, **de_fora}
    )
    mensagem, troca = ler_json(com_mensagens(aviso)).itens
    assert (mensagem.tipo, mensagem.remetente.user_id) == ("sistema", antes)
    assert (troca.antes.user_id, troca.depois.user_id) == (antes, NOVO)


def test_changed_user_id_names_the_old_one_beside_the_number():
    sistema = {
        **SISTEMA,
        "wa_id": "553498887766",
        "body": f"User Zé changed from {BSUID} to {NOVO}",
    }
    _, troca = ler_json(com_mensagens(texto(type="system", text=None, system=sistema))).itens
    assert (troca.antes.wa_id, troca.antes.user_id) == ("553498887766", BSUID)
    assert troca.antes.telefone == "5534998887766"


def test_changed_number_told_in_the_old_words():
    sistema = {"body": "Maria changed from 553498887766 to 5511", "new_wa_id": "5511987650001"}
    _, troca = ler_json(com_mensagens(texto(type="system", text=None, system=sistema))).itens
    assert troca.motivo == "user_changed_number"
    assert (troca.antes.wa_id, troca.depois.wa_id) == ("553498887766", "5511987650001")


def test_answers_inside_others_become_lines():
    respostas = {
        "flow_token": "t",
        "endereco": {"rua": "A", "numero": 10, "vazio": ""},
        "dias": ["segunda", "terça"],
        "aceita": True,
        "nada": None,
        "pessoas": [{"nome": "Ana"}, {"nome": "Bia"}],
    }
    lida = interativa("nfm_reply", nfm_reply={"response_json": json.dumps(respostas)})
    assert lida.texto.splitlines() == [
        "endereco.rua: A",
        "endereco.numero: 10",
        "dias: segunda, terça",
        "aceita: sim",
        "pessoas: nome: Ana, nome: Bia",
    ]


def test_card_gives_post_addresses_sites_and_role():
    cartao = {
        "name": {"prefix": "Dra.", "first_name": "Ana", "last_name": "Lima"},
        "org": {"company": "UBS", "department": "Enfermagem", "title": "Chefe"},
        "addresses": [{"street": "Rua A, 1", "city": "Uberlândia", "zip": "38400"}, "x"],
        "urls": [{"url": "https://ubs.example"}, 7],
    }
    (lido,) = uma(type="contacts", text=None, contacts=[cartao]).dados["contatos"]
    assert (lido["nome"], lido["empresa"], lido["cargo"]) == (
        "Dra. Ana Lima", "UBS", "Chefe, Enfermagem",
    )  # fmt: skip
    assert lido["enderecos"] == ["Rua A, 1, Uberlândia, 38400"]
    assert lido["sites"] == ["https://ubs.example"]


@pytest.mark.parametrize(
    ("acao", "opcoes"),
    [
        ({"buttons": [{"type": "reply", "reply": {"id": "1", "title": "Sim"}}, 7]}, ["Sim"]),
        ({"sections": [{"rows": [{"title": "IPTU"}, "x"]}, None]}, ["IPTU"]),
        ({"name": "cta_url", "parameters": {"display_text": "Abrir"}}, ["Abrir"]),
        ({"buttons": {}, "sections": 3, "parameters": []}, []),
    ],
)
def test_offer_made_by_another_tool_is_read_as_one(acao, opcoes):
    lida = interativa("button", body={"text": "Resolvido?"}, action=acao)
    assert (lida.tipo, lida.texto, lida.dados) == ("interativo", "Resolvido?", {"opcoes": opcoes})


def test_template_sent_by_another_tool_tells_its_name():
    modelo = {"name": "aviso", "language": {"code": "pt_BR"}, "components": []}
    lida = uma(type="template", text=None, template=modelo)
    assert (lida.tipo, lida.texto) == ("modelo", "Modelo aviso")
    assert lida.bruto["template"] == modelo


def test_advertisement_tells_its_picture():
    anuncio = uma(referral={"thumbnail_url": "https://x/t.jpg", "ref": "campanha"}).referral
    assert (anuncio["imagem"], anuncio["referencia"]) == ("https://x/t.jpg", "campanha")


VALORES = {
    "messages": [texto()],
    "statuses": [{"id": "wamid.1", "status": "read", "recipient_id": "553498887766"}],
    "message_echoes": [texto(to="553498887766")],
    "calls": [{"id": "wacid.1", "from": "553498887766", "event": "connect"}],
    "user_preferences": [{"wa_id": "553498887766", "value": "stop"}],
    "user_id_update": [{"wa_id": "1", "user_id": {"previous": BSUID, "current": NOVO}}],
}
CLASSES = {
    "messages": leitura.MensagemRecebida,
    "statuses": leitura.StatusRecebido,
    "message_echoes": leitura.Eco,
    "calls": leitura.Ligacao,
    "user_preferences": leitura.PreferenciaDeDivulgacao,
    "user_id_update": leitura.IdentidadeMudou,
}


@pytest.mark.parametrize("lista", VALORES)
def test_list_is_read_under_whichever_field_it_comes(lista):
    for campo in ("messages", "message_echoes", "user_preferences"):
        (lido,) = ler_json(evento(campo, {lista: VALORES[lista]})).itens
        assert type(lido) is CLASSES[lista]


@pytest.mark.parametrize("lista", VALORES)
def test_change_without_the_name_of_its_field_is_read_by_its_list(lista):
    corpo = evento("x", {lista: VALORES[lista]})
    del corpo["entry"][0]["changes"][0]["field"]
    lida = ler_json(corpo)
    assert [type(i) for i in lida.itens] == [CLASSES[lista]]
    campo = "messages" if lista == "statuses" else lista
    assert lida.avisos == [f"mudança sem o nome do campo: lida como `{campo}`"]


def test_field_beside_the_changes_counts_for_them():
    corpo = evento("x", {"event": "PARTNER_APP_INSTALLED"})
    del corpo["entry"][0]["changes"][0]["field"]
    corpo["entry"][0]["field"] = "account_update"
    (lido,) = ler_json(corpo).itens
    assert (type(lido), lido.evento) == (leitura.SituacaoDaConta, "PARTNER_APP_INSTALLED")


@pytest.mark.parametrize("nome", [["messages"], {"a": json.loads("[" * 60 + "]" * 60)}, 7, "  "])
def test_field_that_is_no_word_waits_for_a_person(nome):
    (lido,) = ler_json(evento(nome, {"messages": [texto()]})).itens
    assert lido.motivo == "mudança sem o nome do campo"


def test_empty_list_beside_a_full_one_is_not_worth_a_note():
    lida = ler_json(evento("messages", {"messages": [texto()], "statuses": [], "errors": []}))
    assert (len(lida.itens), lida.avisos) == (1, [])


MODELO = {"message_template_id": 1, "message_template_name": "m"}


@pytest.mark.parametrize(
    ("valor", "classe"),
    [
        ({"previous_quality_score": "GREEN", "new_quality_score": "RED"}, "QualidadeDeModelo"),
        ({"previous_category": "UTILITY", "new_category": "MARKETING"}, "CategoriaDeModelo"),
    ],
)
def test_notice_of_a_template_is_told_by_its_content(valor, classe):
    valor = {**MODELO, **valor, "message_template_language": "pt-BR"}
    (lido,) = ler_json(evento("message_template_status_update", valor)).itens
    assert type(lido) is getattr(leitura, classe)
    assert lido.idioma == "pt_BR"


@pytest.mark.parametrize("campo", ["calls", "messages"])
def test_status_of_a_call_is_no_receipt(campo):
    recibo = {"type": "call", "id": "wacid.1", "status": "RINGING", "recipient_id": "5534"}
    (lido,) = ler_json(evento(campo, {"statuses": [recibo]})).itens
    assert (type(lido), lido.evento, lido.estado) == (leitura.Ligacao, "status", "RINGING")


def test_status_of_a_call_to_nobody_is_left_out():
    recibo = {"type": "call", "id": "wacid.1", "status": "RINGING"}
    assert ler_json(evento("calls", {"statuses": [recibo]})).itens == []


def test_id_of_the_portfolio_alone_names_nobody():
    sozinha = texto(from_parent_user_id="BR.ENT.1", **{"from": None})
    (lido,) = ler_json(com_mensagens(sozinha)).itens
    assert lido.motivo == "mensagem sem remetente"


def test_edit_names_its_message_in_either_way():
    novo = {"type": "text", "text": {"body": "b"}}
    for nome in ("original_message_id", "message_id"):
        assert uma(type="edit", text=None, edit={nome: "w", "message": novo}).dados["alvo"] == "w"


def test_quote_is_found_under_its_other_name():
    assert uma(context={"message_id": "wamid.1"}).contexto.wamid == "wamid.1"
