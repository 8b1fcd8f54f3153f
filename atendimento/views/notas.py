"""The door of internal notes: kept, never sent. And who can be called in one."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.views.decorators.http import require_GET

from atendimento import acoes
from atendimento.erros import Invalido
from atendimento.models import Rascunho
from atendimento.views.apoio import acao, buscar_visivel, chave_do_pedido, feito, quer_json
from atendimento.views.apresentar import registro
from prefeitura.cadastro.models import Servidor


@acao
def escrever(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep one note. The same `chave_cliente` is one note, however often it is posted."""
    atendimento = buscar_visivel(request, pk)
    chamados = _chamados(request.POST.getlist("mencao"))
    nota = acoes.escrever_nota(
        atendimento_id=pk,
        servidor=request.user,
        chave_cliente=chave_do_pedido(request, "guardar"),
        texto=request.POST.get("texto", ""),
        pessoas=chamados["servidor"],
        equipes=chamados["equipe"],
    )
    if not quer_json(request):
        return redirect("atendimento:abrir", pk)
    lido = registro.notas(atendimento, request.user.pk, [nota.pk])
    contexto = {"atendimento": atendimento, "registro": lido}
    html = render_to_string("atendimento/partes/registro.html", contexto, request)
    return JsonResponse({"id": str(nota.pk), "html": html})


@login_required
@require_GET
def mencionaveis(request: HttpRequest, pk: int) -> HttpResponse:
    """Who may see this atendimento, as options to choose from."""
    atendimento = buscar_visivel(request, pk)
    contexto = {
        "equipe": atendimento.equipe,
        "pessoas": Servidor.objects.que_veem(atendimento.equipe).exclude(pk=request.user.pk),
    }
    return render(request, "atendimento/partes/mencionaveis.html", contexto)


@acao
def rascunho(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep the note that is being written, apart from the reply that is being written."""
    acoes.guardar_rascunho(
        atendimento_id=pk,
        servidor=request.user,
        texto=request.POST.get("texto", ""),
        modo=Rascunho.Modo.NOTA,
    )
    return feito(request, pk)


def _chamados(valores: list[str]) -> dict[str, set[int]]:
    """Read `servidor:12` and `equipe:3`."""
    lidos: dict[str, set[int]] = {"servidor": set(), "equipe": set()}
    for valor in valores:
        especie, _, numero = valor.partition(":")
        if especie not in lidos or not numero.isdecimal() or len(numero) > 18:
            raise Invalido("Não deu para ler as menções. Recarregue a conversa.", campo="mencoes")
        lidos[especie].add(int(numero))
    return lidos
