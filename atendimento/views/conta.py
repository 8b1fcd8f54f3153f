"""One's own preferences in this house."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from prefeitura.cadastro.models import Servidor


@login_required
@require_POST
def tema(request: HttpRequest) -> HttpResponse:
    """Keep the colours that the person chose, on every computer."""
    escolhido = request.POST.get("tema", "")
    if escolhido in Servidor.Tema.values:
        Servidor.objects.filter(pk=request.user.pk).update(tema=escolhido)
    volta = request.POST.get("volta", "")
    if not url_has_allowed_host_and_scheme(volta, {request.get_host()}):
        volta = "/atendimento/"
    return HttpResponse(status=204) if request.headers.get("X-Parte") else redirect(volta)


@login_required
@require_POST
def enter_envia(request: HttpRequest) -> HttpResponse:
    """Choose between Enter and Ctrl+Enter for sending."""
    envia = request.POST.get("enter_envia") == "1"
    Servidor.objects.filter(pk=request.user.pk).update(enter_envia=envia)
    return HttpResponse(status=204)
