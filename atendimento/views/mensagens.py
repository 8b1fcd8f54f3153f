"""Bubbles of a conversation, asked for by id, upwards or downwards."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from atendimento import acoes, mostradas
from atendimento.models import Atendimento
from atendimento.views.apoio import buscar_visivel, ids_pedidos
from atendimento.views.apresentar import registro


@login_required
@require_GET
def mensagens(request: HttpRequest, pk: int) -> HttpResponse:
    """`?ids=` gives those bubbles, `?antes=` the ones above, `?depois=` those below; without
    any, the newest stretch as the page itself shows it."""
    atendimento = buscar_visivel(request, pk)
    acoes.registrar_leitura(atendimento=atendimento, servidor=request.user)
    if "ids" in request.GET:
        lido = registro.bolhas(atendimento, request.user.pk, ids_pedidos(request.GET))
        mostradas.notar(lido.mensagens, servidor_id=request.user.pk, ao_vivo=True)
    else:
        lido = registro.registro(
            atendimento,
            request.user.pk,
            outros=_outros(request, atendimento),
            antes=request.GET.get("antes", ""),
            depois=request.GET.get("depois", ""),
        )
    return render(
        request,
        "atendimento/partes/registro.html",
        {"atendimento": atendimento, "registro": lido},
    )


def _outros(request: HttpRequest, atendimento: Atendimento) -> list[Atendimento]:
    visiveis = Atendimento.objects.visiveis_para(request.user).values_list("pk", flat=True)
    outros = (
        Atendimento.objects.filter(conversa=atendimento.conversa_id)
        .exclude(pk=atendimento.pk)
        .select_related("equipe__secretaria", "assunto")
        .order_by("-aberto_em", "-pk")[:60]
    )
    ids = set(visiveis.filter(conversa=atendimento.conversa_id))
    achados = list(outros)
    for outro in achados:
        outro.visivel = outro.pk in ids
    return achados
