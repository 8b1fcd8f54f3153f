"""The canned replies for one atendimento, filled in, as the composer offers them."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from atendimento import prontas
from atendimento.api.filtros import recusar_ordem


class RespostaProntaSerializer(serializers.Serializer):
    atalho = serializers.CharField()
    titulo = serializers.CharField()
    texto = serializers.CharField(help_text="Com os espaços conhecidos já preenchidos.")
    faltam = serializers.ListField(
        child=serializers.CharField(),
        help_text="Espaços que ainda é preciso preencher: com eles a mensagem não sai.",
    )
    alcance = serializers.CharField(help_text="De quem é: sua, da equipe, da secretaria…")


class ComProntas:
    """What can be said in one atendimento without writing it again."""

    @extend_schema(
        summary="Respostas prontas para este atendimento",
        responses=RespostaProntaSerializer(many=True),
    )
    @action(detail=True, url_path="respostas-prontas", pagination_class=None)
    def respostas_prontas(self, request, pk=None):
        recusar_ordem(request.query_params)
        oferecidas = prontas.oferecidas(
            atendimento=self.get_object(), servidor=request.user, agora=timezone.localtime()
        )
        return Response(
            [
                {
                    "atalho": pronta.atalho,
                    "titulo": pronta.titulo,
                    "texto": texto,
                    "faltam": prontas.faltam(texto),
                    "alcance": pronta.alcance,
                }
                for pronta, texto in oferecidas
            ]
        )
