"""The list of atendimentos: its fields, its filters, its pages."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from atendimento.models import Atendimento
from tests.factories import AtendimentoFactory

LISTA = "/api/v1/atendimentos/"


def ids(resposta) -> list[int]:
    assert resposta.status_code == 200, resposta.json()
    return [linha["id"] for linha in resposta.json()["results"]]


@pytest.fixture
def api(ana, com_token):
    return com_token(ana)


def test_row_has_the_fields_of_the_contract(api, atendimento, saude):
    linha = api.get(LISTA).json()["results"][0]
    cidadao = atendimento.conversa.cidadao
    esperado = {
        "id": atendimento.pk,
        "conversa": atendimento.conversa_id,
        "protocolo": atendimento.protocolo,
        "estado": "na_fila",
        "fila": "saude",
        "servidor": None,
        "cidadao": {
            "id": cidadao.pk,
            "nome": cidadao.nome_no_whatsapp,
            "telefone": cidadao.wa_id,
            "user_id": "",
            "username": "",
        },
        "assunto": None,
        "encerrado_em": None,
        "prazo_em": None,
        "prioridade": "normal",
        "adiado_em": None,
        "adiado_ate": None,
        "nao_lidas": 0,
    }
    assert esperado.items() <= linha.items()
    assert {"aberto_em", "janela_ate"} <= linha.keys()
    assert api.get(f"{LISTA}{atendimento.pk}/").json() == linha


def test_filter_by_state(api, ana, saude, atendimento):
    dela = AtendimentoFactory(equipe=saude, com=ana)
    encerrado = AtendimentoFactory(equipe=saude, encerrado=True)
    assert ids(api.get(LISTA, {"estado": "em_atendimento"})) == [dela.pk]
    assert ids(api.get(LISTA, {"estado": "encerrado"})) == [encerrado.pk]
    assert ids(api.get(LISTA, {"minhas": "1"})) == [dela.pk]


def test_filter_by_queue(api, atendimento, fazenda):
    AtendimentoFactory(equipe=fazenda)
    assert ids(api.get(LISTA, {"fila": "saude"})) == [atendimento.pk]
    assert ids(api.get(LISTA, {"fila": "fazenda"})) == []


def test_filter_by_protocol(api, atendimento, saude):
    AtendimentoFactory(equipe=saude)
    assert ids(api.get(LISTA, {"protocolo": f" {atendimento.protocolo} "})) == [atendimento.pk]


@pytest.mark.parametrize(
    "forma",
    ["5511998887766", "551198887766", "+55 (11) 99888-7766", "011 9888-7766", "11998887766"],
)
def test_filter_by_phone_in_any_form(api, saude, forma):
    achado = AtendimentoFactory(equipe=saude, conversa__cidadao__wa_id="551198887766")
    AtendimentoFactory(equipe=saude)
    assert ids(api.get(LISTA, {"telefone": forma})) == [achado.pk]


def test_phone_that_nobody_has_gives_nothing(api, atendimento):
    assert ids(api.get(LISTA, {"telefone": "11 90000-0000"})) == []
    assert ids(api.get(LISTA, {"telefone": "abc"})) == []


def test_filter_since(api, saude, atendimento):
    velho = AtendimentoFactory(equipe=saude)
    agora = timezone.now()
    Atendimento.objects.filter(pk=velho.pk).update(alterado_em=agora - timedelta(days=2))
    desde = (agora - timedelta(days=1)).isoformat()
    assert ids(api.get(LISTA, {"desde": desde})) == [atendimento.pk]


@pytest.mark.parametrize(
    ("parametros", "frase"),
    [
        ({"estado": "aberto"}, "estado: use um destes"),
        ({"desde": "ontem"}, "desde: informe data e hora"),
        ({"desde": "2026-13-45T10:00:00Z"}, "desde: informe data e hora"),
        ({"ordering": "servidor__password"}, "Ordenação não permitida."),
        ({"cursor": "adulterado"}, "Cursor inválido; comece de novo sem ele."),
    ],
)
def test_unreadable_parameters_are_400(api, parametros, frase):
    resposta = api.get(LISTA, parametros)
    assert resposta.status_code == 400
    assert resposta.json()["erro"]["mensagem"].startswith(frase)


def test_pages_give_each_one_once_while_others_come_in(api, saude):
    todos = [AtendimentoFactory(equipe=saude).pk for _ in range(7)]
    vistos, caminho = [], f"{LISTA}?page_size=3"
    while caminho:
        pagina = api.get(caminho).json()
        vistos += [linha["id"] for linha in pagina["results"]]
        AtendimentoFactory(equipe=saude)
        caminho = pagina["next"]
    assert vistos == sorted(todos, reverse=True)


def test_E155_huge_pages_are_capped(api, saude, numero):
    Atendimento.objects.bulk_create(
        AtendimentoFactory.build(
            equipe=saude, conversa=AtendimentoFactory(equipe=saude).conversa, protocolo=f"p{n}"
        )
        for n in range(130)
    )
    assert len(ids(api.get(LISTA, {"page_size": 100_000}))) == 200


def test_number_of_queries_does_not_grow_with_rows(api, saude):
    def consultas():
        with CaptureQueriesContext(
            connection,
        ) as captura:
            api.get(LISTA)
        return len(captura)

    AtendimentoFactory(equipe=saude)
    com_um = consultas()
    for _ in range(10):
        AtendimentoFactory(equipe=saude)
    assert consultas() == com_um <= 12


@pytest.mark.parametrize("metodo", ["put", "patch", "delete", "post"])
def test_E157_fields_are_changed_by_actions_alone(api, atendimento, metodo):
    resposta = getattr(api, metodo)(f"{LISTA}{atendimento.pk}/", {"estado": "encerrado"})
    assert resposta.status_code == 405
    atendimento.refresh_from_db()
    assert atendimento.estado == "na_fila"
