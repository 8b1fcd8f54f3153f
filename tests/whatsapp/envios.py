"""Small moves that the tests of the outbox share."""

from prefeitura.whatsapp.models import Envio
from tests import factories


def passar(envio, **campos):
    """Move the row's times back: the database's clock is never moved."""
    Envio.objects.filter(pk=envio.pk).update(**campos)


def seguinte(envio, **campos):
    """Another send to the same citizen, written after it."""
    return factories.EnvioFactory(numero=envio.numero, cidadao=envio.cidadao, **campos)
