"""What the API shows and what it accepts; field names are those of CONTRACT and stay fixed."""

from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from atendimento.models import Atendimento, Mensagem, Reacao
from prefeitura.cadastro.models import Cidadao
from prefeitura.whatsapp.erros import frase
from prefeitura.whatsapp.models import EventoRecebido, ItemParado, Midia

PRIORIDADES = [nome.lower() for nome in Atendimento.Prioridade.names]


class CidadaoSerializer(serializers.ModelSerializer):
    nome = serializers.CharField(source="como_chamar")
    telefone = serializers.CharField(source="wa_id")

    class Meta:
        model = Cidadao
        fields = ["id", "nome", "telefone", "user_id", "username"]
        read_only_fields = fields


class AtendimentoSerializer(serializers.ModelSerializer):
    conversa = serializers.IntegerField(source="conversa_id")
    fila = serializers.CharField(source="equipe.slug", allow_null=True, default=None)
    servidor = serializers.CharField(source="servidor.username", allow_null=True, default=None)
    cidadao = CidadaoSerializer(source="conversa.cidadao")
    assunto = serializers.CharField(source="assunto.slug", allow_null=True, default=None)
    janela_ate = serializers.DateTimeField(source="conversa.janela_ate", allow_null=True)
    prioridade = serializers.SerializerMethodField()

    class Meta:
        model = Atendimento
        fields = [
            "id",
            "conversa",
            "protocolo",
            "estado",
            "fila",
            "servidor",
            "cidadao",
            "assunto",
            "aberto_em",
            "encerrado_em",
            "janela_ate",
            "prazo_em",
            "prioridade",
            "adiado_em",
            "adiado_ate",
            "nao_lidas",
            "resultado",
            "alterado_em",
            "versao",
        ]
        read_only_fields = fields

    @extend_schema_field(serializers.ChoiceField(PRIORIDADES))
    def get_prioridade(self, atendimento) -> str:
        return Atendimento.Prioridade(atendimento.prioridade).name.lower()


class MidiaSerializer(serializers.ModelSerializer):
    tipo = serializers.SerializerMethodField()
    url = serializers.SerializerMethodField(help_text="Caminho; aceita o mesmo token.")

    class Meta:
        model = Midia
        fields = ["nome", "tipo", "tamanho", "estado", "url"]
        read_only_fields = fields

    def get_tipo(self, midia) -> str:
        return midia.tipo or midia.declarado

    def get_url(self, midia) -> str:
        return reverse("api:midia", args=[midia.pk])


class ErroDeEnvioSerializer(serializers.Serializer):
    codigo = serializers.IntegerField(allow_null=True)
    texto = serializers.CharField()


class ReacaoSerializer(serializers.ModelSerializer):
    class Meta:
        model = Reacao
        fields = ["emoji", "do_cidadao", "momento"]
        read_only_fields = fields


class MensagemSerializer(serializers.ModelSerializer):
    wamid = serializers.SerializerMethodField()
    midia = MidiaSerializer(allow_null=True)
    estado = serializers.SerializerMethodField(help_text="Só nas de saída.")
    erro = serializers.SerializerMethodField()
    resposta_a = serializers.IntegerField(source="resposta_a_id", allow_null=True)
    autor = serializers.CharField(source="autor.username", allow_null=True, default=None)
    horario = serializers.DateTimeField(source="momento")
    dados = serializers.JSONField(
        help_text="Detalhes próprios de cada tipo: latitude e longitude, contatos, respostas…"
    )
    citada = serializers.SerializerMethodField(
        help_text="O wamid que a pessoa citou, também quando não conhecemos a mensagem."
    )
    reacoes = ReacaoSerializer(source="com_emoji", many=True)

    class Meta:
        model = Mensagem
        fields = [
            "id",
            "wamid",
            "direcao",
            "tipo",
            "texto",
            "midia",
            "estado",
            "erro",
            "resposta_a",
            "autor",
            "horario",
            "dados",
            "citada",
            "reacoes",
            "editada_em",
            "apagada_em",
        ]
        read_only_fields = fields

    def get_citada(self, mensagem) -> str | None:
        return mensagem.citada_wamid or None

    def get_wamid(self, mensagem) -> str | None:
        return mensagem.wamid or (mensagem.envio.wamid if mensagem.envio else None)

    def get_estado(self, mensagem) -> str | None:
        return mensagem.estado or None

    @extend_schema_field(ErroDeEnvioSerializer(allow_null=True))
    def get_erro(self, mensagem):
        if mensagem.estado != "falhou":
            return None
        codigo = mensagem.envio.codigo_da_falha
        return {"codigo": codigo, "texto": frase(codigo, mensagem.envio.detalhe)}


class ItemParadoSerializer(serializers.ModelSerializer):
    class Meta:
        model = ItemParado
        fields = ["id", "indice", "motivo", "tentativas"]
        read_only_fields = fields


class EventoSerializer(serializers.ModelSerializer):
    itens_parados = serializers.SerializerMethodField()

    class Meta:
        model = EventoRecebido
        fields = ["id", "recebido_em", "estado", "erro", "nota", "itens_parados"]
        read_only_fields = fields

    @extend_schema_field(ItemParadoSerializer(many=True))
    def get_itens_parados(self, evento):
        return ItemParadoSerializer(evento.pendencias, many=True).data


class Estrito(serializers.Serializer):
    """Refuses fields that it does not know: a typing mistake must not pass in silence."""

    default_error_messages = {"invalid": "envie um objeto JSON."}

    def to_internal_value(self, data):
        if hasattr(data, "keys"):
            for nome in data:
                if nome not in self.fields:
                    aviso = f"Campo desconhecido: {str(nome)[:60]}."
                    raise serializers.ValidationError({str(nome)[:60]: [aviso]})
        return super().to_internal_value(data)


class Inteiro(serializers.IntegerField):
    default_error_messages = {
        "invalid": "informe um número inteiro.",
        "null": "informe um número inteiro.",
    }


@extend_schema_field(OpenApiTypes.STR)
class Pessoa(serializers.Field):
    """A servant, by user name or by number."""

    default_error_messages = {"invalid": "informe o nome de usuário de quem atende."}

    def to_internal_value(self, data):
        if isinstance(data, bool) or not isinstance(data, str | int) or data == "":
            self.fail("invalid")
        return data

    def to_representation(self, value):
        return value


class EntradaSerializer(Estrito):
    username = serializers.CharField(max_length=150)
    password = serializers.CharField(max_length=128, trim_whitespace=False)
    codigo = serializers.CharField(
        max_length=20, required=False, allow_blank=True, help_text="Segundo fator, se houver."
    )


class TokenSerializer(serializers.Serializer):
    token = serializers.CharField()


class NovaMensagemSerializer(Estrito):
    """`texto`, or multipart with `arquivo` and `legenda`."""

    texto = serializers.CharField(required=False, allow_blank=True, trim_whitespace=False)
    arquivo = serializers.FileField(required=False, allow_empty_file=True)
    legenda = serializers.CharField(required=False, allow_blank=True)
    resposta_a = Inteiro(required=False, help_text="Id da mensagem citada.")
    de = Pessoa(required=False, help_text="Confirma que se responde no lugar de quem atende.")
    confirmar = serializers.BooleanField(required=False, help_text="Reabre um encerrado.")

    def validate(self, attrs):
        if ("arquivo" in attrs) == ("texto" in attrs):
            raise serializers.ValidationError({"texto": ["envie texto ou arquivo."]})
        return attrs


class NotaSerializer(Estrito):
    nota = serializers.CharField(required=False, allow_blank=True, max_length=1000)


class TransferirSerializer(NotaSerializer):
    fila = serializers.CharField(max_length=60, help_text="Endereço da equipe que recebe.")
    servidor = Pessoa(required=False, help_text="Quem recebe; sem isto vai para a fila.")


class EncerrarSerializer(Estrito):
    resultado = serializers.ChoiceField(
        Atendimento.Resultado.choices, required=False, default=Atendimento.Resultado.RESOLVIDO
    )


class AdiarSerializer(Estrito):
    ate = serializers.DateTimeField(
        required=False,
        default=None,
        allow_null=True,
        help_text="Sem isto, até a próxima mensagem do cidadão, que em todo caso traz de volta.",
    )


class PrioridadeSerializer(Estrito):
    prioridade = serializers.ChoiceField(PRIORIDADES)


class VazioSerializer(Estrito):
    """Nothing to say: the address is the order."""
