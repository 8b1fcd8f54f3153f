"""What waits for a person: grouped, tried again, given up; by the admin and by the command."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from atendimento.models import Mensagem
from prefeitura.whatsapp import entrada, pendencias
from prefeitura.whatsapp.models import EventoRecebido, ItemParado
from tests import factories
from tests.chegada import MARIA, chegar, corpo, guardar, mensagem, valor

pytestmark = pytest.mark.django_db

SEM_NUMERO = "Número não cadastrado neste sistema."
OUTRO_OBJETO = json.dumps({"object": "page", "entry": []}).encode()


def parar(numero, quantos: int = 1) -> list[EventoRecebido]:
    """Events for a number that is not registered yet."""
    feitos = []
    for _ in range(quantos):
        sem_dono = valor(numero, mensagens=[mensagem()])
        sem_dono["metadata"]["phone_number_id"] = "404404"
        feitos.append(guardar(corpo(numero, sem_dono)))
    entrada.processar()
    return feitos


def cadastrar() -> None:
    factories.NumeroFactory(phone_number_id="404404")


def rodar(*argumentos: str) -> str:
    saida = StringIO()
    call_command("reprocessar", *argumentos, stdout=saida)
    return saida.getvalue()


def test_body_that_cannot_be_read_is_an_item_too():
    evento = guardar(b"isto nao e json")
    entrada.processar()
    item = ItemParado.objects.get(evento=evento)
    assert (item.tipo, item.indice) == ("corpo", 0)
    assert item.motivo == EventoRecebido.objects.get().erro
    assert pendencias.de_quem(item) is None


def test_item_says_its_kind_and_whose_it_is(numero):
    chegar(numero, mensagem())
    parar(numero)
    item = ItemParado.objects.get()
    assert item.tipo == "mensagem"
    assert pendencias.de_quem(item).wa_id == MARIA


def test_errors_are_grouped_most_common_first(numero):
    parar(numero, 2)
    guardar(b"{")
    entrada.processar()
    grupos = pendencias.por_erro()
    assert [g["quantos"] for g in grupos] == [2, 1]
    assert grupos[0]["motivo"] == SEM_NUMERO


def test_all_of_one_error_are_tried_again_in_stretches_and_never_twice(numero):
    parar(numero, 5)
    guardar(b"{")
    entrada.processar()
    cadastrar()
    ate, voltas = 0, 0
    while (
        andamento := pendencias.reprocessar_trecho(erro=SEM_NUMERO, depois_de=ate, limite=2)
    ).quantos:
        ate, voltas = andamento.ate, voltas + 1
        assert andamento.resultados == {"Aplicado.": andamento.quantos}
    assert voltas == 3
    assert Mensagem.objects.filter(direcao="entrada").count() == 5
    assert [g["quantos"] for g in pendencias.por_erro()] == [1]
    assert not pendencias.reprocessar_trecho(erro=SEM_NUMERO).quantos


def test_what_still_fails_is_passed_over_and_the_rest_goes_on(numero):
    ruim, boa = parar(numero), parar(numero)
    EventoRecebido.objects.filter(pk=ruim[0].pk).update(corpo=b"{")
    cadastrar()
    andamento = pendencias.reprocessar_trecho()
    assert andamento.ate == boa[0].pk
    assert andamento.resultados["Aplicado."] == 1
    assert andamento.quantos == 2


def test_given_up_items_end_their_event_only_when_none_waits(numero):
    [evento] = parar(numero)
    EventoRecebido.objects.update(nota="campo que o sistema não usa: x")
    outro = ItemParado.objects.create(evento=evento, indice=7, motivo="outro")
    primeiro = ItemParado.objects.get(indice=0)
    assert pendencias.descartar(itens=[primeiro.pk], motivo="teste") == [primeiro]
    evento.refresh_from_db()
    assert evento.estado == "parado"
    pendencias.descartar(itens=[outro.pk], motivo="teste da Meta")
    evento.refresh_from_db()
    assert evento.estado == "feito"
    assert evento.nota == "campo que o sistema não usa: x; descartado: teste da Meta"
    assert pendencias.descartar(itens=[primeiro.pk, outro.pk], motivo="de novo") == []
    primeiro.refresh_from_db()
    assert primeiro.resolucao == "descartado: teste"
    assert entrada.reprocessar(evento_id=evento.pk) == "Já estava aplicado; nada mudou."


def test_command_tells_what_it_would_do_and_does_nothing(numero):
    parar(numero, 3)
    cadastrar()
    dito = rodar("--simular")
    assert f"3 × {SEM_NUMERO}" in dito
    assert "3 evento(s) seriam reprocessados. Nada foi feito." in dito
    assert EventoRecebido.objects.filter(estado="parado").count() == 3


def test_command_tries_again_only_what_was_asked_for(numero):
    parar(numero, 2)
    guardar(b"{")
    entrada.processar()
    ItemParado.objects.filter(pk=ItemParado.objects.first().pk).update(
        criado_em=timezone.now() - timedelta(days=3)
    )
    cadastrar()
    ontem = f"{timezone.localtime() - timedelta(days=1):%Y-%m-%dT%H:%M}"
    assert "1 evento(s) reprocessado(s)." in rodar("--erro", SEM_NUMERO, "--desde", ontem)
    assert "1 × Aplicado." in rodar("--erro", SEM_NUMERO)
    assert "0 evento(s) reprocessado(s)." in rodar("--erro", "não existe")
    assert "Continua parado" in rodar()


@pytest.mark.parametrize("momento", ["ontem", "2026-13-01", "2026-11-25T99:00"])
def test_command_refuses_a_moment_that_is_none(momento):
    with pytest.raises(CommandError, match="Não entendi --desde"):
        rodar("--desde", momento)
