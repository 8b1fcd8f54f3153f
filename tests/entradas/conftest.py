"""What the rows of section 4 share: who looks at the screen, and the signed webhook on the wire."""

import pytest
from django.test import Client

from prefeitura.whatsapp.models import EventoRecebido
from tests import factories
from tests.chegada import corpo, guardar, valor


@pytest.fixture
def tela(numero, municipio, entrar):
    """Return a function: the conversation of a Mensagem as a servant of the triage sees it."""
    servidor = factories.ServidorFactory(em=numero.equipe_de_triagem)
    navegador: Client = entrar(servidor)

    def _tela(recebida) -> str:
        resposta = navegador.get(f"/atendimento/{recebida.atendimento_id}/")
        assert resposta.status_code == 200
        pagina = resposta.content.decode()
        return pagina[pagina.index('id="painel"') :]

    return _tela


@pytest.fixture
def aplicar(numero):
    """Return a function: store a body (bytes, or one `value`), apply it, give its event."""
    from prefeitura.whatsapp import entrada

    def _aplicar(bruto: bytes | dict, campo: str = "messages") -> EventoRecebido:
        if isinstance(bruto, dict):
            bruto = corpo(numero, valor(numero) | bruto, campo=campo)
        evento = guardar(bruto)
        entrada.processar()
        evento.refresh_from_db()
        return evento

    return _aplicar


@pytest.fixture
def site():
    """Port of the whole ASGI application, webhook and socket included, on a real uvicorn.

    Only for what asks nothing of the database: its connections are not those of the test.
    """
    from prefeitura import asgi
    from tests.whatsapp.servidor_web import no_ar

    class Inteiro:
        lifespan = asgi.webhook.lifespan

        async def __call__(self, scope, receive, send):
            await asgi.application(scope, receive, send)

    with no_ar(Inteiro(), server_header=False) as porta:
        yield porta
