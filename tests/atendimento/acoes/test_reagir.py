"""Reactions: one per message, sent to WhatsApp each time, and at the pace of a person."""

from importlib import import_module

import pytest

from atendimento import acoes
from atendimento.erros import Demais, Invalido, NaoEncontrado
from atendimento.models import Reacao
from prefeitura.whatsapp.models import Envio
from tests import factories


@pytest.fixture
def dela(atendimento):
    """What the citizen wrote."""
    return atendimento.mensagens.get()


def enviadas() -> list[str]:
    corpos = Envio.objects.order_by("ordem").values_list("corpo", flat=True)
    return [c["reaction"]["emoji"] for c in corpos]


def test_a_second_one_takes_the_place_of_the_first_and_an_empty_one_of_both(dela, ana):
    for emoji in ("👍", "❤️", ""):
        acoes.reagir(mensagem_id=dela.pk, servidor=ana, emoji=emoji)
        assert list(Reacao.objects.values_list("emoji", flat=True)) == ([emoji] if emoji else [])
    assert enviadas() == ["👍", "❤️", ""]


def test_only_to_what_the_citizen_wrote_and_only_with_an_emoji(dela, atendimento, ana):
    nossa = factories.MensagemFactory(atendimento=atendimento, da_prefeitura=True, autor=ana)
    antes = Envio.objects.count()
    with pytest.raises(NaoEncontrado):
        acoes.reagir(mensagem_id=nossa.pk, servidor=ana, emoji="👍")
    with pytest.raises(Invalido, match="um emoji só"):
        acoes.reagir(mensagem_id=dela.pk, servidor=ana, emoji="obrigada")
    assert (Envio.objects.count(), Reacao.objects.count()) == (antes, 0)


def test_nobody_reacts_faster_than_a_person_does(dela, ana, monkeypatch):
    monkeypatch.setattr(import_module("atendimento.acoes.responder"), "POR_MINUTO", 1)
    acoes.reagir(mensagem_id=dela.pk, servidor=ana, emoji="👍")
    with pytest.raises(Demais):
        acoes.reagir(mensagem_id=dela.pk, servidor=ana, emoji="❤️")
    assert enviadas() == ["👍"]
