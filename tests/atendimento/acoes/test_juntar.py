"""Two halves of one account become one in the middle of the traffic, and nothing is split."""

import threading
import uuid

import pytest
from django.db import connection, transaction

from atendimento import acoes
from atendimento.acoes.conteudo import Texto
from atendimento.acoes.juntar import juntar
from atendimento.models import Atendimento, Conversa, Mensagem
from prefeitura.ambiente.processos import esperar
from tests import factories
from tests.chegada import MARIA, chegar, corpo, guardar, mensagem, valor

BSUID = "BR.4471203398812760055"


def alguem_espera_uma_trava() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return cursor.fetchone()[0] > 0


@pytest.mark.django_db
def test_messages_of_the_batch_that_joins_go_to_the_joined_thread(numero):
    chegar(numero, mensagem("pelo telefone"))
    chegar(numero, mensagem("pelo usuário", de=None, user_id=BSUID))
    assert Conversa.objects.count() == 2
    guardar(corpo(numero, valor(numero, mensagens=[mensagem("ainda só o telefone")])))
    chegar(numero, mensagem("agora os dois", user_id=BSUID))
    [dona] = {m.atendimento.conversa.cidadao for m in Mensagem.objects.filter(direcao="entrada")}
    assert dona.user_id == BSUID
    assert Mensagem.objects.filter(direcao="entrada").count() == 4


@pytest.mark.django_db
def test_an_old_webhook_sent_again_gives_nobody_back_a_number_that_moved(numero):
    primeira = mensagem("meu número antigo", user_id=BSUID)
    chegar(numero, primeira)
    [nova] = chegar(numero, mensagem("número reciclado", user_id="BR.OUTRA"))
    chegar(numero, primeira)
    dono = nova.atendimento.conversa.cidadao
    dono.refresh_from_db()
    assert dono.wa_id == MARIA
    assert dono.identidades.get(tipo="telefone").ativa


@pytest.mark.django_db(transaction=True)
def test_a_reply_that_waited_for_the_join_goes_to_the_joined_citizen():
    equipe, numero = factories.EquipeFactory(), factories.NumeroFactory()
    ana = factories.ServidorFactory(em=equipe)
    de, para = factories.CidadaoFactory(), factories.CidadaoFactory()
    atendimento = factories.AtendimentoFactory(
        equipe=equipe, conversa__cidadao=de, conversa__numero=numero
    )
    factories.ConversaFactory(cidadao=para, numero=numero)
    travou = threading.Event()
    ditas = []

    def responder():
        travou.wait(10)
        ditas.append(
            acoes.responder(
                atendimento_id=atendimento.pk,
                servidor=ana,
                chave_cliente=uuid.uuid4(),
                conteudo=Texto("Bom dia!"),
            )
        )
        connection.close()

    linha = threading.Thread(target=responder)
    linha.start()
    with transaction.atomic():
        juntar(de=de, para=para)
        travou.set()
        assert esperar(alguem_espera_uma_trava, 10)
    linha.join(20)
    [dita] = ditas
    assert dita.envio.cidadao == para
    assert Atendimento.objects.get().conversa.cidadao == para
