"""What happens after the 200: statuses, prices and late failures."""

import pytest

from tests.whatsapp.simulador.apoio import MARIA, NUMERO, esperar

MODELO = {
    "name": "retomar_atendimento",
    "language": {"code": "pt_BR"},
    "components": [{"type": "body", "parameters": [{"type": "text", "text": "a poda"}]}],
}


def nomes(receptor, wamid, quantos):
    esperar(lambda: len(receptor.statuses(wamid)) >= quantos)
    return [status["status"] for status in receptor.statuses(wamid)]


def falha(receptor, wamid):
    (status,) = esperar(lambda: receptor.statuses(wamid))
    assert status["status"] == "failed"
    return status["errors"][0]["code"]


def test_message_is_sent_delivered_and_read_in_this_order(simulado, receptor):
    simulado.escrever()
    wamid = simulado.texto(biz_opaque_callback_data="envio-1")
    assert nomes(receptor, wamid, 2) == ["sent", "delivered"]
    simulado.controle.post(f"/cidadaos/{MARIA}/lida")
    assert nomes(receptor, wamid, 3) == ["sent", "delivered", "read"]
    assert {s["biz_opaque_callback_data"] for s in receptor.statuses(wamid)} == {"envio-1"}
    assert {s["recipient_id"] for s in receptor.statuses(wamid)} == {MARIA}
    assert all(s["recipient_user_id"].startswith("BR.") for s in receptor.statuses(wamid))
    assert simulado.tela()[-1]["status"] == "read"


def test_status_carries_metadata_and_contact(simulado, receptor):
    simulado.escrever(nome="Maria Souza")
    wamid = simulado.texto()
    nomes(receptor, wamid, 2)
    valor = next(v for v in receptor.valores() if "statuses" in v)
    assert valor["metadata"] == {
        "display_phone_number": "5511990000001",
        "phone_number_id": NUMERO,
    }
    assert valor["contacts"][0]["profile"] == {"name": "Maria Souza"}
    assert valor["contacts"][0]["wa_id"] == MARIA
    assert isinstance(valor["statuses"][0]["timestamp"], str)


def test_service_messages_are_free_until_the_monthly_tier_ends(simulado, receptor):
    simulado.ritmo(gratis_por_mes=1)
    simulado.escrever()
    precos = []
    for _ in range(2):
        wamid = simulado.texto()
        nomes(receptor, wamid, 2)
        precos.append([s["pricing"] for s in receptor.statuses(wamid)])
    assert {p["type"] for p in precos[0]} == {"free_customer_service"}
    assert {p["type"] for p in precos[1]} == {"regular"}
    assert precos[1][0] == {
        "billable": True,
        "pricing_model": "PMP",
        "type": "regular",
        "category": "service",
    }


def test_reply_to_someone_who_came_from_an_ad_is_a_free_entry_point(simulado, receptor):
    simulado.escrever(referral={"source_type": "ad", "source_id": "1"})
    wamid = simulado.texto()
    nomes(receptor, wamid, 1)
    preco = receptor.statuses(wamid)[0]["pricing"]
    assert (preco["type"], preco["billable"]) == ("free_entry_point", False)


def test_template_is_charged_by_its_category(simulado, receptor):
    wamid = simulado.mandar(type="template", template=MODELO).json()["messages"][0]["id"]
    nomes(receptor, wamid, 2)
    preco = receptor.statuses(wamid)[0]["pricing"]
    assert (preco["category"], preco["type"]) == ("utility", "regular")


def test_free_text_outside_the_window_fails_later_with_131047(simulado, receptor):
    wamid = simulado.texto()
    assert falha(receptor, wamid) == 131047
    assert "pricing" not in receptor.statuses(wamid)[0]
    assert "contacts" not in next(v for v in receptor.valores() if "statuses" in v)
    assert simulado.tela() == []
    assert simulado.tela(todas=1)[0]["erro"]["codigo"] == 131047


def test_window_closes_twenty_four_hours_after_the_last_message(simulado, receptor):
    simulado.escrever(ha_segundos=24 * 3600 - 60)
    assert nomes(receptor, simulado.texto(), 2) == ["sent", "delivered"]
    simulado.ritmo(adiantar_s=120)
    assert falha(receptor, simulado.texto()) == 131047


def test_a_template_does_not_open_the_window(simulado, receptor):
    wamid = simulado.mandar(type="template", template=MODELO).json()["messages"][0]["id"]
    assert nomes(receptor, wamid, 2) == ["sent", "delivered"]
    assert falha(receptor, simulado.texto()) == 131047


def test_number_that_is_not_on_whatsapp_fails_later_with_131026(simulado, receptor):
    wamid = simulado.mandar(to="5511988880000", type="template", template=MODELO)
    assert falha(receptor, wamid.json()["messages"][0]["id"]) == 131026


def test_who_stopped_marketing_gets_131050_and_utility_still_arrives(simulado, receptor):
    simulado.escrever()
    simulado.controle.post(f"/cidadaos/{MARIA}", json={"sem_divulgacao": True})
    esperar(lambda: receptor.valores("user_preferences"))
    preferencia = receptor.valores("user_preferences")[0]["user_preferences"][0]
    assert (preferencia["wa_id"], preferencia["value"]) == (MARIA, "stop")
    modelo = next(m for m in simulado.sim.estado.modelos.values() if m.nome == MODELO["name"])
    utilidade = simulado.mandar(type="template", template=MODELO).json()["messages"][0]["id"]
    assert nomes(receptor, utilidade, 2) == ["sent", "delivered"]
    simulado.controle.post(f"/modelos/{modelo.id}", json={"categoria": "MARKETING"})
    divulgacao = simulado.mandar(type="template", template=MODELO).json()["messages"][0]["id"]
    assert falha(receptor, divulgacao) == 131050


def test_media_of_the_wrong_kind_fails_later_with_131053(simulado, receptor):
    simulado.escrever()
    midia = simulado.subir(b"%PDF-1.4", "application/pdf")
    resposta = simulado.mandar(type="image", image={"id": midia})
    assert falha(receptor, resposta.json()["messages"][0]["id"]) == 131053


def test_voice_note_that_is_not_ogg_fails_later_with_131053(simulado, receptor):
    simulado.escrever()
    midia = simulado.subir(b"ID3", "audio/mpeg")
    resposta = simulado.mandar(type="audio", audio={"id": midia, "voice": True})
    assert falha(receptor, resposta.json()["messages"][0]["id"]) == 131053


def test_reaction_to_an_unknown_message_fails_later_with_131009(simulado, receptor):
    simulado.escrever()
    reacao = {"message_id": "wamid.NADA", "emoji": "👍"}
    resposta = simulado.mandar(type="reaction", reaction=reacao)
    assert falha(receptor, resposta.json()["messages"][0]["id"]) == 131009


def test_played_voice_note_ends_as_played(simulado, receptor):
    simulado.escrever()
    midia = simulado.subir(b"OggS", "audio/ogg")
    voz = simulado.mandar(type="audio", audio={"id": midia, "voice": True})
    wamid = voz.json()["messages"][0]["id"]
    nomes(receptor, wamid, 2)
    simulado.controle.post(f"/cidadaos/{MARIA}/tocada", json={"wamid": wamid})
    assert nomes(receptor, wamid, 3) == ["sent", "delivered", "played"]


def test_citizen_who_hides_receipts_is_never_read(simulado, receptor):
    simulado.escrever()
    simulado.controle.post(f"/cidadaos/{MARIA}", json={"confirma_leitura": False})
    wamid = simulado.texto()
    nomes(receptor, wamid, 2)
    assert simulado.controle.post(f"/cidadaos/{MARIA}/lida").json() == {"lidas": 0}


def test_probabilities_of_delivery_and_reading_are_obeyed(simulado, receptor):
    simulado.escrever()
    simulado.ritmo(entregar={"prob": 0})
    parada = simulado.texto()
    simulado.ritmo(entregar=1, ler={"prob": 1, "ms": 1})
    lida = simulado.texto()
    assert nomes(receptor, lida, 3) == ["sent", "delivered", "read"]
    assert [s["status"] for s in receptor.statuses(parada)] == ["sent"]


def test_citizen_known_only_by_username_has_no_phone_anywhere(simulado, receptor):
    wamid = simulado.escrever("ana_paula", nome="Ana Paula", sem_telefone=True)
    recebida = esperar(lambda: receptor.mensagens())[0]
    assert recebida["id"] == wamid and "from" not in recebida
    contato = receptor.valores()[0]["contacts"][0]
    assert contato == {
        "profile": {"name": "Ana Paula", "username": "ana_paula"},
        "user_id": recebida["from_user_id"],
    }
    enviada = simulado.texto(to=..., recipient=contato["user_id"])
    nomes(receptor, enviada, 2)
    for status in receptor.statuses(enviada):
        assert "recipient_id" not in status
        assert status["recipient_user_id"] == contato["user_id"]
    por_status = [v["contacts"][0] for v in receptor.valores() if "statuses" in v]
    assert [c["profile"].get("username") for c in por_status] == [None, "ana_paula"]


def test_phone_stays_hidden_until_the_city_writes_to_it(simulado, receptor):
    simulado.escrever(MARIA, sem_telefone=True)
    esperar(lambda: receptor.mensagens())
    assert "from" not in receptor.mensagens()[0]
    simulado.texto()
    simulado.escrever(MARIA)
    esperar(lambda: len(receptor.mensagens()) == 2)
    assert receptor.mensagens()[1]["from"] == MARIA


@pytest.mark.parametrize("forma", ["553499990001", "5534999990001", "+55 34 99999-0001"])
def test_the_phone_is_found_by_either_form(simulado, forma):
    simulado.escrever("5534999990001", "oi")
    assert simulado.tela(forma)[0]["text"] == {"body": "oi"}
