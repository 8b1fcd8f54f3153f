"""The control API: citizens, what the phone shows, reactions, live events."""

import json

import pytest

from tests.whatsapp.simulador.apoio import MARIA, NUMERO, esperar


def test_there_are_personas_to_play(calado):
    pessoas = [c for c in calado.controle.get("/cidadaos").json() if c["personagem"]]
    assert len(pessoas) == 8
    assert sum(p["sem_telefone"] for p in pessoas) == 2
    assert all(p["nome"] and p["user_id"].startswith("BR.") for p in pessoas)


def test_identity_of_a_phone_is_always_the_same(simulado, receptor):
    simulado.escrever("5534988880001")
    simulado.escrever("553488880001")
    esperar(lambda: len(receptor.mensagens()) == 2)
    assert len({m["from_user_id"] for m in receptor.mensagens()}) == 1


def test_forced_user_id_is_kept(simulado, receptor):
    simulado.escrever(user_id="BR.123", parent_user_id="BR.ENT.9", username="@maria")
    recebida = esperar(lambda: receptor.mensagens())[0]
    assert recebida["from_user_id"] == "BR.123"
    assert recebida["from_parent_user_id"] == "BR.ENT.9"
    assert receptor.valores()[0]["contacts"][0]["profile"]["username"] == "maria"
    assert simulado.tela("BR.123") == simulado.tela(MARIA) != []


def test_any_message_object_passes_through(simulado, receptor):
    estranha = {"type": "poll_update", "poll_update": {"a": [1]}, "errors": [{"code": 131051}]}
    simulado.controle.post(f"/cidadaos/{MARIA}/mensagens", json=estranha)
    recebida = esperar(lambda: receptor.mensagens())[0]
    assert recebida["poll_update"] == {"a": [1]}
    assert recebida["errors"] == [{"code": 131051}]
    assert not {"nome", "ha_segundos"} & set(recebida)


def test_message_without_type_is_refused_in_portuguese(calado):
    for corpo in (b"", b"{}", b"[1]", b"{"):
        resposta = calado.controle.post(f"/cidadaos/{MARIA}/mensagens", content=corpo)
        assert resposta.status_code == 400
        assert resposta.json()["erro"]


def test_citizens_reaction_sits_on_the_citys_bubble(simulado, receptor):
    simulado.escrever()
    alvo = simulado.texto("pronto")
    for corpo, esperado in (
        ({"message_id": alvo, "emoji": "🙏"}, [{"de": "cidadao", "emoji": "🙏"}]),
        ({"message_id": alvo}, []),
    ):
        simulado.controle.post(
            f"/cidadaos/{MARIA}/mensagens", json={"type": "reaction", "reaction": corpo}
        )
        assert simulado.tela()[-1]["reacoes"] == esperado
    esperar(lambda: len(receptor.mensagens()) == 3)


def test_a_reaction_does_not_open_the_window(simulado, receptor):
    reacao = {"type": "reaction", "reaction": {"message_id": "wamid.X", "emoji": "👍"}}
    simulado.controle.post(f"/cidadaos/{MARIA}/mensagens", json=reacao)
    wamid = simulado.texto()
    assert esperar(lambda: receptor.statuses(wamid))[0]["errors"][0]["code"] == 131047


def test_seeded_citizens_have_an_open_window_and_send_no_webhook(simulado, receptor):
    novos = {
        "cidadaos": [
            {"wa_id": MARIA, "nome": "Maria", "ultima_mensagem_ha_segundos": 3600},
            {"username": "joao.lima", "nome": "João", "sem_telefone": True},
        ]
    }
    criados = simulado.controle.post("/cidadaos", json=novos)
    assert (criados.status_code, len(criados.json())) == (201, 2)
    wamid = simulado.texto()
    esperar(lambda: len(receptor.statuses(wamid)) == 2)
    assert receptor.mensagens() == []
    assert simulado.controle.get("/cidadaos/joao.lima").json()["sem_telefone"] is True


def test_text_of_a_reply_appears_once_in_what_the_phone_shows(simulado):
    pergunta = simulado.escrever(texto="Posso ir hoje?")
    simulado.texto("É aqui, sim.", context={"message_id": pergunta})
    assert json.dumps(simulado.tela(), ensure_ascii=False).count("É aqui, sim.") == 1


def test_two_numbers_keep_their_conversations_apart(simulado, receptor):
    outro = {"phone_number_id": "100000000000002", "exibicao": "+55 11 99000-0002", "nome": "Saúde"}
    simulado.controle.post("/numeros", json=outro)
    simulado.escrever(texto="geral")
    simulado.escrever(texto="saúde", phone_number_id="100000000000002")
    esperar(lambda: len(receptor.mensagens()) == 2)
    ids = [v["metadata"]["phone_number_id"] for v in receptor.valores()]
    assert ids == [NUMERO, "100000000000002"]
    assert [m["text"]["body"] for m in simulado.tela()] == ["geral"]
    outra = simulado.tela(phone_number_id="100000000000002")
    assert [m["text"]["body"] for m in outra] == ["saúde"]


@pytest.mark.parametrize("caminho", ["/cidadaos/5511900000009", "/modelos/1", "/midia/1"])
def test_what_does_not_exist_is_404(calado, caminho):
    metodo = "GET" if caminho != "/modelos/1" else "POST"
    assert calado.controle.request(metodo, caminho).status_code == 404


def test_live_events_tell_the_page_what_changed(simulado):
    with simulado.controle.stream("GET", "/eventos") as fluxo:
        linhas = fluxo.iter_lines()
        assert next(linhas) == "retry: 1000"
        wamid = simulado.escrever()
        evento = json.loads(next(li for li in linhas if li.startswith("data:"))[5:])
        assert (evento["tipo"], evento["wamid"]) == ("mensagem", wamid)
        simulado.graph.post(
            f"/{NUMERO}/messages",
            json={
                "messaging_product": "whatsapp",
                "status": "read",
                "message_id": wamid,
                "typing_indicator": {"type": "text"},
            },
        )
        tipos = set()
        for linha in linhas:
            if linha.startswith("data:"):
                tipos.add(json.loads(linha[5:])["tipo"])
            if {"lida", "digitando"} <= tipos:
                break


def test_page_and_files_have_a_strict_policy(calado):
    for caminho in ("/", "/telefone/telefone.js", "/telefone/telefone.css"):
        resposta = calado.controle.get(calado.url + caminho)
        assert resposta.status_code == 200
        politica = resposta.headers["Content-Security-Policy"]
        assert "default-src 'none'" in politica and "unsafe" not in politica
    pagina = calado.controle.get(calado.url + "/").text
    assert "Simulador: nada sai desta máquina" in pagina
    assert "<style" not in pagina and " style=" not in pagina and "onclick=" not in pagina
    assert calado.controle.get(calado.url + "/telefone/../aplicacao.py").status_code == 404
    assert calado.controle.get(calado.url + "/healthz").text == "ok"


@pytest.mark.parametrize(
    ("caminho", "corpo", "frase"),
    [
        ("/config", {"mps": "abc"}, "O campo mps precisa ser um número."),
        ("/config", {"entregar": {"ms": -1}}, "O campo entregar.ms precisa ficar entre 0"),
        ("/config", {"tentativas_s": 5}, "O campo tentativas_s precisa ser uma lista."),
        ("/falhas", {"onde": "x", "vezes": "muitas"}, "O campo vezes precisa ser um número."),
        ("/falhas", {"onde": ["x"]}, "O campo onde precisa ser um texto."),
        ("/webhook", {"repetir": "sim"}, "O campo repetir precisa ser um número."),
        ("/numeros", {"servico_no_mes": 3}, "O campo servico_no_mes precisa ser um objeto"),
        ("/cidadaos", {"cidadaos": "todos"}, "O campo cidadaos precisa ser uma lista"),
        (f"/cidadaos/{MARIA}/mensagens", {"type": "text", "ha_segundos": "ontem"}, "ha_segundos"),
        (f"/cidadaos/{MARIA}/mensagens", {"type": "text", "timestamp": "ontem"}, "timestamp"),
    ],
)
def test_wrong_value_in_a_control_call_is_told_in_a_sentence(calado, caminho, corpo, frase):
    resposta = calado.controle.post(caminho, json=corpo)
    assert resposta.status_code == 400
    assert frase in resposta.json()["erro"]
