"""Throughput, pair limit, daily tier and blocked citizens."""

import pytest

from tests.whatsapp.simulador.apoio import MARIA, NUMERO, WABA, esperar

MODELO = {"name": "hello_world", "language": {"code": "en_US"}}


def codigo(resposta):
    return resposta.json().get("error", {}).get("code", 0)


def test_throughput_is_refused_with_130429(simulado):
    simulado.escrever()
    simulado.ritmo(mps=3)
    simulado.sim.estado.numeros[NUMERO].fichas = -1
    respostas = [simulado.mandar(text={"body": str(i)}) for i in range(5)]
    assert [codigo(r) for r in respostas][:3] == [0, 0, 0]
    assert (codigo(respostas[4]), respostas[4].status_code) == (130429, 429)


def test_pair_limit_takes_a_burst_of_45_and_then_one_each_six_seconds(simulado):
    simulado.escrever()
    simulado.ritmo(limite_por_par=True)
    codigos = [codigo(simulado.mandar(text={"body": str(i)})) for i in range(46)]
    assert codigos == [0] * 45 + [131056]
    assert codigo(simulado.mandar(to="5511977770009", text={"body": "outro"})) == 0
    simulado.ritmo(adiantar_s=6)
    assert [codigo(simulado.mandar(text={"body": "x"})) for _ in range(2)] == [0, 131056]


def test_daily_tier_counts_people_outside_the_window(simulado, receptor):
    simulado.ritmo(limite_diario=1)
    wamids = [
        simulado.mandar(to=quem, type="template", template=MODELO).json()["messages"][0]["id"]
        for quem in ("5511977770001", "5511977770001", "5511977770002")
    ]
    esperar(lambda: receptor.statuses(wamids[2]))
    assert receptor.statuses(wamids[2])[0]["errors"][0]["code"] == 131048
    assert all(s["status"] != "failed" for w in wamids[:2] for s in receptor.statuses(w))
    simulado.ritmo(adiantar_s=90_000)
    depois = simulado.mandar(to="5511977770002", type="template", template=MODELO)
    wamid = depois.json()["messages"][0]["id"]
    assert esperar(lambda: receptor.statuses(wamid))[0]["status"] == "sent"


def test_tier_is_shown_by_the_number(simulado):
    simulado.ritmo(limite_diario="TIER_2K")
    campo = "whatsapp_business_manager_messaging_limit"
    resposta = simulado.graph.get(f"/{NUMERO}", params={"fields": campo})
    assert resposta.json() == {campo: "TIER_2K", "id": NUMERO}


def test_blocked_citizen_is_refused_with_130403_and_is_not_heard(simulado, receptor):
    simulado.escrever()
    bloqueio = {"messaging_product": "whatsapp", "block_users": [{"user": MARIA}]}
    resposta = simulado.graph.post(f"/{NUMERO}/block_users", json=bloqueio)
    assert resposta.json()["block_users"]["added_users"] == [{"input": MARIA, "wa_id": MARIA}]
    assert codigo(simulado.mandar(text={"body": "x"})) == 130403
    simulado.escrever(texto="ninguém ouve")
    listados = simulado.graph.get(f"/{NUMERO}/block_users").json()["data"]
    assert [item["wa_id"] for item in listados] == [MARIA]
    simulado.graph.request("DELETE", f"/{NUMERO}/block_users", json=bloqueio)
    ultima = simulado.escrever(texto="de volta")
    esperar(lambda: ultima in [m["id"] for m in receptor.mensagens()])
    assert "ninguém ouve" not in [m["text"]["body"] for m in receptor.mensagens()]


def test_only_who_wrote_in_the_last_day_can_be_blocked(simulado):
    bloqueio = {"messaging_product": "whatsapp", "block_users": [{"user": "5511900001111"}]}
    resposta = simulado.graph.post(f"/{NUMERO}/block_users", json=bloqueio)
    assert resposta.json()["error"]["code"] == 139100
    recusado = resposta.json()["block_users"]["failed_users"][0]
    assert recusado["errors"][0]["code"] == 139101


@pytest.mark.parametrize("opcoes", [{"mpz": 1}, {"mps": "muito"}, {"entregar": {"prob": "x"}}])
def test_unknown_pace_is_refused_in_portuguese(simulado, opcoes):
    resposta = simulado.controle.post("/config", json=opcoes)
    assert resposta.status_code == 400
    assert resposta.json()["erro"]


def test_unregistered_number_cannot_send(simulado):
    simulado.graph.post(f"/{NUMERO}/deregister")
    assert codigo(simulado.mandar(text={"body": "x"})) == 133010
    corpo = {"messaging_product": "whatsapp", "pin": "123456"}
    assert simulado.graph.post(f"/{NUMERO}/register", json=corpo).json() == {"success": True}
    assert codigo(simulado.mandar(text={"body": "x"})) == 0
    outro = corpo | {"pin": "654321"}
    assert codigo(simulado.graph.post(f"/{NUMERO}/register", json=outro)) == 133005


def test_unsubscribed_account_receives_no_messages(simulado, receptor):
    simulado.graph.delete(f"/{WABA}/subscribed_apps")
    simulado.escrever(texto="perdida")
    simulado.graph.post(f"/{WABA}/subscribed_apps")
    wamid = simulado.escrever(texto="ouvida")
    esperar(lambda: receptor.mensagens())
    assert [m["id"] for m in receptor.mensagens()] == [wamid]
