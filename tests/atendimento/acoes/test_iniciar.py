"""Writing first: only with an authorisation, by template, and never twice to the same person."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from atendimento import acoes
from atendimento.acoes.iniciar import Autorizacao
from atendimento.erros import Conflito, Demais, Invalido
from atendimento.models import Atendimento, Conversa, Mensagem
from atendimento.views.apresentar.registro import Evento
from prefeitura.cadastro.models import AutorizacaoDeContato, Cidadao
from prefeitura.whatsapp.models import Envio
from tests import factories
from tests.chegada import chegar, mensagem

pytestmark = pytest.mark.django_db

CORPO = "Olá, {{nome}}. O seu protocolo é {{protocolo}}."


@pytest.fixture
def modelo(numero):
    return factories.ModeloDeMensagemFactory(
        conta=numero.conta, formato="NAMED", componentes=[{"type": "BODY", "text": CORPO}]
    )


@pytest.fixture
def iniciar(ana, saude, numero, modelo):
    """Return a function: starts a conversation as Ana, unless told otherwise."""

    def _iniciar(**mais):
        campos = {
            "servidor": ana,
            "numero": numero,
            "equipe": saude,
            "modelo": modelo,
            "valores": {"nome": "Rosa", "protocolo": "…"},
            "autorizacao": Autorizacao("balcao", "Pediu retorno por aqui.", timezone.localdate()),
            "chave_cliente": uuid.uuid4(),
            "telefone": "(34) 98888-7766",
        }
        return acoes.iniciar_conversa(**campos | mais)

    return _iniciar


def test_new_person_gets_the_template_with_a_protocol_of_their_own(iniciar, ana, saude):
    atendimento = iniciar(nome="Rosa Maria")
    atendimento.refresh_from_db()
    assert (atendimento.servidor, atendimento.estado, atendimento.equipe) == (
        ana,
        "em_atendimento",
        saude,
    )
    assert atendimento.esperando_desde is None
    cidadao = atendimento.conversa.cidadao
    assert (cidadao.nome, cidadao.wa_id) == ("Rosa Maria", "5534988887766")
    dita = atendimento.mensagens.get()
    assert dita == atendimento.ultima_mensagem
    assert dita.texto == f"Olá, Rosa. O seu protocolo é {atendimento.protocolo}."
    assert dita.envio.corpo["type"] == "template"
    assert dita.envio.corpo["template"]["components"][0]["parameters"][1]["text"] == (
        atendimento.protocolo
    )


def test_the_authorisation_is_recorded_with_who_wrote_it(iniciar, ana):
    atendimento = iniciar()
    autorizacao = AutorizacaoDeContato.objects.get(cidadao=atendimento.conversa.cidadao)
    assert (autorizacao.registrada_por, autorizacao.como) == (ana, "balcao")
    assert (autorizacao.texto, autorizacao.autorizada_em) == (
        "Pediu retorno por aqui.",
        timezone.localdate(),
    )


def test_the_log_says_who_started(iniciar, ana, bruno):
    aberto = iniciar().transicoes.get()
    assert Evento(aberto, bruno.pk).frase == "Ana Souza começou a conversa, em Agendamento"
    assert Evento(aberto, ana.pk).frase == "Você começou a conversa, em Agendamento"


@pytest.mark.parametrize("digitado", ["34 8888-7766", "+55 34 98888 7766", "034988887766"])
def test_known_person_is_found_with_or_without_the_ninth_digit(iniciar, digitado):
    rosa = factories.CidadaoFactory(wa_id="553488887766", nome="Rosa")
    atendimento = iniciar(telefone=digitado, nome="Outro Nome")
    assert atendimento.conversa.cidadao == rosa
    rosa.refresh_from_db()
    assert (rosa.wa_id, rosa.nome) == ("553488887766", "Rosa")


def test_the_answer_of_the_citizen_comes_to_who_wrote_first(iniciar):
    atendimento = iniciar()
    chegar(atendimento.conversa.numero, mensagem("Pode sim!", de="553488887766"))
    assert Atendimento.objects.get().mensagens.filter(direcao="entrada").count() == 1
    assert Mensagem.objects.filter(origem="robo").count() == 0


def test_same_key_is_one_conversation(iniciar):
    chave = uuid.uuid4()
    assert len({iniciar(chave_cliente=chave).pk for _ in range(3)}) == 1
    assert (Envio.objects.count(), AutorizacaoDeContato.objects.count()) == (1, 1)


def test_open_matter_that_one_sees_is_offered_instead(iniciar, atendimento):
    cidadao = atendimento.conversa.cidadao
    with pytest.raises(Conflito, match=atendimento.protocolo) as erro:
        iniciar(cidadao_id=cidadao.pk)
    assert (erro.value.codigo, erro.value.extra["atendimento"]) == ("ja_aberto", atendimento.pk)
    assert not Envio.objects.exists()
    assert not AutorizacaoDeContato.objects.exists()
    outro = iniciar(cidadao_id=cidadao.pk, confirmar=True)
    assert outro.conversa == atendimento.conversa


def test_open_matter_of_another_team_is_not_told(iniciar, fazenda, numero):
    alheio = factories.AtendimentoFactory(
        equipe=fazenda, conversa__numero=numero, conversa__cidadao__wa_id="553488887766"
    )
    assert iniciar().conversa == alheio.conversa


def test_person_of_another_team_cannot_be_chosen_by_number_of_row(iniciar, fazenda, numero):
    alheio = factories.AtendimentoFactory(equipe=fazenda, conversa__numero=numero)
    with pytest.raises(Invalido, match="Escolha a pessoa na lista") as erro:
        iniciar(cidadao_id=alheio.conversa.cidadao_id)
    assert erro.value.campo == "quem"


@pytest.mark.parametrize("digitado", ["", "98888-7766", "Rosa", "34 1", "\x00"])
def test_what_is_not_a_number_is_refused(iniciar, digitado):
    with pytest.raises(Invalido, match="telefone com DDD"):
        iniciar(telefone=digitado)
    assert not Cidadao.objects.exists()


def test_blocked_person_is_not_written_to(iniciar):
    factories.CidadaoFactory(wa_id="553488887766", bloqueado=True)
    with pytest.raises(Conflito, match=r"Este contato está bloqueado\. Desbloqueie") as erro:
        iniciar()
    assert erro.value.codigo == "bloqueado"


@pytest.mark.parametrize(
    ("como", "texto", "dias", "campo"),
    [
        ("", "Pediu.", 0, "como"),
        ("sonho", "Pediu.", 0, "como"),
        ("balcao", "  ", 0, "autorizacao"),
        ("balcao", "a" * 501, 0, "autorizacao"),
        ("balcao", "Pediu.", -1, "dia"),
        ("balcao", "Pediu.", 20_000, "dia"),
    ],
)
def test_without_a_full_authorisation_nothing_is_sent(iniciar, como, texto, dias, campo):
    dia = timezone.localdate() - timedelta(days=dias)
    with pytest.raises(Invalido) as erro:
        iniciar(autorizacao=Autorizacao(como, texto, dia))
    assert erro.value.campo == campo
    assert not (Conversa.objects.exists() or Envio.objects.exists())


def test_only_for_a_team_in_which_one_answers(iniciar, fazenda, saude):
    with pytest.raises(Invalido, match="equipe em que você atende"):
        iniciar(equipe=fazenda)
    leitora = factories.ServidorFactory()
    factories.ParticipacaoFactory(servidor=leitora, equipe=saude, leitura=True)
    with pytest.raises(Invalido, match="equipe em que você atende"):
        iniciar(servidor=leitora)


def test_number_of_another_secretaria_and_template_of_another_account_are_refused(
    iniciar, fazenda, numero
):
    deles = factories.NumeroFactory(secretaria=fazenda.secretaria, conta=numero.conta)
    with pytest.raises(Invalido, match="não envia por este número"):
        iniciar(numero=deles)
    with pytest.raises(Invalido, match="outra conta"):
        iniciar(modelo=factories.ModeloDeMensagemFactory())


def test_template_that_is_not_approved_or_lacks_a_value_is_refused(iniciar, modelo):
    with pytest.raises(Invalido) as erro:
        iniciar(valores={"protocolo": "…"})
    assert erro.value.campo
    modelo.estado = "PAUSED"
    with pytest.raises(Invalido, match="não está aprovado"):
        iniciar()


def test_subject_must_be_of_the_team(iniciar, fazenda, saude):
    with pytest.raises(Invalido, match="outra equipe"):
        iniciar(assunto=factories.AssuntoFactory(equipe=fazenda))
    dele = factories.AssuntoFactory(equipe=saude)
    assert iniciar(assunto=dele).assunto == dele


def test_more_than_sixty_a_minute_is_told_to_wait(iniciar, ana, numero):
    factories.EnvioFactory.create_batch(60, servidor=ana, numero=numero)
    with pytest.raises(Demais):
        iniciar()
