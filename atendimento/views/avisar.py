"""What a page that nobody looks at may call its person for."""

from datetime import timedelta

from django.contrib.auth.decorators import login_required
from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from atendimento.models import Atendimento, Mensagem, Transicao
from atendimento.views.apoio import ids_pedidos

UM_DIA_MS = 86_400_000


@login_required
@require_GET
def novas(request: HttpRequest) -> JsonResponse:
    """Which of the matters `?ids=` call this person, with the name of the citizen alone.

    Those with something unread that the citizen wrote, or that came back from being put off, in
    the last `?ha=` milliseconds: how long nobody has looked at the page. A stretch of time, since
    its clock and ours may differ.
    """
    ha = request.GET.get("ha", "")
    ms = min(int(ha), UM_DIA_MS) if ha.isdecimal() and len(ha) < 19 else 0
    desde = timezone.now() - timedelta(milliseconds=ms)
    chegou = Mensagem.objects.filter(
        atendimento=OuterRef("pk"), direcao=Mensagem.Direcao.ENTRADA, recebida_em__gt=desde
    )
    voltou = Transicao.objects.filter(
        atendimento=OuterRef("pk"), tipo=Transicao.Tipo.RETOMADO, quem=None, momento__gt=desde
    )
    chamam = (
        Atendimento.objects.visiveis_para(request.user)
        .que_esperam_por(request.user)
        .annotate(chegou=Exists(chegou))
        .filter(Q(chegou=True) | Exists(voltou), pk__in=ids_pedidos(request.GET))
        .select_related("conversa__cidadao")
        .order_by("pk")
    )
    lidas = [
        {"id": str(a.pk), "nome": _nome(a), "nao_lidas": a.nao_lidas, "voltou": not a.chegou}
        for a in chamam
    ]
    return JsonResponse({"novas": lidas})


def _nome(atendimento: Atendimento) -> str:
    """What may stand on a locked screen: a name that we know, and no phone in its place."""
    cidadao = atendimento.conversa.cidadao
    return cidadao.nome or cidadao.nome_no_whatsapp or "Cidadão sem nome"
