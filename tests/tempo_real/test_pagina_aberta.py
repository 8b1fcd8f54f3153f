"""The socket: whose it is, what it hears, and what it refuses."""

import json

import pytest
from asgiref.sync import async_to_sync
from channels.db import database_sync_to_async
from channels.testing import WebsocketCommunicator
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from prefeitura.asgi import pagina_aberta
from prefeitura.tempo_real import receptores
from prefeitura.tempo_real.eventos import grupo_da_equipe, grupo_do_servidor
from prefeitura.tempo_real.publicar import publicar
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


def abrir(servidor=None, origem=b"http://testserver") -> WebsocketCommunicator:
    cabecalhos = [(b"host", b"testserver")]
    if origem:
        cabecalhos.append((b"origin", origem))
    if servidor is not None:
        navegador = Client()
        navegador.force_login(servidor)
        biscoito = "; ".join(f"{k}={v.value}" for k, v in navegador.cookies.items())
        cabecalhos.append((b"cookie", biscoito.encode()))
    return WebsocketCommunicator(pagina_aberta, "/ws/", headers=cabecalhos)


async def pronta(servidor) -> WebsocketCommunicator:
    pagina = await database_sync_to_async(abrir)(servidor)
    aceita, _ = await pagina.connect(timeout=5)
    assert aceita
    assert json.loads(await pagina.receive_from(5)) == {"tipo": "pronto"}
    return pagina


def test_E164_without_login_there_is_no_socket():
    @async_to_sync
    async def correr():
        pagina = abrir()
        aceita, codigo = await pagina.connect(timeout=5)
        assert (aceita, codigo) == (False, 4401)

    correr()


@pytest.mark.parametrize("origem", [b"https://mal.example", None])
def test_E165_another_origin_is_refused(ana, origem):
    @async_to_sync
    async def correr():
        pagina = await database_sync_to_async(abrir)(ana, origem)
        aceita, _ = await pagina.connect(timeout=5)
        assert not aceita

    correr()


def test_members_hear_of_their_team_and_outsiders_do_not(ana, bruno, carla, saude):
    @async_to_sync
    async def correr():
        paginas = {quem: await pronta(quem) for quem in (ana, carla, bruno)}
        evento = {"tipo": "atendimento", "id": 7, "versao": 2}
        await database_sync_to_async(publicar)([grupo_da_equipe(saude.pk)], evento)
        for dentro in (ana, carla):
            assert json.loads(await paginas[dentro].receive_from(5)) == evento
        assert await paginas[bruno].receive_nothing(0.3)
        for pagina in paginas.values():
            await pagina.disconnect()

    correr()


@pytest.mark.parametrize(
    "quadro",
    ['{"assinar":"equipe.1"}', "nada", "[]", "[" * 3_000, '{"acao":"ping","x":1}', "x" * 5_000],
)
def test_E166_E167_anything_but_a_ping_closes(ana, quadro):
    @async_to_sync
    async def correr():
        pagina = await pronta(ana)
        await pagina.send_to(quadro)
        saida = await pagina.receive_output(5)
        assert (saida["type"], saida["code"]) == ("websocket.close", 4400)

    correr()


def test_E168_ping_is_answered_and_too_many_close(ana):
    @async_to_sync
    async def correr():
        pagina = await pronta(ana)
        ping = json.dumps({"acao": "ping"})
        await pagina.send_to(ping)
        assert json.loads(await pagina.receive_from(5)) == {"tipo": "pong"}
        for _ in range(130):
            await pagina.send_to(ping)
        while (saida := await pagina.receive_output(5))["type"] == "websocket.send":
            pass
        assert saida["code"] == 4429

    correr()


def test_E172_who_lost_the_account_loses_the_socket(ana, saude):
    @async_to_sync
    async def correr():
        pagina = await pronta(ana)
        desligar = type(ana).objects.filter(pk=ana.pk).update
        await database_sync_to_async(desligar)(is_active=False)
        await database_sync_to_async(publicar)([grupo_da_equipe(saude.pk)], {"tipo": "sessao"})
        saida = await pagina.receive_output(5)
        assert (saida["type"], saida["code"]) == ("websocket.close", 4401)

    correr()


@pytest.mark.parametrize("fim", ["senha", "vencida"])
def test_socket_ends_with_the_session_that_opened_it(ana, fim):
    """A new password ends every session of a person; a session ends by itself after 12 hours."""

    def acabar():
        if fim == "senha":
            ana.set_password("outra frase com quatro palavras")
            ana.save()
        else:
            Session.objects.update(expire_date=timezone.now())

    @async_to_sync
    async def correr():
        pagina = await pronta(ana)
        await database_sync_to_async(acabar)()
        if fim == "vencida":
            await pagina.send_to(json.dumps({"acao": "ping"}))
        saida = await pagina.receive_output(5)
        assert (saida["type"], saida["code"]) == ("websocket.close", 4401)

    correr()


def test_session_signed_with_the_key_before_stays_open(ana, settings):
    """SECRET_KEY is rotated with an overlap: nobody is thrown out by it."""

    @async_to_sync
    async def correr():
        pagina = await pronta(ana)
        settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
        settings.SECRET_KEY = "outra-chave-de-teste-" + "0123456789abcdef" * 3
        await pagina.send_to(json.dumps({"acao": "ping"}))
        assert json.loads(await pagina.receive_from(5)) == {"tipo": "pong"}
        await pagina.disconnect()

    correr()


def test_new_team_is_heard_by_who_sees_the_whole_secretaria(carla, saude, monkeypatch):
    avisados = []
    monkeypatch.setattr(receptores, "publicar", lambda grupos, _: avisados.extend(grupos))
    factories.EquipeFactory(secretaria=saude.secretaria)
    factories.EquipeFactory()
    assert avisados == [grupo_do_servidor(carla.pk)]


def test_leaving_a_team_and_logging_out_reach_the_socket_by_themselves(ana, saude):
    navegador = Client()
    navegador.force_login(ana)
    biscoito = "; ".join(f"{k}={v.value}" for k, v in navegador.cookies.items())

    @async_to_sync
    async def correr():
        pagina = WebsocketCommunicator(
            pagina_aberta,
            "/ws/",
            headers=[
                (b"host", b"testserver"),
                (b"origin", b"http://testserver"),
                (b"cookie", biscoito.encode()),
            ],
        )
        assert (await pagina.connect(timeout=5))[0]
        assert json.loads(await pagina.receive_from(5)) == {"tipo": "pronto"}
        await database_sync_to_async(ana.participacoes.all().delete)()
        assert json.loads(await pagina.receive_from(5)) == {"tipo": "sessao"}
        await database_sync_to_async(publicar)([grupo_da_equipe(saude.pk)], {"tipo": "x"})
        assert await pagina.receive_nothing(0.3)
        await database_sync_to_async(navegador.logout)()
        saida = await pagina.receive_output(5)
        assert (saida["type"], saida["code"]) == ("websocket.close", 4401)

    correr()
