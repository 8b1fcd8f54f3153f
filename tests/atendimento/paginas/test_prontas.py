"""The pages of canned replies: what the composer offers, and where one keeps one's own."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape

from atendimento.models import Mensagem, RespostaPronta
from tests.factories import RespostaProntaFactory

NOVA = {"atalho": "ola", "titulo": "Cumprimento", "texto": "Olá, {nome}!", "alcance": ""}


@pytest.fixture
def pagina(ana, entrar):
    return entrar(ana)


@pytest.mark.django_db
def test_the_composer_is_offered_the_filled_texts_in_few_queries(
    pagina, atendimento, saude, municipio
):
    RespostaProntaFactory.create_batch(20, equipe=saude, texto='{nome}, "{documento}" <b>')
    with CaptureQueriesContext(connection) as consultas:
        resposta = pagina.get(f"/atendimento/{atendimento.pk}/prontas/")
    html = resposta.content.decode()
    nome = atendimento.conversa.cidadao.primeiro_nome
    assert html.count('role="option"') == 20
    assert f'data-texto="{escape(nome)}, &quot;{{documento}}&quot; &lt;b&gt;"' in html
    assert len(consultas) <= 7


@pytest.mark.django_db
def test_one_writes_changes_and_drops_ones_own(pagina, ana):
    assert pagina.post("/respostas-prontas/nova/", NOVA)["Location"] == "/respostas-prontas/"
    pronta = RespostaPronta.objects.get()
    assert pronta.dono == ana
    endereco = f"/respostas-prontas/{pronta.pk}/"
    assert "Olá, {nome}!" in pagina.get(endereco).content.decode()
    pagina.post(endereco, NOVA | {"texto": "Oi, {nome}!"})
    assert "Oi, {nome}!" in pagina.get("/respostas-prontas/").content.decode()
    pagina.post(f"{endereco}apagar/")
    assert "ainda não tem respostas prontas" in pagina.get("/respostas-prontas/").content.decode()


@pytest.mark.django_db
def test_a_refusal_stands_beside_its_field_and_keeps_what_was_typed(pagina):
    resposta = pagina.post("/respostas-prontas/nova/", NOVA | {"texto": "Olá, {nome"})
    html = resposta.content.decode()
    assert resposta.status_code == 422
    assert "cada { precisa de um }" in html
    assert "Olá, {nome" in html
    assert not RespostaPronta.objects.exists()


@pytest.mark.django_db
def test_who_supervises_chooses_the_team_and_who_answers_cannot(carla, ana, saude, fazenda, entrar):
    para_a_equipe = NOVA | {"alcance": f"equipe-{saude.pk}"}
    assert entrar(ana).post("/respostas-prontas/nova/", para_a_equipe).status_code == 422
    alheia = NOVA | {"alcance": f"equipe-{fazenda.pk}"}
    assert entrar(carla).post("/respostas-prontas/nova/", alheia).status_code == 422
    assert entrar(carla).post("/respostas-prontas/nova/", para_a_equipe).status_code == 302
    pronta = RespostaPronta.objects.get()
    assert pronta.equipe == saude
    assert "selected" in entrar(carla).get(f"/respostas-prontas/{pronta.pk}/").content.decode()
    lista = entrar(ana).get("/respostas-prontas/").content.decode()
    assert "Que outras pessoas mantêm" in lista
    assert f"/respostas-prontas/{pronta.pk}/" not in lista


@pytest.mark.django_db
def test_E082_an_open_blank_is_refused_and_nothing_leaves(pagina, atendimento):
    resposta = pagina.post(
        f"/atendimento/{atendimento.pk}/responder/",
        {"texto": "Olá, {nome}. Traga o {documento}.", "chave_cliente": str(uuid.uuid4())},
        headers={"Accept": "application/json"},
    )
    assert resposta.status_code == 422
    assert resposta.json()["frase"] == "Falta preencher: nome, documento."
    assert not Mensagem.objects.filter(direcao="saida").exists()


@pytest.mark.django_db
def test_braces_that_are_no_blank_are_sent(pagina, atendimento):
    resposta = pagina.post(
        f"/atendimento/{atendimento.pk}/responder/",
        {"texto": 'Use { } ou {1} ou {"a": 2}', "chave_cliente": str(uuid.uuid4())},
        headers={"Accept": "application/json"},
    )
    assert resposta.status_code == 200


@pytest.mark.django_db
def test_the_api_offers_them_too(ana, com_token, atendimento, saude, municipio):
    RespostaProntaFactory(equipe=saude, atalho="doc", texto="{nome}, traga o {documento}.")
    api = com_token(ana)
    [pronta] = api.get(f"/api/v1/atendimentos/{atendimento.pk}/respostas-prontas/").json()
    assert (pronta["atalho"], pronta["faltam"]) == ("doc", ["documento"])
    assert atendimento.conversa.cidadao.primeiro_nome in pronta["texto"]
