"""The files of messages, with a token."""

from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.views import APIView

from atendimento.models import Mensagem
from prefeitura.whatsapp.midia import servir


class MidiaView(APIView):
    @extend_schema(summary="Baixar um arquivo", responses={200: OpenApiTypes.BINARY})
    def get(self, request, pk):
        visiveis = Mensagem.objects.visiveis_para(request.user).filter(midia_id=pk)
        mensagem = get_object_or_404(visiveis.select_related("midia").order_by("pk")[:1])
        # Django's own request tells whether the server is asynchronous; DRF's wraps it.
        return servir.responder(request._request, mensagem.midia)
