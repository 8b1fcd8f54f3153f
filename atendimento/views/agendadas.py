"""Scheduled messages in the conversation: choosing the hour, changing, giving up, sending now."""

from datetime import date, datetime, time
from uuid import uuid4

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_GET

from atendimento import acoes, agenda
from atendimento.acoes.agendar import Agendavel
from atendimento.acoes.conteudo import Texto
from atendimento.erros import Invalido
from atendimento.models import Atendimento, MensagemAgendada
from atendimento.views.apoio import (
    acao,
    buscar_visivel,
    chave_do_pedido,
    feito,
    mostrar_dialogo,
)
from atendimento.views.modelos import PREFIXO, da_conta, modelo_do_formulario

OUTRA = "outra"


@login_required
@require_GET
def dialogo(request: HttpRequest, pk: int, agendada_id: int | None = None) -> HttpResponse:
    """What to send and when: the usual hours, or one of one's own. With an id, that one again."""
    atendimento = buscar_visivel(request, pk)
    agendada = _da_conversa(pk, agendada_id) if agendada_id else None
    agora, janela = timezone.localtime(), atendimento.conversa.janela_ate
    sabidos = {
        f"{PREFIXO}nome": atendimento.conversa.cidadao.primeiro_nome,
        f"{PREFIXO}protocolo": atendimento.protocolo,
    }
    conta = atendimento.conversa.numero.conta_id
    contexto = {
        "atendimento": atendimento,
        "cidadao": atendimento.conversa.cidadao,
        "agendada": agendada,
        "sugestoes": agenda.sugestoes(agora, janela),
        "quando": timezone.localtime(agendada.enviar_em) if agendada else None,
        "hoje": agora.date(),
        "ate": agora.date() + agenda.MAIS_LONGE,
        "janela_ate": janela if janela and janela > agora else None,
        "janela_em_palavras": janela and agenda.em_palavras(timezone.localtime(janela), agora),
        "modelos": [m for m in da_conta(conta, sabidos) if m.serve_aqui],
        "chave": uuid4(),
    }
    return mostrar_dialogo(request, "agendar", contexto)


@acao
def agendar(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep one. The same `chave_cliente` is one message, however often it is posted."""
    atendimento = buscar_visivel(request, pk)
    agendada = acoes.agendar_mensagem(
        atendimento_id=pk,
        servidor=request.user,
        chave_cliente=chave_do_pedido(request, "agendar"),
        conteudo=_conteudo(request, atendimento),
        enviar_em=_quando(request),
    )
    return feito(request, pk, _agendada_para(agendada), agendada=not agendada.modelo_id)


@acao
def mudar(request: HttpRequest, pk: int, agendada_id: int) -> HttpResponse:
    atendimento = buscar_visivel(request, pk)
    _da_conversa(pk, agendada_id)
    agendada = acoes.mudar_agendada(
        agendada_id=agendada_id,
        servidor=request.user,
        conteudo=_conteudo(request, atendimento),
        enviar_em=_quando(request),
    )
    return feito(request, pk, _agendada_para(agendada))


@acao
def cancelar(request: HttpRequest, pk: int, agendada_id: int) -> HttpResponse:
    buscar_visivel(request, pk)
    _da_conversa(pk, agendada_id)
    acoes.cancelar_agendada(agendada_id=agendada_id, servidor=request.user)
    return feito(request, pk, "Mensagem agendada cancelada.")


@acao
def enviar(request: HttpRequest, pk: int, agendada_id: int) -> HttpResponse:
    """Send it before its hour, or in spite of what held it."""
    buscar_visivel(request, pk)
    _da_conversa(pk, agendada_id)
    acoes.enviar_agendada(agendada_id=agendada_id, servidor=request.user)
    return feito(request, pk, "Mensagem enviada.")


def _da_conversa(pk: int, agendada_id: int) -> MensagemAgendada:
    return get_object_or_404(MensagemAgendada, pk=agendada_id, atendimento=pk)


def _agendada_para(agendada: MensagemAgendada) -> str:
    quando = timezone.localtime(agendada.enviar_em)
    return f"Agendada para {agenda.em_palavras(quando, timezone.localtime())}."


def _conteudo(request: HttpRequest, atendimento: Atendimento) -> Agendavel:
    if request.POST.get("modelo"):
        return modelo_do_formulario(request.POST, atendimento.conversa.numero.conta_id)
    return Texto(request.POST.get("texto", ""))


def _quando(request: HttpRequest) -> datetime:
    """Read one of the usual hours, or a date and an hour of the city's clock."""
    escolhido = request.POST.get("quando", "")
    try:
        if escolhido and escolhido != OUTRA:
            sugerida = datetime.fromisoformat(escolhido)
            return sugerida if sugerida.tzinfo else timezone.make_aware(sugerida)
        dia = date.fromisoformat(request.POST.get("dia", ""))
    except ValueError as erro:
        raise Invalido("Escolha o dia.", campo="dia") from erro
    try:
        hora = time.fromisoformat(request.POST.get("hora", "")).replace(tzinfo=None)
    except ValueError as erro:
        raise Invalido("Escolha a hora.", campo="hora") from erro
    return agenda.no_fuso(dia, hora, timezone.get_current_timezone(), timezone.now())
