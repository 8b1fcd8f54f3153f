"""How many wrong passwords are too many, for a whole network; axes counts per account.

The address is the socket's, never a header that the browser writes.
"""

from datetime import timedelta

from axes.models import AccessAttempt
from django.db.models import Sum
from django.http import HttpRequest
from django.utils import timezone

from prefeitura.cadastro.metricas import LOGIN_BLOQUEADO

POR_REDE = 100
JANELA = timedelta(minutes=15)
ESPERA = 120  # seconds, as settings.AXES_COOLOFF_TIME
FRASE = (
    "Muitas tentativas. Espere 2 minutos e tente de novo, ou peça ajuda à pessoa que administra "
    "o sistema."
)


def rede_insiste(request: HttpRequest) -> bool:
    """Whether this network failed a hundred times in fifteen minutes, over any accounts."""
    falhas = AccessAttempt.objects.filter(
        ip_address=request.META.get("REMOTE_ADDR") or None,
        attempt_time__gt=timezone.now() - JANELA,
    ).aggregate(total=Sum("failures_since_start"))
    insiste = (falhas["total"] or 0) >= POR_REDE
    if insiste:
        LOGIN_BLOQUEADO.labels("rede").inc()
    return insiste


def conta_bloqueada(request: HttpRequest) -> bool:
    """Whether axes has just locked this account from this network; the answer becomes ours."""
    bloqueada = bool(getattr(request, "axes_locked_out", False))
    if bloqueada:
        request.axes_locked_out = False
        LOGIN_BLOQUEADO.labels("conta").inc()
    return bloqueada
