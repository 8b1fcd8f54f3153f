"""The full demonstration city: believable, and as the product itself would have left it."""

import hashlib
import time
from collections import Counter
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import transaction
from django.db.models import Count, F, Max, OuterRef, Q, Subquery
from django.utils import timezone
from PIL import Image

from atendimento.demonstracao import textos
from atendimento.models import Atendimento, Conversa, Mensagem, Rascunho, Reacao, Transicao
from atendimento.protocolo import confere
from prefeitura.ambiente.invariantes import violacoes
from prefeitura.cadastro.models import (
    Cidadao,
    Equipe,
    Identidade,
    Servidor,
)
from prefeitura.cadastro.telefone import chave
from prefeitura.whatsapp.models import (
    ConsumoMensal,
    Envio,
    Midia,
    Numero,
    SituacaoDoEnvio,
)
from tests.chegada import chegar, mensagem


@pytest.fixture(scope="module")
def segundos(django_db_setup, django_db_blocker):
    """The full city, seeded once for the whole module; how much processor it took."""
    with django_db_blocker.unblock():
        bloco = transaction.atomic()
        bloco._from_testcase = True
        with bloco:
            inicio = time.process_time()
            call_command("semear", cidade="demo", stdout=StringIO())
            yield time.process_time() - inicio
            transaction.set_rollback(True)


@pytest.fixture
def demo(segundos, db):
    return segundos


# The full city -----------------------------------------------------------------------------------


def test_city_is_big_and_quick(demo):
    assert Cidadao.objects.count() == 300
    assert 1500 <= Atendimento.objects.count() <= 2500
    assert demo < 20, "segundos de processador"


def test_ninety_days_and_nothing_in_the_future(demo):
    agora = timezone.now()
    primeiro = Atendimento.objects.order_by("aberto_em").first().aberto_em
    assert timedelta(days=80) < agora - primeiro < timedelta(days=92)
    for modelo, campos in (
        (Mensagem, ["momento", "recebida_em", "editada_em", "apagada_em"]),
        (Transicao, ["momento"]),
        (Atendimento, ["aberto_em", "encerrado_em", "alterado_em", "esperando_desde"]),
        (SituacaoDoEnvio, ["enviado_em", "entregue_em", "lido_em", "falhou_em"]),
        (Cidadao, ["criado_em"]),
    ):
        for campo in campos:
            assert not modelo.objects.filter(**{f"{campo}__gt": agora}).exists(), (modelo, campo)


def test_city_obeys_every_rule_of_the_house(demo):
    assert {i: n for i, n in violacoes().items() if n} == {}


def test_recent_days_are_busier(demo):
    agora = timezone.now()
    antigos = Atendimento.objects.filter(aberto_em__lt=agora - timedelta(days=60)).count()
    novos = Atendimento.objects.filter(aberto_em__gt=agora - timedelta(days=30)).count()
    assert novos > 1.3 * antigos


def test_every_account_has_work_in_hands(demo):
    for servidor in Servidor.objects.all():
        minhas = Atendimento.objects.visiveis_para(servidor).da_aba("minhas", servidor)
        assert 4 <= minhas.count() <= 12, servidor.username
    nao_lidas = Atendimento.objects.filter(estado="em_atendimento", nao_lidas__gt=0)
    assert nao_lidas.count() > 15


def test_every_queue_has_people_waiting(demo):
    agora = timezone.now()
    fila = Atendimento.objects.filter(estado="na_fila")
    assert set(fila.values_list("equipe", flat=True)) == set(
        Equipe.objects.values_list("pk", flat=True)
    )
    esperas = sorted(agora - desde for desde in fila.values_list("esperando_desde", flat=True))
    assert esperas[0] < timedelta(minutes=30)
    assert timedelta(hours=6) < esperas[-1] < timedelta(hours=25)
    assert fila.filter(em_triagem=True).count() >= 5
    assert not fila.filter(em_triagem=True).exclude(equipe__slug="central").exists()


def test_some_people_have_two_matters_in_different_teams(demo):
    abertos = ~Q(atendimentos__estado="encerrado")
    com_dois = Conversa.objects.annotate(
        materias=Count("atendimentos", filter=abertos),
        equipes=Count("atendimentos__equipe", filter=abertos, distinct=True),
    ).filter(materias=2)
    assert com_dois.count() >= 8
    assert all(c.equipes == 2 for c in com_dois)


def test_every_kind_of_bubble_and_mark_can_be_seen(demo):
    tipos = set(Mensagem.objects.values_list("direcao", "tipo"))
    entrada = "texto imagem audio documento figurinha localizacao contatos botao lista"
    assert {("entrada", t) for t in [*entrada.split(), "nao_suportado"]} <= tipos
    saida = "texto documento imagem localizacao contatos interativo modelo"
    assert {("saida", t) for t in saida.split()} <= tipos
    estados = Counter(e.estado_mostrado for e in Envio.objects.select_related("situacao"))
    assert {"lida", "entregue", "enviada", "falhou", "incerta"} == set(estados)
    assert estados["falhou"] >= 4 and estados["incerta"] == 2
    codigos = {e.codigo_da_falha for e in Envio.objects.select_related("situacao")} - {None}
    assert codigos == {131026, 131047}
    for busca in (
        Mensagem.objects.exclude(editada_em=None),
        Mensagem.objects.exclude(apagada_em=None),
        Mensagem.objects.filter(dados__encaminhada="muito"),
        Mensagem.objects.exclude(resposta_a=None),
        Reacao.objects.exclude(mensagem=None),
        Rascunho.objects.all(),
        Cidadao.objects.filter(wa_id=""),
    ):
        assert busca.exists()
    tipos_de_linha = set(Transicao.objects.values_list("tipo", flat=True))
    # Blocking is rare and hard: no invented citizen is shown blocked.
    assert tipos_de_linha >= {
        "aberto",
        "assumido",
        "devolvido",
        "transferido",
        "encerrado",
        "reaberto",
    }


def test_written_conversations_end_where_they_say(demo):
    for roteiro in textos.ler_roteiros():
        nome = roteiro.nome.removeprefix("@")
        achados = Atendimento.objects.filter(
            Q(conversa__cidadao__nome=nome)
            | Q(conversa__cidadao__nome_no_whatsapp__in=[nome, nome.lower(), nome.split()[0]])
            | Q(conversa__cidadao__username=nome),
            equipe__slug=roteiro.equipe,
            ultima_em__gte=timezone.now() - roteiro.ha - timedelta(hours=2),
        )
        estado = {"fila": "na_fila", "com": "em_atendimento", "encerrado": "encerrado"}
        assert achados.filter(estado=estado[roteiro.situacao.split()[0]]).exists(), nome


# What GUARANTEES 3.5 asks ------------------------------------------------------------------------


def test_inbound_messages_have_event_and_wamid(demo):
    entradas = Mensagem.objects.filter(direcao="entrada")
    assert not entradas.filter(Q(evento=None) | Q(indice=None) | Q(wamid=None)).exists()
    assert entradas.values("evento").distinct().count() == entradas.count()


def test_foco_is_open_and_of_the_same_thread(demo):
    com_foco = Conversa.objects.exclude(foco=None)
    assert com_foco.count() > 50
    assert not com_foco.filter(foco__estado="encerrado").exists()
    assert not com_foco.exclude(foco__conversa=F("pk")).exists()
    assert not Conversa.objects.filter(falou_desde__estado="encerrado").exists()


def test_no_send_is_left_in_the_middle(demo):
    assert not Envio.objects.filter(estado__in=["pendente", "enviando"]).exists()
    assert not Envio.objects.filter(estado="enviada", wamid=None).exists()
    prazo = timezone.now() - timedelta(minutes=15)
    assert not Envio.objects.filter(estado="incerta", incerta_em__gt=prazo).exists()
    for s in SituacaoDoEnvio.objects.exclude(posto=0):
        provado = 4 if s.lido_em else 3 if s.entregue_em else 2 if s.enviado_em else 1
        assert s.posto == provado
    assert not SituacaoDoEnvio.objects.filter(lido_em__lt=F("entregue_em")).exists()


def test_messages_belong_to_the_thread_of_their_citizen(demo):
    alheias = Mensagem.objects.exclude(envio=None).exclude(
        envio__cidadao=F("atendimento__conversa__cidadao")
    )
    assert not alheias.exists()
    citadas = Mensagem.objects.exclude(resposta_a=None)
    assert not citadas.exclude(resposta_a__atendimento=F("atendimento")).exists()
    assert not citadas.filter(resposta_a__momento__gt=F("momento")).exists()


def test_whoever_holds_a_matter_may_attend_it(demo):
    for atendimento in Atendimento.objects.abertos().select_related("servidor", "equipe"):
        assert atendimento.servidor is None or atendimento.servidor.atende(atendimento.equipe)
        assert (atendimento.servidor is None) == (atendimento.estado == "na_fila")


def test_files_are_whole_and_each_has_its_owner(demo, settings):
    midias = list(Midia.objects.annotate(donos=Count("mensagens")))
    assert len(midias) > 100
    for midia in midias:
        conteudo = (Path(settings.MEDIA_ROOT) / midia.arquivo).read_bytes()
        assert hashlib.sha256(conteudo).hexdigest() == midia.sha256
        assert (midia.donos, midia.tamanho) == (1, len(conteudo))
        inicio = {"image/jpeg": b"\xff\xd8\xff", "application/pdf": b"%PDF", "audio/ogg": b"OggS"}
        assert conteudo.startswith(inicio.get(midia.tipo, b"RIFF"))
    foto = next(m for m in midias if m.tipo == "image/jpeg")
    with Image.open(Path(settings.MEDIA_ROOT) / foto.arquivo) as imagem:
        imagem.verify()


def test_protocols_check_and_follow_the_opening(demo):
    em_ordem = list(Atendimento.objects.order_by("aberto_em", "pk"))
    assert all(confere(a.protocolo) for a in em_ordem)
    sequencias = [int(a.protocolo.split("-")[1]) for a in em_ordem]
    assert sequencias == sorted(sequencias)
    assert all(a.protocolo.startswith(str(timezone.localtime(a.aberto_em).year)) for a in em_ordem)


def test_meter_agrees_with_the_sends(demo):
    por_mes = Counter()
    for situacao in SituacaoDoEnvio.objects.exclude(entregue_em=None):
        mes = timezone.localdate(situacao.entregue_em).replace(day=1)
        por_mes[mes, situacao.preco_tipo, situacao.preco_categoria] += 1
    medido = {(c.mes, c.tipo, c.categoria): c.quantidade for c in ConsumoMensal.objects.all()}
    assert medido == por_mes
    gratis = [q for (_, tipo, _), q in medido.items() if tipo == "free_customer_service"]
    assert max(gratis) <= 1000


# As the product itself would have left it --------------------------------------------------------


def test_window_is_a_day_from_the_last_thing_the_citizen_wrote(demo):
    ultima = (
        Mensagem.objects.filter(direcao="entrada", atendimento__conversa=OuterRef("pk"))
        .values("atendimento__conversa")
        .annotate(quando=Max("momento"))
        .values("quando")
    )
    for conversa in Conversa.objects.annotate(ultima=Subquery(ultima)):
        assert conversa.janela_ate == conversa.ultima + timedelta(hours=24)
    assert Conversa.objects.filter(janela_ate__gt=timezone.now()).count() > 100


def test_servants_never_wrote_freely_outside_the_window(demo):
    ultima_entrada = {}
    fora = []
    mensagens = Mensagem.objects.em_ordem().values_list(
        "atendimento__conversa", "direcao", "tipo", "momento"
    )
    for conversa, direcao, tipo, momento in mensagens:
        if direcao == "entrada":
            ultima_entrada[conversa] = momento
        elif tipo != "modelo" and momento - ultima_entrada[conversa] > timedelta(hours=24):
            fora.append((conversa, momento))
    assert not fora


def test_waiting_clock_and_unread_tell_whose_turn_it_is(demo):
    for atendimento in Atendimento.objects.prefetch_related("mensagens"):
        ditas = sorted(atendimento.mensagens.all(), key=lambda m: (m.momento, m.pk))
        assert atendimento.ultima_mensagem_id == ditas[-1].pk
        assert (atendimento.aberto_em, atendimento.ultima_em) == (
            ditas[0].momento,
            ditas[-1].momento,
        )
        faladas = [m for m in ditas if m.origem != Mensagem.Origem.ROBO]
        espera = atendimento.esta_aberto and not faladas[-1].da_prefeitura
        assert (atendimento.esperando_desde is not None) == espera
        assert espera or atendimento.nao_lidas == 0


def test_phones_compare_with_and_without_the_ninth_digit(demo):
    telefones = Identidade.objects.filter(tipo="telefone").select_related("cidadao")
    assert all(i.valor == chave(i.cidadao.wa_id) for i in telefones)
    tamanhos = Counter(len(i.cidadao.wa_id) for i in telefones)
    assert set(tamanhos) == {12, 13} and tamanhos[12] > 5
    assert 8 <= Identidade.objects.filter(tipo="bsuid").count() <= 20


def test_who_writes_again_goes_on_in_the_same_matter(demo):
    conversa = (
        Conversa.objects.exclude(foco=None)
        .exclude(cidadao__wa_id="")
        .select_related("cidadao", "numero__conta", "foco")
        .order_by("pk")[0]
    )
    [nova] = chegar(conversa.numero, mensagem("voltei", de=conversa.cidadao.wa_id))
    assert nova.atendimento == conversa.foco
    assert nova.pk > Mensagem.objects.exclude(pk=nova.pk).aggregate(maior=Max("pk"))["maior"]


def test_new_citizen_gets_the_next_protocol(demo):
    maior = Atendimento.objects.aggregate(maior=Max("protocolo"))["maior"]
    [nova] = chegar(Numero.objects.get(), mensagem("oi", de="5511912345678"))
    assert nova.atendimento.protocolo > maior
    assert nova.atendimento.em_triagem
