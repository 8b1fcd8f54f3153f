"""Settings of the number, profile, QR codes, subscriptions and the token's check."""

import pytest

from tests.whatsapp.simulador.apoio import APP, NUMERO, WABA, Receptor, esperar


def test_number_shows_the_fields_asked_for(calado):
    campos = "display_phone_number,verified_name,quality_rating,status,throughput,health_status"
    dados = calado.graph.get(f"/{NUMERO}", params={"fields": campos}).json()
    assert dados["display_phone_number"] == "+55 11 99000-0001"
    assert dados["throughput"] in ({"level": "STANDARD"}, {"level": "HIGH"})
    assert dados["health_status"]["can_send_message"] == "AVAILABLE"
    assert set(dados) == {*campos.split(","), "id"}


def test_field_that_does_not_exist_is_refused(calado):
    resposta = calado.graph.get(f"/{NUMERO}", params={"fields": "telefone"})
    assert (resposta.status_code, resposta.json()["error"]["code"]) == (400, 100)


def test_account_lists_its_numbers(calado):
    numeros = calado.graph.get(f"/{WABA}/phone_numbers", params={"fields": "id,status"}).json()
    assert {"id": NUMERO, "status": "CONNECTED"} in numeros["data"]


def test_control_sets_quality_and_health(simulado):
    saude = {"can_send_message": "LIMITED", "additional_info": ["x"]}
    simulado.controle.post("/numeros", json={"quality_rating": "RED", "saude": saude})
    dados = simulado.graph.get(f"/{NUMERO}?fields=quality_rating,health_status").json()
    assert dados["quality_rating"] == "RED"
    assert dados["health_status"]["can_send_message"] == "LIMITED"


def test_profile_is_read_and_changed(simulado):
    caminho = f"/{NUMERO}/whatsapp_business_profile"
    novo = {"messaging_product": "whatsapp", "about": "Novo", "websites": ["https://x.br"]}
    assert simulado.graph.post(caminho, json=novo).json() == {"success": True}
    lido = simulado.graph.get(caminho, params={"fields": "about,vertical"}).json()["data"][0]
    assert lido == {"messaging_product": "whatsapp", "about": "Novo", "vertical": "GOVT"}


@pytest.mark.parametrize(
    "errado",
    [
        {"about": "x" * 140},
        {"address": "x" * 257},
        {"description": "x" * 513},
        {"email": "x" * 129},
        {"websites": ["a", "b", "c"]},
        {"telefone": "1"},
    ],
)
def test_profile_limits_are_metas(calado, errado):
    corpo = {"messaging_product": "whatsapp"} | errado
    resposta = calado.graph.post(f"/{NUMERO}/whatsapp_business_profile", json=corpo)
    assert (resposta.status_code, resposta.json()["error"]["code"]) == (400, 100)


def test_qr_codes_are_created_listed_changed_and_deleted(simulado):
    caminho = f"/{NUMERO}/message_qrdls"
    criado = simulado.graph.post(caminho, json={"prefilled_message": "Oi"}).json()
    assert criado["deep_link_url"] == f"https://wa.me/message/{criado['code']}"
    mudado = {"code": criado["code"], "prefilled_message": "Olá"}
    assert simulado.graph.post(caminho, json=mudado).json()["prefilled_message"] == "Olá"
    um = simulado.graph.get(f"{caminho}/{criado['code']}").json()["data"][0]
    assert um["prefilled_message"] == "Olá"
    assert len(simulado.graph.get(caminho).json()["data"]) == 1
    assert simulado.graph.delete(f"{caminho}/{criado['code']}").json() == {"success": True}
    assert simulado.graph.get(f"{caminho}/{criado['code']}").status_code == 400
    longo = simulado.graph.post(caminho, json={"prefilled_message": "x" * 141})
    assert longo.json()["error"]["code"] == 100


def test_token_is_checked(calado):
    dados = calado.graph.get("/debug_token", params={"input_token": "demo-token"}).json()["data"]
    assert dados["is_valid"] is True and dados["app_id"] == APP
    assert "whatsapp_business_messaging" in dados["scopes"]
    ruim = calado.graph.get("/debug_token", params={"input_token": "x"}).json()["data"]
    assert ruim["is_valid"] is False


def test_app_token_comes_from_its_secret(calado):
    consulta = {"client_id": APP, "client_secret": "demo-app-secret"}
    certo = calado.controle.get(f"{calado.url}/v25.0/oauth/access_token", params=consulta)
    assert certo.json()["access_token"] == f"{APP}|demo-app-secret"
    errado = calado.graph.get("/oauth/access_token", params=consulta | {"client_secret": "x"})
    assert errado.status_code == 400


def test_conversational_components_are_limited(calado):
    caminho = f"/{NUMERO}/conversational_automation"
    bom = {"prompts": ["Tapa-buraco"], "commands": [], "enable_welcome_message": False}
    assert calado.graph.post(caminho, json=bom).json() == {"success": True}
    lido = calado.graph.get(f"/{NUMERO}?fields=conversational_automation").json()
    assert lido["conversational_automation"]["prompts"] == ["Tapa-buraco"]
    assert calado.graph.post(caminho, json={"prompts": ["x"] * 5}).status_code == 400


def test_override_url_of_the_number_takes_its_messages(simulado, receptor):
    desvio = Receptor()
    try:
        configuracao = {"override_callback_uri": desvio.url, "verify_token": "demo-verify-token"}
        simulado.graph.post(f"/{NUMERO}", json={"webhook_configuration": configuracao})
        simulado.escrever(texto="pelo desvio")
        esperar(lambda: desvio.mensagens())
        assert receptor.mensagens() == []
        assinados = simulado.graph.get(f"/{WABA}/subscribed_apps").json()["data"]
        assert assinados[0]["whatsapp_business_api_data"]["id"] == APP
    finally:
        desvio.fechar()


def test_commerce_settings_are_read_and_changed(simulado):
    caminho = f"/{NUMERO}/whatsapp_commerce_settings"
    assert simulado.graph.get(caminho).json()["data"][0]["is_cart_enabled"] is False
    assert simulado.graph.post(caminho, params={"is_cart_enabled": "True"}).json()["success"]
    assert simulado.graph.get(caminho).json()["data"][0]["is_cart_enabled"] is True
    recusa = simulado.graph.post(caminho, params={"is_cart_enabled": "talvez"})
    assert recusa.json()["error"]["code"] == 100


def test_a_new_number_is_verified_and_registered_before_it_sends(simulado):
    dados = {"country_code": "55", "phone_number": "11990000099", "verified_name": "Saúde"}
    novo = simulado.graph.post(f"/{WABA}/phone_numbers", json=dados).json()["id"]
    assert simulado.graph.post(f"/{WABA}/phone_numbers", json=dados).json()["error"]["code"] == 100
    texto = {"messaging_product": "whatsapp", "to": "5511987650001", "text": {"body": "x"}}
    antes = simulado.graph.post(f"/{novo}/messages", json=texto)
    assert antes.json()["error"]["code"] == 133010
    codigo = {"code_method": "sms", "language": "pt_BR"}
    assert simulado.graph.post(f"/{novo}/request_code", data=codigo).json()["success"]
    assert simulado.graph.post(f"/{novo}/verify_code", data={"code": "123456"}).json()["success"]
    registro = {"messaging_product": "whatsapp", "pin": 123456}
    assert simulado.graph.post(f"/{novo}/register", json=registro).json()["success"]
    assert simulado.graph.post(f"/{novo}/messages", json=texto).status_code == 200
    campos = "status,code_verification_status"
    lido = simulado.graph.get(f"/{novo}", params={"fields": campos}).json()
    assert lido == {"status": "CONNECTED", "code_verification_status": "VERIFIED", "id": novo}


@pytest.mark.parametrize("falta", ["country_code", "phone_number", "verified_name"])
def test_a_new_number_needs_all_its_parts(calado, falta):
    dados = {"country_code": "55", "phone_number": "1199", "verified_name": "x"} | {falta: ""}
    resposta = calado.graph.post(f"/{WABA}/phone_numbers", json=dados)
    assert resposta.json()["error"]["code"] == 100


def test_calls_are_off_until_the_settings_turn_them_on(simulado):
    ligacao = {"messaging_product": "whatsapp", "to": "5511987650001", "action": "connect"}

    def ligar(**mais):
        resposta = simulado.graph.post(f"/{NUMERO}/calls", json=ligacao | mais)
        return resposta.json()["error"]["code"]

    assert ligar() == 138000
    ligado = {"calling": {"status": "ENABLED"}}
    simulado.graph.post(f"/{NUMERO}/settings", json=ligado)
    assert simulado.graph.get(f"/{NUMERO}/settings").json()["calling"] == ligado["calling"]
    assert ligar() == 138006
    assert ligar(action="accept", call_id="wacid.x") == 131009
    assert ligar(action="outra") == 100
    permissao = simulado.graph.get(f"/{NUMERO}/call_permissions?user_wa_id=5511987650001").json()
    assert permissao["permission"] == {"status": "no_permission"}


def test_groups_are_not_for_this_number(calado):
    assert calado.graph.get(f"/{NUMERO}/groups").json()["error"]["code"] == 131215


@pytest.mark.parametrize(
    ("corpo", "codigo"),
    [
        ({"type": "text", "text": {"body": "x"}}, 100),
        (
            {
                "type": "template",
                "template": {"name": "hello_world", "language": {"code": "en_US"}},
            },
            134100,
        ),
    ],
)
def test_marketing_endpoint_takes_marketing_templates_only(calado, corpo, codigo):
    inteiro = {"messaging_product": "whatsapp", "to": "5511987650001"} | corpo
    resposta = calado.graph.post(f"/{NUMERO}/marketing_messages", json=inteiro)
    assert (resposta.status_code, resposta.json()["error"]["code"]) == (400, codigo)


def test_automation_may_come_as_strings_of_json(simulado):
    corpo = {
        "messaging_product": "whatsapp",
        "prompts": '["Tapa-buraco"]',
        "commands": '[{"command_name": "protocolo", "command_description": "Consultar"}]',
    }
    caminho = f"/{NUMERO}/conversational_automation"
    assert simulado.graph.post(caminho, json=corpo).json() == {"success": True}
    lido = simulado.graph.get(f"/{NUMERO}?fields=conversational_automation").json()
    assert lido["conversational_automation"]["prompts"] == ["Tapa-buraco"]
