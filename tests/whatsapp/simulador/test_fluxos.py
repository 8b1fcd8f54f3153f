"""Flows: from draft to published and deprecated, with the JSON that they show."""

import json

import httpx
import pytest

from tests.whatsapp.simulador.apoio import WABA

TELA = {"version": "7.0", "screens": [{"id": "A", "title": "A", "layout": {}}]}


def criar(simulado, nome, **mais):
    corpo = {"name": nome, "categories": ["CUSTOMER_SUPPORT"]} | mais
    return simulado.graph.post(f"/{WABA}/flows", json=corpo)


def test_flow_is_created_edited_published_and_deprecated(simulado):
    fluxo = criar(simulado, "vistoria").json()["id"]
    arquivo = {"file": ("flow.json", json.dumps(TELA), "application/json")}
    dados = {"name": "flow.json", "asset_type": "FLOW_JSON", "messaging_product": "whatsapp"}
    resposta = simulado.graph.post(f"/{fluxo}/assets", data=dados, files=arquivo)
    assert resposta.json() == {"success": True, "validation_errors": []}
    assert simulado.graph.post(f"/{fluxo}", json={"name": "vistoria_2"}).json()["success"]
    campos = "id,name,status,json_version,preview,application,whatsapp_business_account"
    lido = simulado.graph.get(f"/{fluxo}", params={"fields": campos}).json()
    assert (lido["name"], lido["status"], lido["json_version"]) == ("vistoria_2", "DRAFT", "7.0")
    assert set(lido) == set(campos.split(","))
    assert simulado.graph.post(f"/{fluxo}/publish").json() == {"success": True}
    assert simulado.graph.post(f"/{fluxo}/deprecate").json() == {"success": True}
    (listado,) = simulado.graph.get(f"/{WABA}/flows").json()["data"]
    assert listado["status"] == "DEPRECATED"


def test_json_of_a_flow_can_be_downloaded(simulado):
    fluxo = criar(simulado, "f", flow_json=json.dumps(TELA), publish=True).json()["id"]
    (arquivo,) = simulado.graph.get(f"/{fluxo}/assets").json()["data"]
    assert arquivo["asset_type"] == "FLOW_JSON"
    token = {"Authorization": "Bearer demo-token"}
    assert httpx.get(arquivo["download_url"], headers=token).json() == TELA


def test_wrong_json_is_kept_with_its_errors_and_not_published(simulado):
    criado = criar(simulado, "f", flow_json='{"version": "7.0"}').json()
    assert criado["validation_errors"][0]["error_type"] == "FLOW_JSON_ERROR"
    recusa = simulado.graph.post(f"/{criado['id']}/publish")
    assert (recusa.status_code, recusa.json()["error"]["code"]) == (400, 139002)
    assert simulado.graph.delete(f"/{criado['id']}").json() == {"success": True}
    assert simulado.graph.get(f"/{criado['id']}").json()["error"]["error_subcode"] == 33


@pytest.mark.parametrize(
    ("mudanca", "codigo"),
    [
        ({"name": ""}, 100),
        ({"categories": []}, 100),
        ({"categories": ["OUTRA"]}, 100),
        ({"flow_json": "{"}, 139001),
        ({"publish": True}, 139002),
    ],
)
def test_wrong_flow_is_refused(simulado, mudanca, codigo):
    corpo = {"name": "f", "categories": ["OTHER"]} | mudanca
    resposta = simulado.graph.post(f"/{WABA}/flows", json=corpo)
    assert (resposta.status_code, resposta.json()["error"]["code"]) == (400, codigo)
    assert simulado.graph.get(f"/{WABA}/flows").json()["data"] == []


def test_name_of_a_flow_is_unique(simulado):
    criar(simulado, "f")
    assert criar(simulado, "f").json()["error"]["code"] == 139001


def test_a_published_flow_is_not_deleted(simulado):
    fluxo = criar(simulado, "f", flow_json=json.dumps(TELA), publish="true").json()["id"]
    assert simulado.graph.delete(f"/{fluxo}").json()["error"]["code"] == 139004


def test_flows_of_another_account_cannot_be_copied(simulado):
    consulta = {"source_waba_id": "9", "source_flow_names": "a,b"}
    dados = simulado.graph.post(f"/{WABA}/migrate_flows", params=consulta).json()
    assert dados["migrated_flows"] == []
    assert [falha["source_name"] for falha in dados["failed_flows"]] == ["a", "b"]
