"""Atendimentos and their messages: lists, and one POST for each action."""

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import mixins
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from atendimento import acoes
from atendimento.api import serializers
from atendimento.api.agendadas import ComAgendadas
from atendimento.api.corpo import LEITORES
from atendimento.api.enviar import Idempotencia, enviar
from atendimento.api.etiquetas import ComEtiquetas
from atendimento.api.filtros import filtrar, recusar_ordem
from atendimento.api.notas import ComNotas
from atendimento.api.paginas import MaisAntigasPrimeiro, PorCursor
from atendimento.api.prontas import ComProntas
from atendimento.api.versao import SE_AINDA, se_ainda
from atendimento.models import Atendimento
from prefeitura.cadastro.models import Equipe, Servidor

FILTROS = [
    OpenApiParameter("estado", str, enum=Atendimento.Estado.values),
    OpenApiParameter("fila", str, description="Endereço (slug) da equipe."),
    OpenApiParameter("telefone", str, description="Em qualquer forma, com ou sem o nono dígito."),
    OpenApiParameter("protocolo", str),
    OpenApiParameter("minhas", str, enum=["1"], description="Só os de quem pergunta."),
    OpenApiParameter("desde", str, description="Alterados a partir deste momento (ISO 8601)."),
]
CHAVE = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description="Até 255 caracteres. A mesma chave nunca envia duas vezes.",
)


@extend_schema_view(
    list=extend_schema(summary="Listar atendimentos", parameters=FILTROS),
    retrieve=extend_schema(summary="Ver um atendimento"),
)
class AtendimentoViewSet(
    ComAgendadas,
    ComEtiquetas,
    ComNotas,
    ComProntas,
    mixins.ListModelMixin,
    mixins.RetrieveModelMixin,
    GenericViewSet,
):
    """What the account may see, and nothing else: the rest is 404."""

    queryset = Atendimento.objects.none()
    serializer_class = serializers.AtendimentoSerializer
    pagination_class = PorCursor
    parser_classes = LEITORES
    lookup_value_converter = "int"

    def get_queryset(self):
        return Atendimento.objects.visiveis_para(self.request.user).select_related(
            "conversa__cidadao", "equipe", "servidor", "assunto"
        )

    def filter_queryset(self, queryset):
        if self.action == "list":
            return filtrar(queryset, self.request.query_params, self.request.user)
        return queryset

    @extend_schema(
        methods=["GET"],
        summary="Ler as mensagens, da mais antiga para a mais nova",
        responses=serializers.MensagemSerializer(many=True),
    )
    @extend_schema(
        methods=["POST"],
        summary="Responder ao cidadão",
        description="Responder a um atendimento de ninguém é assumi-lo.",
        parameters=[CHAVE],
        request=serializers.NovaMensagemSerializer,
        responses={201: serializers.MensagemSerializer},
    )
    @action(detail=True, methods=["get", "post"], pagination_class=MaisAntigasPrimeiro)
    def mensagens(self, request, pk=None):
        if request.method == "POST":
            return self._responder(request, pk)
        recusar_ordem(request.query_params)
        atendimento = self.get_object()
        acoes.abrir_leitura(atendimento=atendimento, servidor=request.user)
        pagina = self.paginate_queryset(atendimento.mensagens.para_mostrar())
        return self.get_paginated_response(serializers.MensagemSerializer(pagina, many=True).data)

    def _responder(self, request, pk):
        try:
            dados = _ler(serializers.NovaMensagemSerializer, request)
        except ValidationError:
            self.get_object()  # what one may not see does not exist, whatever was sent to it
            raise
        de = dados.get("de")
        mensagem = enviar(
            atendimento_id=int(pk),
            servidor=request.user,
            chave=Idempotencia.ler(request.headers.get("Idempotency-Key")),
            dados=dados,
            de=_servidor(de, "de").pk if de is not None else None,
        )
        return Response(serializers.MensagemSerializer(mensagem).data, status=201)

    @extend_schema(summary="Assumir", parameters=[SE_AINDA], request=serializers.VazioSerializer)
    @action(detail=True, methods=["post"])
    def assumir(self, request, pk=None):
        _ler(serializers.VazioSerializer, request)
        return self._feito(acoes.assumir, pk)

    @extend_schema(
        summary="Devolver à fila", parameters=[SE_AINDA], request=serializers.NotaSerializer
    )
    @action(detail=True, methods=["post"])
    def devolver(self, request, pk=None):
        dados = _ler(serializers.NotaSerializer, request)
        return self._feito(acoes.devolver, pk, nota=dados.get("nota", ""))

    @extend_schema(
        summary="Transferir para outra fila ou pessoa",
        parameters=[SE_AINDA],
        request=serializers.TransferirSerializer,
    )
    @action(detail=True, methods=["post"])
    def transferir(self, request, pk=None):
        atendimento = self.get_object()
        dados = _ler(serializers.TransferirSerializer, request)
        equipe = Equipe.objects.ativas().filter(slug=dados["fila"]).first()
        if equipe is None:
            raise ValidationError({"fila": ["não há fila ativa com este endereço."]})
        para = dados.get("servidor")
        with se_ainda(request, atendimento.pk):
            acoes.transferir(
                atendimento_id=atendimento.pk,
                servidor=request.user,
                equipe=equipe,
                para=_servidor(para, "servidor") if para is not None else None,
                nota=dados.get("nota", ""),
            )
        # It may have left the sight of who transferred it, so it is not asked for again as theirs.
        depois = Atendimento.objects.select_related(
            "conversa__cidadao", "equipe", "servidor", "assunto"
        ).get(pk=atendimento.pk)
        return Response(self.get_serializer(depois).data)

    @extend_schema(
        summary="Encerrar", parameters=[SE_AINDA], request=serializers.EncerrarSerializer
    )
    @action(detail=True, methods=["post"])
    def encerrar(self, request, pk=None):
        self.get_object()
        dados = _ler(serializers.EncerrarSerializer, request)
        return self._feito(acoes.encerrar, pk, resultado=dados["resultado"])

    @extend_schema(summary="Reabrir", parameters=[SE_AINDA], request=serializers.VazioSerializer)
    @action(detail=True, methods=["post"])
    def reabrir(self, request, pk=None):
        _ler(serializers.VazioSerializer, request)
        return self._feito(acoes.reabrir, pk)

    @extend_schema(
        summary="Marcar como não lido", parameters=[SE_AINDA], request=serializers.VazioSerializer
    )
    @action(detail=True, methods=["post"], url_path="nao-lido")
    def nao_lido(self, request, pk=None):
        _ler(serializers.VazioSerializer, request)
        return self._feito(acoes.marcar_nao_lida, pk)

    @extend_schema(
        summary="Adiar até um momento, ou até a próxima mensagem do cidadão",
        parameters=[SE_AINDA],
        request=serializers.AdiarSerializer,
    )
    @action(detail=True, methods=["post"])
    def adiar(self, request, pk=None):
        self.get_object()
        return self._feito(acoes.adiar, pk, ate=_ler(serializers.AdiarSerializer, request)["ate"])

    @extend_schema(
        summary="Trazer de volta o que estava adiado",
        parameters=[SE_AINDA],
        request=serializers.VazioSerializer,
    )
    @action(detail=True, methods=["post"])
    def retomar(self, request, pk=None):
        _ler(serializers.VazioSerializer, request)
        return self._feito(acoes.retomar, pk)

    @extend_schema(
        summary="Mudar a prioridade",
        parameters=[SE_AINDA],
        request=serializers.PrioridadeSerializer,
    )
    @action(detail=True, methods=["post"])
    def prioridade(self, request, pk=None):
        self.get_object()
        nome = _ler(serializers.PrioridadeSerializer, request)["prioridade"]
        return self._feito(
            acoes.priorizar, pk, prioridade=Atendimento.Prioridade[nome.upper()].value
        )

    def _feito(self, acao, pk, **argumentos) -> Response:
        with se_ainda(self.request, int(pk)):
            acao(atendimento_id=int(pk), servidor=self.request.user, **argumentos)
        return Response(self.get_serializer(get_object_or_404(self.get_queryset(), pk=pk)).data)


def _ler(classe, request) -> dict:
    serializer = classe(data=request.data)
    serializer.is_valid(raise_exception=True)
    return serializer.validated_data


def _servidor(quem: str | int, campo: str) -> Servidor:
    """Find an active servant by user name, or by number."""
    chave = {"pk": quem} if isinstance(quem, int) else {"username": quem}
    servidor = Servidor.objects.filter(is_active=True, **chave).first()
    if servidor is None:
        raise ValidationError({campo: ["não há pessoa ativa com este nome de usuário."]})
    return servidor
