"""The stored webhooks, for whoever administers: to everybody else they do not exist."""

from django.db.models import Prefetch
from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import mixins
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from atendimento.api.corpo import LEITORES
from atendimento.api.filtros import recusar_ordem
from atendimento.api.paginas import PorCursor
from atendimento.api.serializers import EventoSerializer, VazioSerializer
from prefeitura.whatsapp import entrada
from prefeitura.whatsapp.models import EventoRecebido, ItemParado


@extend_schema_view(
    list=extend_schema(
        summary="Listar eventos guardados da Meta",
        parameters=[OpenApiParameter("estado", str, enum=EventoRecebido.Estado.values)],
    ),
    retrieve=extend_schema(summary="Ver um evento"),
)
class EventoViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, GenericViewSet):
    queryset = EventoRecebido.objects.none()
    serializer_class = EventoSerializer
    pagination_class = PorCursor
    parser_classes = LEITORES
    lookup_value_converter = "int"

    def initial(self, request, *args, **kwargs):
        super().initial(request, *args, **kwargs)
        muda = "change" if request.method == "POST" else "view"
        if not (request.user.is_staff and request.user.has_perm(f"whatsapp.{muda}_eventorecebido")):
            raise Http404

    def get_queryset(self):
        pendencias = ItemParado.objects.filter(resolvido_em=None).order_by("indice")
        return EventoRecebido.objects.defer("corpo").prefetch_related(
            Prefetch("itens_parados", pendencias, to_attr="pendencias")
        )

    def filter_queryset(self, queryset):
        recusar_ordem(self.request.query_params)
        estado = self.request.query_params.get("estado")
        if not estado:
            return queryset
        if estado not in EventoRecebido.Estado.values:
            opcoes = ", ".join(EventoRecebido.Estado.values)
            raise ValidationError({"estado": [f"use um destes: {opcoes}."]})
        return queryset.filter(estado=estado)

    @extend_schema(summary="Aplicar de novo um evento parado", request=VazioSerializer)
    @action(detail=True, methods=["post"])
    def reprocessar(self, request, pk=None):
        VazioSerializer(data=request.data).is_valid(raise_exception=True)
        evento = self.get_object()
        entrada.reprocessar(evento_id=evento.pk)
        return Response(self.get_serializer(self.get_object()).data)
