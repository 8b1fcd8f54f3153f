"""Forms of the texts that people keep to answer with: canned replies and knowledge articles."""

from django import forms

from atendimento.models import Artigo, RespostaPronta
from prefeitura.cadastro.models import Assunto, Servidor


class _ComAlcance(forms.Form):
    """Something that is of a team or secretaria that `servidor` supervises: the field
    `alcance`. `PROPRIO` names what is of nobody else, where that may be."""

    PROPRIO = ""

    def __init__(self, *args, servidor: Servidor, **kwargs):
        super().__init__(*args, **kwargs)
        equipes, secretarias = servidor.supervisiona()
        self._donos: dict[str, dict] = {"": {}} if self.PROPRIO else {}
        self._donos |= {f"equipe-{e.pk}": {"equipe": e} for e in equipes}
        self._donos |= {f"secretaria-{s.pk}": {"secretaria": s} for s in secretarias}
        self.fields["alcance"].choices = [
            (chave, str(next(iter(dono.values()), self.PROPRIO)))
            for chave, dono in self._donos.items()
        ]
        for campo in self.fields.values():
            campo.error_messages["required"] = "Preencha este campo."

    def alcance_de(self, objeto: Artigo | RespostaPronta) -> str:
        """The choice that `objeto` stands for; empty when it is of neither."""
        for nome in ("equipe", "secretaria"):
            if chave := getattr(objeto, f"{nome}_id"):
                return f"{nome}-{chave}"
        return ""

    def para_a_acao(self) -> dict:
        """The arguments of the action that keeps it."""
        dados = dict(self.cleaned_data)
        return dados | self._donos[dados.pop("alcance")]


class RespostaProntaForm(_ComAlcance):
    """A canned reply and whose it is: one's own, or of a team or secretaria that one supervises."""

    PROPRIO = "Só eu"

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
        super().__init__(*args, servidor=servidor, **kwargs)
        self.fields["alcance"].required = False
        if len(self._donos) == 1:
            self.fields["alcance"].widget = forms.HiddenInput()
        if pronta is not None:
            self.initial = {
                "atalho": pronta.atalho,
                "titulo": pronta.titulo,
                "texto": pronta.texto,
                "alcance": self.alcance_de(pronta),
            }


class ArtigoForm(_ComAlcance):
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
        super().__init__(*args, servidor=servidor, **kwargs)
        equipes, _ = servidor.supervisiona()
        self.fields["assunto"].queryset = Assunto.objects.filter(ativo=True, equipe__in=equipes)
        if artigo is not None:
            ultima = artigo.versoes.first()
            self.initial = {
                nome: getattr(artigo, nome)
                for nome in ("titulo", "texto", "resposta_curta", "endereco", "publicado")
            } | {
                "assunto": artigo.assunto_id,
                "alcance": self.alcance_de(artigo),
                "vista": ultima.pk if ultima else None,
            }
