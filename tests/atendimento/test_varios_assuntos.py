"""Several matters in one thread: each with its own protocol, team and secrecy."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from atendimento import acoes
from atendimento.acoes.conteudo import Texto
from atendimento.models import Atendimento, Conversa, Mensagem
from tests import factories
from tests.chegada import chegar, mensagem

pytestmark = pytest.mark.django_db


@pytest.fixture
def obras(db):
    return factories.EquipeFactory(nome="Iluminação", slug="obras")


@pytest.fixture
def otavio(obras):
    """Answers in the lighting queue."""
    return factories.ServidorFactory(username="otavio", nome="Otávio Reis", em=obras)


@pytest.fixture
def central(numero):
    """Whoever sorts what comes in."""
    return factories.ServidorFactory(username="celia", em=numero.equipe_de_triagem)


def levar(atendimento, equipe, central):
    """Sort a new matter into its team."""
    return acoes.transferir(atendimento_id=atendimento.pk, servidor=central, equipe=equipe)


def dizer(atendimento, servidor, texto):
    """A servant answers, and Meta accepts it with a wamid."""
    dita = acoes.responder(
        atendimento_id=atendimento.pk,
        servidor=servidor,
        chave_cliente=uuid.uuid4(),
        conteudo=Texto(texto),
    )
    dita.envio.wamid = f"wamid.SAIDA.{dita.pk}"
    dita.envio.estado = "enviada"
    dita.envio.save()
    return dita


@pytest.fixture
def dois_assuntos(numero, central, obras, saude, ana, otavio):
    """Conversation 3: a lamp with Obras and a consultation with Saúde, both open."""
    [primeira] = chegar(numero, mensagem("a luz do poste da rua 7 tá queimada"))
    lampada = levar(primeira.atendimento, obras, central)
    Conversa.objects.update(foco=None)
    [segunda] = chegar(numero, mensagem("e já saiu minha consulta do oculista?"))
    consulta = levar(segunda.atendimento, saude, central)
    assert lampada.pk != consulta.pk
    return lampada, consulta


def test_conversation_3_two_matters_two_protocols_and_no_team_sees_the_other(
    dois_assuntos, numero, ana, otavio
):
    lampada, consulta = dois_assuntos
    assert lampada.protocolo != consulta.protocolo
    da_lampada = dizer(lampada, otavio, "Qual é o endereço do poste?")
    da_consulta = dizer(consulta, ana, "Qual é o seu posto?")
    [endereco] = chegar(numero, mensagem("Rua das Acácias, 145", cita=da_lampada.envio.wamid))
    [posto] = chegar(numero, mensagem("Vila Nova", cita=da_consulta.envio.wamid))
    assert (endereco.atendimento, posto.atendimento) == (lampada, consulta)
    assert endereco.resposta_a == da_lampada
    ve_ana = set(Mensagem.objects.visiveis_para(ana).values_list("texto", flat=True))
    ve_otavio = set(Mensagem.objects.visiveis_para(otavio).values_list("texto", flat=True))
    assert {"Vila Nova", "Qual é o seu posto?"} <= ve_ana
    assert not ve_ana & ve_otavio


def test_conversation_3_unquoted_answer_goes_to_who_spoke_last(dois_assuntos, numero, otavio):
    lampada, _ = dois_assuntos
    dizer(lampada, otavio, "Qual é o endereço?")
    [resposta] = chegar(numero, mensagem("rua 7, perto da escola"))
    assert resposta.atendimento == lampada


def test_conversation_3_after_two_matters_spoke_triage_decides(dois_assuntos, numero, ana, otavio):
    lampada, consulta = dois_assuntos
    dizer(lampada, otavio, "Vamos consertar até sexta.")
    dizer(consulta, ana, "Sua consulta é terça, 9h.")
    assert Conversa.objects.get().foco is None
    [ambigua] = chegar(numero, mensagem("pode ser de tarde?"))
    assert ambigua.atendimento not in (lampada, consulta)
    assert ambigua.atendimento.em_triagem


def test_conversation_5_denunciation_leaves_the_team_of_the_accused(
    numero, central, ana, saude, fazenda, bruno
):
    [relato] = chegar(numero, mensagem("quero denunciar um fiscal que pede dinheiro"))
    levar(relato.atendimento, fazenda, central)
    dizer(relato.atendimento, bruno, "Sem nome não registramos.")
    acoes.transferir(
        atendimento_id=relato.atendimento_id,
        servidor=bruno,
        equipe=saude,
        nota="Denúncia: só a ouvidoria.",
    )
    assert not Atendimento.objects.visiveis_para(bruno).exists()
    assert not Mensagem.objects.visiveis_para(bruno).exists()
    assert Atendimento.objects.visiveis_para(ana).get() == relato.atendimento
    [depois] = chegar(numero, mensagem("pode ser sigiloso então. tenho áudio"))
    assert depois.atendimento == relato.atendimento
    assert not Mensagem.objects.visiveis_para(bruno).exists()


def test_conversation_9_one_transfer_keeps_context_and_clock(
    numero, central, ana, saude, obras, otavio
):
    chegar(numero, mensagem("quero renovar minha cnh"))
    [agua] = chegar(numero, mensagem("ta faltando agua tbm"))
    atendimento = levar(agua.atendimento, saude, central)
    esperando, protocolo = atendimento.esperando_desde, atendimento.protocolo
    acoes.transferir(
        atendimento_id=atendimento.pk, servidor=ana, equipe=obras, nota="É falta d'água."
    )
    atendimento.refresh_from_db()
    assert (atendimento.esperando_desde, atendimento.protocolo) == (esperando, protocolo)
    textos = Mensagem.objects.visiveis_para(otavio).values_list("texto", flat=True)
    assert "quero renovar minha cnh" in textos
    assert atendimento.transicoes.get(tipo="transferido", equipe=obras).nota == "É falta d'água."


def test_conversation_11_answer_to_a_reminder_joins_its_matter(dois_assuntos, numero, ana, otavio):
    lampada, consulta = dois_assuntos
    lembrete = dizer(consulta, ana, "Você tem consulta amanhã, 8h. Confirma?")
    dizer(lampada, otavio, "Poste consertado.")
    botao = {"type": "button", "button": {"payload": "CANCELAR", "text": "Cancelar"}}
    [resposta] = chegar(numero, mensagem(cita=lembrete.envio.wamid, **botao))
    assert (resposta.atendimento, resposta.texto) == (consulta, "Cancelar")
    [depois] = chegar(numero, mensagem("to viajando"))
    assert depois.atendimento == consulta, "o foco foi para o assunto respondido"


def test_closed_and_quoted_long_ago_continues_in_a_new_linked_matter(dois_assuntos, numero, ana):
    _, consulta = dois_assuntos
    dita = dizer(consulta, ana, "Marcada.")
    acoes.encerrar(atendimento_id=consulta.pk, servidor=ana, resultado="resolvido")
    Atendimento.objects.filter(pk=consulta.pk).update(
        encerrado_em=timezone.now() - timedelta(days=40)
    )
    [nova] = chegar(numero, mensagem("perdi o papel", cita=dita.envio.wamid))
    assert nova.atendimento.origem == consulta
    assert nova.atendimento.em_triagem


def test_quote_of_another_citizen_s_message_is_not_followed(numero):
    [dela] = chegar(numero, mensagem("da Maria"))
    [dele] = chegar(numero, mensagem("do João", de="5511955554444", cita=dela.wamid))
    assert dele.atendimento != dela.atendimento
    assert (dele.resposta_a, dele.citada_wamid) == (None, dela.wamid)


def test_only_one_matter_waits_in_triage_per_thread(numero):
    [primeira] = chegar(numero, mensagem("um"))
    Conversa.objects.update(foco=None)
    [segunda] = chegar(numero, mensagem("dois"))
    assert primeira.atendimento == segunda.atendimento
