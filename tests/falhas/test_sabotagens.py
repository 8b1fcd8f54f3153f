"""Who tests the tests: every planted bug is caught, in less than a minute (GUARANTEES 7.6)."""

import json
import os
import subprocess
import sys
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

from prefeitura.ambiente.opcoes import RAIZ
from prefeitura.ambiente.servicos import com_banco_do_redis
from tests.falhas.sabotagens import SABOTAGENS
from tests.servicos import BANCO_DAS_SABOTAGENS

PRAZO_S = 60
BANCO = "sabotagem"
NAO_HERDADAS = ("PYTEST_XDIST_WORKER", "PYTEST_ADDOPTS", "TORTURA")


@pytest.fixture(scope="module")
def resultados(tmp_path_factory) -> dict[str, list[dict]]:
    """Phase by phase, how the tests ended with the bugs planted: one process, a database of its
    own in the services of this session."""
    partes = urlsplit(os.environ["DATABASE_URL"])
    arquivo = tmp_path_factory.mktemp("sabotagens") / "resultados.json"
    ambiente = {nome: valor for nome, valor in os.environ.items() if nome not in NAO_HERDADAS}
    ambiente |= {
        "DATABASE_URL": urlunsplit(partes._replace(path=f"/{BANCO}")),
        "REDIS_URL": com_banco_do_redis(os.environ["REDIS_URL"], BANCO_DAS_SABOTAGENS),
        "SABOTAGENS": str(arquivo),
    }
    comando = [sys.executable, "-m", "pytest", "-p", "tests.falhas.sabotagens", "--create-db"]
    comando += ["-q", "-p", "no:cacheprovider", *(s.teste for s in SABOTAGENS.values())]
    fim = subprocess.run(comando, cwd=RAIZ, env=ambiente, capture_output=True, text=True)
    print(fim.stdout[-5000:], fim.stderr[-2000:])
    assert arquivo.exists()
    with psycopg.connect(urlunsplit(partes._replace(path="/postgres")), autocommit=True) as banco:
        banco.execute(f'DROP DATABASE IF EXISTS "test_{BANCO}" WITH (FORCE)')
    return json.loads(arquivo.read_text(encoding="utf-8"))


@pytest.mark.lento
@pytest.mark.parametrize("nome", SABOTAGENS)
def test_planted_bug_is_caught(nome, resultados):
    fases = resultados[nome]
    fins = {fase: [f["fim"] for f in fases if f["fase"] == fase] for fase in ("setup", "call")}
    assert fins["setup"], f"{SABOTAGENS[nome].teste} não existe mais"
    # A test that cannot even begin proves nothing.
    assert set(fins["setup"]) == {"passed"}
    assert "failed" in fins["call"], "ninguém notou"
    assert sum(f["segundos"] for f in fases if f["fase"] == "call") < PRAZO_S
