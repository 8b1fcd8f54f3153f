"""Files through the API: the same rules as the pages, and no file is read whole into memory."""

import pytest
from asgiref.sync import async_to_sync
from django.test import AsyncClient
from knox.models import get_token_model

from tests.factories import MensagemFactory, MidiaFactory


@pytest.fixture
def foto(atendimento, numero, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    (tmp_path / "foto").write_bytes(b"\x89PNG" * 1000)
    midia = MidiaFactory(numero=numero, pronta=True, arquivo="foto", tamanho=4000)
    MensagemFactory(atendimento=atendimento, midia=midia)
    return midia


def test_file_is_given_in_pieces_by_the_real_server(foto, ana):
    """Under ASGI, Django reads a body that is not asynchronous to its end before the first byte."""
    _, token = get_token_model().objects.create(user=ana)

    @async_to_sync
    async def pedir():
        resposta = await AsyncClient().get(
            f"/api/v1/midia/{foto.pk}/", headers={"Authorization": f"Token {token}"}
        )
        assert resposta.is_async
        return resposta.status_code, b"".join([p async for p in resposta.streaming_content])

    assert pedir() == (200, b"\x89PNG" * 1000)


def test_outsider_gets_what_does_not_exist(foto, bruno, com_token):
    assert com_token(bruno).get(f"/api/v1/midia/{foto.pk}/").status_code == 404
