"""GUARANTEES 4.8: rows of the API that its own tests do not hold yet."""

from datetime import timedelta

import pytest
from django.utils import timezone
from knox.models import get_token_model
from rest_framework.test import APIClient

pytestmark = pytest.mark.django_db
LISTA = "/api/v1/atendimentos/"


def recusado(resposta, status, mensagem):
    assert resposta.status_code == status
    assert resposta.json()["erro"]["mensagem"] == mensagem


@pytest.mark.parametrize(
    "autorizacao",
    [
        None,
        "",
        "Token",
        "Token ",
        "Token falso",
        "Bearer x",
        "Token a b",
        "Token \xff",
        "x" * 9_000,
    ],
)
def test_E150_without_a_valid_token(ana, autorizacao):
    cabecalhos = {} if autorizacao is None else {"authorization": autorizacao}
    resposta = APIClient().get(LISTA, headers=cabecalhos)
    recusado(resposta, 401, "Token ausente ou inválido.")
    assert resposta["WWW-Authenticate"].startswith("Token")


def test_E150_revoked_or_expired(ana, com_token):
    revogado = com_token(ana)
    get_token_model().objects.all().delete()
    recusado(revogado.get(LISTA), 401, "Token ausente ou inválido.")
    vencido = com_token(ana)
    get_token_model().objects.update(expiry=timezone.now() - timedelta(minutes=1))
    recusado(vencido.get(LISTA), 401, "Token ausente ou inválido.")


@pytest.mark.parametrize("valor", ["1 OR 1=1", "true", "1e3", [1], 1.5, "", -1])
def test_E153_number_of_a_message_is_a_whole_number(ana, atendimento, com_token, valor):
    resposta = com_token(ana).post(
        f"{LISTA}{atendimento.pk}/mensagens/", {"texto": "Oi", "resposta_a": valor}, format="json"
    )
    assert resposta.status_code in (400, 422)
    assert "resposta_a" in resposta.json()["erro"]["campos"]


@pytest.mark.parametrize("cursor", ["adulterado", "%00", "a" * 5_000, "=="])
def test_E155_altered_cursor(ana, com_token, cursor):
    recusado(
        com_token(ana).get(LISTA, {"cursor": cursor}),
        400,
        "Cursor inválido; comece de novo sem ele.",
    )


@pytest.mark.parametrize("tamanho", ["-1", "0", "abc", "9" * 30])
def test_E155_strange_sizes_are_the_usual_one(ana, atendimento, com_token, tamanho):
    resposta = com_token(ana).get(LISTA, {"page_size": tamanho})
    assert resposta.status_code == 200
    assert len(resposta.json()["results"]) == 1


@pytest.mark.parametrize("nome", ["ordering", "ordem", "order_by"])
@pytest.mark.parametrize("caminho", ["", "{}/mensagens/"])
def test_E156_order_is_not_the_caller_s(ana, atendimento, com_token, nome, caminho):
    resposta = com_token(ana).get(
        LISTA + caminho.format(atendimento.pk), {nome: "servidor__password"}
    )
    recusado(resposta, 400, "Ordenação não permitida.")


@pytest.mark.parametrize(
    "parametros",
    [{"servidor__password__startswith": "a"}, {"search": "a" * 10_000}, {"conversa__id": "1"}],
)
def test_E156_filters_through_relations_are_refused(ana, atendimento, com_token, parametros):
    resposta = com_token(ana).get(LISTA, parametros)
    assert resposta.status_code == 400
    assert resposta.json()["erro"]["mensagem"].startswith("Filtro não permitido:")


def test_E159_same_key_gives_the_same_message(ana, atendimento, com_token):
    cliente, caminho = com_token(ana), f"{LISTA}{atendimento.pk}/mensagens/"
    respostas = [
        cliente.post(
            caminho, {"texto": "Uma vez"}, format="json", headers={"idempotency-key": "pedido 7"}
        ).json()["id"]
        for _ in range(4)
    ]
    assert len(set(respostas)) == 1


@pytest.mark.parametrize(
    "acao", ["assumir", "devolver", "transferir", "encerrar", "reabrir", "nao-lido"]
)
def test_E158_second_change_of_the_same_version_is_412(ana, atendimento, com_token, fazenda, acao):
    cliente, vista = com_token(ana), atendimento.versao
    caminho = f"{LISTA}{atendimento.pk}/"
    corpo = {"transferir": {"fila": fazenda.slug}, "encerrar": {"resultado": "resolvido"}}
    primeira = cliente.post(f"{caminho}assumir/", headers={"if-match": f'"{vista}"'})
    assert (primeira.status_code, primeira.json()["versao"]) == (200, vista + 1)
    segunda = cliente.post(
        f"{caminho}{acao}/", corpo.get(acao, {}), format="json", headers={"if-match": f'"{vista}"'}
    )
    recusado(segunda, 412, "Alguém mudou antes de você.")
    assert segunda.json()["erro"]["versao"] == vista + 1
    atendimento.refresh_from_db()
    assert (atendimento.versao, atendimento.estado) == (vista + 1, "em_atendimento")


@pytest.mark.parametrize(
    ("cabecalho", "status"),
    [("*", 200), ("", 200), ('W/"1"', 200), ("1", 200), ("abc", 400), ("-1", 400), ("1, 2", 400)],
)
def test_E158_what_if_match_may_say(ana, atendimento, com_token, cabecalho, status):
    resposta = com_token(ana).post(
        f"{LISTA}{atendimento.pk}/assumir/", headers={"if-match": cabecalho}
    )
    assert resposta.status_code == status


def test_E158_outsider_learns_no_version(bruno, atendimento, com_token):
    resposta = com_token(bruno).post(
        f"{LISTA}{atendimento.pk}/assumir/", headers={"if-match": "99"}
    )
    assert resposta.status_code == 404
