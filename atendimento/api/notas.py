"""Internal notes through the API: read by who sees the matter, and never sent to anybody."""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from atendimento import acoes
from atendimento.api.enviar import Idempotencia
from atendimento.api.filtros import recusar_ordem
from atendimento.api.paginas import NotasMaisAntigasPrimeiro
from atendimento.api.serializers import Estrito
from atendimento.models import Nota
from prefeitura.cadastro.models import Equipe, Servidor

CHAVE = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description="Até 255 caracteres. A mesma chave nunca guarda duas notas.",
)
NINGUEM = 0
MAIS_NOMES = 50


class NotaInternaSerializer(serializers.ModelSerializer):
    autor = serializers.CharField(source="autor.username")
    fila = serializers.CharField(
        source="equipe.slug", help_text="Onde estava o atendimento quando foi escrita."
    )
    mencoes = serializers.SerializerMethodField(help_text="Quem foi mencionado pelo nome.")
    equipes = serializers.SerializerMethodField(help_text="Filas mencionadas inteiras.")

    class Meta:
        model = Nota
        fields = ["id", "texto", "autor", "fila", "mencoes", "equipes", "criada_em"]
        read_only_fields = fields

    def get_mencoes(self, nota) -> list[str]:
        return [m.servidor.username for m in nota.mencoes.all() if m.equipe is None]

    def get_equipes(self, nota) -> list[str]:
        return sorted({m.equipe.slug for m in nota.mencoes.all() if m.equipe is not None})


def _nomes(ajuda: str) -> serializers.ListField:
    nome = serializers.CharField(max_length=150)
    return serializers.ListField(child=nome, max_length=MAIS_NOMES, required=False, help_text=ajuda)


class NovaNotaSerializer(Estrito):
    texto = serializers.CharField(allow_blank=True, trim_whitespace=False)
    mencoes = _nomes("Nomes de usuário de quem é mencionado.")
    equipes = _nomes("Filas mencionadas: só a do atendimento.")


class ComNotas:
    """The notes of one atendimento."""

    @extend_schema(
        methods=["GET"],
        summary="Ler as notas internas, da mais antiga para a mais nova",
        responses=NotaInternaSerializer(many=True),
    )
    @extend_schema(
        methods=["POST"],
        summary="Escrever uma nota interna",
        description="O cidadão nunca a recebe. Quem é mencionado a encontra em Menções.",
        parameters=[CHAVE],
        request=NovaNotaSerializer,
        responses={201: NotaInternaSerializer},
    )
    @action(detail=True, methods=["get", "post"], pagination_class=NotasMaisAntigasPrimeiro)
    def notas(self, request, pk=None):
        atendimento = self.get_object()
        if request.method == "POST":
            return self._escrever(request, atendimento)
        recusar_ordem(request.query_params)
        acoes.registrar_leitura(atendimento=atendimento, servidor=request.user)
        acoes.ver_mencoes(atendimento=atendimento, servidor=request.user)
        pagina = self.paginate_queryset(atendimento.notas.para_mostrar())
        return self.get_paginated_response(NotaInternaSerializer(pagina, many=True).data)

    def _escrever(self, request, atendimento):
        corpo = NovaNotaSerializer(data=request.data)
        corpo.is_valid(raise_exception=True)
        dados = corpo.validated_data
        nota = acoes.escrever_nota(
            atendimento_id=atendimento.pk,
            servidor=request.user,
            chave_cliente=Idempotencia.ler(request.headers.get("Idempotency-Key")),
            texto=dados["texto"],
            pessoas=_numeros(Servidor.objects.all(), "username", dados.get("mencoes", [])),
            equipes=_numeros(Equipe.objects.all(), "slug", dados.get("equipes", [])),
        )
        lida = Nota.objects.para_mostrar().get(pk=nota.pk)
        return Response(NotaInternaSerializer(lida).data, status=201)


def _numeros(consulta, nome: str, pedidos: list[str]) -> set[int]:
    """Find by name. An unknown name is NINGUEM, so that the action refuses it as it refuses who
    may not see the matter: no answer tells who has an account here."""
    achados = set(consulta.filter(**{f"{nome}__in": set(pedidos)}).values_list("pk", flat=True))
    return achados if len(achados) == len(set(pedidos)) else achados | {NINGUEM}
