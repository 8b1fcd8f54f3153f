"""Webhooks: signed, escaped, verified, retried, held, repeated, batched, never lost."""

import json

import pytest

from tests.whatsapp.simulador.apoio import MARIA, Simulado, assinatura, configurar, esperar


def textos(receptor):
    return [m["text"]["body"] for m in receptor.mensagens()]


def test_body_is_ascii_escaped_and_signed_over_its_bytes(simulado, receptor):
    simulado.escrever(texto="Ação em https://x.gov.br 😀")
    corpo, cabecalhos = esperar(lambda: receptor.recebidos)[0]
    assert rb"A\u00e7\u00e3o em https:\/\/x.gov.br \ud83d\ude00" in corpo
    assert corpo.isascii()
    assert cabecalhos["X-Hub-Signature-256"] == assinatura(corpo)
    assert cabecalhos["Content-Type"] == "application/json"


def test_inbound_message_has_metas_shape(simulado, receptor):
    wamid = simulado.escrever(nome="Maria Souza", ha_segundos=3600, context={"id": "wamid.ANTES"})
    corpo = json.loads(esperar(lambda: receptor.recebidos)[0][0])
    assert corpo["object"] == "whatsapp_business_account"
    assert set(corpo["entry"][0]) == {"id", "changes"}
    valor = corpo["entry"][0]["changes"][0]["value"]
    mensagem = valor["messages"][0]
    assert mensagem["id"] == wamid and mensagem["from"] == MARIA
    assert mensagem["context"] == {"from": "5511990000001", "id": "wamid.ANTES"}
    assert mensagem["type"] == "text" and mensagem["text"] == {"body": "Bom dia"}
    assert valor["contacts"][0]["user_id"] == mensagem["from_user_id"]
    assert mensagem["timestamp"].isdigit()


def test_address_is_verified_before_anything_is_sent(receptor):
    receptor.token = "outro"
    simulado = Simulado(configurar(receptor.url))
    try:
        simulado.escrever()
        esperar(lambda: len(receptor.desafios) >= 2)
        assert receptor.recebidos == []
        receptor.token = "demo-verify-token"
        esperar(lambda: receptor.recebidos)
        assert receptor.desafios[0]["hub.mode"] == "subscribe"
    finally:
        simulado.fechar()


@pytest.mark.parametrize("http", [500, 503, 201, 302, 403])
def test_anything_but_200_is_retried_with_the_same_bytes(simulado, receptor, http):
    esperar(lambda: receptor.desafios)
    receptor.respostas = [http, http, http]
    simulado.escrever()
    esperar(lambda: len(receptor.recebidos) == 4)
    assert len({corpo for corpo, _ in receptor.recebidos}) == 1
    esperar(lambda: simulado.controle.get("/webhook").json()["retidos"] == 0)
    entregas = simulado.controle.get("/entregas").json()
    assert [(e["http"], e["tentativa"]) for e in entregas] == [
        (http, 1),
        (http, 2),
        (http, 3),
        (200, 4),
    ]


def test_application_that_is_down_gets_everything_when_it_is_back(receptor):
    simulado = Simulado(configurar("http://127.0.0.1:9/", verificar=False))
    try:
        for i in range(5):
            simulado.escrever(texto=str(i))
        esperar(lambda: simulado.controle.get("/webhook").json()["tentativas"] >= 3)
        simulado.controle.post("/webhook", json={"url": receptor.url})
        esperar(lambda: sorted(textos(receptor)) == ["0", "1", "2", "3", "4"])
    finally:
        simulado.fechar()


def test_paused_webhooks_are_held_and_released_in_order(simulado, receptor):
    assert simulado.controle.post("/webhook", json={"pausar": True}).json()["pausado"] is True
    for letra in "abc":
        simulado.escrever(texto=letra)
    assert simulado.controle.get("/webhook").json()["retidos"] == 3
    simulado.controle.post("/webhook", json={"pausar": False})
    esperar(lambda: textos(receptor) == ["a", "b", "c"])


def test_paused_webhooks_can_be_released_in_reverse_and_repeated(simulado, receptor):
    simulado.controle.post("/webhook", json={"pausar": True})
    for letra in "abc":
        simulado.escrever(texto=letra)
    liberar = {"pausar": False, "ordem": "inversa", "repetir": 1}
    simulado.controle.post("/webhook", json=liberar)
    esperar(lambda: textos(receptor) == ["c", "b", "a", "c", "b", "a"])


def test_batches_join_messages_and_lose_none(simulado, receptor):
    simulado.controle.post("/webhook", json={"pausar": True})
    simulado.ritmo(lote=50, lote_espera_ms=5)
    for i in range(40):
        simulado.escrever(f"55119777{i % 3:05d}", str(i))
    simulado.controle.post("/webhook", json={"pausar": False})
    esperar(lambda: len(receptor.mensagens()) == 40)
    assert len(receptor.recebidos) < 40
    assert textos(receptor) == [str(i) for i in range(40)]
    for valor in receptor.valores():
        autores = {m["from"] for m in valor["messages"]}
        assert autores == {c["wa_id"] for c in valor["contacts"]}


def test_duplicates_and_disorder_are_made_when_asked(simulado, receptor):
    simulado.ritmo(duplicar=1, reordenar=1)
    wamid = simulado.escrever()
    esperar(lambda: len(receptor.recebidos) == 2)
    assert [m["id"] for m in receptor.mensagens()] == [wamid, wamid]
    assert receptor.recebidos[0][0] == receptor.recebidos[1][0]


def test_the_same_seed_gives_the_same_ids(simulado):
    outro = Simulado(configurar())
    try:
        assert outro.escrever() == simulado.escrever()
    finally:
        outro.fechar()


def test_raw_payload_is_signed_and_delivered_as_meta_writes_it(simulado, receptor):
    resposta = simulado.controle.post("/webhook/bruto", json={"a": "é/"})
    assert resposta.json() == {"http": 200}
    corpo, cabecalhos = receptor.recebidos[0]
    assert corpo == rb'{"a":"\u00e9\/"}'
    assert cabecalhos["X-Hub-Signature-256"] == assinatura(corpo)


@pytest.mark.parametrize(
    ("consulta", "esperada"),
    [
        ("?cru=1&assinatura=ausente", None),
        ("?cru=1&assinatura=errada", assinatura(b"nada ")),
        ("?cru=1&segredo=velho", assinatura(b"nada", "velho")),
        ("?cru=1&assinatura=maiuscula", "sha256=" + assinatura(b"nada")[7:].upper()),
    ],
)
def test_raw_bytes_can_carry_any_signature(simulado, receptor, consulta, esperada):
    simulado.controle.post(f"/webhook/bruto{consulta}", content=b"nada")
    corpo, cabecalhos = receptor.recebidos[0]
    assert (corpo, cabecalhos.get("X-Hub-Signature-256")) == (b"nada", esperada)


def test_number_change_sends_system_message_and_user_id_update(simulado, receptor):
    simulado.escrever(nome="Maria")
    simulado.controle.post(f"/cidadaos/{MARIA}/trocar_numero", json={"para": "5511966660002"})
    esperar(lambda: receptor.valores("user_id_update"))
    sistema = receptor.mensagens()[1]
    assert (sistema["type"], sistema["from"]) == ("system", MARIA)
    assert sistema["system"]["wa_id"] == "5511966660002"
    assert "contacts" not in receptor.valores()[1]
    troca = receptor.valores("user_id_update")[0]["user_id_update"][0]
    assert troca["user_id"]["previous"] == receptor.mensagens()[0]["from_user_id"]
    assert troca["user_id"]["current"] == sistema["system"]["user_id"]


def test_account_updates_carry_the_time_of_the_entry(simulado, receptor):
    valor = {"event": "ACCOUNT_RESTRICTION", "restriction_info": []}
    simulado.controle.post("/conta", json={"campo": "account_update", "valor": valor})
    corpo = json.loads(esperar(lambda: receptor.recebidos)[0][0])
    assert isinstance(corpo["entry"][0]["time"], int)
    assert corpo["entry"][0]["changes"][0] == {"value": valor, "field": "account_update"}
