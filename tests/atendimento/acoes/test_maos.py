"""Taking, giving back, transferring, closing: who has it is never in doubt."""

import threading
from contextlib import suppress

import pytest
from django.db import connection

from atendimento import acoes
from atendimento.erros import Conflito, Invalido, NaoEncontrado
from atendimento.models import Atendimento
from tests import factories


@pytest.mark.django_db
def test_taking_is_recorded_and_raises_the_version(atendimento, ana):
    antes = atendimento.versao
    depois = acoes.assumir(atendimento_id=atendimento.pk, servidor=ana)
    assert (depois.servidor, depois.estado, depois.versao) == (ana, "em_atendimento", antes + 1)
    assert atendimento.transicoes.get().quem == ana


@pytest.mark.django_db
def test_who_loses_hears_who_won(atendimento, ana, carla):
    acoes.assumir(atendimento_id=atendimento.pk, servidor=carla)
    with pytest.raises(Conflito, match="Carla Dias assumiu"):
        acoes.assumir(atendimento_id=atendimento.pk, servidor=ana)


@pytest.mark.django_db
def test_outsider_cannot_touch_it(atendimento, bruno, fazenda):
    for tentar in (
        lambda: acoes.assumir(atendimento_id=atendimento.pk, servidor=bruno),
        lambda: acoes.devolver(atendimento_id=atendimento.pk, servidor=bruno),
        lambda: acoes.encerrar(
            atendimento_id=atendimento.pk, servidor=bruno, resultado="resolvido"
        ),
        lambda: acoes.transferir(atendimento_id=atendimento.pk, servidor=bruno, equipe=fazenda),
        lambda: acoes.guardar_rascunho(atendimento_id=atendimento.pk, servidor=bruno, texto="x"),
    ):
        with pytest.raises(NaoEncontrado):
            tentar()


@pytest.mark.django_db
def test_giving_back_keeps_the_place_in_the_queue(atendimento, ana):
    esperava = atendimento.esperando_desde
    acoes.assumir(atendimento_id=atendimento.pk, servidor=ana)
    devolvido = acoes.devolver(atendimento_id=atendimento.pk, servidor=ana, nota="Almoço")
    assert (devolvido.servidor, devolvido.estado) == (None, "na_fila")
    assert devolvido.esperando_desde == esperava


@pytest.mark.django_db
def test_transfer_to_a_person_of_another_team(atendimento, ana, bruno, fazenda):
    acoes.transferir(
        atendimento_id=atendimento.pk, servidor=ana, equipe=fazenda, para=bruno, nota="É IPTU"
    )
    atendimento.refresh_from_db()
    assert (atendimento.equipe, atendimento.servidor) == (fazenda, bruno)
    assert not Atendimento.objects.visiveis_para(ana).exists()


@pytest.mark.django_db
def test_transfer_refuses_who_is_not_of_the_team(atendimento, ana, carla, fazenda):
    with pytest.raises(Invalido, match="não atende em"):
        acoes.transferir(atendimento_id=atendimento.pk, servidor=ana, equipe=fazenda, para=carla)


@pytest.mark.django_db
def test_E087_transfer_to_the_same_or_an_inactive_queue_is_refused(atendimento, ana, saude):
    fechada = factories.EquipeFactory(ativa=False)
    for equipe in (saude, fechada):
        with pytest.raises(Invalido, match="Escolha outra fila"):
            acoes.transferir(atendimento_id=atendimento.pk, servidor=ana, equipe=equipe)


@pytest.mark.django_db
def test_E086_closing_asks_the_result_and_twice_is_harmless(atendimento, ana):
    with pytest.raises(Invalido, match="Escolha o resultado"):
        acoes.encerrar(atendimento_id=atendimento.pk, servidor=ana, resultado="")
    for _ in range(2):
        fim = acoes.encerrar(atendimento_id=atendimento.pk, servidor=ana, resultado="resolvido")
    assert (fim.estado, fim.encerrado_por) == ("encerrado", ana)
    assert atendimento.transicoes.filter(tipo="encerrado").count() == 1


@pytest.mark.django_db
def test_what_arrived_unseen_stops_the_closing(atendimento, ana):
    vista = atendimento.mensagens.get().pk
    factories.MensagemFactory(atendimento=atendimento, texto="Espere, tem mais uma coisa")
    with pytest.raises(Conflito, match="Chegou uma mensagem") as erro:
        acoes.encerrar(
            atendimento_id=atendimento.pk, servidor=ana, resultado="resolvido", vista=vista
        )
    assert erro.value.codigo == "chegou"
    atendimento.refresh_from_db()
    assert atendimento.esta_aberto
    nova = atendimento.mensagens.latest("pk").pk
    fim = acoes.encerrar(
        atendimento_id=atendimento.pk, servidor=ana, resultado="resolvido", vista=nova
    )
    assert fim.estado == "encerrado"


@pytest.mark.django_db
def test_queue_that_one_only_reads_does_not_hide_those_that_one_answers(ana, fazenda, numero):
    factories.ParticipacaoFactory(servidor=ana, equipe=fazenda, leitura=True)
    factories.AtendimentoFactory.create_batch(21, equipe=fazenda, conversa__numero=numero)
    meu = factories.AtendimentoFactory(equipe=ana.equipes.get(slug="saude"))
    assert acoes.assumir_proximo(servidor=ana) == meu


@pytest.mark.django_db
def test_next_of_the_queue_is_who_waits_longest(ana, saude, atendimento):
    outro = factories.AtendimentoFactory(equipe=saude, conversa__numero=atendimento.conversa.numero)
    Atendimento.objects.filter(pk=outro.pk).update(esperando_desde="2026-01-01T00:00:00Z")
    assert acoes.assumir_proximo(servidor=ana) == outro
    assert acoes.assumir_proximo(servidor=ana) == atendimento
    with pytest.raises(NaoEncontrado, match="Ninguém está esperando"):
        acoes.assumir_proximo(servidor=ana)


@pytest.mark.django_db
def test_opening_is_recorded_once_and_only_the_owner_reads_for_the_citizen(atendimento, ana, carla):
    Atendimento.objects.update(nao_lidas=2, servidor=ana, estado="em_atendimento")
    atendimento.refresh_from_db()
    for _ in range(2):
        acoes.abrir_leitura(atendimento=atendimento, servidor=carla)
    atendimento.refresh_from_db()
    assert atendimento.nao_lidas == 2
    acoes.abrir_leitura(atendimento=atendimento, servidor=ana)
    atendimento.refresh_from_db()
    assert atendimento.nao_lidas == 0
    assert carla.acessos.count() == ana.acessos.count() == 1


@pytest.mark.django_db
def test_what_arrives_while_the_page_is_drawn_stays_unread(atendimento, ana):
    Atendimento.objects.update(nao_lidas=2, servidor=ana, estado="em_atendimento")
    atendimento.refresh_from_db()
    Atendimento.objects.update(nao_lidas=3)
    acoes.abrir_leitura(atendimento=atendimento, servidor=ana)
    atendimento.refresh_from_db()
    assert atendimento.nao_lidas == 1


@pytest.mark.django_db
def test_who_lost_the_matter_meanwhile_reads_nothing_for_the_citizen(atendimento, ana, carla):
    Atendimento.objects.update(nao_lidas=2, servidor=ana, estado="em_atendimento")
    atendimento.refresh_from_db()
    Atendimento.objects.update(servidor=carla)
    acoes.abrir_leitura(atendimento=atendimento, servidor=ana)
    atendimento.refresh_from_db()
    assert atendimento.nao_lidas == 2


@pytest.mark.django_db(transaction=True)
def test_twelve_people_taking_at_once_have_one_winner(saude, numero):
    gente = [factories.ServidorFactory(em=saude) for _ in range(12)]
    atendimento = factories.AtendimentoFactory(equipe=saude, conversa__numero=numero)
    largada, venceram = threading.Barrier(len(gente)), []

    def correr(servidor):
        largada.wait()
        with suppress(Conflito):
            acoes.assumir(atendimento_id=atendimento.pk, servidor=servidor)
            venceram.append(servidor.pk)
        connection.close()

    corredores = [threading.Thread(target=correr, args=(g,)) for g in gente]
    for corredor in corredores:
        corredor.start()
    for corredor in corredores:
        corredor.join()
    atendimento.refresh_from_db()
    assert venceram == [atendimento.servidor_id]


@pytest.mark.django_db
@pytest.mark.parametrize("como", ["saiu da equipe", "só leitura", "conta desligada"])
def test_what_is_with_somebody_who_left_goes_back_to_the_queue(atendimento, ana, carla, como):
    acoes.assumir(atendimento_id=atendimento.pk, servidor=ana)
    outro = factories.AtendimentoFactory(equipe=atendimento.equipe, com=carla)
    assert acoes.devolver_de_quem_saiu() == 0
    if como == "saiu da equipe":
        ana.participacoes.all().delete()
    elif como == "só leitura":
        ana.participacoes.update(papel="leitura")
    else:
        type(ana).objects.filter(pk=ana.pk).update(is_active=False)
    assert acoes.devolver_de_quem_saiu() == 1
    assert acoes.devolver_de_quem_saiu() == 0
    versao = atendimento.versao
    atendimento.refresh_from_db()
    assert (atendimento.servidor, atendimento.estado) == (None, "na_fila")
    assert atendimento.versao > versao
    assert atendimento.esperando_desde
    ultima = atendimento.transicoes.last()
    assert (ultima.tipo, ultima.quem) == ("devolvido", None)
    assert ultima.nota == "Ana Souza não atende mais nesta equipe."
    outro.refresh_from_db()
    assert outro.servidor == carla
