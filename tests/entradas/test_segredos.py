"""G25: a marked text, phone, name and token go through the house and show up in no log, key,
task argument, metric, address or session."""

import io
import json
import logging
import uuid

import pytest
import redis
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client

from prefeitura.ambiente import metricas
from prefeitura.ambiente.registro import LinhaJson
from prefeitura.tempo_real import presenca
from prefeitura.whatsapp import entrada, saida
from prefeitura.whatsapp.models import Envio
from tests import factories
from tests.chegada import chegar, corpo, guardar, mensagem, status, valor
from tests.whatsapp.conftest import graph  # noqa: F401 (a fixture)
from tests.whatsapp.servidor_falso import aceitar, recusar

TEXTO, FONE, NOME = "canario-texto-7781", "5511977712345", "Canária Secretíssima"
TOKEN, RESPOSTA, SENHA = "canario-token-9932", "canario-resposta-4410", "canario senha tres 55"
MARCAS = (TEXTO, FONE, FONE[4:], "Canária", "Secret", TOKEN, RESPOSTA, "canario senha")
SEGREDOS = (settings.WHATSAPP_APP_SECRETS[0], settings.SECRET_KEY)


@pytest.fixture
def registros():
    """Every line that any logger would write, at the most talkative level we allow."""
    escrito, raiz = io.StringIO(), logging.getLogger()
    tomada = logging.StreamHandler(escrito)
    tomada.setFormatter(LinhaJson())
    nivel = raiz.level
    raiz.addHandler(tomada)
    raiz.setLevel(logging.DEBUG)
    yield escrito
    raiz.removeHandler(tomada)
    raiz.setLevel(nivel)


@pytest.fixture
def argumentos(monkeypatch):
    """The arguments of every task asked for, as the broker would keep them."""
    pedidos = []

    def guardar_pedido(tarefa, args=None, kwargs=None, **opcoes):
        pedidos.append(json.dumps([tarefa.name, args, kwargs, opcoes], default=str))

    monkeypatch.setattr("celery.app.task.Task.apply_async", guardar_pedido)
    return pedidos


def despejo() -> str:
    """All that is in Valkey, keys and values."""
    with redis.Redis.from_url(settings.REDIS_URL) as valkey:
        partes = []
        for chave in valkey.scan_iter():
            partes += [repr(chave), repr(valkey.dump(chave))]
        return "\n".join(partes)


@pytest.mark.django_db
def test_G25_marked_values_are_nowhere_they_should_not_be(
    numero,
    municipio,
    entrar,
    graph,  # noqa: F811
    registros,
    argumentos,
    client,
):
    with redis.Redis.from_url(settings.REDIS_URL) as valkey:
        valkey.flushdb()
    numero.conta.token = TOKEN
    numero.conta.save()
    servidor = factories.ServidorFactory(username="ana", em=numero.equipe_de_triagem)
    navegador = entrar(servidor)

    # A citizen writes, sends a file, and something poisoned comes along.
    foto = {"id": "55", "mime_type": "image/png", "caption": TEXTO}
    [recebida, _] = chegar(
        numero,
        mensagem(TEXTO, de=FONE),
        mensagem(de=FONE, type="image", image=foto),
        nome=NOME,
    )
    guardar(b'{"x": "' + TEXTO.encode())
    sem_dono = valor(numero, mensagens=[mensagem(TEXTO, de=FONE)], nome=NOME)
    sem_dono["metadata"]["phone_number_id"] = "404"
    guardar(corpo(numero, sem_dono))
    adulterada = mensagem(TEXTO + "!", de=FONE, wamid=recebida.wamid)
    guardar(corpo(numero, valor(numero, mensagens=[adulterada], nome=NOME)))
    entrada.processar()

    # A servant looks, searches, types and answers; Meta refuses, then accepts; a receipt comes.
    caminho = f"/atendimento/{recebida.atendimento_id}/"
    assert TEXTO in navegador.get(caminho).content.decode()
    navegador.get("/atendimento/", {"q": FONE, "aba": "tudo"})
    navegador.post(f"{caminho}presenca/", {"digitando": "1"})
    navegador.post(f"{caminho}rascunho/", {"texto": RESPOSTA})
    dados = {"chave_cliente": str(uuid.uuid4()), "texto": RESPOSTA}
    assert navegador.post(f"{caminho}responder/", dados).status_code == 302
    graph.combinar(recusar(100, 400, f"bad {FONE} {RESPOSTA}"), aceitar("wamid.CANARIO"))
    for envio in Envio.objects.order_by("ordem"):
        saida.enviar(str(envio.pk))
    for envio in Envio.objects.exclude(wamid=None).select_related("cidadao"):
        guardar(corpo(numero, valor(numero, statuses=[status(envio, "read")])))
    entrada.processar()

    # Wrong passwords, a fault of ours, an address with a phone in it.
    client.post("/entrar/", {"username": "ana", "password": SENHA})
    client.post("/api/v1/token/", {"username": "ana", "password": SENHA})
    client.get(f"/nao-existe/{FONE}/")
    quebrado = Client(raise_request_exception=False)
    quebrado.force_login(servidor)
    with pytest.MonkeyPatch.context() as remendo:

        def quebrar(*_, **__):
            raise RuntimeError(f"{TEXTO} {FONE} {TOKEN}")

        remendo.setattr("atendimento.views.apresentar.lista.contar", quebrar)
        assert quebrado.get("/atendimento/", {"q": FONE}).status_code == 500

    linhas = registros.getvalue()
    assert linhas.count("\n") > 5, "nada foi registrado: o teste não prova nada"
    lugares = {
        "registros": linhas,
        "valkey": despejo(),
        "argumentos das tarefas": "\n".join(argumentos),
        "métricas": metricas.texto().decode(),
        "sessões": "\n".join(str(s.get_decoded()) for s in Session.objects.all()),
    }
    assert argumentos
    assert presenca.quem_esta(recebida.atendimento_id)
    achados = [
        (lugar, marca)
        for lugar, conteudo in lugares.items()
        for marca in (*MARCAS, *SEGREDOS)
        if marca in conteudo
    ]
    assert achados == []


@pytest.mark.django_db
def test_G25_token_is_stored_encrypted(numero):
    from django.db import connection

    numero.conta.token = TOKEN
    numero.conta.save()
    with connection.cursor() as cursor:
        cursor.execute("SELECT token::text FROM whatsapp_conta WHERE id = %s", [numero.conta.pk])
        assert TOKEN not in cursor.fetchone()[0]
