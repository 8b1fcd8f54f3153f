"""Authentication words, templates in many languages, the library, archiving and comparing."""

import pytest

from tests.whatsapp.simulador.apoio import WABA, esperar

CODIGO = {
    "name": "codigo_de_acesso",
    "category": "AUTHENTICATION",
    "components": [
        {"type": "BODY", "add_security_recommendation": True},
        {"type": "FOOTER", "code_expiration_minutes": 5},
        {"type": "BUTTONS", "buttons": [{"type": "OTP", "otp_type": "COPY_CODE"}]},
    ],
}


def criar(simulado, **mais):
    corpo = {
        "name": "aviso",
        "language": "pt_BR",
        "category": "UTILITY",
        "components": [{"type": "BODY", "text": "Texto sem variáveis."}],
    }
    modelo = simulado.graph.post(f"/{WABA}/message_templates", json=corpo | mais).json()["id"]
    esperar(lambda: simulado.graph.get(f"/{modelo}").json()["status"] == "APPROVED")
    return modelo


def test_authentication_template_is_shown_with_metas_words(simulado):
    modelo = criar(simulado, **CODIGO)
    corpo, rodape, botoes = simulado.graph.get(f"/{modelo}").json()["components"]
    assert "{{1}}" in corpo["text"]
    assert "segurança" in corpo["text"]
    assert "5 minutos" in rodape["text"]
    (botao,) = botoes["buttons"]
    assert (botao["type"], botao["text"]) == ("URL", "Copiar código")
    assert botao["url"].endswith("{{1}}")


def test_code_is_copied_on_the_phone_not_opened(simulado):
    criar(simulado, **CODIGO)
    texto = {"type": "text", "text": "778899"}
    partes = [
        {"type": "body", "parameters": [texto]},
        {"type": "button", "sub_type": "url", "index": "0", "parameters": [texto]},
    ]
    modelo = {"name": CODIGO["name"], "language": {"code": "pt_BR"}, "components": partes}
    assert simulado.mandar(type="template", template=modelo).status_code == 200
    (botao,) = simulado.tela()[-1]["modelo"]["botoes"]
    assert (botao["tipo"], botao["codigo"]) == ("copy_code", "778899")


def test_authentication_template_is_written_in_many_languages_at_once(simulado):
    corpo = CODIGO | {"languages": ["pt_BR", "en_US"]}
    dados = simulado.graph.post(f"/{WABA}/upsert_message_templates", json=corpo).json()["data"]
    assert [item["language"] for item in dados] == ["pt_BR", "en_US"]
    de_novo = simulado.graph.post(f"/{WABA}/upsert_message_templates", json=corpo).json()["data"]
    assert [item["id"] for item in de_novo] == [item["id"] for item in dados]
    ingles = simulado.graph.get(f"/{dados[1]['id']}").json()
    assert ingles["components"][2]["buttons"][0]["text"] == "Copy code"


@pytest.mark.parametrize("mudanca", [{"languages": []}, {"category": "UTILITY"}])
def test_wrong_call_for_many_languages_is_refused(calado, mudanca):
    corpo = CODIGO | {"languages": ["pt_BR"]} | mudanca
    resposta = calado.graph.post(f"/{WABA}/upsert_message_templates", json=corpo)
    assert (resposta.status_code, resposta.json()["error"]["code"]) == (400, 100)


def test_library_is_searched_and_gives_the_body(simulado):
    achados = simulado.graph.get("/message_template_library", params={"search": "entrega"}).json()
    (item,) = achados["data"]
    modelo = criar(simulado, components=None, library_template_name=item["name"])
    assert simulado.graph.get(f"/{modelo}").json()["components"][0]["text"] == item["body"]


def test_archived_template_is_not_sent_until_it_comes_back(simulado):
    modelo = criar(simulado)

    def mandar():
        enviado = {"name": "aviso", "language": {"code": "pt_BR"}}
        return simulado.mandar(type="template", template=enviado).status_code

    caminho = f"/{WABA}/message_templates"
    dados = simulado.graph.post(f"{caminho}/archive", json={"hsm_ids": f"{modelo},9"}).json()
    assert dados["archived_templates"] == [modelo]
    assert set(dados["failed_templates"]) == {"9"}
    assert mandar() == 404
    simulado.graph.post(f"{caminho}/unarchive", json={"hsm_ids": [modelo]})
    assert mandar() == 200


def test_templates_are_compared(simulado):
    um, outro = criar(simulado), criar(simulado, name="outro")
    consulta = {"template_ids": outro, "start": "1", "end": "2"}
    dados = simulado.graph.get(f"/{um}/compare", params=consulta).json()["data"]
    assert {item["metric"] for item in dados} == {
        "BLOCK_RATE",
        "MESSAGE_SENDS",
        "TOP_BLOCK_REASON",
    }
    assert simulado.graph.get(f"/{um}/compare").json()["error"]["code"] == 100


def test_templates_of_another_account_cannot_be_copied(calado):
    caminho = f"/{WABA}/migrate_message_templates"
    vazio = {"migrated_templates": [], "failed_templates": {}}
    assert calado.graph.post(caminho, params={"source_waba_id": "9"}).json() == vazio
    assert calado.graph.post(caminho).json()["error"]["code"] == 100
