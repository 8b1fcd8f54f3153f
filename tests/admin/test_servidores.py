"""Accounts and structure in the admin."""

import pytest
from django.contrib.auth.models import Permission

from prefeitura.cadastro.models import Equipe, Participacao, Secretaria, Servidor
from tests.factories import SENHA, AtendimentoFactory, ServidorFactory

SERVIDORES = "/admin/cadastro/servidor/"
INLINES = {
    "participacoes-TOTAL_FORMS": "0",
    "participacoes-INITIAL_FORMS": "0",
    "participacoes-MIN_NUM_FORMS": "0",
    "participacoes-MAX_NUM_FORMS": "1000",
}


@pytest.fixture
def painel(admin, entrar):
    return entrar(admin)


def campos(servidor, **mudancas) -> dict:
    dados = {
        "username": servidor.username,
        "nome": servidor.nome,
        "email": servidor.email,
        "tema": "",
        "enter_envia": "on",
        "is_active": "on",
        "is_staff": "on" if servidor.is_staff else "",
        "is_superuser": "on" if servidor.is_superuser else "",
    }
    return {k: v for k, v in (dados | INLINES | mudancas).items() if v or k == "tema"}


def test_account_is_created_with_name_and_team(painel, saude):
    resposta = painel.post(
        f"{SERVIDORES}add/",
        {
            "username": "nova",
            "nome": "Nova Pessoa",
            "email": "nova@vilaesperanca.example",
            "usable_password": "true",
            "password1": "cinco patos no telhado",
            "password2": "cinco patos no telhado",
        },
    )
    assert resposta.status_code == 302
    nova = Servidor.objects.get(username="nova")
    inlines = INLINES | {
        "participacoes-TOTAL_FORMS": "1",
        "participacoes-0-secretaria": saude.secretaria_id,
        "participacoes-0-equipe": saude.pk,
        "participacoes-0-papel": "atendente",
        "participacoes-0-servidor": nova.pk,
    }
    resposta = painel.post(f"{SERVIDORES}{nova.pk}/change/", campos(nova) | inlines)
    assert resposta.status_code == 302
    assert nova.atende(saude)


def test_team_of_another_secretaria_is_refused(painel, ana, saude, fazenda):
    inlines = INLINES | {
        "participacoes-TOTAL_FORMS": "1",
        "participacoes-0-secretaria": fazenda.secretaria_id,
        "participacoes-0-equipe": saude.pk,
        "participacoes-0-papel": "atendente",
        "participacoes-0-servidor": ana.pk,
    }
    resposta = painel.post(f"{SERVIDORES}{ana.pk}/change/", campos(ana) | inlines)
    assert "Esta equipe é de outra secretaria." in resposta.content.decode()
    assert Participacao.objects.filter(servidor=ana).count() == 1


@pytest.mark.parametrize("tira", ["is_active", "is_superuser"])
def test_E141_last_administrator_stays(painel, admin, tira):
    resposta = painel.post(f"{SERVIDORES}{admin.pk}/change/", campos(admin, **{tira: ""}))
    assert "Precisa existir ao menos uma pessoa administradora ativa." in resposta.content.decode()
    admin.refresh_from_db()
    assert admin.is_active
    assert admin.is_superuser


def test_one_of_two_administrators_may_leave(painel, admin):
    ServidorFactory(administra=True)
    painel.post(f"{SERVIDORES}{admin.pk}/change/", campos(admin, is_superuser=""))
    admin.refresh_from_db()
    assert not admin.is_superuser


def test_accounts_are_never_deleted(painel, ana):
    assert painel.post(f"{SERVIDORES}{ana.pk}/delete/", {"post": "yes"}).status_code == 403


def test_support_cannot_hand_out_power(db, ana, admin, entrar):
    apoio = ServidorFactory(is_staff=True)
    apoio.user_permissions.set(
        Permission.objects.filter(codename__in=["change_servidor", "view_servidor"])
    )
    painel = entrar(apoio)
    painel.post(f"{SERVIDORES}{ana.pk}/change/", campos(ana, is_superuser="on", is_staff="on"))
    ana.refresh_from_db()
    assert not ana.is_superuser
    assert not ana.is_staff
    senha = {"usable_password": "true", "password1": "cinco patos no telhado"}
    senha["password2"] = senha["password1"]
    assert painel.post(f"{SERVIDORES}{admin.pk}/password/", senha).status_code == 403
    admin.refresh_from_db()
    assert admin.check_password(SENHA)


def test_new_password_ends_the_tokens(painel, ana, com_token):
    api = com_token(ana)
    senha = {"usable_password": "true", "password1": "cinco patos no telhado"}
    senha["password2"] = senha["password1"]
    assert painel.post(f"{SERVIDORES}{ana.pk}/password/", senha).status_code == 302
    assert api.get("/api/v1/atendimentos/").status_code == 401


def test_E140_team_with_open_atendimentos_is_not_deleted(painel, saude):
    AtendimentoFactory.create_batch(3, equipe=saude)
    pagina = painel.get(f"/admin/cadastro/equipe/{saude.pk}/delete/").content.decode()
    assert "3 atendimentos abertos: transfira antes." in pagina
    painel.post(f"/admin/cadastro/equipe/{saude.pk}/delete/", {"post": "yes"})
    assert Equipe.objects.filter(pk=saude.pk).exists()


def test_E140_team_with_history_is_not_deleted(painel, saude):
    AtendimentoFactory(equipe=saude, encerrado=True)
    pagina = painel.get(f"/admin/cadastro/equipe/{saude.pk}/delete/").content.decode()
    assert "Desative em vez de apagar." in pagina


def test_E140_also_in_the_action_of_the_list(painel, saude):
    AtendimentoFactory(equipe=saude)
    painel.post(
        "/admin/cadastro/equipe/",
        {"action": "delete_selected", "_selected_action": saude.pk, "post": "yes"},
    )
    assert Equipe.objects.filter(pk=saude.pk).exists()


def test_secretaria_without_history_is_deleted(painel, db):
    vazia = Secretaria.objects.create(nome="Vazia", slug="vazia")
    painel.post(f"/admin/cadastro/secretaria/{vazia.pk}/delete/", {"post": "yes"})
    assert not Secretaria.objects.filter(pk=vazia.pk).exists()


def test_there_is_one_municipality(painel, municipio):
    assert painel.get("/admin/cadastro/municipio/add/").status_code == 403
    assert painel.get(f"/admin/cadastro/municipio/{municipio.pk}/delete/").status_code == 403
