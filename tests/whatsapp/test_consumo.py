"""The budget meter of a number."""

from datetime import date
from decimal import Decimal

import pytest

from prefeitura.whatsapp.consumo import do_mes, preco
from prefeitura.whatsapp.models import ConsumoMensal
from tests import factories
from tests.chegada import chegar_status, status

pytestmark = pytest.mark.django_db


def anotar(numero, tipo, categoria, quantidade, mes=date(2026, 11, 1)):
    ConsumoMensal.objects.create(
        numero=numero, mes=mes, tipo=tipo, categoria=categoria, quantidade=quantidade
    )


def test_month_shows_free_ones_used_and_the_cost_of_the_others(numero):
    anotar(numero, "free_customer_service", "service", 1_000)
    anotar(numero, "regular", "service", 200)
    anotar(numero, "regular", "marketing", 10)
    anotar(numero, "regular", "service", 999, mes=date(2026, 10, 1))
    consumo = do_mes(numero, date(2026, 11, 24))
    assert (consumo.gratis, consumo.pagas) == (1_000, 210)
    assert consumo.custo == Decimal("0.0350") * 200 + Decimal("0.3217") * 10
    assert str(consumo) == "1.000 de 1.000 grátis; 210 pagas, cerca de R$ 10,22"


def test_unknown_category_is_never_counted_as_free():
    assert preco("regular", "novidade") == Decimal("0.3217")
    assert preco("free_entry_point", "marketing") == 0


def test_delivered_message_is_counted_once_however_often_it_is_told(numero):
    envio = factories.EnvioFactory(numero=numero, aceita=True)
    conta = {"pricing": {"billable": True, "pricing_model": "PMP", "type": "regular",
                         "category": "service"}}  # fmt: skip
    for nome in ("sent", "delivered", "delivered", "read"):
        chegar_status(numero, status(envio, nome, **conta))
    linha = ConsumoMensal.objects.get()
    assert (linha.tipo, linha.categoria, linha.quantidade) == ("regular", "service", 1)
