"""Internal notes: kept once, seen by who sees the matter, and never on their way to the citizen."""

import uuid

import pytest
from django.utils import timezone

from atendimento import acoes
from atendimento.erros import Demais, Invalido, NaoEncontrado
from atendimento.models import Atendimento, Mencao, Mensagem, Nota, Rascunho
from prefeitura.cadastro.models import Servidor
from prefeitura.whatsapp.models import Envio
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def escrever(atendimento, ana):
    """Return a function: Ana writes a note in the matter."""

    def _escrever(texto="Falta o CPF dela.", **campos):
        pedido = {
            "atendimento_id": atendimento.pk,
            "servidor": ana,
            "chave_cliente": uuid.uuid4(),
            "texto": texto,
        }
        return acoes.escrever_nota(**(pedido | campos))

    return _escrever


@pytest.fixture
def leitora(saude):
    leitora = factories.ServidorFactory(username="lia", nome="Lia Ramos")
    factories.ParticipacaoFactory(servidor=leitora, equipe=saude, leitura=True)
    return leitora


def test_a_note_changes_nothing_of_the_matter_and_sends_nothing(escrever, atendimento, saude, ana):
    antes = Atendimento.objects.values().get()
    nota = escrever("  Falta\x00 o CPF dela.\r\n ")
    depois = Atendimento.objects.values().get()
    assert (nota.texto, nota.autor, nota.equipe) == ("Falta o CPF dela.", ana, saude)
    assert depois.pop("alterado_em") > antes.pop("alterado_em")
    assert depois == antes
    assert not Envio.objects.exists()
    assert Mensagem.objects.count() == 1


@pytest.mark.parametrize(
    "do_atendimento", [{"encerrado": True}, {"conversa__janela_fechada": True}]
)
def test_a_closed_matter_and_a_closed_window_take_notes(do_atendimento, escrever, saude, numero):
    outro = factories.AtendimentoFactory(equipe=saude, conversa__numero=numero, **do_atendimento)
    assert escrever(atendimento_id=outro.pk).atendimento == outro
    outro.refresh_from_db()
    assert outro.servidor is None


def test_who_only_reads_may_tell_the_team_something(escrever, leitora):
    assert escrever(servidor=leitora).autor == leitora


def test_outsider_finds_nothing(escrever, bruno):
    with pytest.raises(NaoEncontrado):
        escrever(servidor=bruno)
    assert not Nota.objects.exists()


@pytest.mark.parametrize("texto", ["", " \n\t", "\x00", "\u200b\ufeff"])
def test_an_empty_note_is_refused(escrever, texto):
    with pytest.raises(Invalido, match="Escreva a nota antes de guardar"):
        escrever(texto)


def test_a_note_has_at_most_4096_characters(escrever):
    assert len(escrever("á" * 4096).texto) == 4096
    with pytest.raises(Invalido, match=r"A nota tem 4\.097 caracteres; cabem 4\.096"):
        escrever("á" * 4097)


def test_the_same_key_is_one_note_and_with_another_text_is_refused(escrever, ana, carla):
    chave = uuid.uuid4()
    primeira, segunda = (escrever("Uma vez", chave_cliente=chave) for _ in range(2))
    assert primeira == segunda
    with pytest.raises(Invalido, match="já foi guardada com outro texto"):
        escrever("Outra", chave_cliente=chave)
    assert escrever("De outra pessoa", chave_cliente=chave, servidor=carla) != primeira


def test_more_than_sixty_a_minute_is_told_to_wait(escrever, atendimento, ana):
    factories.NotaFactory.create_batch(60, atendimento=atendimento, autor=ana)
    with pytest.raises(Demais, match="Espere alguns segundos"):
        escrever()


def test_the_draft_of_the_note_goes_and_the_one_of_the_reply_stays(escrever, atendimento, ana):
    for modo in Rascunho.Modo:
        acoes.guardar_rascunho(
            atendimento_id=atendimento.pk, servidor=ana, texto=f"de {modo}", modo=modo
        )
    escrever()
    assert Rascunho.objects.get().texto == "de resposta"


def test_mentioned_people_have_it_to_see_and_the_author_has_not(escrever, ana, carla, leitora):
    nota = escrever("@Carla Dias, veja", pessoas=[carla.pk, ana.pk])
    assert [m.servidor for m in nota.mencoes.all()] == [carla]
    assert Mencao.objects.nao_vistas(carla).get().nota == nota
    assert not Mencao.objects.nao_vistas(leitora).exists()


def test_a_team_is_everybody_who_may_see_the_matter_now(escrever, saude, carla, leitora, bruno):
    nota = escrever("@Agendamento, alguém sabe?", equipes=[saude.pk])
    assert {m.servidor for m in nota.mencoes.all()} == {carla, leitora}
    depois = factories.ServidorFactory(em=saude)
    assert not Mencao.objects.nao_vistas(depois).exists()


def test_E083_who_may_not_see_the_matter_is_refused_as_who_does_not_exist(
    escrever, bruno, fazenda, ana, saude
):
    saiu = factories.ServidorFactory(em=saude, is_active=False)
    frases = set()
    for chamados in (
        {"pessoas": [bruno.pk]},
        {"pessoas": [saiu.pk]},
        {"pessoas": [987_654_321]},
        {"equipes": [fazenda.pk]},
        {"equipes": [987_654_321]},
    ):
        with pytest.raises(Invalido) as recusa:
            escrever("@alguém", **chamados)
        frases.add(str(recusa.value))
    assert len(frases) == 1
    assert "não tem acesso a este atendimento" in frases.pop()
    assert not Nota.objects.exists()


def test_opening_the_matter_marks_the_mentions_seen_for_that_person_alone(
    escrever, atendimento, saude, carla, leitora
):
    escrever("@Agendamento", equipes=[saude.pk])
    acoes.ver_mencoes(atendimento=atendimento, servidor=carla)
    assert not Mencao.objects.nao_vistas(carla).exists()
    assert Mencao.objects.nao_vistas(leitora).exists()


def test_a_note_moves_with_the_matter(escrever, atendimento, ana, carla, bruno, fazenda):
    nota = escrever("@Carla Dias", pessoas=[carla.pk])
    acoes.transferir(atendimento_id=atendimento.pk, servidor=ana, equipe=fazenda)
    assert list(Nota.objects.visiveis_para(bruno)) == [nota]
    assert not Nota.objects.visiveis_para(ana).exists()
    assert not Mencao.objects.nao_vistas(carla).exists()


def test_who_can_be_mentioned_are_exactly_those_who_see_the_matter(
    atendimento, saude, ana, bruno, carla, leitora, admin
):
    veem = set(Servidor.objects.que_veem(saude))
    for servidor in Servidor.objects.all():
        ve = Atendimento.objects.visiveis_para(servidor).filter(pk=atendimento.pk).exists()
        assert ve == (servidor in veem), servidor
    assert veem == {ana, carla, leitora}


def test_the_pages_of_the_team_hear_of_it_by_id_alone(escrever, saude, monkeypatch):
    ditos = []
    monkeypatch.setattr("prefeitura.tempo_real.publicar._despachar", ditos.append)
    nota = escrever("segredo da equipe")
    (por_grupo,) = ditos
    assert list(por_grupo) == [f"equipe.{saude.pk}"]
    assert por_grupo[f"equipe.{saude.pk}"] == [
        {"tipo": "atendimento", "id": nota.atendimento_id, "versao": 1}
    ]


def test_the_hour_is_that_of_the_database(escrever):
    nota = escrever()
    nota.refresh_from_db()
    assert abs((timezone.now() - nota.criada_em).total_seconds()) < 60
