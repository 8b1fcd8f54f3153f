"""A reply: once, known to who it concerns, inside the window, and never over a colleague."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from atendimento import acoes
from atendimento.acoes.conteudo import Texto
from atendimento.erros import Conflito, Demais, Invalido, NaoEncontrado
from atendimento.models import Conversa, Mensagem, Rascunho
from prefeitura.whatsapp.models import Envio
from tests import factories

pytestmark = pytest.mark.django_db


def responder(atendimento, servidor, texto="Bom dia!", **extra):
    extra.setdefault("chave_cliente", uuid.uuid4())
    return acoes.responder(
        atendimento_id=atendimento.pk, servidor=servidor, conteudo=Texto(texto), **extra
    )


@pytest.fixture
def colega(saude):
    return factories.ServidorFactory(username="davi", nome="Davi Nunes", em=saude)


def test_reply_is_queued_and_takes_the_matter(atendimento, ana):
    dita = responder(atendimento, ana, "É aqui, sim.")
    atendimento.refresh_from_db()
    assert (atendimento.servidor, atendimento.estado) == (ana, "em_atendimento")
    assert atendimento.ultima_mensagem == dita
    assert atendimento.esperando_desde is None
    assert atendimento.primeira_resposta_em is not None
    assert dita.envio.corpo["text"]["body"] == "É aqui, sim."
    assert (dita.estado, dita.envio.prioridade) == ("pendente", Envio.Prioridade.RESPOSTA)


def test_same_key_is_one_message(atendimento, ana):
    chave = uuid.uuid4()
    ditas = {responder(atendimento, ana, chave_cliente=chave).pk for _ in range(5)}
    assert len(ditas) == 1
    assert Envio.objects.count() == 1


def test_same_key_after_a_new_try_is_still_one_message(atendimento, ana):
    chave = uuid.uuid4()
    dita = responder(atendimento, ana, chave_cliente=chave)
    for _ in range(2):
        Envio.objects.update(estado="falhou")
        acoes.reenviar(mensagem_id=dita.pk, servidor=ana)
    assert responder(atendimento, ana, chave_cliente=chave) == dita
    assert Mensagem.objects.filter(direcao="saida").count() == 1


def test_same_key_with_other_text_is_refused(atendimento, ana):
    chave = uuid.uuid4()
    responder(atendimento, ana, "um", chave_cliente=chave)
    with pytest.raises(Invalido, match="já foi enviada com outro texto"):
        responder(atendimento, ana, "dois", chave_cliente=chave)


@pytest.mark.parametrize("texto", ["", "   \n", "\u200b\u200b", "\x00\x07"])
def test_E068_empty_text_is_refused(atendimento, ana, texto):
    with pytest.raises(Invalido, match="Escreva a mensagem antes de enviar"):
        responder(atendimento, ana, texto)


def test_E069_too_long_text_says_by_how_much(atendimento, ana):
    with pytest.raises(Invalido, match=r"4\.097 caracteres"):
        responder(atendimento, ana, "a" * 4097)
    assert not Envio.objects.exists()


def test_E070_control_characters_are_removed(atendimento, ana):
    assert responder(atendimento, ana, "a\x00b\x0bc\r\nd").texto == "abc\nd"


def test_E073_closed_window_is_told(atendimento, ana):
    Conversa.objects.update(janela_ate=timezone.now() - timedelta(minutes=1))
    with pytest.raises(Conflito, match="24 horas") as erro:
        responder(atendimento, ana)
    assert erro.value.codigo == "janela"


def test_E075_colleague_who_answered_meanwhile_is_named(atendimento, ana, colega):
    vista = atendimento.versao
    responder(atendimento, colega, "Já respondi.")
    with pytest.raises(Conflito, match="Davi Nunes respondeu"):
        responder(atendimento, ana, versao_vista=vista)
    assert Mensagem.objects.filter(direcao="saida").count() == 1


def test_colleague_s_matter_asks_first_and_is_answered_when_confirmed(atendimento, ana, colega):
    acoes.assumir(atendimento_id=atendimento.pk, servidor=colega)
    with pytest.raises(Conflito, match="está com Davi Nunes") as erro:
        responder(atendimento, ana)
    responder(atendimento, ana, de=erro.value.extra["de"])
    atendimento.refresh_from_db()
    assert atendimento.servidor == colega


def test_E077_closed_matter_asks_to_reopen(atendimento, ana, colega):
    acoes.encerrar(atendimento_id=atendimento.pk, servidor=colega, resultado="resolvido")
    with pytest.raises(Conflito, match="encerrado por Davi Nunes"):
        responder(atendimento, ana)
    responder(atendimento, ana, confirmar=True)
    atendimento.refresh_from_db()
    assert (atendimento.estado, atendimento.servidor) == ("em_atendimento", ana)


def test_E081_quoting_another_conversation_is_refused(atendimento, ana):
    alheia = factories.MensagemFactory()
    with pytest.raises(Invalido, match="não é desta conversa"):
        responder(atendimento, ana, resposta_a_id=alheia.pk)


def test_quote_goes_to_meta_with_its_wamid(atendimento, ana):
    citada = atendimento.mensagens.get()
    dita = responder(atendimento, ana, resposta_a_id=citada.pk)
    assert dita.envio.corpo["context"] == {"message_id": citada.wamid}


def test_E084_outsider_finds_nothing(atendimento, bruno):
    with pytest.raises(NaoEncontrado):
        responder(atendimento, bruno)


def test_E085_more_than_sixty_a_minute_is_told_to_wait(atendimento, ana):
    for n in range(60):
        responder(atendimento, ana, f"{n}")
    with pytest.raises(Demais, match="muitas mensagens"):
        responder(atendimento, ana, "mais uma")


def test_read_only_member_cannot_answer(atendimento, saude):
    leitora = factories.ServidorFactory()
    factories.ParticipacaoFactory(servidor=leitora, equipe=saude, leitura=True)
    with pytest.raises(Conflito, match="somente de leitura"):
        responder(atendimento, leitora)


def test_reply_ends_the_draft(atendimento, ana):
    acoes.guardar_rascunho(atendimento_id=atendimento.pk, servidor=ana, texto="Bom d")
    responder(atendimento, ana)
    assert not Rascunho.objects.exists()


def test_new_try_is_a_new_send_of_the_same_bubble(atendimento, ana):
    dita = responder(atendimento, ana)
    antigo = dita.envio
    Envio.objects.update(estado="falhou", codigo=131026)
    atendimento.refresh_from_db()
    mudou = atendimento.alterado_em
    nova = acoes.reenviar(mensagem_id=dita.pk, servidor=ana)
    assert nova.pk == dita.pk
    assert nova.envio.pk != antigo.pk
    assert nova.envio.origem == antigo
    assert nova.estado == "pendente"
    atendimento.refresh_from_db()
    assert atendimento.alterado_em > mudou, "uma página que estava sem rede precisa saber"


def test_what_was_accepted_cannot_be_tried_again(atendimento, ana):
    dita = responder(atendimento, ana)
    Envio.objects.update(estado="enviada", wamid="wamid.OK")
    with pytest.raises(Conflito):
        acoes.reenviar(mensagem_id=dita.pk, servidor=ana)
