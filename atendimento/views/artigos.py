"""Knowledge articles: the pages where they are kept, and what the composer offers and reads."""

from django.contrib.auth.decorators import login_required
from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from atendimento import acoes, prontas
from atendimento.erros import ErroDeAtendimento
from atendimento.formularios_de_textos import ArtigoForm
from atendimento.models import Artigo
from atendimento.views.apoio import buscar_visivel, mostrar_dialogo

OFERECIDOS = 20
NA_LISTA = 200


@login_required
@require_GET
def oferecer(request: HttpRequest, pk: int) -> HttpResponse:
    """The articles for one matter, as options of the list; those of its subject first."""
    atendimento = buscar_visivel(request, pk)
    q = _procurado(request)
    servem = Artigo.objects.para(atendimento)
    if q:
        servem = servem.com_palavras(q)
    else:
        do_assunto = Q(assunto=atendimento.assunto_id, assunto__isnull=False)
        primeiro = ExpressionWrapper(do_assunto, output_field=BooleanField())
        servem = servem.annotate(do_assunto=primeiro).order_by("-do_assunto", "titulo", "pk")
    contexto = {"atendimento": atendimento, "artigos": _com_donos(servem)[:OFERECIDOS], "q": q}
    return render(request, "atendimento/partes/artigos.html", contexto)


@login_required
@require_GET
def ler(request: HttpRequest, pk: int, artigo_id: int) -> HttpResponse:
    """One article beside the conversation, with what of it can go in the answer."""
    atendimento = buscar_visivel(request, pk)
    artigo = get_object_or_404(_com_donos(Artigo.objects.para(atendimento)), pk=artigo_id)
    sabidos = prontas.valores(
        atendimento=atendimento, servidor=request.user, agora=timezone.localtime()
    )
    contexto = {
        "atendimento": atendimento,
        "artigo": artigo,
        "resposta": prontas.preencher(artigo.resposta_curta, sabidos),
        "ultima": artigo.versoes.select_related("quem").first(),
    }
    return mostrar_dialogo(request, "artigo", contexto)


@login_required
@require_GET
def artigos(request: HttpRequest) -> HttpResponse:
    """All that this person may read, and which of them she may change."""
    q = _procurado(request)
    visiveis = Artigo.objects.visiveis_para(request.user).com_palavras(q)
    equipes, secretarias = request.user.supervisiona()
    contexto = {
        "artigos": _com_donos(visiveis)[:NA_LISTA],
        "minhas": set(Artigo.objects.que_muda(request.user).values_list("pk", flat=True)),
        "q": q,
        "escreve": equipes.exists() or secretarias.exists(),
    }
    return render(request, "atendimento/artigos/lista.html", contexto)


@login_required
@require_GET
def artigo(request: HttpRequest, pk: int) -> HttpResponse:
    visiveis = _com_donos(Artigo.objects.visiveis_para(request.user))
    achado = get_object_or_404(visiveis, pk=pk)
    contexto = {
        "artigo": achado,
        "ultima": achado.versoes.select_related("quem").first(),
        "muda": Artigo.objects.que_muda(request.user).filter(pk=pk).exists(),
    }
    return render(request, "atendimento/artigos/ler.html", contexto)


@login_required
@require_http_methods(["GET", "POST"])
def editar(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Write a new one, or change one of what this person supervises."""
    achado = None
    if pk is not None:
        achado = get_object_or_404(Artigo.objects.que_muda(request.user), pk=pk)
    formulario = ArtigoForm(request.POST or None, artigo=achado, servidor=request.user)
    if request.method == "POST" and formulario.is_valid():
        try:
            guardado = acoes.guardar_artigo(
                servidor=request.user, artigo_id=pk, **formulario.para_a_acao()
            )
            return redirect("atendimento:artigo", guardado.pk)
        except ErroDeAtendimento as erro:
            formulario.add_error(erro.campo or None, str(erro))
    versoes = achado.versoes.select_related("quem")[:20] if achado else []
    contexto = {"form": formulario, "artigo": achado, "versoes": versoes}
    http = 422 if request.method == "POST" else 200
    return render(request, "atendimento/artigos/editar.html", contexto, status=http)


def _procurado(request: HttpRequest) -> str:
    return " ".join(request.GET.get("q", "").replace("\x00", "").split())[:100]


def _com_donos(consulta: QuerySet[Artigo]) -> QuerySet[Artigo]:
    return consulta.select_related("equipe__secretaria", "secretaria", "assunto")
