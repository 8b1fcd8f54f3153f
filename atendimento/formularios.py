"""Forms of the inbox: they check what was sent, and leave the rules to the actions."""

from datetime import datetime

from django import forms
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_naive

from atendimento.erros import Invalido
from atendimento.models import Artigo, RespostaPronta
from atendimento.models.resposta_pronta import supervisiona
from atendimento.models.visao import MAIOR_NOME
from prefeitura.cadastro.models import Assunto, AutorizacaoDeContato, Equipe, Servidor
from prefeitura.whatsapp.models import Numero


class TransferirForm(forms.Form):
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

    @property
    def primeira_frase(self) -> str:
        """The first thing to put right, as a sentence."""
        return next(iter(self.errors.values()))[0]


class AdiarForm(forms.Form):
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
    def ler(cls, dados) -> datetime | None:
        """Return the moment asked for, None for the next message; raises Invalido."""
        formulario = cls(dados)
        if not formulario.is_valid():
            campo, frases = next(iter(formulario.errors.items()))
            raise Invalido(frases[0], campo=campo)
        lido = formulario.cleaned_data
        return None if lido["ate"] == cls.MENSAGEM else lido["dia_e_hora"]


class VisaoForm(forms.Form):
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


class NovaConversaForm(forms.Form):
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

    @property
    def primeiro_erro(self) -> tuple[str, str]:
        """(field, sentence) of the first thing to put right."""
        campo, frases = next(iter(self.errors.items()))
        return campo, frases[0]


class RespostaProntaForm(forms.Form):
    """A canned reply and whose it is: one's own, or of a team or secretaria that one supervises."""

    atalho = forms.CharField(
        max_length=31, help_text="O que se digita depois da barra, como em /horario."
    )
    titulo = forms.CharField(label="Título", max_length=80)
    texto = forms.CharField(
        max_length=4096,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"max_length": "O texto pode ter até 4.096 caracteres."},
    )
    alcance = forms.ChoiceField(label="Quem usa")

    def __init__(self, *args, servidor: Servidor, pronta: RespostaPronta | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        equipes, secretarias = supervisiona(servidor)
        self._donos = {"": {}}
        self._donos |= {f"equipe-{e.pk}": {"equipe": e} for e in equipes}
        self._donos |= {f"secretaria-{s.pk}": {"secretaria": s} for s in secretarias}
        nomes = [(c, str(next(iter(dono.values()), "Só eu"))) for c, dono in self._donos.items()]
        self.fields["alcance"].choices = nomes
        self.fields["alcance"].required = False
        if len(nomes) == 1:
            self.fields["alcance"].widget = forms.HiddenInput()
        for campo in self.fields.values():
            campo.error_messages["required"] = "Preencha este campo."
        if pronta is not None:
            self.initial = {
                "atalho": pronta.atalho,
                "titulo": pronta.titulo,
                "texto": pronta.texto,
                "alcance": next(
                    (
                        f"{nome}-{chave}"
                        for nome in ("equipe", "secretaria")
                        if (chave := getattr(pronta, f"{nome}_id"))
                    ),
                    "",
                ),
            }

    def para_a_acao(self) -> dict:
        """The arguments of `acoes.guardar_resposta_pronta`."""
        dados = dict(self.cleaned_data)
        dono = self._donos[dados.pop("alcance")]
        return dados | dono


class ArtigoForm(forms.Form):
    """A knowledge article, and the team or secretaria of it among those that one supervises."""

    titulo = forms.CharField(label="Título", max_length=120)
    texto = forms.CharField(
        max_length=20_000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 16}),
        error_messages={"max_length": "O texto pode ter até 20.000 caracteres."},
        help_text="Vale a formatação do WhatsApp: *negrito*, _itálico_, ~riscado~. Uma linha em "
        "branco separa os trechos que se inserem um a um.",
    )
    resposta_curta = forms.CharField(
        label="Resposta curta",
        max_length=4096,
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"max_length": "A resposta curta pode ter até 4.096 caracteres."},
        help_text="O que vai para o cidadão com um clique. Pode ter {nome} e {protocolo}.",
    )
    endereco = forms.CharField(
        label="Endereço público",
        max_length=300,
        required=False,
        help_text="Página em que o cidadão lê mais, com https://.",
        error_messages={"max_length": "O endereço pode ter até 300 caracteres."},
    )
    assunto = forms.ModelChoiceField(
        Assunto.objects.none(),
        required=False,
        empty_label="Nenhum em especial",
        error_messages={"invalid_choice": "Este assunto não existe mais. Escolha outro."},
    )
    alcance = forms.ChoiceField(
        label="Quem lê",
        error_messages={"invalid_choice": "Escolha uma equipe que você supervisiona."},
    )
    publicado = forms.BooleanField(label="Publicado", required=False, initial=True)
    vista = forms.IntegerField(required=False, widget=forms.HiddenInput())

    def __init__(self, *args, servidor: Servidor, artigo: Artigo | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        equipes, secretarias = supervisiona(servidor)
        self._donos: dict[str, dict] = {f"equipe-{e.pk}": {"equipe": e} for e in equipes}
        self._donos |= {f"secretaria-{s.pk}": {"secretaria": s} for s in secretarias}
        self.fields["alcance"].choices = [
            (chave, str(next(iter(dono.values())))) for chave, dono in self._donos.items()
        ]
        self.fields["assunto"].queryset = Assunto.objects.filter(ativo=True, equipe__in=equipes)
        for campo in self.fields.values():
            campo.error_messages["required"] = "Preencha este campo."
        if artigo is not None:
            de = "equipe" if artigo.equipe_id else "secretaria"
            ultima = artigo.versoes.first()
            self.initial = {
                nome: getattr(artigo, nome)
                for nome in ("titulo", "texto", "resposta_curta", "endereco", "publicado")
            } | {
                "assunto": artigo.assunto_id,
                "alcance": f"{de}-{getattr(artigo, f'{de}_id')}",
                "vista": ultima.pk if ultima else None,
            }

    def para_a_acao(self) -> dict:
        """The arguments of `acoes.guardar_artigo`."""
        dados = dict(self.cleaned_data)
        dono = self._donos[dados.pop("alcance")]
        return dados | dono
