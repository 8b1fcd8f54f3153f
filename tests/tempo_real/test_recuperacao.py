"""G14: what a page missed is told by the catch-up, also when it was committed late."""

from datetime import timedelta

import pytest
from django.utils import timezone

from atendimento.models import Atendimento

pytestmark = pytest.mark.django_db
MAIOR_TRANSACAO = timedelta(seconds=30)


def perguntar(navegador, cursor=""):
    return navegador.get("/atendimento/desde/", {"cursor": cursor}).json()


@pytest.mark.parametrize("idade", [timedelta(), timedelta(seconds=5), MAIOR_TRANSACAO])
def test_change_stamped_before_the_cursor_and_committed_after_it_is_told(
    atendimento, ana, entrar, idade
):
    """`alterado_em` is the start of the transaction, which may commit up to 30 s later."""
    navegador = entrar(ana)
    Atendimento.objects.update(alterado_em=timezone.now() - timedelta(hours=2))
    cursor = perguntar(navegador)["cursor"]
    assert perguntar(navegador, cursor)["ids"] == []
    Atendimento.objects.update(alterado_em=timezone.now() - idade)
    assert perguntar(navegador, cursor)["ids"] == [str(atendimento.pk)]


def test_what_is_told_is_told_again_rather_than_lost(atendimento, ana, entrar):
    navegador = entrar(ana)
    primeira = perguntar(navegador, perguntar(navegador)["cursor"])
    assert perguntar(navegador, primeira["cursor"])["ids"] == [str(atendimento.pk)]
