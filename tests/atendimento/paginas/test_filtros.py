"""Narrowing the list, and giving the narrowed list a name."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from atendimento import acoes
from atendimento.models import Visao
from tests.atendimento.paginas.test_lista import linhas
from tests.factories import (
    AssuntoFactory,
    AtendimentoFactory,
    EquipeFactory,
    EtiquetaFactory,
    ParticipacaoFactory,
    VisaoFactory,
)

JSON = {"accept": "application/json"}


@pytest.fixture
def cliente(ana, entrar, municipio):
    return entrar(ana)


def achados(cliente, **filtro):
    return {int(pk) for pk in linhas(cliente.get("/atendimento/", {"aba": "todas", **filtro}))}


def test_by_team_person_subject_priority_and_unread(cliente, saude, ana):
    outra = EquipeFactory(secretaria=saude.secretaria)
    ParticipacaoFactory(servidor=ana, equipe=outra)
    vacina = AssuntoFactory(equipe=saude)
    comum = AtendimentoFactory(equipe=saude)
    de_outra = AtendimentoFactory(equipe=outra)
    da_ana = AtendimentoFactory(equipe=saude, com=ana)
    de_vacina = AtendimentoFactory(equipe=saude, assunto=vacina)
    alta = AtendimentoFactory(equipe=saude, prioridade=1)
    urgente = AtendimentoFactory(equipe=saude, prioridade=0, nao_lidas=2)
    assert achados(cliente, equipe=outra.pk) == {de_outra.pk}
    assert achados(cliente, pessoa=ana.pk) == {da_ana.pk}
    assert da_ana.pk not in achados(cliente, pessoa="ninguem")
    assert achados(cliente, assunto=vacina.pk) == {de_vacina.pk}
    assert achados(cliente, prioridade="alta") == {alta.pk, urgente.pk}
    assert achados(cliente, prioridade="urgente", novas="1") == {urgente.pk}
    assert achados(cliente, prioridade="urgente", pessoa=ana.pk) == set()
    assert comum.pk in achados(cliente)


def test_by_tag_of_ones_own_and_never_by_anothers(cliente, saude, fazenda, ana, bruno):
    minha, alheia = EtiquetaFactory(equipe=saude), EtiquetaFactory(equipe=fazenda)
    com_ela, _sem_ela = AtendimentoFactory.create_batch(2, equipe=saude)
    acoes.etiquetar(atendimento_id=com_ela.pk, servidor=ana, etiquetas=[minha.pk])
    assert achados(cliente, etiqueta=minha.pk) == {com_ela.pk}
    de_la = AtendimentoFactory(equipe=fazenda)
    acoes.etiquetar(atendimento_id=de_la.pk, servidor=bruno, etiquetas=[alheia.pk])
    acoes.transferir(atendimento_id=de_la.pk, servidor=bruno, equipe=saude)
    assert achados(cliente, etiqueta=alheia.pk) == set()
    assert alheia.nome not in cliente.get("/atendimento/filtros/").content.decode()


def test_by_days_both_included_in_the_zone_of_the_city(cliente, saude):
    hoje = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    de_hoje = AtendimentoFactory(equipe=saude, ultima_em=hoje)
    de_ontem = AtendimentoFactory(equipe=saude, ultima_em=hoje - timedelta(microseconds=1))
    dia, vespera = hoje.date().isoformat(), (hoje - timedelta(days=1)).date().isoformat()
    assert achados(cliente, de=dia) == {de_hoje.pk}
    assert achados(cliente, ate=vespera) == {de_ontem.pk}
    assert achados(cliente, de=vespera, ate=dia) == {de_hoje.pk, de_ontem.pk}


@pytest.mark.parametrize(
    "estranho",
    [
        {"equipe": "x"},
        {"pessoa": "²"},
        {"assunto": "9" * 40},
        {"prioridade": "altissima"},
        {"de": "2026-02-31"},
        {"ate": "9999-12-31"},
        {"novas": "sim"},
    ],
)
def test_a_strange_filter_is_no_filter(cliente, saude, estranho):
    a = AtendimentoFactory(equipe=saude)
    assert achados(cliente, **estranho) == {a.pk}


def test_each_filter_is_shown_with_the_way_out_of_it(cliente, saude):
    AtendimentoFactory(equipe=saude)
    pagina = cliente.get("/atendimento/?aba=todas&novas=1&prioridade=urgente").content.decode()
    assert "Tirar o filtro Urgentes" in pagina
    assert 'href="/atendimento/?aba=todas&amp;ordem=recentes&amp;prioridade=urgente"' in pagina
    assert "Nenhum atendimento com estes filtros." in pagina


def test_another_tab_and_more_rows_keep_the_filter(cliente, saude):
    AtendimentoFactory.create_batch(51, equipe=saude, prioridade=0)
    pagina = cliente.get("/atendimento/?aba=todas&prioridade=urgente").content.decode()
    assert "?aba=minhas&amp;prioridade=urgente" in pagina
    assert "prioridade=urgente&amp;depois=" in pagina


def test_the_form_offers_only_what_one_sees(cliente, saude, fazenda, ana, bruno):
    AssuntoFactory(equipe=saude, nome="Vacina")
    AssuntoFactory(equipe=fazenda, nome="Dívida ativa")
    pagina = cliente.get("/atendimento/filtros/?aba=todas&novas=1").content.decode()
    assert "Vacina" in pagina
    assert "Dívida ativa" not in pagina
    assert str(bruno) not in pagina
    assert 'name="novas" value="1" checked' in " ".join(pagina.split())


def guardar(cliente, **dados):
    resposta = cliente.post("/atendimento/visoes/guardar/", dados, headers=JSON)
    return resposta.status_code, json.loads(resposta.content)


def test_a_list_gets_a_name_and_keeps_only_what_a_list_knows(cliente, ana):
    codigo, corpo = guardar(
        cliente, nome="  Urgentes   de hoje ", endereco="aba=todas&prioridade=urgente&x=<script>"
    )
    assert codigo == 200
    visao = Visao.objects.get()
    assert (visao.nome, visao.dono) == ("Urgentes de hoje", ana)
    assert visao.endereco == "aba=todas&ordem=recentes&prioridade=urgente"
    assert "Urgentes de hoje" in cliente.get("/atendimento/visoes/").content.decode()


def test_a_team_sees_the_lists_that_its_supervisor_named(cliente, saude, ana, carla, bruno, entrar):
    supervisora = entrar(carla)
    assert guardar(supervisora, nome="Da equipe", endereco="aba=todas", equipe=saude.pk)[0] == 200
    assert "Da equipe" in entrar(ana).get("/atendimento/visoes/").content.decode()
    assert "Da equipe" not in entrar(bruno).get("/atendimento/visoes/").content.decode()
    visao = Visao.objects.get()
    apagar = f"/atendimento/visoes/{visao.pk}/apagar/"
    assert entrar(ana).post(apagar, headers=JSON).status_code == 404
    assert entrar(carla).post(apagar, headers=JSON).status_code == 200


@pytest.mark.parametrize(
    ("dados", "frase"),
    [
        ({"nome": "  "}, "Dê um nome à visão."),
        ({"nome": "a" * 61}, "O nome pode ter até 60 letras."),
        ({"nome": "Já há"}, "Já existe uma visão com este nome aqui."),
        ({"nome": "Da equipe", "equipe": "saude"}, "Você não supervisiona esta equipe."),
    ],
)
def test_what_cannot_be_kept_is_a_sentence(cliente, saude, ana, dados, frase):
    VisaoFactory(nome="Já há", dono=ana)
    if "equipe" in dados:
        dados = dados | {"equipe": saude.pk}
    codigo, corpo = guardar(cliente, **dados)
    assert (codigo, corpo["frase"]) == (422, frase)


def test_above_fifty_one_has_to_go(cliente, ana):
    VisaoFactory.create_batch(50, dono=ana)
    codigo, corpo = guardar(cliente, nome="Mais uma")
    assert (codigo, corpo["frase"]) == (422, "Já há 50 visões aqui. Apague uma antes.")
