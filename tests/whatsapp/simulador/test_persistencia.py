"""With a state folder, a second run goes on where the first stopped."""

import json

import pytest

from tests.whatsapp.simulador.apoio import MARIA, PNG, Simulado, configurar, esperar


@pytest.fixture
def rodar(receptor, tmp_path):
    """Return a function that starts a simulator over the same folder; all are closed."""
    abertos = []

    def iniciar(**opcoes):
        abertos.append(Simulado(configurar(receptor.url, pasta=str(tmp_path), **opcoes)))
        return abertos[-1]

    yield iniciar
    for simulado in abertos:
        if simulado.no_ar:
            simulado.fechar()


def test_conversation_window_and_media_survive_a_restart(rodar):
    um = rodar()
    citada = um.escrever(nome="Maria Souza")
    midia = um.subir(PNG)
    um.mandar(type="image", image={"id": midia}, context={"message_id": citada})
    esperar(lambda: um.tela()[-1]["status"] == "delivered")
    antes, livro = um.tela(), um.controle.get("/livro").json()
    um.fechar()
    dois = rodar()
    assert dois.tela() == antes
    assert dois.controle.get("/livro").json() == livro
    assert dois.graph.get(dois.graph.get(f"/{midia}").json()["url"]).content == PNG
    wamid = dois.texto("ainda na janela")
    esperar(lambda: dois.tela()[-1]["status"] == "delivered")
    assert wamid not in [m["wamid"] for m in antes]


def test_webhooks_that_were_held_are_delivered_by_the_next_run(rodar, receptor):
    um = rodar()
    um.controle.post("/webhook", json={"pausar": True})
    wamid = um.escrever()
    um.fechar()
    assert receptor.mensagens() == []
    rodar()
    esperar(lambda: [m["id"] for m in receptor.mensagens()] == [wamid])


def test_webhook_that_was_refused_is_delivered_by_the_next_run(rodar, receptor):
    um = rodar()
    um.ritmo(tentativas_s=[60])
    esperar(lambda: receptor.desafios)
    receptor.respostas = [503]
    wamid = um.escrever()
    esperar(lambda: um.controle.get("/entregas").json())
    um.fechar()
    receptor.recebidos.clear()
    rodar()
    esperar(lambda: [m["id"] for m in receptor.mensagens()] == [wamid])


def test_statuses_that_were_due_come_after_the_restart(rodar, receptor):
    um = rodar()
    um.escrever()
    um.ritmo(enviar={"ms": 60_000}, entregar={"ms": 60_000})
    wamid = um.texto(biz_opaque_callback_data="e-1")
    um.fechar()
    assert receptor.statuses(wamid) == []
    rodar()
    esperar(lambda: len(receptor.statuses(wamid)) == 2)
    assert [s["status"] for s in receptor.statuses(wamid)] == ["sent", "delivered"]
    assert receptor.statuses(wamid)[0]["biz_opaque_callback_data"] == "e-1"


def test_state_is_one_json_replaced_whole(rodar, tmp_path):
    um = rodar()
    um.escrever(MARIA, "oi")
    um.fechar()
    dados = json.loads((tmp_path / "estado.json").read_text(encoding="utf-8"))
    assert any(c["wa_id"] == MARIA for c in dados["cidadaos"])
    assert not (tmp_path / "estado.json.novo").exists()
