"""G5: a conversation is shown in the order in which things were said, however they arrived."""

import itertools
import re
from datetime import timedelta

import pytest
from django.utils import timezone

from atendimento.models import Atendimento
from prefeitura.whatsapp import entrada
from tests.chegada import corpo, guardar, mensagem, valor
from tests.falhas.medida import anotar, tamanho

_cidadao = itertools.count(1)
MENSAGENS = 8


def mostrado(navegador, de: str) -> list[str]:
    """The texts of the page, from top to bottom."""
    pk = Atendimento.objects.get(conversa__cidadao__wa_id=de).pk
    html = navegador.get(f"/atendimento/{pk}/mensagens/").content.decode()
    return re.findall(r"fala número \d+", html)


def bolha(n: int, de: str, inicio) -> dict:
    return mensagem(f"fala número {n}", de=de, quando=inicio + timedelta(seconds=7 * n))


@pytest.mark.django_db
def test_every_shuffle_shows_the_same(ana, saude, numero, entrar, acaso, record_property):
    type(numero).objects.filter(pk=numero.pk).update(equipe_de_triagem=saude)
    navegador, rodadas = entrar(ana), tamanho(8, 300)
    certa = [f"fala número {n}" for n in range(MENSAGENS)]
    for _ in range(rodadas):
        de, inicio = f"551194{next(_cidadao):07d}", timezone.now() - timedelta(minutes=5)
        falas = [bolha(n, de, inicio) for n in range(MENSAGENS)]
        falas += acaso.sample(falas, 3)  # Meta repeats some of them
        acaso.shuffle(falas)
        while falas:
            quantas = acaso.randint(1, len(falas))
            guardar(corpo(numero, valor(numero, mensagens=falas[:quantas])))
            falas = falas[quantas:]
            if acaso.random() < 0.5:
                entrada.processar()
        entrada.processar()
        assert mostrado(navegador, de) == certa
    anotar(record_property, "G5", embaralhadas=rodadas, ordens_diferentes=0)
