"""Every page of the admin opens, under the strict CSP, without counting or telling too much."""

import re

import pytest
from django.contrib import admin as site_do_admin
from django.db import connection
from django.test.utils import CaptureQueriesContext

from atendimento.models import Atendimento
from prefeitura.whatsapp.models import Envio, EventoRecebido
from tests.factories import (
    AssuntoFactory,
    AtendimentoFactory,
    EnvioFactory,
    EventoRecebidoFactory,
    ItemParadoFactory,
    MensagemFactory,
    MidiaFactory,
    ModeloDeMensagemFactory,
)

MODELOS = sorted(
    f"{m._meta.app_label}/{m._meta.model_name}"
    for m in site_do_admin.site._registry
    if m._meta.app_label in ("cadastro", "whatsapp", "atendimento")
)


@pytest.fixture
def painel(admin, entrar):
    return entrar(admin)


@pytest.fixture
def cheio(municipio, atendimento, ana):
    """One row of nearly everything."""
    MensagemFactory(atendimento=atendimento, da_prefeitura=True, autor=ana, envio__incerta=True)
    AssuntoFactory()
    ItemParadoFactory()
    MidiaFactory(numero=atendimento.conversa.numero)
    ModeloDeMensagemFactory()
    return atendimento


@pytest.mark.parametrize("modelo", MODELOS)
def test_list_and_form_open(painel, cheio, modelo):
    lista = painel.get(f"/admin/{modelo}/")
    assert lista.status_code == 200
    pagina = lista.content.decode()
    achada = re.search(rf'href="(/admin/{modelo}/[^"/]+/change/)', pagina)
    if achada:
        assert painel.get(achada[1]).status_code == 200
    assert painel.get(f"/admin/{modelo}/", {"q": "abc"}).status_code == 200


@pytest.mark.parametrize("modelo", ["/admin/", *(f"/admin/{m}/" for m in MODELOS)])
def test_no_inline_script_or_style(painel, cheio, modelo):
    pagina = painel.get(modelo).content.decode()
    assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>", pagina)
    assert not re.search(r'<style|\son(click|change|load)=|\sstyle="', pagina)


@pytest.mark.parametrize("modelo", [EventoRecebido, Envio, Atendimento])
def test_E149_huge_tables_are_never_counted_whole(painel, cheio, modelo):
    opcoes = modelo._meta
    with CaptureQueriesContext(connection) as captura:
        painel.get(f"/admin/{opcoes.app_label}/{opcoes.model_name}/")
    contagens = [
        q["sql"] for q in captura if "COUNT(*)" in q["sql"] and opcoes.db_table in q["sql"]
    ]
    assert contagens
    assert all("LIMIT 10000" in sql for sql in contagens)


def test_support_sees_the_atendimento_and_not_what_was_said(painel, saude):
    atendimento = AtendimentoFactory(equipe=saude, escreveu="segredo da minha saúde")
    pagina = painel.get(f"/admin/atendimento/atendimento/{atendimento.pk}/change/").content.decode()
    assert atendimento.protocolo in pagina
    assert "segredo da minha saúde" not in pagina
    assert "atendimento/mensagem" not in MODELOS


def test_send_shows_no_text(painel):
    envio = EnvioFactory(corpo={"type": "text", "text": {"body": "seu exame deu positivo"}})
    for caminho in ("", f"{envio.pk}/change/"):
        pagina = painel.get(f"/admin/whatsapp/envio/{caminho}").content.decode()
        assert "positivo" not in pagina


@pytest.mark.parametrize(
    "modelo", ["whatsapp/eventorecebido", "whatsapp/envio", "atendimento/atendimento"]
)
def test_the_work_of_the_machine_cannot_be_written(painel, cheio, modelo):
    assert painel.get(f"/admin/{modelo}/add/").status_code == 403
    linha = EventoRecebidoFactory() if "evento" in modelo else None
    if linha:
        antes = linha.estado
        painel.post(f"/admin/{modelo}/{linha.pk}/change/", {"estado": "feito", "erro": "x"})
        linha.refresh_from_db()
        assert linha.estado == antes
        assert painel.post(f"/admin/{modelo}/{linha.pk}/delete/").status_code == 403
