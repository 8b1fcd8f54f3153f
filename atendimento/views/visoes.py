"""What narrows the list, and the lists that have a name."""

from django.contrib.auth.decorators import login_required
from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from atendimento import acoes
from atendimento.formularios import VisaoForm
from atendimento.models import Etiqueta, Visao
from atendimento.views.apoio import acao, mostrar_dialogo, quer_json
from atendimento.views.apresentar.filtro import NINGUEM, Filtro
from prefeitura.cadastro.models import Assunto, Equipe, Participacao, Servidor


@login_required
@require_GET
def filtros(request: HttpRequest) -> HttpResponse:
    """The form that narrows the list that is on the screen."""
    equipes = Equipe.objects.visiveis_para(request.user)
    da_equipe = Q(equipe__in=equipes) | Q(equipe=None, secretaria__in=equipes.values("secretaria"))
    atendem = Participacao.objects.filter(da_equipe, servidor=OuterRef("pk")).exclude(
        papel=Participacao.Papel.LEITURA
    )
    contexto = {
        "filtro": Filtro.do_pedido(request.GET),
        "equipes": equipes.select_related("secretaria").order_by("secretaria__nome", "nome"),
        "pessoas": Servidor.objects.filter(Exists(atendem), is_active=True),
        "assuntos": Assunto.objects.filter(equipe__in=equipes)
        .select_related("equipe")
        .order_by("equipe__nome", "equipe_id", "nome"),
        "etiquetas": Etiqueta.objects.visiveis_para(request.user).select_related(
            "equipe__secretaria", "secretaria"
        ),
        "ninguem": NINGUEM,
    }
    return mostrar_dialogo(request, "filtros", contexto)


@login_required
@require_GET
def visoes(request: HttpRequest) -> HttpResponse:
    """The menu of the lists that have a name."""
    equipes, _ = request.user.supervisiona()
    contexto = {
        "visoes": Visao.objects.visiveis_para(request.user).select_related("equipe"),
        "supervisionadas": set(equipes.values_list("pk", flat=True)),
        "filtro": Filtro.do_pedido(request.GET),
    }
    return render(request, "atendimento/partes/menu_de_visoes.html", contexto)


@login_required
@require_GET
def nova(request: HttpRequest) -> HttpResponse:
    """Ask the name of the list that is on the screen, and who is to see it."""
    equipes, _ = request.user.supervisiona()
    filtro = Filtro.do_pedido(request.GET)
    contexto = {"filtro": filtro, "equipes": equipes, "partes": filtro.partes(request.user)}
    return mostrar_dialogo(request, "nova_visao", contexto)


@acao
def guardar(request: HttpRequest) -> HttpResponse:
    dados = VisaoForm.ler(request.POST)
    # Read and written again, so that only what a list knows is kept.
    endereco = Filtro.do_pedido(QueryDict(dados.pop("endereco"))).endereco()
    visao = acoes.guardar_visao(servidor=request.user, endereco=endereco, **dados)
    return _feito(request, f"Visão “{visao}” guardada.")


@acao
def apagar(request: HttpRequest, pk: int) -> HttpResponse:
    acoes.apagar_visao(servidor=request.user, visao_id=pk)
    return _feito(request, "Visão apagada.")


def _feito(request: HttpRequest, aviso: str) -> HttpResponse:
    if quer_json(request):
        return JsonResponse({"ids": [], "aviso": aviso})
    return redirect("atendimento:caixa")
