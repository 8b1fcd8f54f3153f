"""G8: one press of Enviar, however often it is repeated, is one message."""

import threading

import pytest
import requests

from prefeitura.ambiente.processos import esperar
from prefeitura.whatsapp.models import Envio
from tests.falhas.juiz import julgar_saida
from tests.falhas.medida import anotar, tamanho
from tests.falhas.proxy import VOLTA

pytestmark = pytest.mark.lento


def test_g8_one_press_repeated_twenty_times_at_once_is_one_message(
    casa, conversas, record_property
):
    rodadas = tamanho(4, 60)
    chaves = []
    for n, (pessoa, atendimento) in enumerate(conversas(rodadas)):
        porta = casa.porta_da_pagina if n % 2 else casa.porta_da_api
        postar, chave = porta(pessoa, atendimento)
        largada, ids = threading.Barrier(20), []

        def apertar(postar=postar, largada=largada, ids=ids):
            largada.wait()
            ids.append(postar(casa.pilha.endereco))

        fios = [threading.Thread(target=apertar) for _ in range(20)]
        for fio in fios:
            fio.start()
        for fio in fios:
            fio.join()
        assert len(ids) == 20
        assert len(set(ids)) == 1, ids
        chaves.append(chave)
    assert Envio.objects.filter(chave_cliente__in=chaves).count() == rodadas
    casa.conferir()
    julgar_saida(casa).exigir()
    anotar(record_property, "G8", rodadas=rodadas, apertos=20 * rodadas, linhas_a_mais=0)


def test_g8_the_answer_cut_after_the_commit_and_asked_again_is_one_message(
    casa, conversas, record_property
):
    rodadas = tamanho(2, 30)
    chaves = []
    for n, (pessoa, atendimento) in enumerate(conversas(rodadas)):
        porta = casa.porta_da_pagina if n % 2 else casa.porta_da_api
        postar, chave = porta(pessoa, atendimento)
        casa.proxies["site"].cortar_apos(0, VOLTA)
        with pytest.raises(requests.ConnectionError):
            postar(casa.site)
        casa.proxies["site"].sarar()
        assert esperar(lambda: Envio.objects.filter(chave_cliente=chave).exists(), 20)  # noqa: B023
        assert postar(casa.site) == postar(casa.site)
        chaves.append(chave)
    assert Envio.objects.filter(chave_cliente__in=chaves).count() == rodadas
    casa.conferir()
    julgar_saida(casa).exigir()
    anotar(record_property, "G8", cortes_depois_do_commit=rodadas, linhas_a_mais=0)
