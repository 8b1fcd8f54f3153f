"""Whatever Meta repeats, joins, splits or reorders, the end is the same."""

import itertools
import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from atendimento.models import Atendimento, Mensagem
from prefeitura.whatsapp import entrada
from prefeitura.whatsapp.models import Envio, EventoRecebido, SituacaoDoEnvio
from tests import factories
from tests.chegada import corpo, guardar, mensagem, novo_wamid, status, valor
from tests.falhas.medida import tamanho

CIDADAOS = 3
_cidadao = itertools.count(1)


def cenario(numero):
    """Messages of three new citizens, and every status of three sends."""
    agora = timezone.now().replace(microsecond=0)
    itens = []
    for _ in range(CIDADAOS):
        de = f"551198{next(_cidadao):07d}"
        for n in range(4):
            quando = agora - timedelta(minutes=10 - n)
            itens.append(("messages", mensagem(f"m{n}", de=de, quando=quando, wamid=novo_wamid())))
    envios = [factories.EnvioFactory(numero=numero, aceita=True) for _ in range(3)]
    for envio, nomes in zip(
        envios, (["sent", "delivered", "read"], ["sent", "failed"], ["read"]), strict=True
    ):
        for n, nome in enumerate(nomes):
            erros = {"errors": [{"code": 131026, "title": "x"}]} if nome == "failed" else {}
            quando = agora + timedelta(seconds=n)
            itens.append(("statuses", status(envio, nome, quando=quando, **erros)))
    return itens, envios


def entregar(numero, itens):
    """One body with these items, in this order."""
    valores = [
        valor(numero, **{"mensagens" if tipo == "messages" else "statuses": [item]})
        for tipo, item in itens
    ]
    guardar(corpo(numero, *valores))


def retrato(numero, envios):
    """The end state, without ids and times of ours."""
    mensagens = Mensagem.objects.filter(numero=numero, direcao="entrada").em_ordem()
    situacoes = SituacaoDoEnvio.objects.filter(envio__in=envios).order_by("envio__ordem")
    return (
        sorted(mensagens.values_list("wamid", "texto", "momento")),
        sorted(
            Atendimento.objects.filter(conversa__numero=numero).values_list(
                "nao_lidas", "esperando_desde", "estado"
            )
        ),
        list(
            situacoes.values_list(
                "posto", "enviado_em", "entregue_em", "lido_em", "falhou_em", "codigo"
            )
        ),
        Envio.objects.filter(numero=numero, prioridade=Envio.Prioridade.ROBO).count(),
    )


@pytest.mark.django_db
@settings(
    max_examples=tamanho(40, 600),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(dados=st.data())
def test_any_partition_repetition_and_order_ends_the_same(dados):
    numero = factories.NumeroFactory()
    itens, envios = cenario(numero)
    vezes = dados.draw(st.lists(st.integers(1, 3), min_size=len(itens), max_size=len(itens)))
    todos = [item for item, n in zip(itens, vezes, strict=True) for _ in range(n)]
    ordem = dados.draw(st.permutations(todos))
    while ordem:
        corte = dados.draw(st.integers(1, len(ordem)))
        entregar(numero, ordem[:corte])
        ordem = ordem[corte:]
        if dados.draw(st.booleans()):
            entrada.processar()
    entrada.processar()
    assert not EventoRecebido.objects.exclude(estado="feito").exists()
    mensagens, atendimentos, situacoes, bolhas = retrato(numero, envios)
    assert len(mensagens) == len(set(mensagens)) == CIDADAOS * 4
    assert [a[0] for a in atendimentos] == [4] * CIDADAOS
    assert bolhas == CIDADAOS
    assert [(s[0], s[5]) for s in situacoes] == [(4, None), (2, 131026), (4, None)]
    assert all(a[1] == min(m[2] for m in mensagens) for a in atendimentos)


@pytest.mark.django_db(transaction=True)
def test_the_same_body_five_times_in_parallel_is_applied_once():
    numero = factories.NumeroFactory()
    for _ in range(10):
        itens = [mensagem(f"m{n}", de=f"551196{next(_cidadao):07d}") for n in range(3)]
        bruto = corpo(numero, valor(numero, mensagens=itens))
        for _ in range(5):
            guardar(bruto)
        largada = threading.Barrier(5)

        def aplicar(largada=largada):
            largada.wait()
            entrada.processar()
            connection.close()

        linhas = [threading.Thread(target=aplicar) for _ in range(5)]
        for linha in linhas:
            linha.start()
        for linha in linhas:
            linha.join()
        entrada.processar()
    assert Mensagem.objects.filter(direcao="entrada").count() == 30
    assert Atendimento.objects.count() == 30
    assert Envio.objects.count() == 30
    assert not EventoRecebido.objects.exclude(estado="feito").exists()


@pytest.mark.django_db(transaction=True)
def test_thirty_first_messages_at_once_open_one_matter():
    numero = factories.NumeroFactory()
    de = f"551196{next(_cidadao):07d}"
    for n in range(30):
        guardar(corpo(numero, valor(numero, mensagens=[mensagem(f"m{n}", de=de)])))
    largada = threading.Barrier(6)

    def aplicar():
        largada.wait()
        while EventoRecebido.objects.filter(estado="novo").exists():
            entrada.processar_lote()
        connection.close()

    linhas = [threading.Thread(target=aplicar) for _ in range(6)]
    for linha in linhas:
        linha.start()
    for linha in linhas:
        linha.join()
    assert Atendimento.objects.count() == 1
    assert Mensagem.objects.filter(direcao="entrada").count() == 30
