"""Catch-up by the database's clock: the web server's may be wrong."""

from datetime import timedelta

import pytest
from django.db.models.functions import Now
from django.utils import timezone

from atendimento.models import Atendimento


@pytest.mark.parametrize("erro", [timedelta(minutes=5), -timedelta(minutes=5)])
def test_clock_of_the_server_does_not_matter(atendimento, ana, entrar, monkeypatch, erro):
    agora = timezone.now
    navegador = entrar(ana)
    monkeypatch.setattr(timezone, "now", lambda: agora() + erro)
    cursor = navegador.get("/atendimento/desde/").json()["cursor"]
    Atendimento.objects.update(alterado_em=Now())
    resposta = navegador.get(f"/atendimento/desde/?cursor={cursor}").json()
    assert resposta.get("ids") == [str(atendimento.pk)]


def test_page_begins_with_the_same_clock(atendimento, ana, entrar, municipio, monkeypatch):
    agora = timezone.now
    navegador = entrar(ana)
    monkeypatch.setattr(timezone, "now", lambda: agora() + timedelta(minutes=5))
    cursor = navegador.get("/atendimento/").context["cursor_vivo"]
    Atendimento.objects.update(alterado_em=Now())
    assert navegador.get(f"/atendimento/desde/?cursor={cursor}").json().get("ids")
