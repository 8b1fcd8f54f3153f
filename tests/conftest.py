"""What makes the suite merciless, and the cast: ana, bruno and carla.

The network is closed by pytest-socket (see pyproject.toml): only loopback and Unix sockets.
"""

import inspect
import os
import sys
from pathlib import Path

import pytest
from django.conf import settings as configuracao
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.template import base as template_base
from django.template import engines
from django.test import Client, override_settings
from xdist.scheduler import LoadScopeScheduling

from tests import factories
from tests.falhas.relogio import acaso  # noqa: F401 (fixture)

RAIZ = Path(__file__).resolve().parent.parent


# The ones share a house under attack, the others a browser: each in one process, at the end.
DA_CASA = "tests/falhas/"
DO_NAVEGADOR = (
    "tests/navegador/",
    "tests/admin/test_no_navegador.py",
    "tests/whatsapp/simulador/test_telefone.py",
)


def _lugar(item) -> tuple[bool, bool]:
    return item.nodeid.startswith(DO_NAVEGADOR), item.nodeid.startswith(DA_CASA)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """Browser tests go last: Playwright's loop, once started, stays in the tests' thread, and
    there asyncio.run and async_to_sync no longer work. Before them, together, those that share
    the house under attack.

    Where nobody watches, those two may try once more (record 0026); the summary names who did."""
    for item in items:
        if os.environ.get("CI") and item.nodeid.startswith((DA_CASA, *DO_NAVEGADOR)):
            item.add_marker(pytest.mark.flaky(reruns=1))
        if item.get_closest_marker("navegador") and not item.nodeid.startswith(DO_NAVEGADOR):
            raise pytest.UsageError(f"{item.nodeid}: falta em DO_NAVEGADOR, tests/conftest.py")
    items.sort(key=_lugar)


class PorModulo(LoadScopeScheduling):
    """A module runs in one process, for its fixtures; those of the house and of the browser too.

    xdist's own `loadgroup` writes the group into the nodeid, which pytest 9.2 does not allow.
    """

    def _split_scope(self, nodeid: str) -> str:
        if nodeid.startswith(DO_NAVEGADOR):
            return "navegador"
        return DA_CASA if nodeid.startswith(DA_CASA) else nodeid.partition("::")[0]


def pytest_xdist_make_scheduler(config, log):
    """In the order of collection, the heavy ones last."""
    config.option.loadscopereorder = False
    return PorModulo(config, log)


def pytest_testnodedown(node, error):
    """Tell how a process of the tests died: -9 was killed, -11 crashed, more than 0 left."""
    if error:
        codigo = node.gateway._io.popen.wait(10)
        sys.__stderr__.write(f"\n[{node.gateway.id}] acabou com o código {codigo}\n")


def pytest_terminal_summary(terminalreporter):
    """Show why the tests that tried twice failed at first: there is a defect to be found."""
    for tentativa in terminalreporter.stats.get("rerun", []):
        terminalreporter.section(f"primeira tentativa de {tentativa.nodeid}")
        terminalreporter.write_line(tentativa.longreprtext)


def _so_do_teste(conexao) -> bool:
    """Whether the only open transactions are those that wrap the test itself."""
    blocos = conexao.atomic_blocks
    return bool(blocos) and all(getattr(b, "_from_testcase", False) for b in blocos)


def _rodar_ganchos(conexao) -> None:
    while conexao.run_on_commit and not conexao.needs_rollback:
        _, funcao, robusta = conexao.run_on_commit.pop(0)
        try:
            funcao()
        except Exception as erro:
            # What "robust" hides in production must be seen here.
            if robusta:
                erro.add_note("(num gancho de on_commit com robust=True)")
            raise


@pytest.fixture(scope="session", autouse=True)
def _ganchos_de_commit_rodam():
    """Run on-commit hooks when the code's own transaction ends, not never."""
    sair, registrar = transaction.Atomic.__exit__, BaseDatabaseWrapper.on_commit

    def __exit__(self, tipo, valor, rastro):
        sair(self, tipo, valor, rastro)
        conexao = connections[self.using or "default"]
        if tipo is None and not self._from_testcase and _so_do_teste(conexao):
            _rodar_ganchos(conexao)

    def on_commit(self, func, robust=False):
        registrar(self, func, robust=robust)
        if _so_do_teste(self):
            _rodar_ganchos(self)

    with pytest.MonkeyPatch.context() as remendo:
        remendo.setattr(transaction.Atomic, "__exit__", __exit__)
        remendo.setattr(BaseDatabaseWrapper, "on_commit", on_commit)
        yield


class _VariavelIndefinida(str):
    """Fails when one of our templates names a variable, or an attribute, that does not exist.

    Django's own templates (the admin) do it on purpose, so only ours are judged. Something of
    None is empty, as always; a `default` filter says that it may be missing.
    """

    def __bool__(self):
        # Django asks just before it uses the value, in FilterExpression.resolve.
        quadro = inspect.currentframe().f_back
        expressao, contexto = quadro.f_locals.get("self"), quadro.f_locals.get("context")
        if isinstance(expressao, template_base.FilterExpression) and contexto is not None:
            origem = _template_em_uso(quadro)
            nosso = origem and RAIZ in origem.parents and ".venv" not in origem.parts
            espera_falta = any(f.__name__ == "default" for f, _ in expressao.filters)
            if nosso and not espera_falta and not _passa_por_vazio(expressao.var, contexto):
                pytest.fail(f"variável indefinida em {origem.relative_to(RAIZ)}: {expressao.var}")
        return False


def _template_em_uso(quadro) -> Path | None:
    while quadro:
        no = quadro.f_locals.get("self")
        if quadro.f_code.co_name == "render_annotated" and isinstance(no, template_base.Node):
            return Path(no.origin.name)
        quadro = quadro.f_back
    return None


def _passa_por_vazio(variavel: template_base.Variable, contexto) -> bool:
    """Whether a step before the last one is None."""
    passos = variavel.lookups or ()
    for quantos in range(1, len(passos)):
        try:
            valor = template_base.Variable(".".join(passos[:quantos])).resolve(contexto)
        except template_base.VariableDoesNotExist:
            return False
        if valor is None:
            return True
    return False


@pytest.fixture(scope="session", autouse=True)
def _variavel_indefinida_falha():
    engines["django"].engine.string_if_invalid = _VariavelIndefinida()


@pytest.fixture(scope="session", autouse=True)
def _senhas_rapidas():
    """Argon2 is slow on purpose; the tests log in thousands of times."""
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture(scope="session", autouse=True)
def _banco_ao_lado_do_navegador(request):
    """Playwright's loop, once started, runs in the tests' thread until the session ends."""
    with pytest.MonkeyPatch.context() as remendo:
        if any(item.get_closest_marker("navegador") for item in request.session.items):
            remendo.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        yield


@pytest.fixture(scope="session", autouse=True)
def _pasta_de_midia():
    Path(configuracao.MEDIA_ROOT).mkdir(parents=True, exist_ok=True)


@pytest.fixture
def municipio(db):
    return factories.MunicipioFactory()


@pytest.fixture
def saude(db):
    """Ana's team, alone in a discreet secretaria."""
    secretaria = factories.SecretariaFactory(
        nome="Secretaria de Saúde", sigla="Saúde", slug="saude", discreta=True
    )
    return factories.EquipeFactory(secretaria=secretaria, nome="Agendamento", slug="saude")


@pytest.fixture
def fazenda(db):
    """Bruno's team."""
    secretaria = factories.SecretariaFactory(nome="Secretaria da Fazenda", slug="fazenda")
    return factories.EquipeFactory(secretaria=secretaria, nome="IPTU", slug="fazenda")


@pytest.fixture
def numero(db):
    return factories.NumeroFactory(equipe_de_triagem__slug="central")


@pytest.fixture
def ana(saude):
    """Answers in the health queue."""
    return factories.ServidorFactory(username="ana", nome="Ana Souza", em=saude)


@pytest.fixture
def bruno(fazenda):
    """Works in another secretaria: must never see what is Ana's."""
    return factories.ServidorFactory(username="bruno", nome="Bruno Lima", em=fazenda)


@pytest.fixture
def carla(saude):
    """Supervises the whole of Ana's secretaria."""
    carla = factories.ServidorFactory(username="carla", nome="Carla Dias")
    factories.ParticipacaoFactory(
        servidor=carla, secretaria=saude.secretaria, equipe=None, supervisao=True
    )
    return carla


@pytest.fixture
def admin(db):
    """Administers the system, and is a member of no team."""
    return factories.ServidorFactory(username="admin", nome="Adele Admin", administra=True)


@pytest.fixture
def atendimento(saude, numero):
    """Waiting in Ana's queue, with one message of the citizen."""
    return factories.AtendimentoFactory(
        equipe=saude, conversa__numero=numero, escreveu="Bom dia, queria marcar consulta."
    )


@pytest.fixture
def entrar():
    """Return a function: `entrar(servidor)` gives a browser logged in as them."""

    def _entrar(servidor) -> Client:
        cliente = Client()
        cliente.force_login(servidor)
        return cliente

    return _entrar


@pytest.fixture
def com_token():
    """Return a function: `com_token(servidor)` gives an API client with their token."""
    from knox.models import get_token_model
    from rest_framework.test import APIClient

    def _com_token(servidor) -> APIClient:
        _, token = get_token_model().objects.create(user=servidor)
        cliente = APIClient()
        cliente.credentials(HTTP_AUTHORIZATION=f"Token {token}")
        return cliente

    return _com_token
