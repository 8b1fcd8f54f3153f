"""The page "Saúde do sistema": sentences, alerts, tests on demand, and who may see it."""

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission

from prefeitura.ambiente import diagnostico
from tests import factories

PAGINA = "/admin/whatsapp/alerta/"


@pytest.fixture
def painel(admin, entrar, municipio):
    return entrar(admin)


def test_page_says_each_part_and_what_to_do(painel):
    pagina = painel.get(PAGINA).content.decode()
    assert "O banco de dados responde e aceita escrita." in pagina
    assert "O varredor nunca deu sinal de vida." in pagina
    assert "O que fazer:" in pagina
    assert "Nada. Está tudo andando." in pagina
    assert "Saúde do sistema" in painel.get("/admin/").content.decode()


def test_page_tells_the_alerts_with_their_first_step(painel, numero):
    factories.EnvioFactory.create_batch(6, numero=numero, incerta=True)
    pagina = painel.get(PAGINA).content.decode()
    assert "<strong>Envios em dúvida.</strong>" in pagina
    assert "Abra “Envios em dúvida” e decida cada um." in pagina
    assert "Está tudo andando" not in pagina


def test_tests_run_only_when_asked_for_and_are_recorded(painel, monkeypatch):
    pedidos = []

    def testar():
        pedidos.append(1)
        return [diagnostico.Linha(False, "A Meta recusou o token.", "Gere outro.")]

    monkeypatch.setattr(diagnostico, "testes", testar)
    painel.get(PAGINA)
    assert painel.get(f"{PAGINA}testar/").status_code == 405
    assert pedidos == []
    pagina = painel.post(f"{PAGINA}testar/").content.decode()
    assert "A Meta recusou o token." in pagina
    assert "Gere outro." in pagina
    assert pedidos == [1]
    assert LogEntry.objects.get().change_message == "Testou agora."


def test_only_who_may_see_it_sees_it(entrar, db):
    apoio = factories.ServidorFactory(is_staff=True)
    assert entrar(apoio).get(PAGINA).status_code == 403
    assert entrar(apoio).post(f"{PAGINA}testar/").status_code == 403
    apoio.user_permissions.add(Permission.objects.get(codename="view_alerta"))
    assert entrar(apoio).get(PAGINA).status_code == 200


def test_there_is_no_page_to_write_a_row(painel):
    assert painel.get(f"{PAGINA}add/").status_code == 403
