"""The admin in a real browser: nothing of it needs what the strict CSP forbids."""

import pytest

from tests.factories import SENHA, ContaFactory, EquipeFactory, ServidorFactory

pytestmark = [pytest.mark.navegador, pytest.mark.django_db(transaction=True)]

CAMINHOS = [
    "/admin/",
    "/admin/cadastro/servidor/",
    "/admin/cadastro/servidor/add/",
    "/admin/cadastro/equipe/add/",
    "/admin/whatsapp/numero/add/",
    "/admin/whatsapp/conta/",
    "/admin/whatsapp/eventorecebido/",
    "/admin/whatsapp/envio/",
    "/admin/atendimento/atendimento/",
]


@pytest.fixture
def console(page, live_server):
    """What the browser complained of, logged in as an administrator."""
    ServidorFactory(username="admin", nome="Adele Admin", administra=True)
    EquipeFactory(nome="Central", slug="central")
    ContaFactory()
    queixas = []
    page.on("console", lambda m: queixas.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda erro: queixas.append(str(erro)))
    page.goto(f"{live_server.url}/admin/")
    page.get_by_label("Usuário").fill("admin")
    page.get_by_label("Senha").fill(SENHA)
    page.get_by_role("button", name="Entrar").click()
    page.wait_for_url("**/admin/")
    return queixas


def test_pages_and_search_fields_work_under_the_strict_csp(page, live_server, console):
    for caminho in CAMINHOS:
        assert page.goto(f"{live_server.url}{caminho}").status == 200
    page.goto(f"{live_server.url}/admin/whatsapp/numero/add/")
    page.locator(".field-equipe_de_triagem .select2-selection").click()
    page.locator(".select2-search__field").fill("Central")
    page.locator(".select2-results__option", has_text="Central").click()
    escolhida = page.locator(".field-equipe_de_triagem .select2-selection__rendered")
    assert "Central" in escolhida.inner_text()
    page.goto(f"{live_server.url}/admin/cadastro/equipe/add/")
    page.get_by_label("Nome:").press_sequentially("Vigilância")
    assert page.get_by_label("Endereço:").input_value() == "vigilancia"
    assert console == []
