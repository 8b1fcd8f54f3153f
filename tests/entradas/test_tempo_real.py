"""GUARANTEES 4.9: rows of the live channel beside those of `tests/tempo_real`."""

import json

import pytest
from asgiref.sync import async_to_sync

from tests.tempo_real.test_pagina_aberta import pronta


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "quadro", [b"\x00\x01", "\x00", "9" * 4_000, "x" * 1_000_000, '{"a":' * 600]
)
def test_E167_strange_frames_close_only_their_own_socket(ana, carla, quadro):
    @async_to_sync
    async def correr():
        vizinha, pagina = await pronta(carla), await pronta(ana)
        if isinstance(quadro, bytes):
            await pagina.send_to(bytes_data=quadro)
        else:
            await pagina.send_to(text_data=quadro)
        saida = await pagina.receive_output(5)
        assert (saida["type"], saida["code"]) == ("websocket.close", 4400)
        await vizinha.send_to(json.dumps({"acao": "ping"}))
        assert json.loads(await vizinha.receive_from(5)) == {"tipo": "pong"}
        await vizinha.disconnect()

    correr()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "cursor", ["99999999999999999-0", "1000000-0", "lixo", "", "-5", "9" * 60, "１-0", "\x00"]
)
def test_E173_cursor_of_the_future_of_last_year_or_garbage_reloads(ana, entrar, cursor):
    resposta = entrar(ana).get("/atendimento/desde/", {"cursor": cursor})
    assert resposta.status_code == 200
    assert resposta.json()["recarregar"] is True


@pytest.mark.django_db
def test_E174_typing_where_one_cannot_see_is_ignored(atendimento, ana, bruno, entrar):
    caminho = f"/atendimento/{atendimento.pk}/presenca/"
    assert entrar(bruno).post(caminho, {"digitando": "1"}).status_code == 404
    assert "Bruno" not in entrar(ana).get(caminho).content.decode()
