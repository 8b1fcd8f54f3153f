"""What the gateway's tests share."""

import pytest

from prefeitura.whatsapp import ritmo, sinais
from prefeitura.whatsapp.cliente import transporte
from tests import factories
from tests.whatsapp.servidor_falso import falso_no_ar


@pytest.fixture
def graph(settings):
    """A Graph that misbehaves on command, at settings.WHATSAPP_GRAPH_URL.

    The client's session of this thread starts and ends with it.
    """
    transporte._do_fio.__dict__.clear()
    with falso_no_ar() as falso:
        settings.WHATSAPP_GRAPH_URL = falso.url
        yield falso
    sessao = transporte._do_fio.__dict__.pop("sessao", None)
    if sessao:
        sessao.close()


@pytest.fixture
def acordados(monkeypatch):
    """Ids of the sends that a worker would have been asked to try; no broker is needed."""
    ids = []
    monkeypatch.setattr(
        "prefeitura.whatsapp.tasks.enviar.apply_async", lambda args, *_, **__: ids.append(args[0])
    )
    return ids


@pytest.fixture
def avisados():
    """Ids of the sends told by the signal, in order."""
    ids = []

    def ouvir(envios, **_):
        ids.extend(envios)

    sinais.envios_mudaram.connect(ouvir)
    yield ids
    sinais.envios_mudaram.disconnect(ouvir)


@pytest.fixture
def sem_limites(monkeypatch):
    """The limiter says yes to everything."""
    monkeypatch.setattr(ritmo, "pedir", lambda *_: 0.0)


@pytest.fixture
def envio(numero):
    """A text to a citizen, pending."""
    return factories.EnvioFactory(numero=numero)
