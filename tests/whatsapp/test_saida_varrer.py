"""What the sweep and people do with sends that did not go straight."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.db.models.functions import Now

from prefeitura.whatsapp import saida
from prefeitura.whatsapp.models import Envio
from tests import factories
from tests.whatsapp.envios import passar

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("acordados")]


def test_enqueued_send_is_pending_and_a_worker_is_woken_after_the_commit(numero, acordados):
    with transaction.atomic():
        envio = saida.enfileirar(
            numero=numero,
            cidadao=factories.CidadaoFactory(),
            corpo={"type": "text", "text": {"body": "oi"}},
        )
        assert acordados == []
    assert acordados == [str(envio.pk)]
    assert (envio.estado, envio.situacao.posto) == ("pendente", 0)


def test_sends_keep_the_order_of_writing(numero):
    cidadao = factories.CidadaoFactory()
    feitos = [saida.enfileirar(numero=numero, cidadao=cidadao, corpo={}).pk for _ in range(5)]
    assert list(Envio.objects.order_by("ordem").values_list("pk", flat=True)) == feitos


def test_deadline_that_passed_is_doubt_and_is_told(numero, avisados):
    vencido = factories.EnvioFactory(numero=numero, enviando=True)
    em_dia = factories.EnvioFactory(numero=numero, enviando=True)
    passar(vencido, prazo_em=Now() - timedelta(seconds=1))
    assert saida.vencer_prazos() == [vencido.pk]
    vencido.refresh_from_db()
    em_dia.refresh_from_db()
    assert (vencido.estado, em_dia.estado) == ("incerta", "enviando")
    assert vencido.incerta_em is not None
    assert avisados == [vencido.pk]
    assert saida.vencer_prazos() == []


@pytest.mark.parametrize(
    ("tipo", "prioridade", "idade", "acaba"),
    [
        ("text", 0, timedelta(hours=25), True),
        ("text", 0, timedelta(hours=23), False),
        ("template", 0, timedelta(hours=25), False),
        ("template", 0, timedelta(days=8), True),
        ("text", 3, timedelta(days=8), False),
    ],
)
def test_what_waited_too_long_does_not_go_out_of_the_blue(numero, tipo, prioridade, idade, acaba):
    envio = factories.EnvioFactory(numero=numero, corpo={"type": tipo}, prioridade=prioridade)
    passar(envio, criado_em=Now() - idade)
    saida.vencer_prazos()
    envio.refresh_from_db()
    assert envio.estado == ("falhou" if acaba else "pendente")


def test_due_ones_are_woken_most_urgent_and_oldest_first(numero, acordados):
    comunicado = factories.EnvioFactory(numero=numero, prioridade=3)
    velha, nova = factories.EnvioFactory.create_batch(2, numero=numero)
    robo = factories.EnvioFactory(numero=numero, prioridade=1)
    factories.EnvioFactory(numero=numero, nao_antes_de="2999-01-01T00:00Z")
    factories.EnvioFactory(numero=numero, enviada=True)
    ids = [velha.pk, nova.pk, robo.pk, comunicado.pk]
    assert saida.acordar_pendentes() == ids
    assert acordados == [str(i) for i in ids]
    assert saida.acordar_pendentes(limite=2) == ids[:2]
    assert saida.acordar_pendentes(menos={velha.pk, robo.pk}) == [nova.pk, comunicado.pk]


def test_fresh_ones_are_left_to_the_commit_that_wrote_them(numero):
    envio = factories.EnvioFactory(numero=numero)
    assert saida.pendentes_vencidos(atraso=1) == []
    passar(envio, nao_antes_de=Now() - timedelta(seconds=2))
    assert saida.pendentes_vencidos(atraso=1) == [envio.pk]


def test_only_the_first_of_a_conversation_is_woken(numero):
    primeiro = factories.EnvioFactory(numero=numero)
    factories.EnvioFactory(numero=numero, cidadao=primeiro.cidadao)
    assert saida.pendentes_vencidos() == [primeiro.pk]


# --- people


def test_failed_send_is_repeated_as_a_new_one(numero, ana):
    falho = factories.EnvioFactory(numero=numero, falhou=True)
    novo = saida.reenviar(envio=falho, servidor=ana)
    assert (novo.origem, novo.corpo, novo.servidor) == (falho, falho.corpo, ana)
    assert (novo.estado, novo.chave_cliente) == ("pendente", None)
    with pytest.raises(saida.NaoPodeReenviar, match="já foi enviada de novo"):
        saida.reenviar(envio=falho, servidor=ana)


def test_failure_told_by_a_status_may_be_repeated(numero, ana):
    envio = factories.EnvioFactory(numero=numero, aceita=True, situacao__posto=2)
    type(envio.situacao).objects.update(falhou_em=Now())
    assert saida.reenviar(envio=envio, servidor=ana).origem == envio


@pytest.mark.parametrize("campos", [{}, {"enviando": True}, {"enviada": True}, {"lida": True}])
def test_what_did_not_fail_is_not_repeated(numero, ana, campos):
    with pytest.raises(saida.NaoPodeReenviar, match="não falhou"):
        saida.reenviar(envio=factories.EnvioFactory(numero=numero, **campos), servidor=ana)


def test_doubt_is_decided_by_a_person_only_after_fifteen_minutes(numero, ana, avisados):
    duvidas = factories.EnvioFactory.create_batch(3, numero=numero, incerta=True)
    decisoes = [saida.reenviar, saida.marcar_como_enviada, saida.desistir]
    for decidir, duvida in zip(decisoes, duvidas, strict=True):
        passar(duvida, incerta_em=Now() - timedelta(minutes=14, seconds=58))
        with pytest.raises(saida.NaoPodeReenviar, match="15 minutos"):
            decidir(envio=duvida, servidor=ana)
        passar(duvida, incerta_em=Now() - timedelta(minutes=15, seconds=1))
        decidir(envio=duvida, servidor=ana)
        duvida.refresh_from_db()
    assert [d.estado for d in duvidas] == ["falhou", "enviada", "falhou"]
    assert duvidas[0].novas_tentativas.count() == 1
    assert avisados == [duvidas[1].pk, duvidas[2].pk]


def test_only_a_doubt_can_be_decided(numero, ana):
    with pytest.raises(saida.NaoPodeReenviar, match="não está mais em dúvida"):
        saida.desistir(envio=factories.EnvioFactory(numero=numero, enviada=True), servidor=ana)


def test_pending_send_can_be_cancelled_and_a_claimed_one_cannot(numero, avisados):
    pendente = factories.EnvioFactory(numero=numero)
    a_caminho = factories.EnvioFactory(numero=numero, enviando=True)
    assert saida.cancelar(envio=pendente)
    assert not saida.cancelar(envio=a_caminho)
    pendente.refresh_from_db()
    assert pendente.estado == "cancelada"
    assert avisados == [pendente.pk]
