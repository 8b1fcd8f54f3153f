"""A file that was lost is asked for, once, where it was sent."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from atendimento.acoes import pedir_arquivo
from atendimento.acoes.pedir_arquivo import PEDIDO
from atendimento.erros import Conflito, NaoEncontrado
from atendimento.models import Mensagem
from prefeitura.whatsapp.models import Envio
from tests.factories import MensagemFactory, MidiaFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def perdida(atendimento):
    midia = MidiaFactory(numero=atendimento.conversa.numero, estado="perdida")
    MensagemFactory(
        atendimento=atendimento, tipo="imagem", texto="", midia=midia, wamid="wamid.FOTO"
    )
    return midia


def test_citizen_is_asked_quoting_the_file_and_goes_on_waiting(perdida, atendimento):
    pedida = pedir_arquivo(midia_id=perdida.pk)
    assert (pedida.texto, pedida.origem, pedida.autor) == (PEDIDO, "robo", None)
    assert pedida.resposta_a.midia == perdida
    envio = Envio.objects.get()
    assert envio.corpo["context"] == {"message_id": "wamid.FOTO"}
    assert (envio.prioridade, envio.servidor) == (Envio.Prioridade.ROBO, None)
    antes = atendimento.esperando_desde
    atendimento.refresh_from_db()
    assert atendimento.esperando_desde == antes


def test_asking_again_sends_nothing(perdida):
    pedir_arquivo(midia_id=perdida.pk)
    with pytest.raises(Conflito, match="já foi pedido"):
        pedir_arquivo(midia_id=perdida.pk)
    assert Envio.objects.count() == 1


@pytest.mark.parametrize(
    ("como", "frase"),
    [("fechado", "reabra antes de pedir"), ("janela", "24 horas"), ("bloqueado", "bloqueado")],
)
def test_what_cannot_be_asked_now_says_why(perdida, atendimento, como, frase):
    conversa = atendimento.conversa
    if como == "fechado":
        atendimento.estado, atendimento.encerrado_em = "encerrado", timezone.now()
        atendimento.save()
    elif como == "janela":
        conversa.janela_ate = timezone.now() - timedelta(minutes=1)
        conversa.save()
    else:
        conversa.cidadao.bloqueado_em = timezone.now()
        conversa.cidadao.save()
    with pytest.raises(Conflito, match=frase):
        pedir_arquivo(midia_id=perdida.pk)
    assert not Mensagem.objects.filter(texto=PEDIDO).exists()


def test_file_that_no_citizen_sent_is_asked_of_nobody(numero):
    for midia in (MidiaFactory(numero=numero).pk, uuid.uuid4()):
        with pytest.raises(NaoEncontrado):
            pedir_arquivo(midia_id=midia)
