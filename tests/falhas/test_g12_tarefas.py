"""G12: every task may run five times at once, or for a row that is gone: the effect is one."""

import importlib
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core import mail
from django.db.models.functions import Now
from django.utils import timezone

from atendimento import tasks as do_atendimento
from atendimento.demonstracao.desenhos import pdf
from atendimento.models import Atendimento, Mensagem, PedidoDeBloqueio
from prefeitura.celery import app
from prefeitura.tempo_real import valkey
from prefeitura.whatsapp import ritmo, tasks
from prefeitura.whatsapp.models import Batimento, Envio, EventoRecebido, Midia, ModeloDeMensagem
from tests import factories
from tests.chegada import corpo, guardar, mensagem, valor
from tests.falhas.corrida import Corrida
from tests.falhas.medida import anotar, tamanho
from tests.whatsapp.servidor_falso import aceitar, responder

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.lento]
graph = importlib.import_module("tests.whatsapp.conftest").graph
VEZES = 5
FOTO = b"\xff\xd8\xff\xe0" + bytes(200)


@pytest.fixture(autouse=True)
def _sem_limites(monkeypatch, settings, tmp_path):
    monkeypatch.setattr(ritmo, "pedir", lambda *_: 0.0)
    settings.MEDIA_ROOT = tmp_path
    if marcas := valkey.conexao().keys("visto:*"):
        valkey.conexao().delete(*marcas)


def enviar(graph, numero, **_):
    envio = factories.EnvioFactory(numero=numero)
    graph.combinar(*[aceitar(f"wamid.{envio.pk}.{n}") for n in range(VEZES)])

    def conferir():
        assert len(graph.pedidos) == 1
        assert Envio.objects.get(pk=envio.pk).estado == "enviada"

    return tasks.enviar, str(envio.pk), conferir


def baixar_midia(graph, numero, **_):
    foto = factories.MidiaFactory(numero=numero, media_id="777")
    info = {"url": f"{graph.url}/arquivo", "mime_type": "image/jpeg", "file_size": len(FOTO)}
    graph.combinar(responder(info), *[responder(FOTO)] * VEZES)

    def conferir():
        assert len(graph.pedidos) == 2
        assert Midia.objects.get(pk=foto.pk).estado == "baixada"

    return tasks.baixar_midia, str(foto.pk), conferir


def repartir(graph, numero, **_):
    envios = [str(factories.EnvioFactory(numero=numero).pk) for _ in range(2)]

    def conferir():
        # It only asks again: what each of those tasks may do is proved above.
        assert graph.pedidos == []
        assert set(Envio.objects.filter(pk__in=envios).values_list("estado")) == {("pendente",)}

    return tasks.repartir, ("enviar", envios), conferir


def processar_eventos(graph, numero, **_):
    itens = [mensagem(f"m{n}") for n in range(4)]
    for item in itens:
        guardar(corpo(numero, valor(numero, mensagens=[item])))

    def conferir():
        novas = Mensagem.objects.filter(wamid__in=[item["id"] for item in itens])
        assert novas.count() == 4
        assert novas.values("atendimento").distinct().count() == 1
        assert not EventoRecebido.objects.exclude(estado="feito").exists()

    return tasks.processar_eventos, None, conferir


def avisar_leitura(graph, numero, atendimento, **_):
    graph.combinar(*[responder({"success": True})] * VEZES)

    def conferir():
        assert {p.json["message_id"] for p in graph.pedidos} == {lida.wamid}

    lida = factories.MensagemFactory(atendimento=atendimento)
    return do_atendimento.avisar_leitura, lida.pk, conferir


def levar_bloqueio(graph, numero, atendimento, carla, **_):
    pedido = PedidoDeBloqueio.objects.create(
        atendimento=atendimento,
        cidadao=atendimento.conversa.cidadao,
        quem=carla,
        bloquear=True,
        motivo="Ofensas.",
    )
    graph.combinar(*[responder({"success": True, "block_users": {"added_users": []}})] * VEZES)

    linhas = atendimento.transicoes.filter(tipo__in=["bloqueado", "nao_mudou"])
    antes = linhas.count()

    def conferir():
        assert len(graph.pedidos) == 1
        assert linhas.count() <= antes + 1

    return do_atendimento.levar_bloqueio, pedido.pk, conferir


def avisar_ausencias(graph, atendimento, **_):
    equipe = atendimento.equipe
    type(equipe).objects.filter(pk=equipe.pk).update(
        avisar_por_email="chefia@cidade.example", avisada_em=None
    )
    Atendimento.objects.update(esperando_desde=timezone.now() - timedelta(minutes=20))
    mail.outbox.clear()

    def conferir():
        assert len(mail.outbox) == 1

    return do_atendimento.avisar_ausencias, None, conferir


def sincronizar_modelos(graph, numero, **_):
    modelo = {"id": "1", "name": "aviso", "language": "pt_BR", "status": "APPROVED"}
    graph.combinar(*[responder({"data": [modelo | {"category": "UTILITY", "components": []}]})] * 5)

    def conferir():
        assert ModeloDeMensagem.objects.filter(nome="aviso").count() == 1

    return tasks.sincronizar_modelos, numero.conta_id, conferir


def bater(graph, **_):
    def conferir():
        assert Batimento.objects.get().processo == "entrada"

    return tasks.bater, "entrada", conferir


def fazer_miniaturas(graph, numero, **_):
    lugar = Path(settings.MEDIA_ROOT) / "guia"
    lugar.parent.mkdir(parents=True, exist_ok=True)
    lugar.write_bytes(pdf("Guia", ["2026"]))
    guia = factories.MidiaFactory(
        numero=numero, pronta=True, arquivo="guia", tipo="application/pdf", miniatura="pendente"
    )

    def conferir():
        guia.refresh_from_db()
        assert (guia.miniatura, guia.miniatura_tentativas) == ("pronta", 1)

    return tasks.fazer_miniaturas, None, conferir


def limpar_midias(graph, numero, **_):
    sobra = factories.MidiaFactory(numero=numero, pronta=True)
    Midia.objects.filter(pk=sobra.pk).update(criada_em=Now() - timedelta(days=2))

    def conferir():
        assert not Midia.objects.filter(pk=sobra.pk).exists()

    return tasks.limpar_midias, None, conferir


PROVAS = [
    enviar,
    baixar_midia,
    repartir,
    processar_eventos,
    avisar_leitura,
    levar_bloqueio,
    avisar_ausencias,
    sincronizar_modelos,
    fazer_miniaturas,
    limpar_midias,
    bater,
]


@pytest.mark.parametrize("preparar", PROVAS, ids=lambda p: p.__name__)
def test_five_at_once_have_the_effect_of_one(
    preparar, graph, numero, atendimento, carla, record_property
):
    rodadas = tamanho(1, 20)
    with Corrida(VEZES) as corrida:
        for _ in range(rodadas):
            limpar()
            graph.pedidos.clear()
            tarefa, argumento, conferir = preparar(
                graph, numero=numero, atendimento=atendimento, carla=carla
            )
            if not isinstance(argumento, tuple):
                argumento = () if argumento is None else (argumento,)
            fins = corrida.correr(lambda n, t=tarefa, a=argumento: t(*a))
            assert fins == [None] * VEZES
            conferir()
    anotar(record_property, "G12", tarefas_5_vezes=rodadas, efeitos_a_mais=0)


def limpar() -> None:
    """What an earlier round left would be work for the next."""
    PedidoDeBloqueio.objects.all().delete()
    Envio.objects.filter(estado="pendente").update(estado="cancelada")
    Midia.objects.filter(estado="pendente").update(estado="perdida")
    Batimento.objects.all().delete()


def test_every_task_of_the_house_is_proved():
    nossas = {nome for nome in app.tasks if nome.startswith(("prefeitura.", "atendimento."))}
    assert {nome.rpartition(".")[2] for nome in nossas} == {p.__name__ for p in PROVAS}


@pytest.mark.parametrize("tarefa", ["enviar", "baixar_midia"])
def test_a_task_for_a_row_that_is_gone_does_nothing(tarefa, graph):
    getattr(tasks, tarefa)("00000000-0000-4000-8000-000000000000")
    assert graph.pedidos == []


def test_tasks_for_numbers_that_are_gone_do_nothing(graph):
    for tarefa in (
        do_atendimento.avisar_leitura,
        do_atendimento.levar_bloqueio,
        tasks.sincronizar_modelos,
    ):
        tarefa(999_999_999)
    assert graph.pedidos == []
