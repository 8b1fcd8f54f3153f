"""The inbox costs the same number of queries however much it shows."""

import pytest
from django.test.utils import CaptureQueriesContext

from atendimento.models import EtiquetaPosta
from tests.factories import AtendimentoFactory, EnvioFactory, EtiquetaFactory, MensagemFactory


@pytest.fixture
def povoar(saude, numero, ana):
    """Return a function: n tagged rows of Ana's and n bubbles in the first one; gives it."""

    def _povoar(quantos: int):
        atendimentos = [
            AtendimentoFactory(equipe=saude, conversa__numero=numero, com=ana, escreveu="oi")
            for _ in range(quantos)
        ]
        etiqueta = EtiquetaFactory(equipe=saude)
        for marcado in atendimentos:
            EtiquetaPosta.objects.create(atendimento=marcado, etiqueta=etiqueta, posta_por=ana)
        for i in range(quantos):
            MensagemFactory(
                atendimento=atendimentos[0],
                texto=f"resposta {i}",
                direcao="saida",
                autor=ana,
                envio=EnvioFactory(entregue=True, numero=numero),
            )
        return atendimentos[0]

    return _povoar


@pytest.mark.parametrize("quantos", [1, 60])
def test_the_inbox_and_a_conversation_take_a_bounded_number_of_queries(
    povoar, ana, entrar, municipio, quantos, django_assert_max_num_queries
):
    primeiro = povoar(quantos)
    cliente = entrar(ana)
    cliente.get(f"/atendimento/{primeiro.pk}/")  # the opening is recorded once in ten minutes
    with django_assert_max_num_queries(13):
        assert cliente.get("/atendimento/").status_code == 200
    with django_assert_max_num_queries(14 + 2):
        # Two more are the savepoint of the opening, which only a test has.
        painel = cliente.get(f"/atendimento/{primeiro.pk}/", headers={"X-Parte": "painel"})
        assert painel.status_code == 200
    with django_assert_max_num_queries(23):
        assert cliente.get(f"/atendimento/{primeiro.pk}/").status_code == 200


def test_the_number_of_queries_does_not_grow(povoar, ana, entrar, municipio, connection_queries):
    poucos, muitos = povoar(2), povoar(40)
    cliente = entrar(ana)
    for caminho in ("/atendimento/{}/", "/atendimento/{}/mensagens/", "/atendimento/{}/partes/"):
        contagens = []
        for atendimento in (poucos, muitos):
            cliente.get(caminho.format(atendimento.pk))
            contagens.append(connection_queries(cliente, caminho.format(atendimento.pk)))
        assert contagens[0] == contagens[1], caminho


@pytest.fixture
def connection_queries(db):
    """Return a function that counts the queries of one GET."""
    from django.db import connection

    def _contar(cliente, caminho: str) -> int:
        with CaptureQueriesContext(connection) as captadas:
            assert cliente.get(caminho).status_code == 200
        return len(captadas)

    return _contar
