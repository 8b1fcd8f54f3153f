"""Forms of the inbox: they check what was sent, and leave the rules to the actions."""

from datetime import datetime

from django import forms
from django.http import QueryDict
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_naive

from atendimento.erros import Invalido
from atendimento.models.visao import MAIOR_NOME
from prefeitura.cadastro.models import Assunto, AutorizacaoDeContato, Equipe, Servidor
from prefeitura.whatsapp.models import Numero


class Formulario(forms.Form):
    """A form whose first mistake is told to a person as a sentence beside its field."""

    @classmethod
    def ler(cls, dados: QueryDict):
        """Return what was written, checked; raises Invalido with the first thing to put right."""
        formulario = cls(dados)
        if not formulario.is_valid():
            campo, frases = next(iter(formulario.errors.items()))
            raise Invalido(frases[0], campo=campo)
        return formulario.cleaned_data


class TransferirForm(Formulario):
    """Where to: a team, maybe a person of it, and a note for whoever receives."""

    equipe = forms.ModelChoiceField(
        Equipe.objects.ativas(),
        error_messages={
            "required": "Escolha outra fila.",
            "invalid_choice": "Escolha outra fila.",
        },
    )
    para = forms.ModelChoiceField(
        Servidor.objects.filter(is_active=True),
        required=False,
        error_messages={"invalid_choice": "Esta pessoa não atende mais aqui. Escolha outra."},
    )
    nota = forms.CharField(
        required=False,
        max_length=1000,
        error_messages={"max_length": "A nota pode ter até 1.000 caracteres."},
    )


class AdiarForm(Formulario):
    """Until when: one of the moments offered, another one, or the citizen's next message."""

    MENSAGEM, OUTRO = "mensagem", "outro"
    ESCOLHA = "Escolha até quando adiar."

    ate = forms.CharField(max_length=40, error_messages={"required": ESCOLHA})
    dia_e_hora = forms.DateTimeField(
        required=False,
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
        error_messages={"invalid": "Confira o dia e a hora."},
    )

    def clean(self):
        dados = super().clean()
        ate = dados.get("ate")
        if ate == self.OUTRO and not dados.get("dia_e_hora") and not self.errors:
            raise forms.ValidationError({"dia_e_hora": "Diga o dia e a hora."})
        if ate and ate not in (self.MENSAGEM, self.OUTRO):
            try:
                dados["dia_e_hora"] = parse_datetime(ate)
            except (ValueError, OverflowError):
                dados["dia_e_hora"] = None
            if not dados["dia_e_hora"] or is_naive(dados["dia_e_hora"]):
                raise forms.ValidationError({"ate": self.ESCOLHA})
        return dados

    @classmethod
    def ler(cls, dados: QueryDict) -> datetime | None:
        """Return the moment asked for, None for the next message; raises Invalido."""
        lido = super().ler(dados)
        return None if lido["ate"] == cls.MENSAGEM else lido["dia_e_hora"]


class VisaoForm(Formulario):
    """The name of a list, its address, and the team that is to see it."""

    nome = forms.CharField(
        max_length=MAIOR_NOME,
        error_messages={
            "required": "Dê um nome à visão.",
            "max_length": f"O nome pode ter até {MAIOR_NOME} letras.",
        },
    )
    endereco = forms.CharField(required=False, max_length=2000)
    equipe = forms.ModelChoiceField(
        Equipe.objects.ativas(),
        required=False,
        error_messages={"invalid_choice": "Esta equipe não existe mais. Escolha outra."},
    )


class NovaConversaForm(Formulario):
    """Whom to write to first, from where, and the authorisation. The template is read apart."""

    ESCOLHA = "Escolha uma equipe em que você atende."

    quem = forms.CharField(required=False, max_length=60)
    cidadao = forms.IntegerField(required=False, min_value=1, max_value=2**62)
    nome = forms.CharField(required=False, max_length=200)
    equipe = forms.ModelChoiceField(
        Equipe.objects.ativas(), error_messages={"required": ESCOLHA, "invalid_choice": ESCOLHA}
    )
    numero = forms.ModelChoiceField(
        Numero.objects.filter(ativo=True),
        error_messages={
            "required": "Escolha o número da prefeitura.",
            "invalid_choice": "Este número não está mais em uso. Escolha outro.",
        },
    )
    assunto = forms.ModelChoiceField(
        Assunto.objects.filter(ativo=True),
        required=False,
        error_messages={"invalid_choice": "Este assunto não existe mais. Escolha outro."},
    )
    como = forms.ChoiceField(
        choices=AutorizacaoDeContato.Como,
        error_messages={"required": "Diga como a pessoa autorizou este contato."},
    )
    autorizacao = forms.CharField(
        max_length=500,
        error_messages={
            "required": "Escreva o que a pessoa pediu ou autorizou.",
            "max_length": "Escreva a autorização em até 500 caracteres.",
        },
    )
    dia = forms.DateField(
        error_messages={
            "required": "Diga em que dia a pessoa autorizou.",
            "invalid": "Confira o dia em que a pessoa autorizou.",
        },
    )
    chave_cliente = forms.UUIDField(
        error_messages={
            "required": "Não deu para enviar. Abra “Nova conversa” outra vez.",
            "invalid": "Não deu para enviar. Abra “Nova conversa” outra vez.",
        }
    )
    confirmar = forms.BooleanField(required=False)
