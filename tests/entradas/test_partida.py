"""GUARANTEES 4.11: what stops the start, with exit code 1 and one line in Portuguese."""

import os
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest
from django.db import connection

from prefeitura.ambiente import partida, saude
from prefeitura.ambiente.opcoes import RAIZ
from prefeitura.banco.endereco import parametros

BOM = {
    "MODO": "producao",
    "SECRET_KEY": "uma chave comprida o bastante para ser aceita 0123456789",
    "FIELD_ENCRYPTION_KEY": "c28gZGUgdGVzdGU6IDMyIGJ5dGVzIGRlIGNoYXZlISE=",
    "ALLOWED_HOSTS": "atendimento.vilaesperanca.sp.gov.br",
    "DATABASE_URL": "postgres://app@127.0.0.1:9/prefeitura",
    "REDIS_URL": "redis://127.0.0.1:9/0",
    "WHATSAPP_APP_SECRET": "segredo-de-verdade",
    "WHATSAPP_VERIFY_TOKEN": "frase-de-verdade",
}


def partir(codigo="import prefeitura.settings", **mudancas) -> subprocess.CompletedProcess:
    """Run `codigo` as a fresh process of production; None takes a variable away."""
    ambiente = {k: v for k, v in (BOM | mudancas).items() if v is not None}
    return subprocess.run(
        [sys.executable, "-c", codigo],
        cwd=RAIZ,
        env={"PATH": os.environ["PATH"], "DADOS": "/nonexistent"} | ambiente,
        capture_output=True,
        text=True,
        timeout=60,
    )


def recusado(frase: str, **mudancas) -> str:
    """Assert that it stops with one line that begins so; return the line."""
    fim = partir(**mudancas)
    assert fim.returncode == 1, fim.stderr
    [linha] = fim.stderr.splitlines()
    assert linha.startswith(frase)
    assert fim.stdout == ""
    return linha


def test_good_environment_starts():
    assert partir().stderr == ""


@pytest.mark.parametrize("valor", [None, "", "curta", "django-insecure-" + "x" * 60, "x" * 49])
def test_E183_weak_secret_key(valor):
    frase = "SECRET_KEY ausente ou fraca. Gere uma com: manage.py gerar_chave"
    assert recusado(frase, SECRET_KEY=valor) == frase


def test_E184_debug_is_yes_or_no():
    recusado("DEBUG precisa ser sim ou nao.", DEBUG="talvez")
    recusado("Esta instalação não tem modo DEBUG.", DEBUG="1")
    assert partir(DEBUG="nao").returncode == 0


@pytest.mark.parametrize("valor", [None, "", "*", "certo.example,*", " , "])
def test_E185_allowed_hosts(valor):
    recusado("ALLOWED_HOSTS precisa ter o endereço do site", ALLOWED_HOSTS=valor)


@pytest.mark.parametrize("valor", [None, "", "sqlite:///x.db", "mysql://a@b/c"])
def test_E186_database_must_be_a_postgresql(valor):
    assert "DATABASE_URL" in recusado("", DATABASE_URL=valor)


def test_E187_redis_absent_is_named():
    recusado("Falta a variável REDIS_URL", REDIS_URL=None)


@pytest.mark.django_db
def test_E187_broker_that_throws_keys_away_needs_attention(client, monkeypatch):
    monkeypatch.setattr(saude, "_politica", lambda cliente: "allkeys-lru")
    resposta = client.get("/readyz")
    assert (resposta.status_code, resposta.json()["valkey"]) == (200, "atencao")


@pytest.mark.parametrize("valor", [None, "", " ", ",", " , ,"])
def test_E188_app_secret_and_verify_token_empty(valor):
    recusado(
        "Falta o segredo do aplicativo da Meta: sem ele qualquer um poderia forjar mensagens.",
        WHATSAPP_APP_SECRET=valor,
    )
    assert "WHATSAPP_VERIFY_TOKEN" in recusado("Falta a frase", WHATSAPP_VERIFY_TOKEN=valor)


def test_E188_empty_value_among_commas_is_no_secret():
    codigo = (
        "import prefeitura.settings as s; print(s.WHATSAPP_APP_SECRETS, s.FIELD_ENCRYPTION_KEYS)"
    )
    fim = partir(
        codigo,
        WHATSAPP_APP_SECRET="novo,,velho,",
        FIELD_ENCRYPTION_KEY=BOM["FIELD_ENCRYPTION_KEY"] + ",",
    )
    assert fim.stdout == f"['novo', 'velho'] ['{BOM['FIELD_ENCRYPTION_KEY']}']\n"


@pytest.mark.parametrize("nome", ["WHATSAPP_APP_SECRET", "WHATSAPP_VERIFY_TOKEN"])
def test_E188_values_of_the_demonstration_are_refused(nome):
    publico = {"WHATSAPP_APP_SECRET": "demo-app-secret"}.get(nome, "demo-verify-token")
    assert "é público" in recusado("O valor", **{nome: publico})


@pytest.mark.parametrize(
    "valor", ["http://graph.facebook.com", "ftp://x", "graph.facebook.com", "http://10.0.0.1", "//"]
)
def test_E189_graph_must_be_https_or_this_machine(valor):
    recusado("WHATSAPP_GRAPH_URL precisa começar com https://", WHATSAPP_GRAPH_URL=valor)


def test_E189_loopback_may_be_http():
    assert partir(WHATSAPP_GRAPH_URL="http://127.0.0.1:8001").returncode == 0


@pytest.mark.parametrize("valor", ["*", "0.0.0.0/0", "10.0.0.1,::/0"])
def test_E193_nobody_trusts_every_proxy(valor):
    recusado("FORWARDED_ALLOW_IPS não pode ser qualquer endereço", FORWARDED_ALLOW_IPS=valor)


@pytest.mark.parametrize(
    ("nome", "linha"),
    [
        (
            "WHATSAPP_APP_SECRETS",
            "Não conheço WHATSAPP_APP_SECRETS. Você quis dizer WHATSAPP_APP_SECRET?",
        ),
        (
            "WHATSAP_VERIFY_TOKEN",
            "Não conheço WHATSAP_VERIFY_TOKEN. Você quis dizer WHATSAPP_VERIFY_TOKEN?",
        ),
        ("WHATSAPP_XYZ", "Não conheço WHATSAPP_XYZ."),
    ],
)
def test_E194_misspelt_variable_is_named(nome, linha):
    assert recusado("Não conheço", **{nome: "x"}) == linha


# What the database answers -----------------------------------------------------------------------


@pytest.fixture
def banco_que_diz(monkeypatch):
    """Return a function: the next answer of the database to the question of the start."""

    def _dizer(versao="18.4", numero=180_004, so_leitura=False, esquece=False, hora=None):
        resposta = (versao, numero, so_leitura, esquece, hora or time.time())

        class Conexao:
            def __enter__(self):
                return self

            def __exit__(self, *_):
                return None

            def execute(self, _):
                return self

            def fetchone(self):
                return resposta

        monkeypatch.setattr(partida.psycopg, "connect", lambda **_: Conexao())

    return _dizer


@pytest.mark.parametrize(
    ("resposta", "frase"),
    [
        ({"versao": "14.12", "numero": 140_012}, "O PostgreSQL respondeu: versão 14.12."),
        ({"so_leitura": True}, "O PostgreSQL respondeu: só leitura."),
        ({"esquece": True}, "O PostgreSQL respondeu: fsync ou full_page_writes desligado."),
    ],
)
def test_E186_database_that_cannot_be_trusted(banco_que_diz, settings, capsys, resposta, frase):
    settings.PRODUCAO = True
    banco_que_diz(**resposta)
    with pytest.raises(SystemExit) as fim:
        partida.conferir_banco()
    assert fim.value.code == 1
    assert capsys.readouterr().err.startswith(frase)


def test_E186_wrong_database_of_a_real_server(monkeypatch, capsys, db):
    errado = parametros() | {"dbname": "nao_existe_este_banco"}
    monkeypatch.setattr(partida, "parametros", lambda: errado)
    with pytest.raises(SystemExit):
        partida.conferir_banco()
    assert capsys.readouterr().err == (
        "O PostgreSQL respondeu: o banco ou o usuário não existe. Confira DATABASE_URL.\n"
    )


def test_E186_wrong_password(monkeypatch, capsys):
    def recusar(**_):
        raise psycopg.OperationalError('FATAL: password authentication failed for user "app"')

    monkeypatch.setattr(partida.psycopg, "connect", recusar)
    with pytest.raises(SystemExit):
        partida.conferir_banco()
    assert capsys.readouterr().err.startswith("O PostgreSQL respondeu: usuário ou senha")


def test_E186_real_server_of_the_tests_passes(db, caplog):
    partida.conferir_banco()
    assert not caplog.records


def test_database_that_is_away_does_not_stop_the_start(monkeypatch, caplog):
    fora = {"host": "127.0.0.1", "port": 9, "dbname": "x", "user": "x"}
    monkeypatch.setattr(partida, "parametros", lambda: fora)
    partida.conferir_banco()
    assert [r.message for r in caplog.records] == ["partida_sem_banco"]


def test_E192_clock_far_from_the_database_s_is_told(banco_que_diz, caplog):
    banco_que_diz(hora=time.time() - 45)
    partida.conferir_banco()
    assert [r.message for r in caplog.records] == ["relogio_diferente_do_banco"]
    caplog.clear()
    banco_que_diz(hora=time.time() - 5)
    partida.conferir_banco()
    assert not caplog.records


def test_E190_media_folder_that_cannot_be_written(settings, tmp_path, capsys):
    arquivo = tmp_path / "arquivo"
    arquivo.write_text("não sou uma pasta")
    settings.MEDIA_ROOT = arquivo / "midia"
    with pytest.raises(SystemExit):
        partida.conferir_pasta()
    linha = capsys.readouterr().err
    assert linha.startswith("Não consigo escrever na pasta de arquivos")
    assert "MEDIA_ROOT" in linha


def test_E190_disk_nearly_full_is_told(settings, tmp_path, monkeypatch, caplog):
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(saude, "disco_livre", lambda: 0.03)
    partida.conferir_pasta()
    assert [r.message for r in caplog.records] == ["disco_quase_cheio"]


@pytest.fixture
def sem_migracoes(db, monkeypatch):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'atendimento'")
    monkeypatch.setattr(saude, "_migradas", False)


def test_E191_site_is_in_maintenance_until_the_migrations(sem_migracoes, client):
    pagina = client.get("/entrar/")
    assert (pagina.status_code, pagina["Retry-After"]) == (503, "30")
    assert "O sistema está em manutenção." in pagina.content.decode()
    assert pagina["X-Content-Type-Options"] == "nosniff"
    api = client.get("/api/v1/atendimentos/")
    assert api.status_code == 503
    assert api.json()["erro"]["codigo"] == "manutencao"
    assert client.get("/readyz").json()["migracoes"] == "fora"


def test_E191_worker_waits_for_the_migrations(sem_migracoes, monkeypatch, caplog):
    esperas = []

    def esperar(segundos):
        esperas.append(segundos)
        if len(esperas) == 3:
            monkeypatch.setattr(saude, "_migradas", True)

    # Only here: a thread of the suite that never slept would count too, and fill the memory.
    monkeypatch.setattr(partida, "time", SimpleNamespace(sleep=esperar))
    partida.esperar_migracoes()
    assert len(esperas) == 3
    assert [r.message for r in caplog.records] == ["esperando_migracoes"]


@pytest.mark.parametrize("modulo", ["asgi", "celery"])
def test_E186_the_processes_themselves_refuse(modulo, tmp_path):
    """What was proved above is really asked by the site and by the worker."""
    gatilho = {
        "asgi": "import prefeitura.asgi",
        "celery": "import prefeitura.celery as c, django; django.setup(); c.conferir_a_partida()",
    }[modulo]
    arquivo = Path(tmp_path, "arquivo")
    arquivo.write_text("")
    fim = partir(gatilho, MEDIA_ROOT=str(arquivo / "midia"))
    assert fim.returncode == 1
    assert fim.stderr.splitlines()[-1].startswith("Não consigo escrever na pasta de arquivos")
