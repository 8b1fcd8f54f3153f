"""Bad bodies of GUARANTEES 4.1: a reason in Portuguese, and the neighbours are always read."""

import json
from datetime import UTC, datetime

import pytest

from prefeitura.whatsapp.leitura import (
    CorpoInvalido,
    ItemIlegivel,
    MensagemRecebida,
    OutroObjeto,
    StatusRecebido,
    ler,
)
from tests.whatsapp.cargas import com_mensagens, evento, texto

OBJETO = "corpo não é um objeto JSON"


def ler_json(corpo):
    return ler(json.dumps(corpo).encode())


def uma(**campos):
    (item,) = ler_json(com_mensagens(texto(**campos))).itens
    return item


@pytest.mark.parametrize(
    ("corpo", "motivo"),
    [
        (b"abc", OBJETO),
        (b"", OBJETO),
        (b"null", OBJETO),
        (b"[]", OBJETO),
        (b'"x"', OBJETO),
        (b"1e999", OBJETO),
        (b"NaN", OBJETO),
        (b'{"a":1} {"b":2}', OBJETO),
        (b"\xff\xfe", f"{OBJETO} (não é texto UTF-8)"),
        (b'{"a":"\xed\xa0\xbd"}', f"{OBJETO} (não é texto UTF-8)"),
        (b"[" * 100_000 + b"]" * 100_000, "corpo aninhado demais para ser lido"),
        (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "corpo aninhado demais para ser lido"),
        (b'{"a":' + b"9" * 10_000 + b"}", "corpo com um número grande demais para ser lido"),
        (b'{"a":-' + b"9" * 401 + b"}", "corpo com um número grande demais para ser lido"),
    ],
    ids=lambda v: v[:20] if isinstance(v, bytes) else "",
)
def test_body_that_is_no_json_object_says_why(corpo, motivo):
    with pytest.raises(CorpoInvalido) as erro:
        ler(corpo)
    assert str(erro.value) == motivo


def test_emoji_reads_the_same_as_utf8_and_as_escapes():
    corpo = com_mensagens(texto(text={"body": "😀 é"}))
    escapado = json.dumps(corpo).replace("/", "\\/").encode()
    direto = json.dumps(corpo, ensure_ascii=False).encode()
    assert escapado != direto
    assert ler(escapado) == ler(direto)
    assert ler(b"\xef\xbb\xbf" + direto) == ler(direto)


def test_nul_and_lone_surrogate_are_shown_as_replacements():
    assert uma(text={"body": "a\x00b\ud83dc"}).texto == "a\u2400b\ufffdc"
    novo = uma(type="tipo\x00novo", **{"chave\ud83d": "v\x00"})
    assert novo.dados == {"tipo": "tipo\u2400novo"}
    assert novo.bruto["chave\ufffd"] == "v\u2400"


def test_repeated_key_is_flagged_and_the_last_wins():
    corpo = json.dumps(com_mensagens(texto())).replace('"body": "oi"', '"body": "x", "body": "y"')
    lida = ler(corpo.encode())
    assert lida.avisos == ["chave repetida no JSON: valeu a última"]
    assert lida.itens[0].texto == "y"


def test_body_of_another_product_is_named():
    assert ler_json({"object": "page", "entry": []}).itens == [OutroObjeto(indice=0, objeto="page")]


@pytest.mark.parametrize("objeto", [{}, {"object": 7}, {"object": None}, {"object": []}])
def test_body_that_names_no_product_waits_for_a_person(objeto):
    (item,) = ler_json({**objeto, "entry": []}).itens
    assert item.motivo == "evento sem dizer de que produto da Meta é"


@pytest.mark.parametrize(
    ("corpo", "aviso"),
    [
        ({"object": "whatsapp_business_account"}, "evento sem `entry`"),
        ({"object": "whatsapp_business_account", "entry": []}, "evento sem `entry`"),
        ({"object": "whatsapp_business_account", "entry": [{}]}, "entrada sem `changes`"),
        (
            {"object": "whatsapp_business_account", "entry": [{"changes": []}]},
            "entrada sem `changes`",
        ),
        (evento("messages", None), "mudança `messages` sem `value`"),
        (evento("messages", {}), "mudança `messages` sem itens"),
        (evento("messages", {"messages": []}), "mudança `messages` sem `messages`"),
    ],
)
def test_empty_levels_are_only_a_note(corpo, aviso):
    lida = ler_json(corpo)
    assert (lida.itens, lida.avisos) == ([], [aviso])


@pytest.mark.parametrize(
    ("corpo", "motivo"),
    [
        ({"object": "whatsapp_business_account", "entry": {}}, "`entry` não é uma lista"),
        ({"object": "whatsapp_business_account", "entry": [7]}, "entrada que não é um objeto"),
        (
            {"object": "whatsapp_business_account", "entry": [{"changes": "x"}]},
            "`changes` não é uma lista",
        ),
        (
            {"object": "whatsapp_business_account", "entry": [{"changes": [None]}]},
            "mudança sem o nome do campo",
        ),
        (evento("", {}), "mudança sem o nome do campo"),
        (evento("messages", []), "`value` não é um objeto"),
        (evento("messages", {"messages": {}}), "`messages` não é uma lista"),
        (evento("messages", {"messages": ["x"]}), "item que não é um objeto"),
        (evento("messages", {"statuses": 3}), "`statuses` não é uma lista"),
        (evento("message_template_status_update", {}), "aviso de modelo sem dizer o que mudou"),
        (
            evento("message_template_quality_update", {}),
            "aviso de modelo sem identificação nem nome",
        ),
        (
            evento("user_id_update", {"user_id_update": [{"user_id": {}}]}),
            "troca de identificação sem dizer de qual para qual",
        ),
        (
            evento("user_preferences", {"user_preferences": [{"value": "stop"}]}),
            "preferência sem pessoa ou sem valor",
        ),
        (evento("calls", {"calls": [{"id": "wacid.1"}]}), "ligação sem a outra pessoa"),
    ],
)
def test_wrong_kind_of_level_waits_for_a_person(corpo, motivo):
    (item,) = ler_json(corpo).itens
    assert isinstance(item, ItemIlegivel)
    assert item.motivo == motivo


RUINS = {
    "sem identificador": {"id": None},
    "identificador vazio": {"id": " "},
    "identificador longo demais": {"id": "w" * 1000},
    "sem remetente": {"from": None},
    "remetente longo demais": {"from": "9" * 41},
    "bsuid longo demais": {"from_user_id": "BR." + "a" * 200},
    "reação sem alvo": {"type": "reaction", "reaction": {"emoji": "👍"}},
    "edição sem alvo": {"type": "edit", "edit": {"message": {}}},
    "fundo demais": {"text": json.loads("[" * 60 + "]" * 60)},
}


@pytest.mark.parametrize("nome", RUINS)
def test_unreadable_message_stops_alone(nome):
    ruim = texto(**RUINS[nome])
    bom = texto(id="wamid.BOM")
    antes, meio, depois = ler_json(com_mensagens(bom, ruim, bom)).itens
    assert isinstance(meio, ItemIlegivel)
    assert meio.motivo and meio.bruto
    assert (meio.indice, meio.campo, meio.phone_number_id) == (1, "messages", "220001112223334")
    assert [type(antes), type(depois)] == [MensagemRecebida] * 2
    assert (antes.wamid, depois.indice) == ("wamid.BOM", 2)


def test_number_or_quotes_as_message_id_are_text():
    assert uma(id=12345).wamid == "12345"
    assert uma(id="w'\"; --").wamid == "w'\"; --"


@pytest.mark.parametrize(
    "hora", [None, "", "abc", "-5", -5, "4294967295", 0, "1262303999", [], {}, True, 10**300]
)
def test_impossible_hour_is_told_apart(hora):
    lida = uma(timestamp=hora)
    assert (lida.momento, lida.hora_invalida) == (None, True)


def test_hour_ahead_is_given_as_read():
    lida = uma(timestamp=1895000000)
    assert (lida.momento, lida.hora_invalida) == (datetime.fromtimestamp(1895000000, UTC), False)


@pytest.mark.parametrize("numero", ["123", "abc", "9" * 40, "+553498887766"])
def test_odd_sender_is_kept_as_written(numero):
    quem = uma(**{"from": numero}).remetente
    assert quem.wa_id == numero.removeprefix("+")
    assert quem.telefone == ("5534998887766" if "+" in numero else None)


@pytest.mark.parametrize("tipo", ["text", "image", "location", "contacts", "system", "button"])
@pytest.mark.parametrize("valor", [None, "x", 7, [1], True])
def test_type_object_of_another_kind_keeps_the_json(tipo, valor):
    if tipo == "contacts" and valor == [1]:
        valor = "lista"
    item = {"from": "5534998887766", "id": "w", "timestamp": "1795000000", "type": tipo}
    (lida,) = ler_json(com_mensagens({**item, tipo: valor})).itens
    assert (lida.tipo, lida.dados) == ("desconhecido", {"tipo": tipo})
    assert lida.bruto["type"] == tipo


@pytest.mark.parametrize("corpo", ["x" * 65_536, "   ", "\u200b", "a\u202eb", "<img onerror=1>"])
def test_text_is_kept_whole(corpo):
    assert uma(text={"body": corpo}).texto == corpo


@pytest.mark.parametrize(
    "lugar",
    [
        {"latitude": 999, "longitude": 0},
        {"latitude": 0, "longitude": -181},
        {"latitude": float("nan"), "longitude": 1},
        {"latitude": "aqui", "longitude": 1},
        {"longitude": 1},
    ],
)
def test_impossible_place_has_no_coordinates(lugar):
    lida = uma(type="location", location={**lugar, "name": "x" * 5000})
    assert lida.tipo == "localizacao"
    assert (lida.dados["valida"], lida.dados["latitude"]) == (False, None)
    assert len(lida.dados["nome"]) == 1000


def test_place_links_only_to_the_web():
    lugar = {"latitude": "-18.9", "longitude": "-48.2", "url": "javascript:alert(1)"}
    dados = uma(type="location", location=lugar).dados
    assert (dados["latitude"], dados["valida"], dados["url"]) == (-18.9, True, "")


def test_card_of_five_hundred_phones_shows_twenty():
    cartao = {"name": {"first_name": "Zé", "last_name": "Lima"}, "phones": [{"phone": "1"}] * 500}
    lida = uma(type="contacts", contacts=[cartao, "x"])
    (lido,) = lida.dados["contatos"]
    assert (len(lido["telefones"]), lido["telefones_a_mais"]) == (20, 480)
    assert lida.texto == "Zé Lima"


@pytest.mark.parametrize(
    ("cru", "limpo"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\docs\\iptu.pdf", "iptu.pdf"),
        ("a\r\nSet-Cookie:x.pdf", "a Set-Cookie:x.pdf"),
        ("nota.pdf.exe", "nota.pdf.exe"),
        ("foto\u202egpj.exe", "fotogpj.exe"),
        ("x" * 4000 + ".pdf", "x" * 116 + ".pdf"),
        ("..", ""),
        (7, "7"),
        (None, ""),
    ],
)
def test_file_name_is_safe_to_show(cru, limpo):
    midia = uma(type="document", document={"filename": cru}).midia
    assert (midia.nome, midia.media_id) == (limpo, None)


@pytest.mark.parametrize("resposta", ["", "[1]", '"x"', "9" * 5000, "[" * 5000, None, 7])
def test_form_answer_that_is_no_object_is_said_unreadable(resposta):
    bloco = {"type": "nfm_reply", "nfm_reply": {"name": "flow", "response_json": resposta}}
    lida = uma(type="interactive", interactive=bloco)
    assert (lida.tipo, lida.dados["legivel"], lida.texto) == ("formulario", False, "")
    assert lida.bruto is not None


def test_status_without_name_or_id_stops_alone():
    bom = {"id": "wamid.1", "status": "read", "timestamp": "1795000000"}
    valor = {"statuses": [bom, {"id": "wamid.1"}, {"status": "read"}, bom]}
    lidos = ler_json(evento("messages", valor)).itens
    tipos = [StatusRecebido, ItemIlegivel, ItemIlegivel, StatusRecebido]
    assert [type(i) for i in lidos] == tipos
    assert [i.motivo for i in lidos[1:3]] == ["status sem nome", "sem identificador"]


@pytest.mark.parametrize("codigo", ["x", None, 2**40, [], True])
def test_error_code_that_is_no_number_is_none(codigo):
    falha = {"id": "w", "status": "failed", "errors": [{"code": codigo}, "x"]}
    (lido,) = ler_json(evento("messages", {"statuses": [falha]})).itens
    assert [e.codigo for e in lido.erros] == [None]


@pytest.mark.parametrize("contatos", [{}, "x", [1], [{"profile": 7}], [{"wa_id": "9" * 99}]])
def test_broken_contacts_do_not_lose_the_message(contatos):
    (lida,) = ler_json(com_mensagens(texto(), contacts=contatos)).itens
    assert (lida.remetente.wa_id, lida.remetente.nome) == ("553498887766", None)


def test_contacts_are_matched_by_person_and_not_by_position():
    pessoas = [("5534911112222", "BR.b", "Bia"), ("5534998887766", "BR.a", "Ana")]
    contatos = [{"wa_id": n, "user_id": u, "profile": {"name": p}} for n, u, p in pessoas]
    mensagens = [
        texto(id="1"),
        texto(id="2", **{"from": "5534911112222"}),
        texto(id="3", from_user_id="BR.b", **{"from": None}),
        texto(id="4", **{"from": "5511900000000"}),
    ]
    lidas = ler_json(com_mensagens(*mensagens, contacts=contatos)).itens
    assert [i.remetente.nome for i in lidas] == ["Ana", "Bia", "Bia", None]
    assert [i.remetente.user_id for i in lidas] == ["BR.a", "BR.b", "BR.b", None]


def test_only_contact_of_another_person_is_not_the_sender():
    contatos = [{"wa_id": "5511900000000", "user_id": "BR.z", "profile": {"name": "Zoe"}}]
    (lida,) = ler_json(com_mensagens(texto(), contacts=contatos)).itens
    assert (lida.remetente.user_id, lida.remetente.nome) == (None, None)


def test_million_bad_items_are_counted_and_the_good_one_is_read():
    corpo = json.dumps(com_mensagens("RUINS", texto())).replace('"RUINS"', "1," * 500_000 + "1")
    lida = ler(corpo.encode())
    assert len(lida.itens) == 201
    assert isinstance(lida.itens[-1], MensagemRecebida)
    assert lida.avisos == ["mais 499801 itens ilegíveis não foram listados"]
