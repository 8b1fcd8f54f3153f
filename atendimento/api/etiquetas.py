"""Tags through the API: those that one may see, and those of one atendimento."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from atendimento import acoes
from atendimento.api.filtros import recusar_ordem
from atendimento.api.paginas import PorCursor
from atendimento.models import Etiqueta

QUAL = OpenApiParameter("etiqueta_id", OpenApiTypes.INT, OpenApiParameter.PATH)


class EtiquetaSerializer(serializers.ModelSerializer):
    fila = serializers.CharField(source="equipe.slug", allow_null=True, default=None)
    secretaria = serializers.CharField(source="secretaria.slug", allow_null=True, default=None)

    class Meta:
        model = Etiqueta
        fields = ["id", "nome", "cor", "fila", "secretaria", "ativa"]
        read_only_fields = fields


class EtiquetaPostaSerializer(serializers.Serializer):
    id = serializers.IntegerField(source="etiqueta.pk")
    nome = serializers.CharField(source="etiqueta.nome")
    cor = serializers.CharField(source="etiqueta.cor")
    posta_por = serializers.CharField(source="posta_por.username")
    posta_em = serializers.DateTimeField()


@extend_schema_view(list=extend_schema(summary="Listar as etiquetas das suas equipes"))
class EtiquetaViewSet(mixins.ListModelMixin, GenericViewSet):
    """The tags of what the account may see."""

    queryset = Etiqueta.objects.none()
    serializer_class = EtiquetaSerializer
    pagination_class = PorCursor

    def get_queryset(self):
        visiveis = Etiqueta.objects.visiveis_para(self.request.user)
        return visiveis.select_related("equipe", "secretaria")

    def list(self, request, *args, **kwargs):
        recusar_ordem(request.query_params)
        return super().list(request, *args, **kwargs)


class ComEtiquetas:
    """The tags of one atendimento."""

    @extend_schema(
        summary="Ver as etiquetas de um atendimento", responses=EtiquetaPostaSerializer(many=True)
    )
    @action(detail=True, pagination_class=None)
    def etiquetas(self, request, pk=None):
        recusar_ordem(request.query_params)
        return self._etiquetas(self.get_object())

    @extend_schema(
        methods=["PUT"],
        summary="Pôr uma etiqueta",
        description="Pôr a que já está não muda nada.",
        parameters=[QUAL],
        request=None,
        responses=EtiquetaPostaSerializer(many=True),
    )
    @extend_schema(
        methods=["DELETE"],
        summary="Tirar uma etiqueta",
        description="Tirar a que não está não muda nada.",
        parameters=[QUAL],
        responses=EtiquetaPostaSerializer(many=True),
    )
    @action(
        detail=True,
        methods=["put", "delete"],
        url_path="etiquetas/<int:etiqueta_id>",
        pagination_class=None,
    )
    def etiqueta(self, request, pk=None, etiqueta_id=None):
        atendimento = self.get_object()
        mudar = acoes.etiquetar if request.method == "PUT" else acoes.desetiquetar
        mudar(atendimento_id=atendimento.pk, servidor=request.user, etiquetas=[etiqueta_id])
        return self._etiquetas(atendimento)

    def _etiquetas(self, atendimento) -> Response:
        postas = atendimento.etiquetas_postas.a_mostrar()
        return Response(EtiquetaPostaSerializer(postas, many=True).data)
