"""How the limiter and the outbox work together: waiting is neither a token nor a failed try."""

import itertools

import pytest
from django.db.models.functions import Now

from prefeitura.whatsapp import ritmo, saida
from prefeitura.whatsapp.models import Numero
from tests.whatsapp.envios import passar
from tests.whatsapp.servidor_falso import aceitar, recusar

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("acordados")]


def test_short_wait_takes_its_token_before_the_post(graph, envio, monkeypatch):
    respostas = iter([0.05, 0.02, 0.0])
    monkeypatch.setattr(ritmo, "pedir", lambda *_: next(respostas))
    graph.combinar(aceitar("wamid.A"))
    saida.enviar(envio.pk)
    envio.refresh_from_db()
    assert envio.estado == "enviada"
    assert next(respostas, None) is None, "saiu sem pedir de novo depois de esperar"


def test_one_who_never_gets_a_token_goes_back_to_the_queue(graph, envio, monkeypatch):
    monkeypatch.setattr(ritmo, "pedir", lambda *_: 0.6)
    saida.enviar(envio.pk)
    envio.refresh_from_db()
    assert envio.estado == "pendente"
    assert graph.pedidos == []


def test_waiting_for_the_rhythm_is_not_a_failed_try(graph, envio, monkeypatch):
    monkeypatch.setattr(ritmo, "pedir", lambda *_: 6.0)
    for _ in range(8):
        passar(envio, nao_antes_de=Now())
        saida.enviar(envio.pk)
    monkeypatch.setattr(ritmo, "pedir", lambda *_: 0.0)
    graph.combinar(recusar(131016))
    passar(envio, nao_antes_de=Now())
    saida.enviar(envio.pk)
    envio.refresh_from_db()
    assert (envio.estado, envio.tentativa, envio.recusas) == ("pendente", 9, 1)


@pytest.mark.usefixtures("sem_limites")
def test_pauses_of_the_number_are_not_failed_tries_either(graph, envio):
    for codigo, http in itertools.repeat((190, 401), 8):
        graph.combinar(recusar(codigo, http))
        Numero.objects.update(pausado_ate=None)
        passar(envio, nao_antes_de=Now())
        saida.enviar(envio.pk)
    Numero.objects.update(pausado_ate=None)
    graph.combinar(recusar(131016))
    passar(envio, nao_antes_de=Now())
    saida.enviar(envio.pk)
    envio.refresh_from_db()
    assert envio.estado == "pendente"
