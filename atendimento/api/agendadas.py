"""Scheduled messages through the API: left for later, listed, given up."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound
from rest_framework.response import Response

from atendimento import acoes
from atendimento.acoes.conteudo import Texto
from atendimento.api.enviar import Idempotencia
from atendimento.api.filtros import recusar_ordem
from atendimento.api.serializers import Estrito
from atendimento.models import MensagemAgendada

CHAVE = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description="Até 255 caracteres. A mesma chave nunca agenda duas vezes.",
)
QUAL = OpenApiParameter("agendada_id", OpenApiTypes.INT, OpenApiParameter.PATH)


class MensagemAgendadaSerializer(serializers.ModelSerializer):
    autor = serializers.CharField(source="autor.username")
    motivo = serializers.CharField(help_text="Por que espera uma pessoa, quando retida.")

    class Meta:
        model = MensagemAgendada
        fields = ["id", "texto", "enviar_em", "autor", "estado", "motivo", "criada_em"]
        read_only_fields = fields


class NovaAgendadaSerializer(Estrito):
    texto = serializers.CharField(allow_blank=True, trim_whitespace=False)
    enviar_em = serializers.DateTimeField(
        help_text="ISO 8601; sem fuso, vale o da cidade. Até o fim das 24 horas."
    )


class ComAgendadas:
    """What waits to be sent in one atendimento."""

    @extend_schema(
        methods=["GET"],
        summary="Listar as mensagens agendadas que ainda esperam",
        responses=MensagemAgendadaSerializer(many=True),
    )
    @extend_schema(
        methods=["POST"],
        summary="Agendar uma mensagem",
        description="Sai na hora marcada, uma vez. Se algo mudar até lá (o cidadão escreveu, o "
        "atendimento foi transferido ou encerrado), fica retida, com o motivo, à espera de alguém.",
        parameters=[CHAVE],
        request=NovaAgendadaSerializer,
        responses={201: MensagemAgendadaSerializer},
    )
    @action(detail=True, methods=["get", "post"], pagination_class=None)
    def agendadas(self, request, pk=None):
        atendimento = self.get_object()
        if request.method == "POST":
            return self._agendar(request, atendimento)
        recusar_ordem(request.query_params)
        esperam = atendimento.agendadas.que_esperam().select_related("autor")
        return Response(MensagemAgendadaSerializer(esperam, many=True).data)

    def _agendar(self, request, atendimento) -> Response:
        corpo = NovaAgendadaSerializer(data=request.data)
        corpo.is_valid(raise_exception=True)
        agendada = acoes.agendar_mensagem(
            atendimento_id=atendimento.pk,
            servidor=request.user,
            chave_cliente=Idempotencia.ler(request.headers.get("Idempotency-Key")),
            conteudo=Texto(corpo.validated_data["texto"]),
            enviar_em=corpo.validated_data["enviar_em"],
        )
        agendada.refresh_from_db()
        return Response(MensagemAgendadaSerializer(agendada).data, status=201)

    @extend_schema(
        summary="Cancelar uma mensagem agendada", parameters=[QUAL], responses={204: None}
    )
    @action(detail=True, methods=["delete"], url_path="agendadas/<int:agendada_id>")
    def agendada(self, request, pk=None, agendada_id=None):
        atendimento = self.get_object()
        if not atendimento.agendadas.filter(pk=agendada_id).exists():
            raise NotFound
        acoes.cancelar_agendada(agendada_id=agendada_id, servidor=request.user)
        return Response(status=204)
