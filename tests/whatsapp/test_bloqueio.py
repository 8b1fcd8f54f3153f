"""The block list of a number: what goes to Meta, and what its answers mean."""

import pytest

from prefeitura.cadastro.models import Cidadao
from prefeitura.whatsapp import saida
from prefeitura.whatsapp.bloqueio import BloqueioFalhou, mudar_bloqueio
from prefeitura.whatsapp.models import Envio
from tests import factories
from tests.whatsapp.servidor_falso import cortar, recusar, responder


@pytest.fixture
def meu():
    """A number that is not saved: these tests need no database."""
    return factories.NumeroFactory.build(phone_number_id="111", conta__token="token-canario")


@pytest.mark.parametrize(
    ("bloquear", "metodo", "chave"), [(True, "POST", "added_users"), (False, "DELETE", "removed")]
)
def test_person_is_named_by_number(graph, meu, bloquear, metodo, chave):
    graph.combinar(responder({"messaging_product": "whatsapp", "block_users": {chave: [{}]}}))
    mudar_bloqueio(numero=meu, cidadao=Cidadao(wa_id="5534988887766"), bloquear=bloquear)
    (pedido,) = graph.pedidos
    assert (pedido.metodo, pedido.caminho) == (metodo, "/v25.0/111/block_users")
    assert pedido.json == {
        "messaging_product": "whatsapp",
        "block_users": [{"user": "+5534988887766"}],
    }


def test_person_without_a_number_is_named_by_bsuid(graph, meu):
    graph.combinar(responder({"messaging_product": "whatsapp"}))
    mudar_bloqueio(numero=meu, cidadao=Cidadao(user_id="BR.123"), bloquear=True)
    assert graph.pedidos[0].json["block_users"] == [{"user_id": "BR.123"}]


@pytest.mark.parametrize(
    ("reacao", "codigo", "definitivo"),
    [
        (recusar(139100), 139100, True),
        (recusar(139101), 139101, True),
        (recusar(139102), 139102, False),
        (recusar(139103, 500), 139103, False),
        (recusar(130429, 429), 130429, False),
        (cortar, None, False),
    ],
    ids=["parte", "lista cheia", "ao mesmo tempo", "interno", "vazao", "rede"],
)
def test_answers_are_told_apart(graph, meu, reacao, codigo, definitivo):
    graph.combinar(reacao)
    with pytest.raises(BloqueioFalhou) as erro:
        mudar_bloqueio(numero=meu, cidadao=Cidadao(wa_id="5534988887766"), bloquear=True)
    assert (erro.value.codigo, erro.value.definitivo) == (codigo, definitivo)


def test_nobody_to_block_never_reaches_meta(graph, meu):
    with pytest.raises(BloqueioFalhou) as erro:
        mudar_bloqueio(numero=meu, cidadao=Cidadao(), bloquear=True)
    assert erro.value.definitivo
    assert graph.pedidos == []


@pytest.mark.django_db
def test_send_refused_as_blocked_shows_the_way_to_unblock(graph, envio, acordados, sem_limites):
    graph.combinar(recusar(130403))
    saida.enviar(envio.pk)
    envio = Envio.objects.get(pk=envio.pk)
    assert (envio.estado, envio.codigo) == ("falhou", 130403)
    assert Cidadao.objects.get(pk=envio.cidadao_id).bloqueado_em is not None
