"""Pytest plugin: PostgreSQL and Valkey of their own for every test session.

Loaded by `-p tests.servicos` before pytest-django reads the settings. A `DATABASE_URL` or
`REDIS_URL` that is already there is used as it is. With xdist the controller starts the services
and each worker takes a Valkey database and a media folder of its own.
"""

import os
import shutil
import tempfile
from pathlib import Path

import pytest

from prefeitura.ambiente.servicos import ServicosEmbutidos, com_banco_do_redis, faltam

# Databases of Valkey: 0 is of a session without xdist, these two of processes that tests start.
BANCO_DA_PILHA, BANCO_DAS_SABOTAGENS, PRIMEIRO_BANCO_LIVRE = 1, 2, 3
AMBIENTE_DE_TESTE = {
    "MODO": "teste",
    "PAPEL": "comando",
    "SECRET_KEY": "chave-so-de-teste-" + "0123456789abcdef" * 3,
    "FIELD_ENCRYPTION_KEY": "c28gZGUgdGVzdGU6IDMyIGJ5dGVzIGRlIGNoYXZlISE=",
    "ALLOWED_HOSTS": "127.0.0.1,localhost,testserver",
    "CSRF_TRUSTED_ORIGINS": "",
    "WHATSAPP_GRAPH_URL": "http://127.0.0.1:9",
    "WHATSAPP_APP_SECRET": "segredo-de-teste",
    "WHATSAPP_VERIFY_TOKEN": "verificacao-de-teste",
}


class Servicos:
    """Keeps the session's services alive between pytest's first and last hooks."""

    def __init__(self) -> None:
        self.pasta: Path | None = None
        self.servicos: ServicosEmbutidos | None = None

    def iniciar(self) -> None:
        """Set the tests' environment and start what the environment does not already name."""
        trabalhador = os.environ.get("PYTEST_XDIST_WORKER", "")
        if trabalhador.startswith("gw"):
            banco = PRIMEIRO_BANCO_LIVRE + int(trabalhador[2:])
            os.environ["REDIS_URL"] = com_banco_do_redis(os.environ["REDIS_URL"], banco)
            os.environ["MEDIA_ROOT"] += f"-{trabalhador}"
            return
        self.pasta = Path(tempfile.mkdtemp(prefix="prefeitura-testes-"))
        os.environ.update(AMBIENTE_DE_TESTE)
        os.environ["DADOS"] = str(self.pasta)
        os.environ["MEDIA_ROOT"] = str(self.pasta / "midia")
        (self.pasta / "static").mkdir()
        self.servicos = ServicosEmbutidos(self.pasta, duravel=False, **faltam())
        self.servicos.iniciar()
        if self.servicos.postgres:
            os.environ["DATABASE_URL"] = self.servicos.database_url
        if self.servicos.valkey:
            os.environ["REDIS_URL"] = self.servicos.redis_url

    def parar(self) -> None:
        """Stop the services and delete their folder."""
        if self.servicos is not None:
            self.servicos.parar()
        if self.pasta is not None:
            shutil.rmtree(self.pasta, ignore_errors=True)


_da_sessao = Servicos()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config):
    """Start before any other plugin reads the settings (wrappers run first)."""
    opcoes = early_config.known_args_namespace
    try:
        if not (opcoes.help or opcoes.version):
            _da_sessao.iniciar()
        return (yield)
    except BaseException:
        _da_sessao.parar()
        raise


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Register the browser plugin after pytest-playwright, so that its fixtures win.

    Each session has temporary folders of its own: pytest closes the shared one to other users at
    every start, and with it the way of a running PostgreSQL to its data.
    """
    if _da_sessao.pasta and not config.option.basetemp:
        config.option.basetemp = _da_sessao.pasta / "t"
    config.pluginmanager.import_plugin("tests.chromium")


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    """Stop at the end of the session, also after a failure or Ctrl+C."""
    _da_sessao.parar()


@pytest.fixture
def servicos_proprios(tmp_path_factory: pytest.TempPathFactory):
    """A second, isolated pair of services that the test may kill and restart; durable."""
    with ServicosEmbutidos(tmp_path_factory.mktemp("servicos")) as servicos:
        yield servicos
