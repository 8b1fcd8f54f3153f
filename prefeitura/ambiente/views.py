"""Health and figures for the machines that watch over this installation."""

import ipaddress
from secrets import compare_digest

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.views.decorators.http import require_safe

from prefeitura.ambiente import metricas, saude

DE_PROXY = ("X-Forwarded-For", "Forwarded", "X-Real-Ip")


@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when it can serve; with `?trabalho=1`, only when the workers keep up as well.

    The broker being away never makes it 503 by itself: the webhook must go on storing.
    """
    exame = saude.examinar()
    pronto = exame.pronto and (exame.trabalhando or request.GET.get("trabalho") != "1")
    corpo = {
        "pronto": pronto,
        **{nome: "ok" if bem else "fora" for nome, bem in exame.essencial.items()},
        "valkey": ("ok" if exame.valkey_guarda else "atencao") if exame.valkey else "fora",
        "processos": exame.processos,
        "atraso_segundos": exame.atraso,
    }
    resposta = JsonResponse(corpo, status=200 if pronto else 503)
    if not pronto:
        resposta["Retry-After"] = "30"
    return resposta


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """Browsers ask for it by name on pages that do not name an icon, as those of the admin."""
    return redirect(static("icones/atendimento.svg"))


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus text, for this very machine or for whoever brings METRICS_TOKEN."""
    if not (_e_local(request) or _tem_o_token(request)):
        raise Http404
    return HttpResponse(metricas.texto(), content_type="text/plain; version=0.0.4")


def _e_local(request: HttpRequest) -> bool:
    """A loopback socket that no proxy is speaking through."""
    if any(nome in request.headers for nome in DE_PROXY):
        return False
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def _tem_o_token(request: HttpRequest) -> bool:
    certo = settings.METRICS_TOKEN
    dado = request.headers.get("Authorization", "").removeprefix("Bearer ")
    return bool(certo) and compare_digest(dado.encode(), certo.encode())
