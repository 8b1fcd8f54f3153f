"""Where one HTTP message ends is never in doubt (ASVS 4.2.1)."""

import pytest

from tests.entradas.conftest import site  # noqa: F401 (a fixture)
from tests.whatsapp.servidor_web import pedir

SEGUNDO = b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"


@pytest.mark.parametrize(
    "tamanhos",
    [
        b"Content-Length: 5\r\nTransfer-Encoding: chunked",
        b"Transfer-Encoding: chunked\r\nContent-Length: 5",
        b"Content-Length: 5\r\nContent-Length: 6",
        b"Content-Length: +5",
        b"Content-Length: 5, 5",
        b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
        b"Transfer-Encoding: xchunked",
    ],
)
@pytest.mark.parametrize("caminho", [b"/webhook/whatsapp/", b"/entrar/"])
def test_body_of_two_lengths_is_refused_and_hides_no_second_request(site, caminho, tamanhos):  # noqa: F811
    pedido = b"POST " + caminho + b" HTTP/1.1\r\nHost: x\r\n" + tamanhos + b"\r\n\r\n"
    resposta = pedir(site, pedido + b"0\r\n\r\n" + SEGUNDO)
    assert resposta.status == 400
    assert resposta.bruto.count(b"HTTP/1.1 ") == 1
