"""Messages for later: kept, changed, sent once at their hour, or held with the reason."""

import uuid
from datetime import timedelta
from importlib import import_module

import pytest
from django.utils import timezone

from atendimento import acoes
from atendimento.acoes import agendadas_devidas as rodada
from atendimento.acoes.conteudo import Modelo, Texto
from atendimento.erros import Conflito, Invalido, NaoEncontrado
from atendimento.models import Atendimento, Mensagem, MensagemAgendada, Rascunho
from prefeitura.whatsapp.models import Envio
from tests.corrida import ao_mesmo_tempo
from tests.factories import (
    AtendimentoFactory,
    MensagemAgendadaFactory,
    MensagemFactory,
    ModeloDeMensagemFactory,
    ParticipacaoFactory,
    ServidorFactory,
)

TEXTO = Texto("A consulta ficou para sexta.")


def daqui_a(horas: float):
    return timezone.now() + timedelta(hours=horas)


@pytest.fixture
def agendar(atendimento, ana):
    """Return a function that schedules for two hours from now, unless told otherwise."""

    def _agendar(**mais):
        campos = {
            "atendimento_id": atendimento.pk,
            "servidor": ana,
            "chave_cliente": uuid.uuid4(),
            "conteudo": TEXTO,
            "enviar_em": daqui_a(2),
        }
        return acoes.agendar_mensagem(**campos | mais)

    return _agendar


@pytest.fixture
def devida(atendimento, ana):
    return MensagemAgendadaFactory(atendimento=atendimento, autor=ana, devida=True)


def ditas() -> list[str]:
    return list(Mensagem.objects.filter(direcao="saida").values_list("texto", flat=True))


# Keeping ------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_it_waits_and_nothing_leaves_and_the_draft_is_gone(agendar, atendimento, ana):
    acoes.guardar_rascunho(atendimento_id=atendimento.pk, servidor=ana, texto="A cons")
    agendada = agendar()
    assert (agendada.estado, agendada.autor, agendada.equipe) == (
        "agendada",
        ana,
        atendimento.equipe,
    )
    assert not Rascunho.objects.exists()
    assert acoes.enviar_agendadas() == 0
    assert not Envio.objects.exists()
    assert Atendimento.objects.get().servidor is None


@pytest.mark.django_db
def test_one_key_is_one_message(agendar):
    chave = uuid.uuid4()
    assert agendar(chave_cliente=chave) == agendar(chave_cliente=chave)
    assert MensagemAgendada.objects.count() == 1
    with pytest.raises(Invalido, match="outro texto"):
        agendar(chave_cliente=chave, conteudo=Texto("outra"))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("mudanca", "frase"),
    [
        ({"enviar_em": daqui_a(-1)}, "já passou"),
        ({"enviar_em": daqui_a(24 * 90)}, "60 dias"),
        ({"conteudo": Texto("\u200b ")}, "[Ee]screva"),
        ({"conteudo": Texto("x" * 4097)}, "4.096"),
        ({"conteudo": Texto("Traga o {documento}.")}, "Falta preencher: documento"),
    ],
)
def test_what_cannot_be_says_why_and_nothing_is_kept(agendar, mudanca, frase):
    with pytest.raises(Invalido, match=frase):
        agendar(**mudanca)
    assert not MensagemAgendada.objects.exists()


@pytest.mark.django_db
def test_after_the_24_hours_only_a_template(agendar, atendimento):
    with pytest.raises(Conflito, match="O prazo de 24 horas termina .*modelo aprovado") as erro:
        agendar(enviar_em=daqui_a(23.5))
    assert erro.value.codigo == "janela"
    modelo = ModeloDeMensagemFactory(conta=atendimento.conversa.numero.conta)
    agendada = agendar(enviar_em=daqui_a(23.5), conteudo=Modelo(modelo, {}))
    assert (agendada.modelo, agendada.texto) == (modelo, "Olá, tudo bem?")


@pytest.mark.django_db
def test_closed_blocked_or_only_read_none_is_kept(agendar, atendimento, saude):
    leitor = ServidorFactory()
    ParticipacaoFactory(servidor=leitor, equipe=saude, leitura=True)
    with pytest.raises(Conflito, match="leitura"):
        agendar(servidor=leitor)
    cidadao = atendimento.conversa.cidadao
    cidadao.bloqueado_em = timezone.now()
    cidadao.save()
    with pytest.raises(Conflito):
        agendar()
    encerrado = AtendimentoFactory(equipe=saude, encerrado=True)
    with pytest.raises(Conflito, match="encerrado"):
        agendar(atendimento_id=encerrado.pk)


@pytest.mark.django_db
def test_the_outsider_neither_schedules_nor_touches(agendar, bruno):
    agendada = agendar()
    with pytest.raises(NaoEncontrado):
        agendar(servidor=bruno)
    quem = {"agendada_id": agendada.pk, "servidor": bruno}
    with pytest.raises(NaoEncontrado):
        acoes.cancelar_agendada(**quem)
    with pytest.raises(NaoEncontrado):
        acoes.enviar_agendada(**quem)
    with pytest.raises(NaoEncontrado):
        acoes.mudar_agendada(conteudo=TEXTO, enviar_em=daqui_a(3), **quem)


@pytest.mark.django_db
def test_ten_wait_in_one_matter_and_no_more(agendar):
    for _ in range(10):
        agendar()
    with pytest.raises(Invalido, match="10"):
        agendar()


# The hour -----------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_at_its_hour_it_goes_as_the_authors_answer_and_only_once(devida, atendimento, ana):
    assert acoes.enviar_agendadas() == 1
    assert acoes.enviar_agendadas() == 0
    devida.refresh_from_db()
    envio = Envio.objects.get()
    assert (envio.servidor, envio.chave_cliente) == (ana, devida.chave_cliente)
    assert (devida.estado, devida.mensagem.texto) == ("enviada", devida.texto)
    atendimento.refresh_from_db()
    assert (atendimento.servidor, atendimento.esperando_desde) == (ana, None)


@pytest.mark.django_db(transaction=True)
def test_two_workers_that_sweep_at_once_send_each_once(atendimento, ana):
    for n in range(5):
        MensagemAgendadaFactory(atendimento=atendimento, autor=ana, devida=True, texto=f"n {n}")
    fins = ao_mesmo_tempo([acoes.enviar_agendadas] * 2)
    assert sum(fins) == 5
    assert sorted(ditas()) == [f"n {n}" for n in range(5)]


@pytest.mark.django_db
def test_who_wrote_after_it_was_scheduled_is_read_first(devida, atendimento, ana):
    MensagemFactory(atendimento=atendimento, texto="Deixa, já resolvi")
    acoes.enviar_agendadas()
    devida.refresh_from_db()
    assert (devida.estado, devida.motivo) == (
        "retida",
        "O cidadão escreveu depois. Confira antes de enviar.",
    )
    assert ditas() == []
    atendimento.refresh_from_db()
    assert atendimento.nao_lidas >= 1
    assert acoes.enviar_agendada(agendada_id=devida.pk, servidor=ana).texto == devida.texto
    assert ditas() == [devida.texto]


def passou(atendimento, ana, fazenda, carla):
    Atendimento.objects.filter(pk=atendimento.pk).update(servidor=carla, estado="em_atendimento")


def transferido(atendimento, ana, fazenda, carla):
    Atendimento.objects.filter(pk=atendimento.pk).update(equipe=fazenda)


def encerrado(atendimento, ana, fazenda, carla):
    acoes.encerrar(atendimento_id=atendimento.pk, servidor=ana, resultado="resolvido")


def bloqueado(atendimento, ana, fazenda, carla):
    cidadao = atendimento.conversa.cidadao
    cidadao.bloqueado_em = timezone.now()
    cidadao.save()


def janela(atendimento, ana, fazenda, carla):
    atendimento.conversa.janela_ate = daqui_a(-1)
    atendimento.conversa.save()


def desativada(atendimento, ana, fazenda, carla):
    ana.is_active = False
    ana.save()


def saiu(atendimento, ana, fazenda, carla):
    ana.participacoes.all().delete()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("acontece", "frase"),
    [
        (passou, "passou para Carla"),
        (transferido, "transferido depois"),
        (encerrado, "foi encerrado"),
        (bloqueado, "bloque"),
        (janela, "prazo de 24 horas terminou"),
        (desativada, "Ana Souza não atende mais"),
        (saiu, "Ana Souza não atende mais"),
    ],
)
def test_what_happened_meanwhile_holds_it_with_the_reason(
    devida, atendimento, ana, fazenda, carla, acontece, frase
):
    acontece(atendimento, ana, fazenda, carla)
    assert acoes.enviar_agendadas() == 0
    devida.refresh_from_db()
    assert devida.estado == "retida"
    assert frase in devida.motivo
    assert ditas() == []
    atendimento.refresh_from_db()
    assert atendimento.nao_lidas == (0 if acontece is encerrado else 1)


@pytest.mark.django_db
def test_a_colleagues_matter_answered_on_purpose_goes_at_its_hour(atendimento, ana, carla):
    Atendimento.objects.update(servidor=carla, estado="em_atendimento")
    MensagemAgendadaFactory(atendimento=atendimento, autor=ana, com=carla, devida=True)
    assert acoes.enviar_agendadas() == 1
    assert Atendimento.objects.get().servidor == carla


@pytest.mark.django_db
def test_a_template_that_meta_took_back_is_held(atendimento, ana):
    modelo = ModeloDeMensagemFactory(conta=atendimento.conversa.numero.conta, estado="PAUSED")
    devida = MensagemAgendadaFactory(atendimento=atendimento, autor=ana, modelo=modelo, devida=True)
    acoes.enviar_agendadas()
    devida.refresh_from_db()
    assert devida.motivo == "Este modelo não está aprovado pela Meta."


@pytest.mark.django_db
def test_much_too_late_it_is_not_sent_by_itself(atendimento, ana):
    devida = MensagemAgendadaFactory(atendimento=atendimento, autor=ana, enviar_em=daqui_a(-2))
    acoes.enviar_agendadas()
    devida.refresh_from_db()
    assert "estava parado" in devida.motivo


@pytest.mark.django_db
def test_one_that_breaks_is_held_and_does_not_hold_the_others(
    devida, atendimento, ana, monkeypatch
):
    outra = MensagemAgendadaFactory(
        atendimento=atendimento, autor=ana, texto="outra", enviar_em=timezone.now()
    )
    de_verdade = rodada.enviar

    def enviar(agendada, **mais):
        if agendada.pk == devida.pk:
            raise RuntimeError("quebrou")
        return de_verdade(agendada, **mais)

    monkeypatch.setattr(rodada, "enviar", enviar)
    assert acoes.enviar_agendadas() == 1
    devida.refresh_from_db()
    assert (devida.estado, devida.motivo) == ("retida", rodada.FALHA)
    outra.refresh_from_db()
    assert outra.estado == "enviada"


@pytest.mark.django_db
def test_above_the_pace_it_waits_for_the_next_round(devida, monkeypatch):
    monkeypatch.setattr(import_module("atendimento.acoes.responder"), "POR_MINUTO", 0)
    assert acoes.enviar_agendadas() == 0
    devida.refresh_from_db()
    assert devida.estado == "agendada"


# By hand ------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_colleague_sends_it_now_as_her_own_answer_once(agendar, carla):
    agendada = agendar()
    quem = {"agendada_id": agendada.pk, "servidor": carla}
    assert acoes.enviar_agendada(**quem) == acoes.enviar_agendada(**quem)
    assert Mensagem.objects.get(direcao="saida").autor == carla
    agendada.refresh_from_db()
    assert (agendada.estado, agendada.encerrada_por) == ("enviada", carla)
    with pytest.raises(Conflito, match="já foi enviada"):
        acoes.cancelar_agendada(**quem)
    with pytest.raises(Conflito, match="já foi enviada"):
        acoes.mudar_agendada(conteudo=TEXTO, enviar_em=daqui_a(3), **quem)


@pytest.mark.django_db
def test_given_up_it_never_goes_and_is_kept(agendar, ana):
    agendada = agendar()
    quem = {"agendada_id": agendada.pk, "servidor": ana}
    for _ in range(2):
        acoes.cancelar_agendada(**quem)
    with pytest.raises(Conflito, match="cancelada"):
        acoes.enviar_agendada(**quem)
    MensagemAgendada.objects.update(enviar_em=timezone.now())
    assert acoes.enviar_agendadas() == 0
    agendada.refresh_from_db()
    assert (agendada.estado, agendada.encerrada_por) == ("cancelada", ana)


@pytest.mark.django_db
def test_changed_by_who_has_read_the_new_message_it_goes_at_the_new_hour(
    devida, atendimento, carla
):
    MensagemFactory(atendimento=atendimento, texto="E o endereço?")
    acoes.enviar_agendadas()
    acoes.mudar_agendada(
        agendada_id=devida.pk, servidor=carla, conteudo=Texto("Rua A, 10."), enviar_em=daqui_a(1)
    )
    MensagemAgendada.objects.update(enviar_em=timezone.now())
    assert acoes.enviar_agendadas() == 1
    [dita] = Mensagem.objects.filter(direcao="saida")
    assert (dita.texto, dita.autor) == ("Rua A, 10.", carla)
