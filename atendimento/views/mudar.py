"""The actions on an atendimento: take, give back, transfer, put off, close, reopen, undo."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect

from atendimento import acoes
from atendimento.erros import ErroDeAtendimento, NaoEncontrado
from atendimento.formularios import AdiarForm, TransferirForm
from atendimento.models import Atendimento
from atendimento.views.apoio import (
    acao,
    desfaziveis,
    feito,
    ids_pedidos,
    inteiro,
    quer_json,
    vistas_pedidas,
)
from atendimento.views.apresentar.tempo import ate_quando


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
    return feito(request, pk, "Devolvido à fila.", desfazer=desfaziveis(request, [pk]))


@acao
def adiar(request: HttpRequest, pk: int) -> HttpResponse:
    """Put off and leave it: it goes out of the list."""
    ate = AdiarForm.ler(request.POST)
    acoes.adiar(atendimento_id=pk, servidor=request.user, ate=ate)
    aviso = f"Adiado até {ate_quando(ate)}."
    if not quer_json(request):
        messages.success(request, aviso)
        return redirect("atendimento:caixa")
    return feito(request, pk, aviso, fechar=True, desfazer=desfaziveis(request, [pk]))


@acao
def retomar(request: HttpRequest, pk: int) -> HttpResponse:
    acoes.retomar(atendimento_id=pk, servidor=request.user)
    return feito(request, pk, "De volta à sua lista.", desfazer=desfaziveis(request, [pk]))


@acao
def prioridade(request: HttpRequest, pk: int) -> HttpResponse:
    nova = inteiro(request, "prioridade")
    acoes.priorizar(atendimento_id=pk, servidor=request.user, prioridade=nova)
    aviso = f"Prioridade {Atendimento.Prioridade(nova).label.lower()}."
    return feito(request, pk, aviso, desfazer=desfaziveis(request, [pk]))


@acao
def desfazer(request: HttpRequest) -> HttpResponse:
    """Undo the changes `transicoes` that this person has just made, one by one."""
    desfeitos, recusas = [], []
    for transicao_id in ids_pedidos(request.POST, "transicoes"):
        try:
            atendimento = acoes.desfazer(transicao_id=transicao_id, servidor=request.user)
            desfeitos.append(str(atendimento.pk))
        except ErroDeAtendimento as erro:
            recusas.append(erro)
    if not desfeitos:
        raise recusas[0] if recusas else NaoEncontrado("Não dá mais para desfazer.")
    aviso = "Desfeito." if not recusas else f"Desfeito, menos {len(recusas)}: {recusas[0]}"
    if not quer_json(request):
        messages.success(request, aviso)
        return redirect("atendimento:caixa")
    return JsonResponse({"ids": desfeitos, "aviso": aviso})


@acao
def transferir(request: HttpRequest, pk: int) -> HttpResponse:
    atendimento = acoes.transferir(
        atendimento_id=pk, servidor=request.user, **TransferirForm.ler(request.POST)
    )
    ainda_vejo = Atendimento.objects.visiveis_para(request.user).filter(pk=pk).exists()
    aviso = f"Transferido para {atendimento.servidor or atendimento.equipe}."
    if not ainda_vejo and not quer_json(request):
        return redirect("atendimento:caixa")
    volta = desfaziveis(request, [pk])
    return feito(request, pk, aviso, fechar=not ainda_vejo, desfazer=volta)


@acao
def encerrar(request: HttpRequest, pk: int) -> HttpResponse:
    acoes.encerrar(
        atendimento_id=pk,
        servidor=request.user,
        resultado=request.POST.get("resultado", ""),
        vista=vistas_pedidas(request.POST).get(pk, 0) if "vistas" in request.POST else None,
    )
    return feito(request, pk, "Atendimento encerrado.", desfazer=desfaziveis(request, [pk]))


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
