"""An open page says that its owner is present."""

import pytest
from asgiref.sync import async_to_sync

from prefeitura.tempo_real import presenca, valkey
from tests.tempo_real.test_pagina_aberta import pronta


@pytest.mark.django_db(transaction=True)
def test_open_page_and_its_pings_mark_the_person_as_present(ana, bruno):
    valkey.conexao().delete(*(f"visto:{s.pk}" for s in (ana, bruno)))

    @async_to_sync
    async def correr():
        pagina = await pronta(ana)
        assert presenca.vistos([ana.pk, bruno.pk]) == {ana.pk}
        valkey.conexao().delete(f"visto:{ana.pk}")
        await pagina.send_to('{"acao":"ping"}')
        await pagina.receive_from(5)
        assert presenca.vistos([ana.pk]) == {ana.pk}
        assert 0 < valkey.conexao().ttl(f"visto:{ana.pk}") <= presenca.VISTO_POR
        await pagina.disconnect()

    correr()


def test_nobody_is_present_among_nobody():
    assert presenca.vistos([]) == set()
