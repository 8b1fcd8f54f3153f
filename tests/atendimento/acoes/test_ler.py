"""Marking as unread: a reminder to come back, which the citizen's phone never sees."""

import pytest

from atendimento import acoes
from atendimento.erros import Conflito, NaoEncontrado
from tests import factories


@pytest.fixture
def da_ana(atendimento, ana):
    """Ana has it, and has read it."""
    acoes.assumir(atendimento_id=atendimento.pk, servidor=ana)
    atendimento.refresh_from_db()
    acoes.abrir_leitura(atendimento=atendimento, servidor=ana)
    atendimento.refresh_from_db()
    assert atendimento.nao_lidas == 0
    return atendimento


@pytest.mark.django_db
def test_what_was_read_shows_as_unread_again(da_ana, ana):
    versao = da_ana.versao
    acoes.marcar_nao_lida(atendimento_id=da_ana.pk, servidor=ana)
    da_ana.refresh_from_db()
    assert (da_ana.nao_lidas, da_ana.versao) == (1, versao)


@pytest.mark.django_db
def test_what_is_unread_keeps_its_count(atendimento, ana):
    factories.MensagemFactory(atendimento=atendimento)
    type(atendimento).objects.filter(pk=atendimento.pk).update(nao_lidas=3)
    acoes.marcar_nao_lida(atendimento_id=atendimento.pk, servidor=ana)
    atendimento.refresh_from_db()
    assert atendimento.nao_lidas == 3


@pytest.mark.django_db
def test_opening_it_again_reads_it(da_ana, ana):
    acoes.marcar_nao_lida(atendimento_id=da_ana.pk, servidor=ana)
    da_ana.refresh_from_db()
    acoes.abrir_leitura(atendimento=da_ana, servidor=ana)
    da_ana.refresh_from_db()
    assert da_ana.nao_lidas == 0


@pytest.mark.django_db
def test_a_colleagues_is_left_alone(da_ana, carla):
    with pytest.raises(Conflito, match="está com Ana Souza"):
        acoes.marcar_nao_lida(atendimento_id=da_ana.pk, servidor=carla)


@pytest.mark.django_db
def test_a_closed_one_is_refused(da_ana, ana):
    acoes.encerrar(atendimento_id=da_ana.pk, servidor=ana, resultado="resolvido")
    with pytest.raises(Conflito, match="encerrado"):
        acoes.marcar_nao_lida(atendimento_id=da_ana.pk, servidor=ana)


@pytest.mark.django_db
def test_outsider_cannot_touch_it(da_ana, bruno):
    with pytest.raises(NaoEncontrado):
        acoes.marcar_nao_lida(atendimento_id=da_ana.pk, servidor=bruno)


@pytest.mark.django_db
def test_the_page_leaves_it_and_the_api_shows_it(da_ana, ana, entrar, com_token):
    endereco = f"/atendimento/{da_ana.pk}/nao-lido/"
    pagina = entrar(ana).post(endereco)
    assert (pagina.status_code, pagina["Location"]) == (302, "/atendimento/")
    resposta = entrar(ana).post(endereco, headers={"Accept": "application/json"})
    assert resposta.json()["fechar"] is True
    api = com_token(ana).post(f"/api/v1/atendimentos/{da_ana.pk}/nao-lido/")
    assert (api.status_code, api.json()["nao_lidas"]) == (200, 1)
