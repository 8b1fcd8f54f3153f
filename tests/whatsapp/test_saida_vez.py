"""Whose turn it is to be sent, and workers that wake up too late."""

from datetime import timedelta

import pytest
from django.db.models.functions import Now
from django.utils import timezone

from prefeitura.whatsapp import ritmo, saida
from prefeitura.whatsapp.cliente import Aceita, Recusada
from prefeitura.whatsapp.models import Envio, StatusOrfao
from prefeitura.whatsapp.saida import concluir, reivindicar
from tests import factories
from tests.whatsapp.envios import passar, seguinte
from tests.whatsapp.servidor_falso import aceitar

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("acordados", "sem_limites"),
]


@pytest.mark.parametrize(
    ("traço", "campos", "espera"),
    [
        ("pendente", {}, True),
        ("enviando", {"enviando": True}, True),
        ("incerta nova", {"incerta": True}, True),
        ("falhou", {"falhou": True}, False),
        ("enviada", {"enviada": True}, False),
        ("cancelada", {"estado": "cancelada"}, False),
        ("comunicado na fila", {"prioridade": 3}, False),
        ("comunicado a caminho", {"prioridade": 3, "enviando": True}, True),
        ("robô na fila", {"prioridade": 1}, True),
    ],
)
def test_reply_waits_for_what_was_said_before_it(graph, numero, traço, campos, espera):
    antes = factories.EnvioFactory(numero=numero, **campos)
    depois = seguinte(antes)
    graph.combinar(aceitar("wamid.D"))
    saida.enviar(depois.pk)
    depois.refresh_from_db()
    assert depois.estado == ("pendente" if espera else "enviada"), traço


def test_doubt_holds_the_next_reply_for_one_minute_only(graph, numero):
    duvida = factories.EnvioFactory(numero=numero, incerta=True)
    depois = seguinte(duvida)
    passar(duvida, incerta_em=Now() - timedelta(seconds=59))
    assert depois.pk not in saida.pendentes_vencidos()
    passar(duvida, incerta_em=Now() - timedelta(seconds=61))
    assert depois.pk in saida.pendentes_vencidos()
    graph.combinar(aceitar("wamid.D"))
    saida.enviar(depois.pk)
    depois.refresh_from_db()
    assert depois.estado == "enviada"


def test_other_citizens_do_not_wait(graph, envio, numero):
    outro = factories.EnvioFactory(numero=numero)
    graph.combinar(aceitar("wamid.O"))
    saida.enviar(outro.pk)
    outro.refresh_from_db()
    assert outro.estado == "enviada"


def test_next_of_the_pair_is_woken(graph, envio, acordados):
    depois = seguinte(envio)
    graph.combinar(aceitar("wamid.A"))
    saida.enviar(envio.pk)
    assert str(depois.pk) in acordados


@pytest.mark.parametrize(
    "campos", [{"ativo": False}, {"pausado_ate": timezone.now() + timedelta(hours=1)}]
)
def test_number_at_rest_sends_nothing(graph, envio, numero, campos):
    type(numero).objects.update(**campos)
    saida.enviar(envio.pk)
    assert graph.pedidos == []
    assert saida.pendentes_vencidos() == []


def test_not_before_its_time(graph, envio):
    passar(envio, nao_antes_de=Now() + timedelta(seconds=5))
    saida.enviar(envio.pk)
    assert graph.pedidos == []


def test_limiter_that_asks_for_long_puts_it_back_untouched(graph, envio, monkeypatch):
    monkeypatch.setattr(ritmo, "pedir", lambda *_: 6.0)
    saida.enviar(envio.pk)
    envio.refresh_from_db()
    assert envio.estado == "pendente"
    assert 4 < (envio.nao_antes_de - timezone.now()).total_seconds() <= 6
    assert graph.pedidos == []


# --- late workers


def test_worker_without_enough_lease_does_not_post(graph, envio, monkeypatch):
    monkeypatch.setattr(reivindicar, "PRAZO_S", 59)
    saida.enviar(envio.pk)
    envio.refresh_from_db()
    assert envio.estado == "pendente"
    assert graph.pedidos == []


def test_late_refusal_does_not_overwrite_a_doubt(envio):
    meu = reivindicar.reivindicar(envio.pk)
    passar(envio, prazo_em=Now() - timedelta(seconds=1))
    assert saida.vencer_prazos() == [envio.pk]
    concluir.registrar(envio, meu, Recusada(131026))
    envio.refresh_from_db()
    assert envio.estado == "incerta"


def test_late_acceptance_is_a_fact(envio):
    meu = reivindicar.reivindicar(envio.pk)
    passar(envio, prazo_em=Now() - timedelta(seconds=1))
    saida.vencer_prazos()
    concluir.registrar(envio, meu, Aceita("wamid.TARDE"))
    envio.refresh_from_db()
    assert (envio.estado, envio.wamid) == ("enviada", "wamid.TARDE")


def test_answer_of_an_older_try_changes_nothing(envio):
    velho = reivindicar.reivindicar(envio.pk)
    concluir.devolver(velho, 0)
    reivindicar.reivindicar(envio.pk)
    concluir.registrar(envio, velho, Aceita("wamid.VELHO"))
    envio.refresh_from_db()
    assert (envio.estado, envio.wamid, envio.tentativa) == ("enviando", None, 2)


def test_statuses_that_came_first_are_applied_with_the_wamid(graph, envio):
    StatusOrfao.objects.create(
        numero=envio.numero,
        wamid="wamid.A",
        dados={
            "wamid": "wamid.A", "opaco": "", "posto": 3, "falhou": False,
            "momento": "2026-11-24T10:00:00+00:00", "codigo": None,
            "preco_tipo": "", "preco_categoria": "",
        },
    )  # fmt: skip
    graph.combinar(aceitar("wamid.A"))
    saida.enviar(envio.pk)
    envio = Envio.objects.select_related("situacao").get(pk=envio.pk)
    assert envio.estado_mostrado == "entregue"
    assert not StatusOrfao.objects.exists()
