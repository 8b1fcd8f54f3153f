"""What arrives before the message that it is about finds it when it comes."""

from datetime import timedelta

import pytest
from django.utils import timezone

from atendimento.models import Mensagem, Reacao
from prefeitura.whatsapp.models import Envio
from tests.chegada import chegar, mensagem

pytestmark = pytest.mark.django_db


def edicao(texto: str, **partes) -> dict:
    novo = {"type": "text", "text": {"body": texto}}
    return mensagem(type="edit", edit={"original_message_id": "wamid.A", "message": novo}, **partes)


def apagamento() -> dict:
    return mensagem(type="revoke", revoke={"original_message_id": "wamid.A"})


def test_reaction_before_its_message(numero):
    chegar(numero, mensagem(type="reaction", reaction={"message_id": "wamid.A", "emoji": "👍"}))
    [recebida] = chegar(numero, mensagem("Oi", wamid="wamid.A"))
    assert Reacao.objects.get().mensagem == recebida
    assert [r.emoji for r in recebida.com_emoji] == ["👍"]


def test_edits_and_deletion_before_their_message(numero):
    chegar(numero, mensagem("Outra coisa"))
    agora = timezone.now()
    chegar(numero, edicao("rua 9", quando=agora - timedelta(seconds=10)))
    chegar(numero, edicao("rua 8", quando=agora - timedelta(seconds=20)))
    chegar(numero, apagamento())
    [original] = chegar(numero, mensagem("rua 7", wamid="wamid.A"))
    assert original.texto == "rua 9"
    assert [v["texto"] for v in original.dados["versoes"]] == ["rua 7", "rua 8"]
    assert original.apagada_em is not None


def test_edit_in_the_same_batch_as_its_message(numero):
    quando = timezone.now() - timedelta(minutes=1)
    chegar(numero, edicao("rua 8"), mensagem("rua 7", wamid="wamid.A", quando=quando))
    original = Mensagem.objects.get(wamid="wamid.A")
    assert (original.texto, original.editada_em is None) == ("rua 8", False)


def test_edit_into_something_unknown_keeps_what_was_said(numero):
    [original] = chegar(numero, mensagem("rua 7", wamid="wamid.A"))
    novo = {"type": "holograma", "holograma": {}}
    chegar(
        numero,
        mensagem(type="edit", edit={"original_message_id": "wamid.A", "message": novo}),
    )
    original.refresh_from_db()
    assert (original.texto, original.editada_em) == ("rua 7", None)


def test_old_message_of_a_group_is_not_answered_days_later(numero):
    ontem = timezone.now() - timedelta(days=2)
    chegar(numero, mensagem(type="text", text={"body": "oi"}, group_id="g", quando=ontem))
    assert not Envio.objects.exists()
