"""What the views share: finding what one may see, and telling a refusal in the asked form."""

import json
import random
from functools import wraps
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Max
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from atendimento.erros import ErroDeAtendimento, Invalido, NaoEncontrado
from atendimento.models import Atendimento, Transicao


def buscar_visivel(request: HttpRequest, pk: int) -> Atendimento:
    """Return the atendimento with all that its header shows; Http404 when one may not see it."""
    return get_object_or_404(
        Atendimento.objects.visiveis_para(request.user)
        .com_mencao_nova(request.user)
        .com_notas()
        .select_related(
            "conversa__cidadao",
            "conversa__numero",
            "equipe__secretaria",
            "assunto",
            "servidor",
            "encerrado_por",
        ),
        pk=pk,
    )


def quer_json(request: HttpRequest) -> bool:
    """Tell the page's own scripts from a plain form sent without them."""
    return "application/json" in request.headers.get("Accept", "")


def ids_pedidos(dados: QueryDict, nome: str = "ids", maximo: int = 300) -> list[int]:
    """Return the whole numbers of `ids=1,2,3`; anything else is left out."""
    lidos = (p for p in dados.get(nome, "").split(",")[:maximo])
    return [int(p) for p in lidos if _e_id(p)]


def vistas_pedidas(dados: QueryDict, maximo: int = 300) -> dict[int, int]:
    """Read what `dialogos` wrote: the newest message that was on the screen, by atendimento."""
    pares = (par.partition(":") for par in dados.get("vistas", "").split(",")[:maximo])
    return {int(a): int(m) for a, _, m in pares if _e_id(a) and _e_id(m)}


def _e_id(texto: str) -> bool:
    return texto.isdecimal() and len(texto) < 19


def inteiro(request: HttpRequest, nome: str) -> int | None:
    """Return a whole number of the form, None when it is missing or is something else."""
    valor = request.POST.get(nome, "")
    return int(valor) if _e_id(valor) else None


def desfaziveis(request: HttpRequest, ids: list[int]) -> list[str]:
    """Return the ids of the changes that this person has just made to the atendimentos `ids`, for
    `atendimento:desfazer`."""
    minhas = Transicao.objects.filter(
        atendimento__in=ids, quem=request.user, antes__isnull=False
    ).values("atendimento")
    return [str(t["ultima"]) for t in minhas.annotate(ultima=Max("pk"))]


def inteiros(request: HttpRequest, nome: str) -> list[int]:
    """Return the whole numbers of a field that comes many times; raises NaoEncontrado for
    anything else, as for the number of nothing."""
    valores = request.POST.getlist(nome)
    if not all(_e_id(v) for v in valores):
        raise NaoEncontrado("Não encontramos o que foi escolhido. Recarregue a conversa.")
    return [int(v) for v in valores]


def chave_do_pedido(request: HttpRequest, verbo: str) -> UUID:
    """Return the page's own key of what it posts once; raises Invalido without one."""
    try:
        return UUID(request.POST.get("chave_cliente", ""))
    except ValueError as erro:
        raise Invalido(
            f"Não deu para {verbo}. Recarregue a conversa e tente de novo.", campo="chave_cliente"
        ) from erro


def feito(request: HttpRequest, pk: int, aviso: str = "", **extra) -> HttpResponse:
    """Answer that an action was done: JSON to the scripts, the conversation to a plain form."""
    if quer_json(request):
        return JsonResponse({"id": str(pk), "aviso": aviso, **extra})
    if aviso:
        messages.success(request, aviso)
    return redirect("atendimento:abrir", pk)


def mostrar_dialogo(request: HttpRequest, nome: str, contexto: dict) -> HttpResponse:
    """Give a dialog to the page's scripts, and a page of its own to a link opened apart."""
    molde = f"atendimento/dialogos/{nome}.html"
    if request.headers.get("X-Parte") == "dialogo":
        return render(request, molde, contexto)
    return render(request, "atendimento/dialogo_solto.html", contexto | {"molde": molde})


def recusado(request: HttpRequest, erro: ErroDeAtendimento) -> HttpResponse:
    """Tell why an action was not done; what the person typed comes back in the page."""
    frase = str(erro)
    if quer_json(request):
        corpo = {"codigo": erro.codigo, "frase": frase, "campo": erro.campo} | erro.extra
        resposta = JsonResponse(json.loads(json.dumps(corpo, default=str)), status=erro.http)
    else:
        contexto = {"frase": frase, "texto": request.POST.get("texto") or request.POST.get("nota")}
        resposta = render(request, "atendimento/recusa.html", contexto, status=erro.http)
    if erro.http == 503:
        resposta["Retry-After"] = str(random.randint(60, 120))  # noqa: S311 (not a secret)
    return resposta


def acao(view):
    """Make a view of an action: logged in, POST only, refusals told by `recusado`."""

    @login_required
    @require_POST
    @wraps(view)
    def interna(request, *args, **kwargs):
        try:
            return view(request, *args, **kwargs)
        except ErroDeAtendimento as erro:
            return recusado(request, erro)

    return interna
