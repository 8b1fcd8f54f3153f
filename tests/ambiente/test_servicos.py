"""Embedded PostgreSQL and Valkey: private, durable, killable, found again."""

import os
import signal
import sys
from pathlib import Path

import environ
import psycopg
import pytest
import redis
from kombu import Connection

from prefeitura.ambiente import pastas
from prefeitura.ambiente.processos import esperar, linha_de_comando, nascimento
from prefeitura.ambiente.servicos import (
    ServicosEmbutidos,
    banco_do_redis,
    com_banco_do_redis,
    enderecos,
    url_do_broker,
)
from tests.ambiente.apoio import EmOutroProcesso


def consultar(servicos: ServicosEmbutidos, sql: str) -> object:
    with psycopg.connect(servicos.database_url, autocommit=True) as conexao:
        cursor = conexao.execute(sql)
        return cursor.fetchone()[0] if cursor.description else None


def test_what_was_committed_survives_a_killed_postgres(servicos_proprios):
    consultar(servicos_proprios, "CREATE TABLE prova (n int); INSERT INTO prova VALUES (7)")
    antes = servicos_proprios.postgres_pid
    servicos_proprios.matar_postgres()
    assert servicos_proprios.postgres_pid is None
    servicos_proprios.reiniciar_postgres()
    assert servicos_proprios.postgres_pid != antes
    assert consultar(servicos_proprios, "SELECT n FROM prova") == 7


def test_valkey_comes_back_empty_at_the_same_address(servicos_proprios):
    cliente = redis.Redis.from_url(servicos_proprios.redis_url)
    cliente.set("chave", "valor")
    servicos_proprios.matar_valkey()
    with pytest.raises(redis.ConnectionError):
        cliente.ping()
    servicos_proprios.reiniciar_valkey()
    assert cliente.get("chave") is None
    cliente.close()


def test_services_are_durable_and_never_evict(servicos_proprios):
    for ajuste in ("fsync", "synchronous_commit", "full_page_writes", "data_checksums"):
        assert consultar(servicos_proprios, f"SHOW {ajuste}") == "on"
    with redis.Redis.from_url(servicos_proprios.redis_url) as cliente:
        assert cliente.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}


def test_no_service_opens_a_network_port(servicos_proprios):
    assert consultar(servicos_proprios, "SHOW listen_addresses") == ""
    with redis.Redis.from_url(servicos_proprios.redis_url) as cliente:
        assert cliente.config_get("port") == {"port": "0"}
    for socket in (
        servicos_proprios.dados / "postgres" / ".s.PGSQL.5432",
        servicos_proprios.dados / "valkey" / "valkey.sock",
    ):
        assert socket.parent.stat().st_mode & 0o077 == 0


def test_postgres_folds_and_stems_portuguese(servicos_proprios):
    assert consultar(servicos_proprios, "SELECT lower('AÇÃO É')") == "ação é"
    vetor = consultar(servicos_proprios, "SELECT to_tsvector('portuguese', 'as Crianças')::text")
    assert vetor == "'crianc':2"


def test_addresses_are_read_by_every_client_also_in_an_awkward_folder(tmp_path_factory):
    dados = tmp_path_factory.mktemp("Dados") / "Área de João & Cia"
    with ServicosEmbutidos(dados, duravel=False) as servicos:
        assert consultar(servicos, "SELECT 1") == 1
        opcoes = environ.Env.db_url_config(servicos.database_url)
        assert opcoes["OPTIONS"]["host"] == str(servicos.dados / "postgres")
        assert (opcoes["NAME"], opcoes["USER"]) == ("prefeitura", "postgres")
        with Connection(url_do_broker(servicos.redis_url)) as celery:
            celery.ensure_connection(max_retries=1)


def test_a_path_too_long_for_a_socket_gets_a_short_private_folder(tmp_path_factory):
    dados = tmp_path_factory.mktemp("longo") / ("d" * 60) / ("e" * 60)
    with ServicosEmbutidos(dados, duravel=False) as servicos:
        assert consultar(servicos, "SELECT 1") == 1
        curta = pastas.pasta_do_socket(servicos.dados / "postgres")
        assert len(str(curta)) < 80
        assert curta.stat().st_mode & 0o077 == 0
    for servico in ("postgres", "valkey"):
        for arquivo in (curta := pastas.pasta_do_socket(servicos.dados / servico)).iterdir():
            arquivo.unlink()
        curta.rmdir()


def test_an_interrupted_creation_is_done_again(tmp_path_factory):
    dados = tmp_path_factory.mktemp("meio")
    (dados / "postgres.novo" / "base").mkdir(parents=True)
    (dados / "postgres.novo" / "PG_VERSION").write_text("18\n")
    with ServicosEmbutidos(dados, duravel=False) as servicos:
        assert consultar(servicos, "SELECT 1") == 1


def test_a_lock_whose_pid_is_now_a_stranger_does_not_stop_postgres(tmp_path_factory):
    dados = tmp_path_factory.mktemp("trava")
    with ServicosEmbutidos(dados, duravel=False):
        pass
    linhas = [str(os.getpid()), str(dados / "postgres"), "1", "5432", "", "", "1 1", "ready"]
    (dados / "postgres" / "postmaster.pid").write_text("\n".join(linhas) + "\n")
    with ServicosEmbutidos(dados, duravel=False) as servicos:
        assert consultar(servicos, "SELECT 1") == 1


@pytest.mark.skipif(os.geteuid() != 0, reason="só root entrega a pasta a outro usuário")
def test_root_runs_postgres_as_the_owner_of_a_cluster_that_a_common_user_made(tmp_path_factory):
    dados = tmp_path_factory.mktemp("alheio")
    with ServicosEmbutidos(dados, duravel=False) as servicos:
        assert Path(f"/proc/{servicos.postgres_pid}").stat().st_uid != 0
    for caminho in (dados / "postgres", *(dados / "postgres").rglob("*")):
        os.chown(caminho, 65534, 65534)
    with ServicosEmbutidos(dados, duravel=False) as servicos:
        assert Path(f"/proc/{servicos.postgres_pid}").stat().st_uid == 65534
        assert consultar(servicos, "SELECT 1") == 1


def test_two_sets_run_side_by_side(servicos_proprios, tmp_path_factory):
    with ServicosEmbutidos(tmp_path_factory.mktemp("outro"), duravel=False) as outros:
        consultar(outros, "CREATE TABLE so_aqui (n int)")
        assert consultar(servicos_proprios, "SELECT to_regclass('so_aqui')") is None
        assert outros.redis_url != servicos_proprios.redis_url


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="PDEATHSIG existe só no Linux")
def test_services_end_when_their_starter_is_killed_and_the_next_start_is_clean(tmp_path_factory):
    dados = tmp_path_factory.mktemp("morto")
    programa = (
        "import sys, time; from prefeitura.ambiente.servicos import ServicosEmbutidos;"
        "s = ServicosEmbutidos(sys.argv[1]); s.iniciar();"
        "print(s.postgres_pid, s.valkey_pid, 'no ar', flush=True); time.sleep(600)"
    )
    with EmOutroProcesso("-c", programa, str(dados), saida=dados / "saida.txt") as filho:
        filho.esperar_texto("no ar")
        pids = [int(pid) for pid in filho.texto.split()[:2]]
        filho.terminar(signal.SIGKILL)
        assert esperar(lambda: not any(nascimento(pid) for pid in pids), 10)
    with ServicosEmbutidos(dados) as servicos:
        assert consultar(servicos, "SELECT 1") == 1
        assert str(dados) in linha_de_comando(servicos.postgres_pid)


def test_without_a_running_demo_there_are_no_addresses(tmp_path: Path):
    assert enderecos(tmp_path) is None
    (tmp_path / "ambiente.json").write_text('{"pid": 1, "inicio": "outro", "ambiente": {"A": "b"}}')
    assert enderecos(tmp_path) is None
    (tmp_path / "ambiente.json").write_text('{"pid": ')
    assert enderecos(tmp_path) is None
    marca = f'{{"pid": {os.getpid()}, "inicio": "{nascimento(os.getpid())}", '
    (tmp_path / "ambiente.json").write_text(marca + '"ambiente": {"DATABASE_URL": "x"}}')
    assert enderecos(tmp_path) == {"DATABASE_URL": "x"}


def test_a_real_broker_address_is_left_as_it_is():
    assert url_do_broker("rediss://:senha@redis:6379/0") == "rediss://:senha@redis:6379/0"
    assert url_do_broker("unix:///a/v.sock?db=3") == "redis+socket:///a/v.sock?virtual_host=3"


def test_the_database_number_of_redis_is_read_and_changed_in_either_form():
    for url, outra in (
        ("redis://:senha@redis:6379/2", "redis://:senha@redis:6379/7"),
        ("rediss://redis:6379", "rediss://redis:6379/7"),
        ("unix:///a%20b/v.sock?db=2", "unix:///a%20b/v.sock?db=7"),
    ):
        assert com_banco_do_redis(url, 7) == outra
        assert banco_do_redis(outra) == 7
    assert banco_do_redis("redis://redis:6379") == 0
    assert banco_do_redis("redis://redis:6379?db=3") == 3
