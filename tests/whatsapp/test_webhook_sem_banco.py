"""G1 and row 50: while the database cannot store, Meta is told to keep it."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from django.db import connection

from prefeitura.whatsapp.models import EventoRecebido
from prefeitura.whatsapp.webhook import Webhook
from tests.whatsapp.servidor_web import assinar, montar_post, no_ar, pedir

CORPO = b'{"entry":[]}'


@pytest.fixture
def banco(servicos_proprios, db, monkeypatch):
    """A server of the test's own, with the journal's table."""
    with connection.schema_editor(collect_sql=True) as editor:
        editor.create_model(EventoRecebido)
    url = servicos_proprios.database_url
    with psycopg.connect(url, autocommit=True) as conexao:
        for sql in editor.collected_sql:
            conexao.execute(sql)
    monkeypatch.setattr("prefeitura.whatsapp.jornal.parametros", lambda: {"conninfo": url})
    return servicos_proprios


@pytest.fixture
def porta(banco):
    with no_ar(Webhook(prazo_do_banco=1.0)) as porta:
        yield porta


def postar(porta, corpo=CORPO):
    return pedir(porta, montar_post(corpo, f"X-Hub-Signature-256: {assinar(corpo)}"))


def executar(banco, sql):
    with psycopg.connect(banco.database_url, autocommit=True) as conexao:
        cursor = conexao.execute(sql)
        return cursor.fetchall() if cursor.description else []


def recusa_e_volta(porta, banco, desfazer):
    resposta = postar(porta)
    assert (resposta.status, resposta.corpo) == (503, b"")
    assert resposta.cabecalhos["retry-after"] == "30"
    desfazer()
    assert postar(porta).status == 200
    assert executar(banco, "SELECT count(*) FROM whatsapp_eventorecebido") == [(2,)]


def test_E050_database_gone_is_503_and_it_comes_back_by_itself(porta, banco):
    assert postar(porta).status == 200
    banco.matar_postgres()
    recusa_e_volta(porta, banco, banco.reiniciar_postgres)


def test_E050_nothing_listens_is_503(monkeypatch):
    """Without a server at all: 200 may only follow a commit."""
    fora = {"conninfo": "host=127.0.0.1 port=9 dbname=x user=x"}
    monkeypatch.setattr("prefeitura.whatsapp.jornal.parametros", lambda: fora)
    with no_ar(Webhook(prazo_do_banco=0.5)) as porta:
        resposta = postar(porta)
    assert (resposta.status, resposta.corpo) == (503, b"")


def test_E050_disk_full_is_503(porta, banco):
    assert postar(porta).status == 200
    executar(
        banco,
        "CREATE FUNCTION cheio() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE 'cheio' USING ERRCODE = '53100'; END $$;"
        "CREATE TRIGGER cheio BEFORE INSERT ON whatsapp_eventorecebido"
        " FOR EACH ROW EXECUTE FUNCTION cheio()",
    )
    recusa_e_volta(
        porta, banco, lambda: executar(banco, "DROP TRIGGER cheio ON whatsapp_eventorecebido")
    )


def test_E050_read_only_is_503(porta, banco):
    def mudar(valor):
        executar(banco, f"ALTER SYSTEM SET default_transaction_read_only = {valor}")
        executar(banco, "SELECT pg_reload_conf()")
        executar(banco, "SELECT pg_sleep(0.3)")

    assert postar(porta).status == 200
    mudar("on")
    recusa_e_volta(porta, banco, lambda: mudar("off"))


def test_E050_locked_table_is_503_and_holds_nobody(porta, banco):
    assert postar(porta).status == 200
    with psycopg.connect(banco.database_url) as dono:
        dono.execute("LOCK TABLE whatsapp_eventorecebido IN EXCLUSIVE MODE")
        assert postar(porta).status == 503
    # The statement that waited may still be stored: Meta repeats it, and that is harmless.
    assert postar(porta).status == 200


def test_one_body_that_the_database_refuses_does_not_hurt_its_neighbours(porta, banco):
    executar(
        banco,
        "CREATE FUNCTION ruim() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " IF NEW.corpo = 'ruim' THEN RAISE 'ruim' USING ERRCODE = '22000'; END IF;"
        " RETURN NEW; END $$;"
        "CREATE TRIGGER ruim BEFORE INSERT ON whatsapp_eventorecebido"
        " FOR EACH ROW EXECUTE FUNCTION ruim()",
    )
    corpos = [b"ruim" if n % 10 == 0 else b"bom %d" % n for n in range(60)]
    with ThreadPoolExecutor(30) as fios:
        respostas = list(fios.map(lambda corpo: postar(porta, corpo).status, corpos))
    esperadas = [503 if corpo == b"ruim" else 200 for corpo in corpos]
    assert respostas == esperadas
    assert executar(banco, "SELECT count(*) FROM whatsapp_eventorecebido") == [(54,)]


def test_every_200_survives_restarts_under_load(porta, banco):
    parar = threading.Event()
    aceitos: list[int] = []

    def enviar(fio):
        n = fio
        while not parar.is_set():
            if postar(porta, json.dumps({"n": n}).encode()).status == 200:
                aceitos.append(n)
            n += 4

    fios = [threading.Thread(target=enviar, args=[fio]) for fio in range(4)]
    for fio in fios:
        fio.start()
    for _ in range(3):
        parar.wait(0.4)
        banco.matar_postgres()
        banco.reiniciar_postgres()
    parar.wait(0.4)
    parar.set()
    for fio in fios:
        fio.join()
    linhas = executar(banco, "SELECT corpo FROM whatsapp_eventorecebido")
    guardados = {json.loads(bytes(corpo))["n"] for (corpo,) in linhas}
    assert aceitos
    assert set(aceitos) <= guardados
