"""The small forms that an action needs before it happens, on one atendimento or on several."""

from django.contrib.auth.decorators import login_required
from django.db.models import Max, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from atendimento.agenda import sugestoes
from atendimento.models import Atendimento, Mensagem
from atendimento.views.apoio import buscar_visivel, ids_pedidos, mostrar_dialogo
from prefeitura.cadastro.models import Equipe, Participacao, Servidor

DE_VARIOS = ("adiar", "encerrar", "transferir")


@login_required
@require_GET
def de_um(request: HttpRequest, pk: int, nome: str) -> HttpResponse:
    """The form of the action `nome` on one atendimento."""
    atendimento = buscar_visivel(request, pk)
    janela = atendimento.conversa.janela_ate
    contexto = {
        "atendimento": atendimento,
        "cidadao": atendimento.conversa.cidadao,
        "destino": reverse(f"atendimento:{nome}", args=[pk]),
        "janela_aberta": bool(janela and janela > timezone.now()),
    }
    return _mostrar(request, nome, contexto, Atendimento.objects.filter(pk=pk))


@login_required
@require_GET
def de_varios(request: HttpRequest, nome: str) -> HttpResponse:
    """The same form, for the atendimentos `?ids=` at once."""
    visiveis = Atendimento.objects.visiveis_para(request.user)
    escolhidos = visiveis.filter(pk__in=ids_pedidos(request.GET))
    quantos = escolhidos.count()
    if nome not in DE_VARIOS or not quantos:
        raise Http404
    contexto = {"quantos": quantos, "destino": reverse("atendimento:varios", args=[nome])}
    return _mostrar(request, nome, contexto, escolhidos)


def _mostrar(
    request: HttpRequest, nome: str, contexto: dict, escolhidos: QuerySet[Atendimento]
) -> HttpResponse:
    if "quantos" in contexto:
        contexto["ids"] = ",".join(str(pk) for pk in escolhidos.values_list("pk", flat=True))
    if nome == "adiar":
        contexto["sugestoes"] = sugestoes(timezone.localtime(), None)
    if nome == "encerrar":
        contexto |= {"resultados": Atendimento.Resultado.choices, "vistas": _vistas(escolhidos)}
    if nome == "transferir":
        contexto |= {
            "equipes": Equipe.objects.ativas().select_related("secretaria"),
            "pessoas": _pessoas_de(request.GET.get("equipe", "")),
        }
        if request.headers.get("HX-Target") == "pessoas":
            return render(request, "atendimento/partes/pessoas.html", contexto)
    return mostrar_dialogo(request, nome, contexto)


def _vistas(escolhidos: QuerySet[Atendimento]) -> str:
    """Return "atendimento:message" of the newest of each citizen that is on the screen by now."""
    deles = Mensagem.objects.filter(
        atendimento__in=escolhidos, direcao=Mensagem.Direcao.ENTRADA
    ).values("atendimento")
    return ",".join(
        f"{lida['atendimento']}:{lida['ultima']}" for lida in deles.annotate(ultima=Max("pk"))
    )


def _pessoas_de(equipe_id: str) -> list[Servidor]:
    equipe = Equipe.objects.filter(pk=equipe_id).first() if equipe_id.isdecimal() else None
    if equipe is None:
        return []
    da_equipe = Q(equipe=equipe) | Q(equipe=None, secretaria=equipe.secretaria_id)
    participam = Participacao.objects.filter(da_equipe).exclude(papel="leitura")
    return list(Servidor.objects.filter(is_active=True, pk__in=participam.values("servidor")))
