"""What a number spent in a month: free service messages used, and the cost of the paid ones.

Since October 2026 replies inside the 24-hour window are paid too, after 1,000 free ones per
number and month (WHATSAPP.md §12.2). Only delivered messages count; the prices of every status
feed `ConsumoMensal`.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.conf import settings
from django.db.models import Sum

from prefeitura.whatsapp.models import ConsumoMensal, Numero

GRATIS_POR_MES = 1_000
GRATIS, PAGA = "free_customer_service", "regular"


@dataclass(frozen=True, slots=True)
class Consumo:
    """One number in one month: messages free of charge, messages paid, and reais."""

    gratis: int
    pagas: int
    custo: Decimal

    def __str__(self):
        custo = f"{self.custo:.2f}".replace(".", ",")
        gratis = f"{self.gratis:,} de {GRATIS_POR_MES:,} grátis".replace(",", ".")
        return f"{gratis}; {self.pagas} pagas, cerca de R$ {custo}"


def preco(tipo: str, categoria: str) -> Decimal:
    """Price in reais of one message, from settings.PRECOS_EM_REAIS; free types cost nothing.

    A category that Meta invents later is counted at the dearest price, never as free.
    """
    if tipo != PAGA:
        return Decimal(0)
    precos = settings.PRECOS_EM_REAIS
    return precos.get(categoria, max(precos.values()))


def do_mes(numero: Numero, mes: date) -> Consumo:
    """Return the consumption of `numero` in the month of the day `mes`."""
    linhas = (
        ConsumoMensal.objects.filter(numero=numero, mes=mes.replace(day=1))
        .values_list("tipo", "categoria")
        .annotate(total=Sum("quantidade"))
    )
    return Consumo(
        gratis=sum(total for tipo, _, total in linhas if tipo == GRATIS),
        pagas=sum(total for tipo, _, total in linhas if tipo == PAGA),
        custo=sum((preco(tipo, cat) * total for tipo, cat, total in linhas), Decimal(0)),
    )
