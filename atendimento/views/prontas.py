"""Canned replies: the list that the composer offers, and the page where one keeps one's own."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from atendimento import acoes, prontas
from atendimento.erros import Invalido
from atendimento.formularios_de_textos import RespostaProntaForm
from atendimento.models import RespostaPronta
from atendimento.views.apoio import acao, buscar_visivel


@login_required
@require_GET
def oferecer(request: HttpRequest, pk: int) -> HttpResponse:
    """The replies for one matter, filled in, as options of the composer's list."""
    oferecidas = prontas.oferecidas(
        atendimento=buscar_visivel(request, pk),
        servidor=request.user,
        agora=timezone.localtime(),
    )
    return render(request, "atendimento/partes/prontas.html", {"oferecidas": oferecidas})


@login_required
@require_GET
def minhas(request: HttpRequest) -> HttpResponse:
    """Those that this person may change, and those that she only uses."""
    que_muda = RespostaPronta.objects.que_muda(request.user)
    usa = RespostaPronta.objects.visiveis_para(request.user).filter(ativa=True)
    contexto = {
        "minhas": _com_donos(que_muda),
        "outras": _com_donos(usa.exclude(pk__in=que_muda.values("pk"))),
    }
    return render(request, "atendimento/prontas/lista.html", contexto)


@login_required
@require_http_methods(["GET", "POST"])
def editar(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Write a new one, or change one's own."""
    pronta = None
    if pk is not None:
        pronta = get_object_or_404(RespostaPronta.objects.que_muda(request.user), pk=pk)
    formulario = RespostaProntaForm(request.POST or None, pronta=pronta, servidor=request.user)
    if request.method == "POST" and formulario.is_valid():
        try:
            acoes.guardar_resposta_pronta(
                servidor=request.user, resposta_id=pk, **formulario.para_a_acao()
            )
            return redirect("atendimento:prontas")
        except Invalido as erro:
            formulario.add_error(erro.campo or None, str(erro))
    contexto = {"form": formulario, "pronta": pronta, "variaveis": prontas.VARIAVEIS}
    http = 422 if request.method == "POST" else 200
    return render(request, "atendimento/prontas/editar.html", contexto, status=http)


@acao
def apagar(request: HttpRequest, pk: int) -> HttpResponse:
    acoes.apagar_resposta_pronta(servidor=request.user, resposta_id=pk)
    return redirect("atendimento:prontas")


def _com_donos(consulta):
    return consulta.select_related("equipe__secretaria", "secretaria")
