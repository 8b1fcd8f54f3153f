"""One simulator and one receiver for each test that asks for them."""

import pytest

from tests.whatsapp.simulador.apoio import MARIA, Receptor, Simulado, configurar


@pytest.fixture
def receptor():
    """The application's webhook, played by a thread."""
    receptor = Receptor()
    yield receptor
    receptor.fechar()


@pytest.fixture
def simulado(receptor):
    """An exact simulator that delivers to `receptor`."""
    simulado = Simulado(configurar(receptor.url))
    yield simulado
    simulado.fechar()


@pytest.fixture(scope="module")
def calado():
    """A simulator without webhook, shared by the tests that only look at answers."""
    simulado = Simulado(configurar())
    simulado.escrever(MARIA)
    yield simulado
    simulado.fechar()
