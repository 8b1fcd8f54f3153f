"""Scripted faults of the Graph: what the client sees and what was really accepted."""

import time

import httpx
import pytest

from tests.whatsapp.simulador.apoio import MARIA, NUMERO, PNG


@pytest.fixture
def roteiro(simulado):
    """Return a function that adds one fault line."""
    simulado.escrever()

    def acrescentar(**linha):
        resposta = simulado.controle.post("/falhas", json={"onde": "messages"} | linha)
        assert resposta.status_code == 201, resposta.text

    return acrescentar


def aceitos(simulado):
    return simulado.controle.get("/livro", params={"resumo": 1}).json()["aceitos"]


def chamar(simulado):
    return simulado.mandar(text={"body": "x"}, biz_opaque_callback_data="e1")


def test_fault_is_used_as_many_times_as_asked(simulado, roteiro):
    roteiro(http=429, codigo=130429, vezes=3, latencia_ms=0, cortar=None)
    respostas = [chamar(simulado) for _ in range(4)]
    assert [r.status_code for r in respostas] == [429, 429, 429, 200]
    assert respostas[0].json()["error"]["code"] == 130429
    assert aceitos(simulado) == 1


@pytest.mark.parametrize(
    ("codigo", "http"), [(131000, 500), (131047, 400), (190, 401), (80007, 429), (132015, 400)]
)
def test_code_alone_brings_its_usual_status(simulado, roteiro, codigo, http):
    roteiro(codigo=codigo)
    resposta = chamar(simulado)
    assert (resposta.status_code, resposta.json()["error"]["code"]) == (http, codigo)


@pytest.mark.parametrize(("cortar", "quantos"), [("antes", 0), ("depois", 1)])
def test_connection_is_cut_before_or_after_accepting(simulado, roteiro, cortar, quantos):
    roteiro(cortar=cortar)
    with pytest.raises(httpx.TransportError):
        chamar(simulado)
    assert aceitos(simulado) == quantos
    assert simulado.controle.get("/chamadas").json()[-1]["http"] == 0
    assert chamar(simulado).status_code == 200


@pytest.mark.parametrize(
    ("tipo", "http", "quantos"),
    [
        ("500_html", 500, 0),
        ("500_json", 500, 0),
        ("429", 429, 0),
        ("4xx", 400, 0),
        ("redirect", 302, 0),
        ("meio_json", 200, 1),
        ("sem_wamid", 200, 1),
    ],
)
def test_each_kind_answers_wrong_and_accepts_or_not(simulado, roteiro, tipo, http, quantos):
    roteiro(tipo=tipo)
    resposta = chamar(simulado)
    assert (resposta.status_code, aceitos(simulado)) == (http, quantos)
    if tipo == "meio_json":
        with pytest.raises(ValueError):
            resposta.json()
    if tipo == "sem_wamid":
        assert "messages" not in resposta.json()


def test_500_html_may_hide_an_accepted_message(simulado, roteiro):
    roteiro(tipo="500_html", aceitar=True)
    resposta = chamar(simulado)
    assert resposta.headers["Content-Type"] == "text/html"
    assert aceitos(simulado) == 1


def test_repeated_wamid_is_that_of_the_previous_message(simulado, roteiro):
    primeira = chamar(simulado).json()["messages"][0]["id"]
    roteiro(tipo="wamid_repetido")
    assert chamar(simulado).json()["messages"][0]["id"] == primeira
    livro = simulado.controle.get("/livro").json()
    assert len({linha["wamid"] for linha in livro}) == 2


def test_silence_after_accepting_ends_without_an_answer(simulado, roteiro):
    roteiro(tipo="aceita_e_cala", silencio_ms=30_000)
    inicio = time.monotonic()
    with pytest.raises(httpx.ReadTimeout):
        simulado.graph.post(
            f"/{NUMERO}/messages",
            json={"messaging_product": "whatsapp", "to": MARIA, "text": {"body": "x"}},
            timeout=0.3,
        )
    assert time.monotonic() - inicio < 5
    assert aceitos(simulado) == 1


def test_slow_body_comes_byte_by_byte(simulado, roteiro):
    roteiro(tipo="corpo_lento", intervalo_ms=1)
    resposta = chamar(simulado)
    assert resposta.json()["messages"][0]["id"]
    assert resposta.elapsed.total_seconds() > 0.15


def test_latency_alone_only_delays(simulado, roteiro):
    roteiro(latencia_ms=120)
    resposta = chamar(simulado)
    assert resposta.status_code == 200
    assert resposta.elapsed.total_seconds() > 0.1


def test_wrong_request_is_still_refused_under_a_script(simulado, roteiro):
    roteiro(tipo="sem_wamid")
    assert simulado.mandar(text={}).json()["error"]["code"] == 131008


def test_faults_belong_to_one_place(simulado, roteiro):
    roteiro(onde="media", http=500)
    roteiro(onde="templates", codigo=4)
    roteiro(onde="download", http=404)
    assert chamar(simulado).status_code == 200
    dados = {"messaging_product": "whatsapp", "type": "image/png"}
    arquivos = {"file": ("a.png", PNG, "image/png")}
    assert simulado.graph.post(f"/{NUMERO}/media", data=dados, files=arquivos).status_code == 500
    midia = simulado.subir()
    url = simulado.graph.get(f"/{midia}").json()["url"]
    assert simulado.graph.get(url).status_code == 404
    lista = simulado.graph.get("/200000000000001/message_templates")
    assert lista.json()["error"]["code"] == 4


def test_a_fault_may_be_for_one_citizen(simulado, roteiro):
    roteiro(codigo=131056, para="5511977770001")
    assert chamar(simulado).status_code == 200
    assert simulado.mandar(to="5511977770001", text={"body": "x"}).status_code == 400


def test_delete_clears_the_script(simulado, roteiro):
    roteiro(http=500, vezes=99)
    assert simulado.controle.delete("/falhas").json() == []
    assert chamar(simulado).status_code == 200


@pytest.mark.parametrize("linha", [{"tipo": "nada"}, {"cortar": "meio"}, {"prazo": 1}])
def test_unknown_script_is_refused_in_portuguese(simulado, linha):
    resposta = simulado.controle.post("/falhas", json=linha)
    assert (resposta.status_code, bool(resposta.json()["erro"])) == (400, True)


def test_ledger_names_the_ids_accepted_twice(simulado, roteiro):
    for _ in range(2):
        chamar(simulado)
    resumo = simulado.controle.get("/livro", params={"resumo": 1}).json()
    assert resumo == {"aceitos": 2, "repetidos": {"e1": 2}}
    assert len(simulado.controle.get("/livro", params={"opaco": "e1"}).json()) == 2


def test_calls_are_logged_in_order_with_their_answer(simulado, roteiro):
    chamar(simulado)
    simulado.graph.get(f"/{NUMERO}", params={"fields": "id"})
    chamadas = simulado.controle.get("/chamadas", params={"desde": 0}).json()
    assert [(c["n"], c["metodo"], c["http"]) for c in chamadas] == [
        (1, "POST", 200),
        (2, "GET", 200),
    ]
    assert chamadas[0]["caminho"] == f"/v25.0/{NUMERO}/messages"
    assert chamadas[0]["corpo"]["text"] == {"body": "x"}
    assert chamadas[0]["horario"]
    assert [c["n"] for c in simulado.controle.get("/chamadas?desde=1").json()] == [2]
