"""Files of conversations: only to whoever may see a message that carries them."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from atendimento.models import Mensagem
from prefeitura.whatsapp.midia import servir


@login_required
@require_safe
def arquivo(request: HttpRequest, pk: UUID) -> HttpResponse:
    visiveis = Mensagem.objects.visiveis_para(request.user).filter(midia_id=pk)
    mensagem = get_object_or_404(visiveis.select_related("midia").order_by("pk")[:1])
    return servir.responder(request, mensagem.midia)
