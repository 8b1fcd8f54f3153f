"""Browser tests: the real stack, real Chromium, and a cast with a team of its own per test."""

import itertools
import os
from dataclasses import dataclass

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from playwright.sync_api import Browser, BrowserContext, Page, expect

from prefeitura.ambiente.processos import esperar
from prefeitura.cadastro.models import Equipe, Servidor
from prefeitura.whatsapp.models import Numero
from tests import factories
from tests.pilha import PHONE_NUMBER_ID, WABA, Pilha, Telefone

SENHA = "quatro cavalos azuis"
VIGIA = """
addEventListener('securitypolicyviolation',
  (e) => console.error(`CSP: ${e.violatedDirective} ${e.blockedURI} ${e.sample}`));
"""
_vezes = itertools.count(1)
# A shared machine may be slow for seconds; what never comes still fails.
expect.set_options(timeout=15_000)


def pytest_itemcollected(item):
    """Everything in this folder needs a browser and the stack's own database."""
    item.add_marker(pytest.mark.navegador)


@pytest.fixture(scope="session")
def pilha(tmp_path_factory, django_db_setup, django_db_blocker):
    """The whole house, once for all browser tests."""
    with pytest.MonkeyPatch.context() as remendo, django_db_blocker.unblock():
        # Playwright's loop runs in this thread; the ORM only prepares rows here.
        remendo.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        pilha = Pilha(tmp_path_factory.mktemp("pilha"))
        try:
            pilha.iniciar()
            with pilha.no_banco():
                factories.MunicipioFactory()
                factories.NumeroFactory(
                    phone_number_id=PHONE_NUMBER_ID,
                    conta__waba_id=WABA,
                    conta__token="demo-token",
                    equipe_de_triagem__nome="Central",
                    equipe_de_triagem__slug="central",
                )
            yield pilha
        finally:
            pilha.parar()


@dataclass
class Elenco:
    """Ana and Beto answer in one team; Bruno works elsewhere; Maria is the citizen."""

    pilha: Pilha
    equipe: Equipe
    ana: Servidor
    beto: Servidor
    bruno: Servidor
    outra: Equipe
    maria: Telefone

    def outra_pessoa(self, nome: str) -> Telefone:
        """One more citizen."""
        return Telefone(self.pilha, f"55119{80_000_000 + next(_vezes)}", nome)


@pytest.fixture(scope="session")
def senha_cifrada():
    """The site hashes with Argon2; the suite's own settings use a faster one."""
    hasher = Argon2PasswordHasher()
    return hasher.encode(SENHA, hasher.salt())


@pytest.fixture
def elenco(pilha, senha_cifrada):
    """People and teams nobody else uses, and the number's triage in their hands."""
    n = next(_vezes)
    with pilha.no_banco():
        saude = factories.SecretariaFactory(
            nome=f"Secretaria de Saúde {n}", sigla="Saúde", slug=f"saude-{n}", discreta=True
        )
        equipe = factories.EquipeFactory(secretaria=saude, nome="Agendamento", slug=f"agenda-{n}")
        outra = factories.EquipeFactory(nome=f"IPTU {n}", slug=f"iptu-{n}")
        pessoas = {
            nome: factories.ServidorFactory(
                username=f"{nome}.{n}", nome=inteiro, password=senha_cifrada, em=em
            )
            for nome, inteiro, em in (
                ("ana", "Ana Souza", equipe),
                ("beto", "Beto Reis", equipe),
                ("bruno", "Bruno Lima", outra),
            )
        }
        Numero.objects.filter(phone_number_id=PHONE_NUMBER_ID).update(equipe_de_triagem=equipe)
    maria = Telefone(pilha, f"55119{70_000_000 + n}", "Maria Souza")
    return Elenco(pilha=pilha, equipe=equipe, outra=outra, maria=maria, **pessoas)


@pytest.fixture
def entrar(pilha, browser: Browser, browser_context_args):
    """Return a function: `entrar(servidor)` gives a page of the inbox, logged in and live.

    At the end no page may have broken the content policy or thrown an error.
    """
    contextos: list[BrowserContext] = []
    problemas: list[str] = []

    def _entrar(servidor: Servidor, **opcoes) -> Page:
        contexto = browser.new_context(**(browser_context_args | opcoes))
        contexto.add_init_script(VIGIA)
        contexto.set_default_timeout(30_000)
        contextos.append(contexto)
        pagina = contexto.new_page()
        vigiar(pagina, problemas)
        pagina.goto(f"{pilha.endereco}/entrar/")
        pagina.get_by_label("Usuário").fill(servidor.username)
        pagina.get_by_label("Senha").fill(SENHA)
        pagina.get_by_role("button", name="Entrar").click()
        pagina.wait_for_selector("html[data-ready]", state="attached")
        return pagina

    yield _entrar
    for contexto in contextos:
        contexto.close()
    assert problemas == []


def vigiar(pagina: Page, problemas: list[str]) -> None:
    """Note every page error and every violation of the content policy."""
    pagina.on("pageerror", lambda erro: problemas.append(str(erro)))
    pagina.on(
        "console",
        lambda linha: problemas.append(linha.text) if linha.text.startswith("CSP:") else None,
    )


@pytest.fixture
def logo(pilha):
    """Return a function that waits for a condition outside the browser."""

    def _logo(condicao, limite: float = 30) -> None:
        assert esperar(condicao, limite, passo=0.05), pilha.registros()

    return _logo


@pytest.fixture(autouse=True)
def _marca_de_ambiente(monkeypatch):
    monkeypatch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "true")
