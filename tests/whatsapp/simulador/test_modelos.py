"""Creating, listing, editing and deleting templates, and their review."""

import copy

import pytest

from tests.whatsapp.simulador.apoio import WABA, esperar

BOM = {
    "name": "aviso_de_obra",
    "language": "pt_BR",
    "category": "UTILITY",
    "parameter_format": "NAMED",
    "components": [
        {
            "type": "HEADER",
            "format": "TEXT",
            "text": "Protocolo {{protocolo}}",
            "example": {
                "header_text_named_params": [{"param_name": "protocolo", "example": "2026"}]
            },
        },
        {
            "type": "BODY",
            "text": "Olá {{nome}}, seu pedido foi encaminhado para {{setor}} hoje.",
            "example": {
                "body_text_named_params": [
                    {"param_name": "nome", "example": "Maria"},
                    {"param_name": "setor", "example": "Obras"},
                ]
            },
        },
        {"type": "FOOTER", "text": "Prefeitura"},
        {
            "type": "BUTTONS",
            "buttons": [
                {"type": "QUICK_REPLY", "text": "Falar com atendente"},
                {
                    "type": "URL",
                    "text": "Acompanhar",
                    "url": "https://x.gov.br/{{1}}",
                    "example": ["https://x.gov.br/1"],
                },
            ],
        },
    ],
}


def mudado(*caminho, valor):
    modelo = copy.deepcopy(BOM)
    *pais, ultimo = caminho
    alvo = modelo
    for parte in pais:
        alvo = alvo[parte]
    alvo[ultimo] = valor
    return modelo


def de_corpo(texto, *exemplos):
    componente = {"type": "BODY", "text": texto}
    if exemplos:
        componente["example"] = {"body_text": [list(exemplos)]}
    return {
        "name": "posicional",
        "language": "pt_BR",
        "category": "UTILITY",
        "components": [componente],
    }


QUATRO = [{"type": "QUICK_REPLY", "text": f"b{i}"} for i in range(11)]
MISTURA = [QUATRO[0], BOM["components"][3]["buttons"][1], QUATRO[1]]
RECUSADOS = {
    "name with capitals": (mudado("name", valor="Aviso"), 0),
    "name too long": (mudado("name", valor="a" * 513), 0),
    "language": (mudado("language", valor="pt-BR"), 0),
    "category": (mudado("category", valor="AVISO"), 0),
    "unknown field": (BOM | {"prioridade": 1}, 0),
    "no components": (mudado("components", valor=[]), 0),
    "no body": (mudado("components", valor=[BOM["components"][2]]), 0),
    "header too long": (mudado("components", 0, "text", valor="x" * 61), 2388040),
    "header with marks": (mudado("components", 0, "text", valor="*oi*"), 2388047),
    "header of unknown format": (mudado("components", 0, "format", valor="PDF"), 2388047),
    "image header without sample": (
        mudado("components", 0, valor={"type": "HEADER", "format": "IMAGE"}),
        2388043,
    ),
    "footer too long": (mudado("components", 2, "text", valor="x" * 61), 2388040),
    "footer with variable": (mudado("components", 2, "text", valor="oi {{a}}"), 2388073),
    "body too long": (de_corpo("x" * 1025), 2388040),
    "variable at start": (de_corpo("{{1}} foi encaminhado hoje cedo", "x"), 2388299),
    "variable at end": (de_corpo("seu pedido foi encaminhado para {{1}}.", "x"), 2388299),
    "too many variables": (de_corpo("a {{1}} b {{2}} c {{3}} d", "x", "y", "z"), 2388293),
    "variables together": (
        de_corpo("o seu pedido que era {{1}} {{2}} foi feito hoje aqui", "x", "y"),
        2388293,
    ),
    "out of sequence": (de_corpo("o seu pedido que era {{2}} foi feito hoje", "x"), 2388072),
    "named in positional": (de_corpo("o seu pedido {{nome}} foi feito hoje aqui", "x"), 2388072),
    "no example": (de_corpo("o seu pedido {{1}} foi feito hoje aqui"), 2388043),
    "eleven buttons": (mudado("components", 3, "buttons", valor=QUATRO), 0),
    "scattered quick replies": (mudado("components", 3, "buttons", valor=MISTURA), 0),
    "button label too long": (
        mudado("components", 3, "buttons", 0, "text", valor="x" * 26),
        2388040,
    ),
    "variable inside the url": (
        mudado("components", 3, "buttons", 1, "url", valor="https://x.br/{{1}}/a"),
        0,
    ),
    "url without example": (
        mudado(
            "components",
            3,
            "buttons",
            1,
            valor={"type": "URL", "text": "Ver", "url": "https://x.br/{{1}}"},
        ),
        2388043,
    ),
    "ttl out of range": (BOM | {"message_send_ttl_seconds": 10}, 0),
}


def criar(simulado, modelo=BOM):
    return simulado.graph.post(f"/{WABA}/message_templates", json=modelo)


def eventos(receptor, campo="message_template_status_update"):
    return receptor.valores(campo)


@pytest.mark.parametrize("caso", RECUSADOS)
def test_template_that_breaks_a_rule_is_refused(calado, caso):
    modelo, subcodigo = RECUSADOS[caso]
    resposta = criar(calado, modelo)
    erro = resposta.json()["error"]
    assert (resposta.status_code, erro["code"]) == (400, 100), resposta.text
    assert erro.get("error_subcode", 0) == subcodigo
    assert ("error_user_title" in erro) == bool(subcodigo)


def test_template_is_reviewed_and_approved(simulado, receptor):
    resposta = criar(simulado)
    assert resposta.json()["status"] == "PENDING"
    aviso = esperar(lambda: eventos(receptor))[0]
    assert aviso["event"] == "APPROVED"
    assert aviso["message_template_id"] == int(resposta.json()["id"]) < 2**53
    assert aviso["message_template_name"] == "aviso_de_obra"
    lido = simulado.graph.get(f"/{resposta.json()['id']}").json()
    assert (lido["status"], lido["components"]) == ("APPROVED", BOM["components"])


@pytest.mark.parametrize(
    ("sufixo", "situacao", "categoria"),
    [
        ("_rejeitado", "REJECTED", "UTILITY"),
        ("_marketing", "APPROVED", "MARKETING"),
        ("_pausado", "PAUSED", "UTILITY"),
    ],
)
def test_suffix_of_the_name_scripts_the_review(simulado, receptor, sufixo, situacao, categoria):
    criado = criar(simulado, BOM | {"name": f"modelo{sufixo}"}).json()
    esperar(lambda: eventos(receptor) and eventos(receptor)[-1]["event"] == situacao)
    lido = simulado.graph.get(f"/{criado['id']}").json()
    assert (lido["status"], lido["category"]) == (situacao, categoria)
    if sufixo == "_rejeitado":
        assert eventos(receptor)[-1]["rejection_info"]["recommendation"]
    if sufixo == "_marketing":
        troca = eventos(receptor, "template_category_update")[0]
        assert (troca["previous_category"], troca["new_category"]) == ("UTILITY", "MARKETING")
    if sufixo == "_pausado":
        nota = eventos(receptor, "message_template_quality_update")[0]
        assert nota["new_quality_score"] == "RED"
        assert simulado.graph.post(f"/{criado['id']}/unpause").json() == {"success": True}


def test_same_name_and_language_is_refused(calado):
    criar(calado, BOM | {"name": "unico"})
    assert criar(calado, BOM | {"name": "unico"}).json()["error"]["error_subcode"] == 2388024
    assert criar(calado, BOM | {"name": "unico", "language": "es"}).status_code == 200


def test_list_pages_with_cursors_and_filters(simulado):
    caminho = f"/{WABA}/message_templates"
    nomes, parametros = [], {"limit": 2, "fields": "name,status"}
    pagina = simulado.graph.get(caminho, params=parametros).json()
    while True:
        nomes += [item["name"] for item in pagina["data"]]
        assert all(set(item) == {"id", "name", "status"} for item in pagina["data"])
        if "next" not in pagina["paging"]:
            break
        pagina = simulado.graph.get(pagina["paging"]["next"]).json()
    assert nomes == [
        "aviso_protocolo",
        "retomar_atendimento",
        "lembrete_consulta",
        "segunda_via",
        "hello_world",
    ]
    por_nome = simulado.graph.get(caminho, params={"name": "segunda_via"}).json()["data"]
    assert [m["name"] for m in por_nome] == ["segunda_via"]
    assert simulado.graph.get(caminho, params={"status": "PENDING"}).json()["data"] == []
    ingles = simulado.graph.get(caminho, params={"language": "en_US"}).json()["data"]
    assert [m["name"] for m in ingles] == ["hello_world"]


def test_deleted_approved_name_is_blocked_for_thirty_days(simulado, receptor):
    criar(simulado)
    esperar(lambda: eventos(receptor))
    caminho = f"/{WABA}/message_templates"
    apagado = simulado.graph.delete(caminho, params={"name": "aviso_de_obra"})
    assert apagado.json() == {"success": True}
    assert criar(simulado).json()["error"]["error_subcode"] == 2388023
    simulado.ritmo(adiantar_s=31 * 86400)
    assert criar(simulado).status_code == 200


def test_delete_by_id_keeps_the_other_languages(simulado):
    ids = [criar(simulado, BOM | {"language": idioma}).json()["id"] for idioma in ("pt_BR", "es")]
    alvo = {"name": "aviso_de_obra", "hsm_id": ids[0]}
    simulado.graph.delete(f"/{WABA}/message_templates", params=alvo)
    assert simulado.graph.get(f"/{ids[0]}").status_code == 400
    assert simulado.graph.get(f"/{ids[1]}").status_code == 200


def test_delete_many_is_all_or_nothing(simulado):
    um = criar(simulado).json()["id"]
    caminho = f"/{WABA}/message_templates"
    recusado = simulado.graph.delete(caminho, params={"hsm_ids": f"[{um},1]"})
    assert recusado.status_code == 400
    assert simulado.graph.get(f"/{um}").status_code == 200
    simulado.graph.delete(caminho, params={"hsm_ids": f"[{um}]"})
    assert simulado.graph.get(f"/{um}").status_code == 400


def test_approved_template_is_edited_once_a_day_and_reviewed_again(simulado, receptor):
    um = criar(simulado).json()["id"]
    pendente = simulado.graph.post(f"/{um}", json={"components": BOM["components"]})
    assert pendente.json().get("success") or pendente.json()["error"]["error_subcode"] == 2388039
    esperar(lambda: simulado.graph.get(f"/{um}").json()["status"] == "APPROVED")
    simulado.ritmo(adiantar_s=90_000)
    novo = [{"type": "BODY", "text": "Texto novo do modelo."}]
    editado = simulado.graph.post(f"/{um}", json={"components": novo})
    assert editado.json()["success"] is True
    esperar(lambda: simulado.graph.get(f"/{um}").json()["status"] == "APPROVED")
    assert simulado.graph.get(f"/{um}").json()["components"] == novo
    outra = simulado.graph.post(f"/{um}", json={"components": novo})
    assert outra.json()["error"]["error_subcode"] == 2388039
    categoria = simulado.graph.post(f"/{um}", json={"category": "MARKETING"})
    assert categoria.json()["error"]["error_subcode"] == 2388039


def test_sample_is_uploaded_in_parts(simulado):
    consulta = {"file_name": "a.pdf", "file_length": 6, "file_type": "application/pdf"}
    sessao = simulado.graph.post("/300000000000001/uploads", params=consulta).json()["id"]
    assert sessao.startswith("upload:")
    parte = simulado.graph.post(f"/{sessao}", content=b"abc", headers={"file_offset": "0"})
    assert parte.json()["file_offset"] == 3
    assert simulado.graph.get(f"/{sessao}").json()["file_offset"] == 3
    errado = simulado.graph.post(f"/{sessao}", content=b"def", headers={"file_offset": "0"})
    assert errado.status_code == 400
    fim = simulado.graph.post(f"/{sessao}", content=b"def", headers={"file_offset": "3"})
    assert fim.json()["h"].startswith("4::")
