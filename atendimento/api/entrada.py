"""A token for a user and password, under the same limits as the login page."""

from django.contrib.auth import authenticate
from drf_spectacular.utils import extend_schema
from knox.models import get_token_model
from rest_framework.response import Response
from rest_framework.views import APIView

from atendimento.api.corpo import LEITORES
from atendimento.api.erros import CredenciaisErradas
from atendimento.api.serializers import EntradaSerializer, TokenSerializer
from atendimento.erros import Demais
from prefeitura.cadastro import tentativas
from prefeitura.cadastro.metricas import LOGIN


class TokenView(APIView):
    """Tokens are kept hashed and shown once; they end with the account."""

    authentication_classes = []
    permission_classes = []
    parser_classes = LEITORES

    @extend_schema(summary="Obter um token", request=EntradaSerializer, responses=TokenSerializer)
    def post(self, request):
        dados = EntradaSerializer(data=request.data)
        dados.is_valid(raise_exception=True)
        pedido = request._request  # axes marks Django's request, not the one that wraps it
        if tentativas.rede_insiste(pedido):
            raise Demais(tentativas.FRASE, espera=tentativas.ESPERA)
        servidor = authenticate(
            pedido,
            username=dados.validated_data["username"],
            password=dados.validated_data["password"],
        )
        if tentativas.conta_bloqueada(pedido):
            raise Demais(tentativas.FRASE, espera=tentativas.ESPERA)
        if servidor is None:
            raise CredenciaisErradas
        _, token = get_token_model().objects.create(user=servidor)
        LOGIN.labels("certo").inc()
        return Response({"token": token})
