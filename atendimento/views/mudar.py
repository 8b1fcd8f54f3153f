"""The actions on an atendimento: take, give back, transfer, close, reopen."""

from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from atendimento import acoes
from atendimento.acoes.encerrar import mais_nova
from atendimento.erros import Invalido
from atendimento.formularios import TransferirForm
from atendimento.models import Atendimento
from atendimento.views.apoio import (
    acao,
    buscar_visivel,
    feito,
    inteiro,
    mostrar_dialogo,
    quer_json,
)
from prefeitura.cadastro.models import Equipe, Participacao, Servidor


@acao
def assumir(request: HttpRequest, pk: int) -> HttpResponse:
    acoes.assumir(atendimento_id=pk, servidor=request.user)
    # The page itself shows whose it is now: a notice on top of it would only be in the way.
    aviso = "" if quer_json(request) else "Agora este atendimento é seu."
    return feito(request, pk, aviso, responder=True)


@acao
def proximo(request: HttpRequest) -> HttpResponse:
    """Take whoever waits longest."""
    atendimento = acoes.assumir_proximo(servidor=request.user)
    if quer_json(request):
        return JsonResponse({"id": str(atendimento.pk), "abrir": True, "aviso": ""})
    return redirect("atendimento:abrir", atendimento.pk)


@acao
def devolver(request: HttpRequest, pk: int) -> HttpResponse:
    acoes.devolver(atendimento_id=pk, servidor=request.user, nota=request.POST.get("nota", ""))
    return feito(request, pk, "Devolvido à fila.")


@acao
def transferir(request: HttpRequest, pk: int) -> HttpResponse:
    formulario = TransferirForm(request.POST)
    if not formulario.is_valid():
        raise Invalido(formulario.primeira_frase, campo="equipe")
    atendimento = acoes.transferir(
        atendimento_id=pk, servidor=request.user, **formulario.cleaned_data
    )
    ainda_vejo = Atendimento.objects.visiveis_para(request.user).filter(pk=pk).exists()
    aviso = f"Transferido para {atendimento.servidor or atendimento.equipe}."
    if not ainda_vejo and not quer_json(request):
        return redirect("atendimento:caixa")
    return feito(request, pk, aviso, fechar=not ainda_vejo)


@acao
def encerrar(request: HttpRequest, pk: int) -> HttpResponse:
    acoes.encerrar(
        atendimento_id=pk,
        servidor=request.user,
        resultado=request.POST.get("resultado", ""),
        vista=inteiro(request, "vista"),
    )
    return feito(request, pk, "Atendimento encerrado.", desfazer="reabrir")


@acao
def reabrir(request: HttpRequest, pk: int) -> HttpResponse:
    acoes.reabrir(atendimento_id=pk, servidor=request.user)
    return feito(request, pk, "Atendimento reaberto. Ele está com você.")


@acao
def nao_lido(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark as unread and leave it: what is in front of one's eyes is read."""
    acoes.marcar_nao_lida(atendimento_id=pk, servidor=request.user)
    if not quer_json(request):
        return redirect("atendimento:caixa")
    return feito(request, pk, "Marcado como não lido.", fechar=True)


@acao
def bloquear(request: HttpRequest, pk: int) -> HttpResponse:
    acoes.bloquear(atendimento_id=pk, servidor=request.user, motivo=request.POST.get("motivo", ""))
    return feito(request, pk, "Pedido feito ao WhatsApp. A conversa mostra quando valer.")


@acao
def desbloquear(request: HttpRequest, pk: int) -> HttpResponse:
    acoes.desbloquear(
        atendimento_id=pk, servidor=request.user, motivo=request.POST.get("motivo", "")
    )
    return feito(request, pk, "Pedido feito ao WhatsApp. A conversa mostra quando valer.")


@login_required
@require_GET
def dialogo(request: HttpRequest, pk: int, nome: str) -> HttpResponse:
    """The small form that an action needs before it happens."""
    atendimento = buscar_visivel(request, pk)
    janela = atendimento.conversa.janela_ate
    contexto = {
        "atendimento": atendimento,
        "cidadao": atendimento.conversa.cidadao,
        "resultados": Atendimento.Resultado.choices,
        "janela_aberta": bool(janela and janela > timezone.now()),
    }
    if nome == "encerrar":
        contexto["vista"] = mais_nova(atendimento)
    if nome == "transferir":
        contexto |= {
            "equipes": Equipe.objects.ativas().select_related("secretaria"),
            "pessoas": _pessoas_de(request.GET.get("equipe", "")),
        }
        if request.headers.get("HX-Target") == "pessoas":
            return render(request, "atendimento/partes/pessoas.html", contexto)
    return mostrar_dialogo(request, nome, contexto)


def _pessoas_de(equipe_id: str) -> list[Servidor]:
    equipe = Equipe.objects.filter(pk=equipe_id).first() if equipe_id.isdecimal() else None
    if equipe is None:
        return []
    da_equipe = Q(equipe=equipe) | Q(equipe=None, secretaria=equipe.secretaria_id)
    participam = Participacao.objects.filter(da_equipe).exclude(papel="leitura")
    return list(Servidor.objects.filter(is_active=True, pk__in=participam.values("servidor")))
