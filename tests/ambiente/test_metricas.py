"""Each name of the operation manual exists, has few labels, and moves when it should."""

import asyncio
import json
import uuid
from datetime import timedelta

import pytest
from asgiref.sync import async_to_sync
from django.test import Client
from django.utils import timezone

from atendimento import acoes, mostradas
from atendimento.acoes.conteudo import Texto
from atendimento.erros import Conflito
from prefeitura.ambiente import metricas
from prefeitura.tempo_real import publicar as publicacao
from prefeitura.whatsapp import entrada, fila, saida, webhook
from prefeitura.whatsapp import midia as midias
from prefeitura.whatsapp.erros import MEDIDOS, frase
from prefeitura.whatsapp.jornal import Indisponivel
from prefeitura.whatsapp.models import Batimento, StatusOrfao
from tests import factories
from tests.ambiente.figuras import ler, move, valor
from tests.chegada import chegar, chegar_status, corpo, guardar, mensagem, status
from tests.chegada import valor as mudanca
from tests.tempo_real.test_pagina_aberta import pronta
from tests.whatsapp.conftest import graph, sem_limites  # noqa: F401 (fixtures)
from tests.whatsapp.servidor_falso import aceitar, cortar, recusar
from tests.whatsapp.servidor_web import assinar

pytestmark = pytest.mark.django_db

EXISTEM = """
    webhook_recebidos webhook_recusados webhook_segundos webhook_assinado_com eventos_itens
    eventos_pendentes eventos_idade_segundos eventos_parados status_orfaos
    evento_processamento_segundos evento_dwell_segundos mensagem_ate_tela_segundos
    envios envio_idade_segundos envio_segundos envio_tentativas
    envios_incertos envios_incertos_resolvidos
    numero_pausado numero_qualidade numero_limite_diario graph_segundos graph_erros
    midia_pendente midia_idade_segundos midia_resultado
    atendimentos_abertos espera_maior_segundos assumir_conflitos resposta_conflitos
    sockets_abertos socket_fechado socket_recuperacoes canal_descartados
    login login_bloqueado acesso_negado batimento_idade_segundos
    nivel_de_carga tarefa_segundos tarefa_falhas relogio_diferenca_segundos disco_livre_ratio
""".split()
CHEGAM_COM = {
    "comunicado_destinatarios": "os comunicados",
    "optout": "os comunicados",
    "auditoria_elos": "a cadeia de auditoria",
    "auditoria_atraso_segundos": "a cadeia de auditoria",
    "auditoria_ok": "a cadeia de auditoria",
    "restauracao_ok": "o ensaio de restauração",
    "invariante_violada": "manage.py conferir",
}


def nomes() -> set[str]:
    return {medida.name for medida in metricas.coletar()}


@pytest.mark.parametrize("nome", EXISTEM)
def test_name_of_the_manual_is_told(nome):
    assert nome in nomes()


@pytest.mark.parametrize("nome", CHEGAM_COM)
def test_what_is_not_built_yet_is_not_faked(nome):
    assert nome not in nomes(), f"já existe: passe {nome} para EXISTEM"


def test_without_the_database_the_counters_are_still_told(monkeypatch):
    from django.db import OperationalError

    def cair(_):
        raise OperationalError

    monkeypatch.setattr("prefeitura.ambiente.medidas.DoBanco.collect", cair)
    assert valor("banco_responde") == 0
    assert {"webhook_recebidos", "disco_livre_ratio"} <= nomes()


def test_meta_codes_in_labels_are_few():
    assert 190 in MEDIDOS
    assert len(MEDIDOS) <= 60


# The webhook -----------------------------------------------------------------------------------


def postar(corpo=b"{}", assinatura: str | None = None, metodo="POST", cabecalhos=()):
    """One request straight to the ASGI callable; what it answers does not matter here."""
    partes = [{"type": "http.request", "body": corpo, "more_body": False}]
    cabecalhos = list(cabecalhos)
    if assinatura != "":
        cabecalhos.append((b"x-hub-signature-256", (assinatura or assinar(corpo)).encode()))

    async def receber():
        return partes.pop(0) if partes else {"type": "http.disconnect"}

    async def enviar(_):
        return None

    asyncio.run(
        webhook.Webhook()(
            {"type": "http", "method": metodo, "headers": cabecalhos, "query_string": b""},
            receber,
            enviar,
        )
    )


@pytest.fixture
def diario(monkeypatch):
    """A journal in memory; `cair = True` makes it refuse."""

    class Diario:
        cair = False
        codigos: list[str] = []

        async def guardar(self, corpo, sha256, codigo):
            self.codigos.append(codigo)
            if self.cair:
                raise Indisponivel

    falso = Diario()
    monkeypatch.setattr(webhook, "Jornal", lambda prazo: falso)
    return falso


def test_webhooks_are_counted_by_result(diario, settings):
    with move("webhook_recebidos_total", resultado="aceito"), move("webhook_segundos_count"):
        postar()
    diario.cair = True
    with move("webhook_recebidos_total", resultado="indisponivel"):
        postar()
    with move("webhook_recebidos_total", resultado="grande"):
        postar(b"x" * (4 * 1024 * 1024 + 1))


@pytest.mark.parametrize(
    ("motivo", "como"),
    [
        ("sem_assinatura", {"assinatura": ""}),
        ("formato", {"assinatura": "sha1=abc"}),
        ("assinatura", {"assinatura": "sha256=" + "0" * 64}),
        ("metodo", {"metodo": "DELETE"}),
    ],
)
def test_refused_webhooks_are_counted_by_reason(diario, motivo, como):
    with (
        move("webhook_recusados_total", motivo=motivo),
        move("webhook_recebidos_total", resultado="recusado"),
    ):
        postar(**como)


def test_the_secret_that_signed_is_counted(diario, settings):
    settings.WHATSAPP_APP_SECRETS = ["novo", *settings.WHATSAPP_APP_SECRETS]
    with move("webhook_assinado_com_total", segredo="anterior"):
        postar()


# What came in ----------------------------------------------------------------------------------


def test_items_are_counted_by_kind_and_fate(numero):
    envio = factories.EnvioFactory(numero=numero, aceita=True)
    texto = mensagem()
    with (
        move("eventos_itens_total", tipo="mensagem", resultado="aplicado"),
        move("evento_dwell_segundos_count"),
        move("evento_processamento_segundos_count"),
    ):
        chegar(numero, texto)
    with move("eventos_itens_total", tipo="mensagem", resultado="repetido"):
        chegar(numero, texto)
    with move("eventos_itens_total", tipo="status", resultado="aplicado"):
        chegar_status(numero, status(envio, "delivered"))
    with move("eventos_itens_total", tipo="status", resultado="repetido"):
        chegar_status(numero, status(envio, "delivered"))
    alheio = factories.EnvioFactory.build(numero=numero, wamid="wamid.ALHEIO")
    with move("eventos_itens_total", tipo="status", resultado="orfao"):
        chegar_status(numero, status(alheio, "sent", opaco=False))
    assert valor("status_orfaos") == 1
    sem_dono = mudanca(numero, mensagens=[mensagem()])
    sem_dono["metadata"]["phone_number_id"] = "404"
    with (
        move("eventos_itens_total", tipo="mensagem", resultado="parado"),
        move("eventos_parados"),
    ):
        guardar(corpo(numero, sem_dono))
        entrada.processar()
    aprovado = {"event": "APPROVED", "message_template_id": 1, "message_template_name": "a"}
    with move("eventos_itens_total", tipo="modelo", resultado="aplicado"):
        guardar(corpo(numero, aprovado, campo="message_template_status_update"))
        entrada.processar()
    with move("eventos_itens_total", tipo="conta", resultado="aplicado"):
        guardar(corpo(numero, {"event": "PARTNER_ADDED"}, campo="account_update"))
        entrada.processar()


def test_what_waits_is_told_with_its_age(numero):
    antes = timezone.now() - timedelta(seconds=100)
    factories.EventoRecebidoFactory(recebido_em=antes, nao_antes_de=antes)
    factories.MidiaFactory(numero=numero, criada_em=antes)
    factories.EnvioFactory(numero=numero, criado_em=antes, nao_antes_de=antes)
    factories.EnvioFactory(numero=numero, incerta=True, incerta_em=antes)
    assert valor("eventos_pendentes") == valor("midia_pendente") == valor("envios_incertos") == 1
    assert valor("envios", estado="pendente", prioridade="0") == 1
    for nome in ("eventos_idade_segundos", "midia_idade_segundos"):
        assert 90 <= valor(nome) < 150
    assert 90 <= valor("envio_idade_segundos", prioridade="0") < 150
    assert 90 <= valor("envios_incertos_idade_segundos") < 150


def test_a_message_is_timed_until_the_first_open_page_has_it(numero, ana, saude, entrar, settings):
    numero.equipe_de_triagem = saude
    numero.save()
    [recebida] = chegar(numero, mensagem())
    caminho = f"/atendimento/{recebida.atendimento_id}/mensagens/?ids={recebida.pk}"
    with move("mensagem_ate_tela_segundos_count"):
        entrar(ana).get(caminho)
        entrar(ana).get(caminho)
    [outra] = chegar(numero, mensagem())
    with move("mensagem_ate_tela_segundos_count", 0):
        entrar(ana).get(f"/atendimento/{outra.atendimento_id}/")
    assert outra.pk in mostradas._mostradas


# What goes out ---------------------------------------------------------------------------------


def test_sends_are_counted_by_answer(graph, numero, sem_limites):  # noqa: F811
    graph.combinar(aceitar("wamid.M1"), recusar(131026), cortar, recusar(987654), recusar(4))
    esperado = [("aceito", ""), ("permanente", "131026"), ("duvida", ""), ("permanente", "outro")]
    for resultado, codigo in [*esperado, ("temporario", "4")]:
        envio = factories.EnvioFactory(numero=numero)
        with (
            move("envio_tentativas_total", resultado=resultado, codigo=codigo),
            move("envio_segundos_count", prioridade="0"),
            move("graph_segundos_count", rota="messages"),
        ):
            saida.enviar(envio.pk)
    assert valor("graph_erros_total", rota="messages", classe="Recusada") >= 2


def test_doubts_are_counted_by_who_ended_them(numero, ana):
    antes = timezone.now() - timedelta(minutes=20)
    um, outro = factories.EnvioFactory.create_batch(
        2, numero=numero, incerta=True, incerta_em=antes
    )
    with move("envios_incertos_resolvidos_total", por="status"):
        chegar_status(numero, status(um, "sent"))
    with move("envios_incertos_resolvidos_total", por="pessoa"):
        saida.desistir(envio=outro, servidor=ana)


def test_numbers_tell_pause_quality_limit_and_access(numero):
    quem = {"numero": str(numero.pk)}
    assert ler()["numero_pausado", (("numero", str(numero.pk)),)] == 0
    numero.pausado_ate = timezone.now() + timedelta(minutes=5)
    numero.pausa_motivo, numero.qualidade = frase(190), "RED"
    numero.save()
    assert valor("numero_pausado", **quem) == valor("numero_sem_acesso", **quem) == 1
    assert valor("numero_qualidade", **quem) == 1
    esperados = {"TIER_2K": 2000, "250": 250, "TIER_UNLIMITED": float("inf"), "-1": float("inf")}
    for escrito, limite in esperados.items():
        numero.conta.limite_diario = escrito
        numero.conta.save()
        assert valor("numero_limite_diario", **quem) == limite
    numero.conta.limite_diario = "coisa nova"
    numero.conta.save()
    assert ("numero_limite_diario", (("numero", str(numero.pk)),)) not in ler()


def test_files_are_counted_by_end(graph, numero):  # noqa: F811
    perdida = factories.MidiaFactory(numero=numero, media_id="9", tentativas=2)
    graph.combinar(recusar(100))
    with move("midia_resultado_total", resultado="perdida"):
        midias.baixar(perdida.pk)


# People and pages ------------------------------------------------------------------------------


def test_queues_tell_how_many_and_how_long(saude):
    factories.AtendimentoFactory(
        equipe=saude, esperando_desde=timezone.now() - timedelta(seconds=100)
    )
    assert valor("atendimentos_abertos", fila="saude") == 1
    assert 90 <= valor("espera_maior_segundos", fila="saude") < 150


def test_conflicts_are_counted(atendimento, ana, carla, saude):
    factories.ParticipacaoFactory(servidor=carla, equipe=saude)
    acoes.assumir(atendimento_id=atendimento.pk, servidor=ana)
    with move("assumir_conflitos_total"), pytest.raises(Conflito):
        acoes.assumir(atendimento_id=atendimento.pk, servidor=carla)
    with move("resposta_conflitos_total"), pytest.raises(Conflito):
        acoes.responder(
            atendimento_id=atendimento.pk,
            servidor=carla,
            chave_cliente=uuid.uuid4(),
            conteudo=Texto("Olá"),
        )


@pytest.mark.django_db(transaction=True)
def test_open_pages_are_counted_while_open_and_by_how_they_end(ana):
    @async_to_sync
    async def correr():
        pagina = await pronta(ana)
        aberta = metricas_de_sockets()
        await pagina.send_to(json.dumps({"acao": "outra"}))
        assert (await pagina.receive_output(5))["code"] == 4400
        await pagina.disconnect()
        return aberta

    antes = metricas_de_sockets()
    assert correr() == (antes[0] + 1, antes[1])
    assert metricas_de_sockets() == (antes[0], antes[1] + 1)


def metricas_de_sockets() -> tuple[float, float]:
    from prefeitura.tempo_real.metricas import ABERTOS, FECHADOS

    return ABERTOS._value.get(), FECHADOS.labels("4400")._value.get()


def test_catch_up_of_pages_is_counted(ana, entrar):
    pagina = entrar(ana)
    with move("socket_recuperacoes_total", tipo="total"):
        cursor = pagina.get("/atendimento/desde/").json()["cursor"]
    with move("socket_recuperacoes_total", tipo="parcial"):
        pagina.get("/atendimento/desde/", {"cursor": cursor})


def test_frames_that_find_no_room_are_counted(monkeypatch):
    monkeypatch.setattr(publicacao, "MAXIMO_A_CAMINHO", 0)
    with move("canal_descartados_total"):
        publicacao._despachar({"equipe.1": [{"tipo": "presenca", "id": 1}]})


def test_logins_are_counted_by_result_on_the_page_and_in_the_api(ana):
    with move("login_total", 2, resultado="certo"):
        Client().post("/entrar/", {"username": "ana", "password": factories.SENHA})
        Client().post("/api/v1/token/", {"username": "ana", "password": factories.SENHA})
    with move("login_total", 2, resultado="errado"):
        Client().post("/entrar/", {"username": "ana", "password": "errada"})
        Client().post("/api/v1/token/", {"username": "ana", "password": "errada"})


def test_blocked_logins_are_counted(ana):
    with move("login_bloqueado_total", resultado="conta"):
        for _ in range(10):
            Client().post("/entrar/", {"username": "ana", "password": "errada"})


def test_denied_objects_are_counted_once_in_ten_minutes(atendimento, bruno, entrar, com_token):
    caminho = f"/atendimento/{atendimento.pk}/"
    with move("acesso_negado_total", rota="atendimento:abrir"):
        assert entrar(bruno).get(caminho).status_code == 404
        assert entrar(bruno).get(caminho).status_code == 404
    assert valor("acesso_negado_maior") == 1
    com_token(bruno).get("/api/v1/atendimentos/987654321/")
    assert valor("acesso_negado_maior") == 2
    assert Client().get(caminho).status_code == 302
    assert valor("acesso_negado_maior") == 2


# The machine -----------------------------------------------------------------------------------


def test_processes_tell_their_last_sign_of_life():
    assert valor("batimento_idade_segundos", processo="entrada") == float("inf")
    Batimento.objects.create(processo="entrada", quando=timezone.now() - timedelta(seconds=80))
    assert 70 <= valor("batimento_idade_segundos", processo="entrada") < 130


def test_tasks_are_timed_and_their_failures_counted():
    def nada():
        return None

    def quebrar():
        raise ZeroDivisionError

    tarefa = _tarefa(nada)
    with move("tarefa_segundos_count", tarefa="conta_de_teste"):
        tarefa()
    falha = _tarefa(quebrar)
    with (
        move("tarefa_falhas_total", tarefa="conta_de_teste"),
        move("tarefa_segundos_count", tarefa="conta_de_teste"),
        pytest.raises(ZeroDivisionError),
    ):
        falha()


def _tarefa(funcao):
    from celery import Celery

    app = Celery("de-teste", broker="memory://", set_as_current=False)
    return app.task(base=fila.Tarefa, name="de.conta_de_teste")(funcao)


def test_clock_and_disk_are_told():
    assert valor("relogio_diferenca_segundos") < 5
    assert 0 < valor("disco_livre_ratio") <= 1


def test_messages_of_another_program_are_told_after_a_minute(numero):
    for n in range(4):
        orfao = StatusOrfao.objects.create(numero=numero, wamid=f"wamid.{n // 2}", dados={})
        StatusOrfao.objects.filter(pk=orfao.pk).update(
            recebido_em=timezone.now() - timedelta(minutes=2)
        )
    StatusOrfao.objects.create(numero=numero, wamid="wamid.agora", dados={})
    assert valor("mensagens_de_fora") == 2
