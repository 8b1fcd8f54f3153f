"""Receipts against a five-line model: every order, every repetition, before and after the wamid."""

import itertools
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.db.models.functions import Now
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from prefeitura.whatsapp import saida, sinais
from prefeitura.whatsapp.leitura import ErroDaMeta, Preco, Remetente, StatusRecebido
from prefeitura.whatsapp.models import ConsumoMensal, Envio, SituacaoDoEnvio, StatusOrfao
from prefeitura.whatsapp.saida.posto import mostrado
from tests import factories
from tests.falhas.medida import tamanho

pytestmark = pytest.mark.django_db

HORA = datetime(2026, 11, 24, 12, tzinfo=UTC)
POSTOS = {"sent": 2, "delivered": 3, "read": 4, "played": 5}
GRATIS = Preco(cobravel=False, modelo="PMP", tipo="free_customer_service", categoria="service")


def status(nome, *, wamid="wamid.X", opaco=None, momento=None, preco=None, codigo=None):
    return StatusRecebido(
        indice=0,
        wamid=wamid,
        status=nome,
        posto=POSTOS.get(nome),
        falhou=nome == "failed",
        momento=momento or HORA + timedelta(seconds=POSTOS.get(nome, 9)),
        opaco=str(opaco) if opaco else None,
        destinatario=Remetente(wa_id="5511"),
        preco=preco,
        erros=(ErroDaMeta(codigo=codigo),) if codigo else (),
    )


def modelo(nomes):
    """What people must see: five lines, no order."""
    posto = max((POSTOS.get(n, 0) for n in nomes), default=0)
    if posto >= 4:
        return "lida"
    if posto == 3:
        return "entregue"
    return "falhou" if "failed" in nomes else "enviada"


def visto(envio):
    envio = Envio.objects.select_related("situacao").get(pk=envio.pk)
    return envio.estado_mostrado


@pytest.fixture
def aceito(numero):
    return factories.EnvioFactory(
        numero=numero, estado="enviada", tentativa=1, wamid="wamid.X", situacao__posto=1
    )


def test_shown_state_agrees_with_the_model_class():
    for estado, posto, falhou in itertools.product(Envio.Estado.values, range(6), (False, True)):
        envio = Envio(estado=estado)
        envio.situacao = SituacaoDoEnvio(posto=posto, falhou_em=HORA if falhou else None)
        assert envio.estado_mostrado == mostrado(estado, posto, falhou)


def test_every_order_of_up_to_two_of_each_ends_as_the_model(numero):
    """All orders of {sent, delivered, read, failed}, alone and repeated, as one batch each."""
    nomes = ["sent", "delivered", "read", "failed"]
    historias = {
        ordem
        for tamanho in range(1, 5)
        for escolha in itertools.combinations(nomes, tamanho)
        for ordem in itertools.permutations(escolha)
    } | {
        (*ordem, repetido)
        for ordem in itertools.permutations(nomes)
        for repetido in nomes
    }  # fmt: skip
    envios = Envio.objects.bulk_create(
        Envio(
            numero=numero, cidadao=factories.CidadaoFactory() if not i else cidadao, corpo={},
            estado="enviada", wamid=f"wamid.{i}",
        )
        for i, cidadao in enumerate(itertools.repeat(factories.CidadaoFactory(), len(historias)))
    )  # fmt: skip
    SituacaoDoEnvio.objects.bulk_create(SituacaoDoEnvio(envio=e, posto=1) for e in envios)
    pares = list(zip(envios, sorted(historias), strict=True))
    for vez in range(5):
        lote = [(numero, status(h[vez], wamid=e.wamid)) for e, h in pares if len(h) > vez]
        saida.aplicar_status(lote)
    for envio, historia in pares:
        assert visto(envio) == modelo(historia), historia


@given(
    nomes=st.lists(st.sampled_from([*POSTOS, "failed"]), min_size=1, max_size=8),
    cortes=st.lists(st.booleans(), min_size=8, max_size=8),
    conhecido_apos=st.integers(0, 8),
    com_id=st.booleans(),
)
@settings(
    max_examples=tamanho(60, 600),
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_any_batching_and_any_moment_of_knowing_the_wamid(
    numero, nomes, cortes, conhecido_apos, com_id
):
    envio = factories.EnvioFactory(numero=numero, enviando=True)
    wamid = f"wamid.{envio.pk}"
    opaco = envio.pk if com_id else None
    lote = []
    for i, nome in enumerate([*nomes, None]):
        if i == conhecido_apos:
            Envio.objects.filter(pk=envio.pk).update(estado="enviada", wamid=wamid, prazo_em=None)
        if nome:
            lote.append((numero, status(nome, wamid=wamid, opaco=opaco)))
        if lote and (nome is None or cortes[i % 8]):
            saida.aplicar_status(lote)
            lote = []
    Envio.objects.filter(pk=envio.pk, wamid=None).update(
        estado="enviada", wamid=wamid, prazo_em=None
    )
    saida.conferir_orfaos()
    assert visto(envio) == modelo(nomes)
    assert not StatusOrfao.objects.filter(wamid=wamid).exists()
    envio.refresh_from_db()
    assert (envio.estado, envio.wamid) == ("enviada", wamid)


def test_times_are_those_of_the_first_of_each(numero, aceito):
    cedo, tarde = HORA, HORA + timedelta(hours=1)
    saida.aplicar_status([(numero, status("read", momento=tarde))])
    saida.aplicar_status(
        [(numero, status("read", momento=cedo)), (numero, status("delivered", momento=tarde))]
    )
    saida.aplicar_status([(numero, status("sent", momento=cedo))])
    situacao = SituacaoDoEnvio.objects.get(envio=aceito)
    assert (situacao.enviado_em, situacao.entregue_em, situacao.lido_em) == (cedo, tarde, cedo)
    assert situacao.posto == 4


def test_changed_sends_are_returned_once_and_only_when_they_look_different(numero, aceito):
    def aplicar(*nomes):
        return saida.aplicar_status([(numero, status(nome)) for nome in nomes])

    assert aplicar("sent") == []
    assert aplicar("delivered", "delivered", "sent") == [aceito.pk]
    assert aplicar("delivered") == []
    assert aplicar("read") == [aceito.pk]
    assert aplicar("played", "failed") == []


def test_failure_told_later_keeps_its_code(numero, aceito):
    assert saida.aplicar_status([(numero, status("failed", codigo=131047))]) == [aceito.pk]
    envio = Envio.objects.select_related("situacao").get(pk=aceito.pk)
    assert envio.estado_mostrado == "falhou"
    assert envio.codigo_da_falha == 131047


@pytest.mark.parametrize("estado", ["pendente", "enviando", "incerta", "falhou"])
@pytest.mark.parametrize("nome", ["sent", "delivered", "failed"])
def test_status_with_our_id_settles_any_doubt(numero, estado, nome):
    envio = factories.EnvioFactory(numero=numero, estado=estado, tentativa=1, codigo=131000)
    mudados = saida.aplicar_status([(numero, status(nome, wamid="wamid.N", opaco=envio.pk))])
    envio.refresh_from_db()
    assert (envio.estado, envio.wamid, envio.codigo) == ("enviada", "wamid.N", None)
    assert visto(envio) == modelo([nome])
    assert mudados == ([] if (estado, nome) == ("falhou", "failed") else [envio.pk])


def test_settled_send_is_not_sent_again(graph, numero):
    envio = factories.EnvioFactory(numero=numero, tentativa=1, rodadas=1, codigo=131000)
    saida.aplicar_status([(numero, status("sent", wamid="wamid.N", opaco=envio.pk))])
    saida.enviar(envio.pk)
    assert graph.pedidos == []


def test_wamid_of_another_send_is_not_taken(numero, aceito):
    envio = factories.EnvioFactory(numero=numero, incerta=True)
    saida.aplicar_status([(numero, status("sent", wamid="wamid.X", opaco=envio.pk))])
    envio.refresh_from_db()
    assert (envio.estado, envio.wamid) == ("enviada", None)


@pytest.mark.parametrize("opaco", ["", "ticket:8812", "x" * 36, str(uuid.UUID(int=7))])
def test_strange_ids_fall_back_to_the_wamid(numero, aceito, opaco):
    saida.aplicar_status([(numero, status("delivered", opaco=opaco))])
    assert visto(aceito) == "entregue"


@pytest.mark.parametrize("nome", ["deleted", "warning", "captured", ""])
def test_words_that_move_nothing_are_ignored(numero, aceito, nome):
    assert saida.aplicar_status([(numero, status(nome))]) == []
    assert not StatusOrfao.objects.exists()


def test_unknown_send_becomes_an_orphan_once(numero):
    for _ in range(3):
        saida.aplicar_status(
            [(numero, status("sent", wamid="wamid.DE-FORA")) for _ in range(2)]
            + [(numero, status("failed", wamid="wamid.DE-FORA", codigo=131026))]
        )
    assert StatusOrfao.objects.count() == 2


def test_orphans_are_applied_by_the_sweep_and_told(numero):
    saida.aplicar_status([(numero, status("delivered", wamid="wamid.TARDE", preco=GRATIS))])
    envio = factories.EnvioFactory(numero=numero, estado="enviada", wamid="wamid.TARDE")
    avisados = []

    def ouvir(envios, **_):
        avisados.extend(envios)

    sinais.envios_mudaram.connect(ouvir)
    try:
        assert saida.conferir_orfaos() == 1
    finally:
        sinais.envios_mudaram.disconnect(ouvir)
    assert visto(envio) == "entregue"
    assert avisados == [envio.pk]
    assert ConsumoMensal.objects.get().quantidade == 1


def test_orphans_are_forgotten_after_seven_days(numero):
    saida.aplicar_status([(numero, status("sent", wamid=f"wamid.{n}")) for n in range(2)])
    velho = StatusOrfao.objects.order_by("pk").first()
    StatusOrfao.objects.filter(pk=velho.pk).update(recebido_em=Now() - timedelta(days=7, seconds=1))
    saida.conferir_orfaos()
    assert not StatusOrfao.objects.filter(pk=velho.pk).exists()
    assert StatusOrfao.objects.count() == 1


@pytest.mark.parametrize(
    "ordem", list(itertools.permutations(["sent", "delivered", "read"])), ids="-".join
)
@pytest.mark.parametrize("com_preco", ["sent", "delivered", "read"])
def test_meter_counts_each_delivered_send_once(numero, aceito, ordem, com_preco):
    for _ in range(2):
        for nome in ordem:
            preco = GRATIS if nome == com_preco else None
            saida.aplicar_status([(numero, status(nome, preco=preco))])
    consumo = ConsumoMensal.objects.get()
    assert (consumo.quantidade, consumo.tipo, consumo.categoria) == (
        1,
        "free_customer_service",
        "service",
    )
    assert str(consumo.mes) == "2026-11-01"


def test_meter_does_not_count_what_was_not_delivered(numero, aceito):
    saida.aplicar_status([(numero, status("sent", preco=GRATIS)), (numero, status("failed"))])
    assert not ConsumoMensal.objects.exists()


def test_month_is_that_of_the_city(numero, aceito):
    meia_noite_la = datetime(2026, 12, 1, 2, 30, tzinfo=UTC)  # 23:30 of 30 November in São Paulo
    saida.aplicar_status([(numero, status("delivered", momento=meia_noite_la, preco=GRATIS))])
    assert str(ConsumoMensal.objects.get().mes) == "2026-11-01"


def test_batch_is_a_fixed_number_of_statements(numero, django_assert_max_num_queries):
    envios = [
        factories.EnvioFactory(numero=numero, estado="enviada", wamid=f"wamid.{n}")
        for n in range(40)
    ]
    lote = [(numero, status("delivered", wamid=e.wamid, preco=GRATIS)) for e in envios]
    with django_assert_max_num_queries(4):
        saida.aplicar_status(lote)
