"""One action on several rows, and its undoing."""

import json

import pytest

from atendimento.models import Atendimento
from tests.factories import AtendimentoFactory

JSON = {"accept": "application/json"}


@pytest.fixture
def tres(saude):
    return AtendimentoFactory.create_batch(3, equipe=saude)


def mandar(cliente, nome, atendimentos, **dados):
    ids = ",".join(str(a.pk) for a in atendimentos)
    resposta = cliente.post(f"/atendimento/varios/{nome}/", {"ids": ids, **dados}, headers=JSON)
    return resposta.status_code, json.loads(resposta.content)


@pytest.mark.parametrize(
    ("nome", "dados", "depois"),
    [
        ("assumir", {}, {"estado": "em_atendimento"}),
        ("adiar", {"ate": "mensagem"}, {"adiado_ate": None, "estado": "em_atendimento"}),
        ("nao-lido", {}, {"nao_lidas": 1}),
        ("prioridade", {"prioridade": "0"}, {"prioridade": 0}),
        ("encerrar", {"resultado": "engano"}, {"estado": "encerrado", "resultado": "engano"}),
    ],
)
def test_each_action_is_done_to_all_of_them(tres, ana, entrar, nome, dados, depois):
    codigo, corpo = mandar(entrar(ana), nome, tres, **dados)
    assert (codigo, corpo["recusados"]) == (200, [])
    assert corpo["aviso"].startswith(("3 ", "Prioridade de 3"))
    assert Atendimento.objects.filter(**depois).count() == 3


def test_what_one_refuses_does_not_stop_the_others(tres, ana, carla, entrar):
    Atendimento.objects.filter(pk=tres[0].pk).update(servidor=carla, estado="em_atendimento")
    codigo, corpo = mandar(entrar(ana), "assumir", tres)
    assert codigo == 200
    assert [r["id"] for r in corpo["recusados"]] == [str(tres[0].pk)]
    assert corpo["aviso"].startswith("2 assumidos. 1 não: ")


def test_when_all_refuse_the_answer_is_why(tres, bruno, entrar):
    codigo, corpo = mandar(entrar(bruno), "assumir", tres)
    assert (codigo, corpo["codigo"]) == (404, "nao_encontrado")


def test_a_message_that_came_after_the_dialog_is_not_closed_unread(tres, ana, entrar):
    cliente = entrar(ana)
    chegou_depois = AtendimentoFactory(equipe=tres[0].equipe, escreveu="esperem")
    codigo, corpo = mandar(cliente, "encerrar", [*tres, chegou_depois], resultado="resolvido")
    assert [r["id"] for r in corpo["recusados"]] == [str(chegou_depois.pk)]
    dialogo = cliente.get(f"/atendimento/varios/encerrar/dialogo/?ids={chegou_depois.pk}")
    vistas = f"{chegou_depois.pk}:{chegou_depois.mensagens.get().pk}"
    assert vistas in dialogo.content.decode()
    codigo, _ = mandar(cliente, "encerrar", [chegou_depois], resultado="resolvido", vistas=vistas)
    assert codigo == 200


def test_all_of_it_is_undone_at_once(tres, ana, fazenda, entrar):
    cliente = entrar(ana)
    _, corpo = mandar(cliente, "transferir", tres, equipe=fazenda.pk)
    assert not Atendimento.objects.visiveis_para(ana).exists()
    resposta = cliente.post(
        "/atendimento/desfazer/", {"transicoes": ",".join(corpo["desfazer"])}, headers=JSON
    )
    assert resposta.json()["aviso"] == "Desfeito."
    assert Atendimento.objects.visiveis_para(ana).count() == 3
    de_novo = cliente.post(
        "/atendimento/desfazer/", {"transicoes": ",".join(corpo["desfazer"])}, headers=JSON
    )
    assert (de_novo.status_code, de_novo.json()["codigo"]) == (409, "mudou")


@pytest.mark.parametrize(
    ("nome", "ids", "codigo"),
    [
        ("voar", "1", 404),
        ("assumir", "", 422),
        ("assumir", "x,,-1", 422),
        ("assumir", ",".join(map(str, range(1, 102))), 422),
        ("adiar", "1", 422),
        ("transferir", "1", 422),
    ],
)
def test_what_makes_no_sense_is_a_sentence(ana, entrar, nome, ids, codigo):
    resposta = entrar(ana).post(f"/atendimento/varios/{nome}/", {"ids": ids}, headers=JSON)
    assert resposta.status_code == codigo


def test_the_dialog_tells_how_many_and_only_of_what_one_sees(tres, ana, bruno, entrar):
    endereco = "/atendimento/varios/adiar/dialogo/?ids=" + ",".join(str(a.pk) for a in tres)
    assert "Adiar 3 atendimentos" in entrar(ana).get(endereco).content.decode()
    assert entrar(bruno).get(endereco).status_code == 404
