"""What goes to the citizen: text, file, template, reaction; and new tries of what failed."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string

from atendimento import acoes, anexos
from atendimento.acoes.conteudo import Arquivo, Conteudo, Texto
from atendimento.erros import Conflito
from atendimento.models import Atendimento, Mensagem
from atendimento.views.apoio import (
    acao,
    buscar_visivel,
    chave_do_pedido,
    feito,
    inteiro,
    quer_json,
)
from atendimento.views.apresentar import registro
from atendimento.views.compor import composta
from atendimento.views.modelos import modelo_do_formulario
from prefeitura.whatsapp import midia


@acao
def responder(request: HttpRequest, pk: int) -> HttpResponse:
    """Send one message. The same `chave_cliente` is one message, however often it is posted."""
    atendimento = buscar_visivel(request, pk)
    chave = chave_do_pedido(request, "enviar")
    mensagem = acoes.responder(
        atendimento_id=pk,
        servidor=request.user,
        chave_cliente=chave,
        conteudo=_conteudo(request, atendimento, chave),
        versao_vista=inteiro(request, "versao_vista"),
        confirmar=request.POST.get("confirmar") == "1",
        resposta_a_id=inteiro(request, "resposta_a"),
        de=inteiro(request, "de"),
    )
    if not quer_json(request):
        return redirect("atendimento:abrir", pk)
    lido = registro.bolhas(atendimento, request.user.pk, [mensagem.pk])
    html = render_to_string(
        "atendimento/partes/registro.html", {"atendimento": atendimento, "registro": lido}, request
    )
    versao = Atendimento.objects.values_list("versao", flat=True).get(pk=pk)
    return JsonResponse({"id": str(mensagem.pk), "html": html, "versao": versao})


@acao
def reenviar(request: HttpRequest, pk: int, mensagem_id: int) -> HttpResponse:
    """Try again what failed."""
    acoes.reenviar(mensagem_id=mensagem_id, servidor=request.user)
    return feito(request, pk)


@acao
def reagir(request: HttpRequest, pk: int, mensagem_id: int) -> HttpResponse:
    """Leave an emoji on a message of the citizen; an empty one takes it back."""
    visiveis = Mensagem.objects.visiveis_para(request.user).filter(atendimento=pk)
    get_object_or_404(visiveis, pk=mensagem_id)
    acoes.reagir(
        mensagem_id=mensagem_id, servidor=request.user, emoji=request.POST.get("emoji", "")
    )
    return feito(request, pk)


@acao
def baixar(request: HttpRequest, pk: int, mensagem_id: int) -> HttpResponse:
    """Ask Meta once more for a file that did not come."""
    visiveis = Mensagem.objects.visiveis_para(request.user).filter(atendimento=pk)
    mensagem = get_object_or_404(visiveis.select_related("midia"), pk=mensagem_id)
    if mensagem.midia is None or not midia.tentar_de_novo(midia=mensagem.midia):
        raise Conflito("Esta mensagem não tem arquivo a baixar.", codigo="estado")
    return feito(request, pk)


@acao
def rascunho(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep what is being written."""
    acoes.guardar_rascunho(
        atendimento_id=pk, servidor=request.user, texto=request.POST.get("texto", "")
    )
    return feito(request, pk)


def _conteudo(request: HttpRequest, atendimento: Atendimento, chave: UUID) -> Conteudo:
    texto = request.POST.get("texto", "")
    if request.POST.get("modelo"):
        return modelo_do_formulario(request.POST, atendimento.conversa.numero.conta_id)
    if request.POST.get("especie"):
        return composta(request.POST["especie"], request.POST.get("dados", ""))
    arquivo = request.FILES.get("arquivo")
    if arquivo is None:
        return Texto(texto)
    guardada = anexos.guardar(
        numero=atendimento.conversa.numero, servidor=request.user, chave=chave, arquivo=arquivo
    )
    return Arquivo(guardada, legenda=texto, voz=request.POST.get("voz") == "1")
