"""GUARANTEES 4.1, rows 13 to 19 and 26 to 35: what a signed body may hold, and what comes of it.

`tests/whatsapp/test_webhook.py` proves over HTTP that each body is stored as it came; here each
goes through the reader and the actions to the screen.
"""

import json
import logging
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from atendimento.models import Atendimento, Mensagem
from prefeitura.cadastro.models import Cidadao
from prefeitura.whatsapp.metricas import CAMPOS_NOVOS
from prefeitura.whatsapp.models import EventoRecebido
from tests.chegada import MARIA, chegar, corpo, guardar, mensagem, novo_wamid, valor

pytestmark = pytest.mark.django_db


def corpo_com(numero, item: dict, *, texto_cru: str) -> bytes:
    """A body whose text is these very JSON characters, escapes included."""
    bruto = corpo(numero, valor(numero, mensagens=[item | {"text": {"body": "@@"}}]))
    return bruto.replace(b"@@", texto_cru.encode())


def test_E013_emoji_is_shown_the_same_as_utf8_and_as_escapes(numero, aplicar, tela):
    for cru in ("Oi 😀", "Oi \\ud83d\\ude00"):
        assert aplicar(corpo_com(numero, mensagem(), texto_cru=cru)).estado == "feito"
    recebidas = Mensagem.objects.filter(direcao="entrada")
    assert [m.texto for m in recebidas] == ["Oi 😀", "Oi 😀"]
    assert tela(recebidas[0]).count("Oi 😀") >= 2


def test_E014_lone_surrogate_is_shown_as_replacement(numero, aplicar, tela):
    aplicar(corpo_com(numero, mensagem(), texto_cru="Oi \\ud83d!"))
    recebida = Mensagem.objects.get(direcao="entrada")
    assert recebida.texto == "Oi \ufffd!"
    assert "Oi \ufffd!" in tela(recebida)


def test_E015_nul_becomes_its_picture_and_the_raw_body_stays(numero, aplicar):
    bruto = corpo_com(numero, mensagem(), texto_cru="a\\u0000b")
    evento = aplicar(bruto)
    assert (evento.estado, bytes(evento.corpo)) == ("feito", bruto)
    assert Mensagem.objects.get(direcao="entrada").texto == "a\u2400b"


@pytest.mark.parametrize("bruto", [b"abc", b"", b"null", b"[]", b'"x"', b"1e999", b"\xff\x00"])
def test_E016_what_is_no_json_object_waits_for_a_person(aplicar, bruto):
    evento = aplicar(bruto)
    assert evento.estado == "parado"
    assert "corpo não é um objeto JSON" in evento.erro
    assert bytes(evento.corpo) == bruto


def test_E017_nested_too_deep_stops_and_its_neighbours_go_on(numero, aplicar):
    fundo = guardar(b'{"object":' + b"[" * 100_000)
    fechado = guardar(b'{"object":' + b"[" * 100_000 + b"]" * 100_000 + b"}")
    vizinho = aplicar(corpo(numero, valor(numero, mensagens=[mensagem("bom")])))
    for evento in (fundo, fechado):
        evento.refresh_from_db()
        assert (evento.estado, evento.erro) == ("parado", "corpo aninhado demais para ser lido")
    assert vizinho.estado == "feito"
    assert Mensagem.objects.filter(texto="bom").exists()


def test_E018_of_repeated_keys_the_last_wins_and_it_is_noted(numero, aplicar):
    bruto = corpo(numero, valor(numero, mensagens=[mensagem("um")]))
    evento = aplicar(bruto.replace(b'{"body":"um"}', b'{"body":"um","body":"dois"}'))
    assert (evento.estado, "chave repetida" in evento.nota) == ("feito", True)
    assert Mensagem.objects.get(direcao="entrada").texto == "dois"


def test_E019_number_of_ten_thousand_digits_stops_alone(numero, aplicar):
    grande = guardar(b'{"object":"whatsapp_business_account","n":' + b"9" * 10_000 + b"}")
    assert aplicar(corpo(numero, valor(numero, mensagens=[mensagem("bom")]))).estado == "feito"
    grande.refresh_from_db()
    assert grande.estado == "parado"
    assert "número grande demais" in grande.erro


@pytest.mark.parametrize("objeto", ["page", "instagram"])
def test_E026_another_product_is_done_with_a_note(aplicar, objeto):
    evento = aplicar(json.dumps({"object": objeto, "entry": [{"id": "1"}]}).encode())
    assert evento.estado == "feito"
    assert evento.nota == f"não é do WhatsApp: {objeto}"


def test_E027_unknown_number_waits_and_the_admin_offers_to_register_it(
    numero, aplicar, admin, entrar
):
    outro = valor(numero, mensagens=[mensagem("Oi")])
    outro["metadata"]["phone_number_id"] = "999888777"
    evento = aplicar(corpo(numero, outro))
    assert (evento.estado, evento.erro) == ("parado", "Número não cadastrado neste sistema.")
    painel = entrar(admin)
    pagina = painel.get(f"/admin/whatsapp/eventorecebido/{evento.pk}/change/").content.decode()
    assert "/admin/whatsapp/numero/add/?phone_number_id=999888777" in pagina
    assert "Cadastrar número" in pagina
    formulario = painel.get("/admin/whatsapp/numero/add/?phone_number_id=999888777")
    assert 'value="999888777"' in formulario.content.decode()


@pytest.mark.parametrize(
    ("bruto", "estado"),
    [
        ({"entry": []}, "feito"),
        ({"entry": [{"id": "1", "changes": []}]}, "feito"),
        ({"entry": [{"id": "1", "changes": [{"field": "messages"}]}]}, "feito"),
        (
            {"entry": [{"id": "1", "changes": [{"field": "messages", "value": {"messages": {}}}]}]},
            "parado",
        ),
        ({"entry": {}}, "parado"),
        ({"entry": [{"id": "1", "changes": [{"field": "messages", "value": "x"}]}]}, "parado"),
    ],
)
def test_E028_empty_levels_are_noted_and_wrong_kinds_stop(aplicar, bruto, estado):
    evento = aplicar(json.dumps({"object": "whatsapp_business_account"} | bruto).encode())
    assert evento.estado == estado
    assert evento.nota if estado == "feito" else evento.erro


def test_E029_new_field_is_done_and_counted_by_name(aplicar):
    def contados(campo):
        return CAMPOS_NOVOS.labels(campo)._value.get()

    antes = contados("novidade_da_meta")
    assert aplicar({"x": 1}, campo="novidade_da_meta").estado == "feito"
    assert contados("novidade_da_meta") == antes + 1
    for n in range(80):
        assert aplicar({"x": 1}, campo=f"campo_{n}").estado == "feito"
    nomes = {a.labels["campo"] for m in CAMPOS_NOVOS.collect() for a in m.samples}
    assert len(nomes) <= 52
    assert contados("outro") > 0


def test_E030_replay_of_an_old_body_changes_nothing(numero, aplicar):
    velha = mensagem("Há um ano", quando=timezone.now() - timedelta(days=365))
    bruto = corpo(numero, valor(numero, mensagens=[velha]))
    aplicar(bruto)

    def retrato():
        return (
            list(Mensagem.objects.order_by("pk").values()),
            list(Atendimento.objects.order_by("pk").values()),
        )

    antes = retrato()
    for _ in range(3):
        assert aplicar(bruto).estado == "feito"
    assert retrato() == antes


def test_E031_same_id_with_other_text_keeps_the_first_and_alerts(numero, aplicar, caplog):
    item = mensagem("original")
    aplicar(corpo(numero, valor(numero, mensagens=[item])))
    with caplog.at_level(logging.ERROR):
        mudado = item | {"text": {"body": "adulterado"}}
        evento = aplicar(corpo(numero, valor(numero, mensagens=[mudado])))
    assert Mensagem.objects.get(direcao="entrada").texto == "original"
    assert "mesmo_wamid_outro_conteudo" in [r.message for r in caplog.records]
    assert evento.estado == "feito"
    assert "mesmo identificador com conteúdo diferente" in evento.nota
    assert EventoRecebido.objects.count() == 2


def test_E031_repeats_of_an_edited_message_are_no_contradiction(numero, aplicar, caplog):
    item = mensagem("antes")
    aplicar(corpo(numero, valor(numero, mensagens=[item])))
    edicao = mensagem(
        type="edit",
        edit={
            "original_message_id": item["id"],
            "message": {"type": "text", "text": {"body": "depois"}},
        },
    )
    aplicar(corpo(numero, valor(numero, mensagens=[edicao])))
    with caplog.at_level(logging.ERROR):
        aplicar(corpo(numero, valor(numero, mensagens=[item])))
    assert Mensagem.objects.get(direcao="entrada").texto == "depois"
    assert not caplog.records


@pytest.mark.parametrize(
    ("wamid", "guardado"),
    [
        ("w" * 1000, None),
        ("", None),
        (None, None),
        ("wamid.\"'; DROP TABLE x;--", "wamid.\"'; DROP TABLE x;--"),
        (12345, "12345"),
    ],
)
def test_E032_strange_message_ids(numero, aplicar, wamid, guardado):
    bom = mensagem("vizinha")
    evento = aplicar(
        corpo(numero, valor(numero, mensagens=[mensagem("esta") | {"id": wamid}, bom]))
    )
    assert Mensagem.objects.filter(texto="vizinha").exists()
    esta = Mensagem.objects.filter(texto="esta").first()
    if guardado is None:
        assert (evento.estado, esta) == ("parado", None)
    else:
        assert (evento.estado, esta.wamid) == ("feito", guardado)


@pytest.mark.parametrize(
    "hora",
    [None, "", "abc", "-5", str(int(datetime(2106, 1, 1, tzinfo=UTC).timestamp())),
     "daqui a dez dias", [], "9" * 40],
)  # fmt: skip
def test_E033_impossible_hour_gives_the_hour_of_arrival(numero, aplicar, tela, hora):
    if hora == "daqui a dez dias":
        hora = str(int((timezone.now() + timedelta(days=10)).timestamp()))
    item = mensagem("Que horas são?") | {"timestamp": hora}
    if hora is None:
        del item["timestamp"]
    evento = aplicar(corpo(numero, valor(numero, mensagens=[item])))
    recebida = Mensagem.objects.get(direcao="entrada")
    assert recebida.momento == evento.recebido_em
    assert "A hora informada pela Meta não é válida" in tela(recebida)


def test_E033_milliseconds_are_understood(numero, tela):
    quando = timezone.now().replace(microsecond=0) - timedelta(minutes=3)
    item = mensagem("Em milissegundos") | {"timestamp": str(int(quando.timestamp() * 1000))}
    [recebida] = chegar(numero, item)
    assert recebida.momento == quando
    assert "não é válida" not in tela(recebida)


def test_E034_without_a_sender_it_stops(numero, aplicar):
    sozinha = valor(numero) | {"messages": [mensagem("De quem?", de=None)]}
    evento = aplicar(corpo(numero, sozinha))
    assert evento.estado == "parado"
    assert not Mensagem.objects.exists()


def test_E034_user_id_alone_is_a_citizen_without_a_phone(numero, tela):
    [recebida] = chegar(numero, mensagem("Oi", de=None, user_id="BR.1234567890123456"))
    cidadao = recebida.atendimento.conversa.cidadao
    assert (cidadao.wa_id, cidadao.user_id) == ("", "BR.1234567890123456")
    assert "O WhatsApp não informa o telefone desta pessoa" in tela(recebida)


@pytest.mark.parametrize("de", ["123", "abcdefgh", "5" * 40])
def test_E034_odd_number_is_told_as_such(numero, tela, de):
    [recebida] = chegar(numero, mensagem("Oi", de=de))
    assert Cidadao.objects.get().wa_id == de
    assert "número incomum" in tela(recebida)


def test_E034_usual_number_is_not_odd(numero, tela):
    [recebida] = chegar(numero, mensagem("Oi", de=MARIA))
    assert "número incomum" not in tela(recebida)


@pytest.mark.parametrize(
    "partes",
    [
        {"type": "holograma", "holograma": {"x": 1}},
        {"type": "unsupported", "errors": [{"code": 131051, "title": "Unsupported"}]},
        {"type": "ephemeral"},
        {"errors": [{"code": 131060, "title": "unavailable"}], "type": "unknown"},
        {"type": None},
        {},
    ],
)
def test_E035_type_that_is_not_known_asks_for_text_or_photo(numero, tela, partes):
    item = {"id": novo_wamid(), "from": MARIA, "timestamp": "1795000000"} | partes
    [recebida] = chegar(numero, item)
    pagina = tela(recebida)
    assert "Este tipo de mensagem ainda não aparece aqui." in pagina
    assert "Peça ao cidadão que mande por texto ou foto." in pagina
    assert recebida.dados["bruto"]["id"] == recebida.wamid
