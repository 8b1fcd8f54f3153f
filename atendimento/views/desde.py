"""Catch-up: which atendimentos changed since the page last knew the truth."""

from datetime import datetime, timedelta

from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET

from atendimento.models import Atendimento
from atendimento.tempo import agora_do_banco
from atendimento.views.apresentar import tempo
from prefeitura.cadastro.models import Equipe
from prefeitura.tempo_real.metricas import RECUPERACOES

SOBREPOSICAO = timedelta(seconds=60)  # a transaction lives 30 s at most (GUARANTEES G14)
MAIS_VELHO = timedelta(hours=1)
MAXIMO = 2_000


@login_required
@require_GET
def desde(request: HttpRequest) -> HttpResponse:
    """Answer {ids, marcas, cursor}, or {recarregar: true} when the page is too far behind.

    `marcas` tell one change of an id from the next, since the answers overlap. What left this
    person's sight is among the ids: the rows' view then says that it is gone.
    """
    agora = agora_do_banco()
    momento = _momento(request.GET.get("cursor", ""))
    if momento is None or not agora - MAIS_VELHO < momento < agora + SOBREPOSICAO:
        return _recarregar(agora)
    inicio = momento - SOBREPOSICAO
    equipes = Equipe.objects.visiveis_para(request.user)
    mudaram = list(
        Atendimento.objects.filter(alterado_em__gte=inicio)
        .filter(
            Q(equipe__in=equipes)
            | Q(transicoes__de_equipe__in=equipes, transicoes__momento__gte=inicio)
        )
        .order_by("alterado_em", "pk")
        .values_list("pk", "alterado_em")
        .distinct()[: MAXIMO + 1]
    )
    if len(mudaram) > MAXIMO:
        return _recarregar(agora)
    RECUPERACOES.labels("parcial").inc()
    return JsonResponse(
        {
            "ids": [str(pk) for pk, _ in mudaram],
            "marcas": [str(tempo.micros(alterado)) for _, alterado in mudaram],
            "cursor": _cursor(agora),
        }
    )


def _recarregar(agora: datetime) -> HttpResponse:
    RECUPERACOES.labels("total").inc()
    return JsonResponse({"recarregar": True, "cursor": _cursor(agora)})


def _cursor(quando) -> str:
    return f"{tempo.micros(quando)}-0"


def _momento(cursor: str):
    valor = cursor.partition("-")[0]
    if not valor.isdecimal() or len(cursor) > 45:
        return None
    try:
        return tempo.de_micros(int(valor))
    except OverflowError:
        return None
