"""What every template knows about this installation."""

from django.conf import settings
from django.utils.functional import SimpleLazyObject

from prefeitura.cadastro.models import Municipio


def instalacao(request) -> dict:
    """Give templates the municipality, and whether this is a demonstration."""
    return {
        "municipio": SimpleLazyObject(Municipio.atual),
        "demonstracao": settings.MODO == "demo",
    }
