"""A receipt holds a send and must never wait for a matter: that circle would be a deadlock."""

import threading

import pytest
from django.db import OperationalError, connection, transaction
from psycopg.errors import LockNotAvailable

from atendimento.acoes import refletir
from atendimento.models import Atendimento
from prefeitura.ambiente.processos import esperar
from prefeitura.whatsapp.models import EventoRecebido, SituacaoDoEnvio
from tests import factories
from tests.chegada import chegar_status, status


@pytest.mark.django_db(transaction=True)
def test_a_receipt_is_stored_while_somebody_holds_its_matter_and_shown_right_after():
    numero = factories.NumeroFactory()
    equipe = factories.EquipeFactory()
    ana = factories.ServidorFactory(em=equipe)
    bolha = factories.MensagemFactory(
        atendimento__equipe=equipe,
        atendimento__conversa__numero=numero,
        da_prefeitura=True,
        autor=ana,
        envio__enviada=True,
    )
    antes = Atendimento.objects.get().alterado_em
    travou, guardado = threading.Event(), []

    def entregue() -> bool:
        return SituacaoDoEnvio.objects.get().posto == SituacaoDoEnvio.ENTREGUE

    def segurar():
        with transaction.atomic():
            Atendimento.objects.select_for_update().get()
            travou.set()
            guardado.append(esperar(entregue, 20))
        connection.close()

    linha = threading.Thread(target=segurar)
    linha.start()
    assert travou.wait(10)
    chegar_status(numero, status(bolha.envio, "delivered"))
    linha.join(20)
    assert guardado == [True]
    assert EventoRecebido.objects.get().estado == "feito"
    assert Atendimento.objects.get().alterado_em > antes


@pytest.mark.django_db
def test_a_matter_held_for_long_is_asked_for_again_and_holds_no_other(monkeypatch):
    presa, livre = factories.AtendimentoFactory.create_batch(2)
    tentados = []

    def refletir_um(atendimento_id, mensagens):
        tentados.append(atendimento_id)
        if tentados.count(presa.pk) == 1 and atendimento_id == presa.pk:
            raise OperationalError from LockNotAvailable()

    monkeypatch.setattr(refletir, "_refletir_um", refletir_um)
    refletir._refletir_presos({presa.pk: [1], livre.pk: [2]})
    assert tentados == [presa.pk, livre.pk, presa.pk]
