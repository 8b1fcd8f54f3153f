"""Tags that a team puts on its matters, and the history of who put and took each."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from atendimento.models.atendimento import Atendimento
from prefeitura.banco.busca import dobrar
from prefeitura.cadastro.models import Equipe
from prefeitura.whatsapp.mensagens.base import limpar, vazio

MAIOR_NOME = 40


class EtiquetaQuerySet(models.QuerySet):
    def visiveis_para(self, servidor) -> "EtiquetaQuerySet":
        """Those of the teams whose matters one may see, and of their secretarias."""
        equipes = Equipe.objects.visiveis_para(servidor)
        return self.filter(Q(equipe__in=equipes) | Q(secretaria__in=equipes.values("secretaria")))

    def que_servem_a(self, atendimento) -> "EtiquetaQuerySet":
        """Those of the team that has the matter now, and of its secretaria."""
        if atendimento.equipe is None:
            return self.none()
        return self.filter(
            Q(equipe=atendimento.equipe) | Q(secretaria=atendimento.equipe.secretaria_id)
        )


class Etiqueta(models.Model):
    """A short word with a colour, of one team or of one whole secretaria.

    `chave` is the name without case and accents: one name stands once in each place.
    """

    class Cor(models.TextChoices):
        CINZA = "cinza", "Cinza"
        AZUL = "azul", "Azul"
        VERDE = "verde", "Verde"
        AMARELO = "amarelo", "Amarelo"
        VERMELHO = "vermelho", "Vermelho"

    nome = models.CharField(max_length=MAIOR_NOME)
    chave = models.CharField(max_length=MAIOR_NOME, editable=False)
    cor = models.CharField(max_length=8, choices=Cor, default=Cor.CINZA)
    secretaria = models.ForeignKey(
        "cadastro.Secretaria", models.PROTECT, null=True, blank=True, related_name="etiquetas"
    )
    equipe = models.ForeignKey(
        "cadastro.Equipe", models.PROTECT, null=True, blank=True, related_name="etiquetas"
    )
    ativa = models.BooleanField(
        default=True, help_text="Desligada, ninguém mais a põe; onde já está, continua."
    )
    criada_em = models.DateTimeField(db_default=Now())

    objects = EtiquetaQuerySet.as_manager()

    class Meta:
        ordering = ["chave", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(equipe=None, secretaria__isnull=False)
                | Q(secretaria=None, equipe__isnull=False),
                name="etiqueta_de_um_so",
                violation_error_message="Escolha uma equipe ou uma secretaria, e só uma.",
            ),
            models.UniqueConstraint(
                fields=["chave", "equipe", "secretaria"],
                name="etiqueta_unica",
                nulls_distinct=False,
            ),
        ]

    def __str__(self):
        return self.nome

    def save(self, *args, **kwargs):
        self.chave = dobrar(self.nome)
        super().save(*args, **kwargs)

    def clean(self):
        self.nome = " ".join(limpar(self.nome).split())
        self.chave = dobrar(self.nome)
        if vazio(self.nome):
            raise ValidationError({"nome": "Dê um nome à etiqueta."})
        if len(self.nome) > MAIOR_NOME:
            raise ValidationError({"nome": f"O nome pode ter até {MAIOR_NOME} caracteres."})
        iguais = Etiqueta.objects.filter(
            chave=self.chave, equipe=self.equipe, secretaria=self.secretaria
        )
        if igual := iguais.exclude(pk=self.pk).first():
            raise ValidationError({"nome": ja_existe(igual)})

    @property
    def alcance(self) -> str:
        """Whose it is, for people."""
        return str(self.equipe or self.secretaria)


def ja_existe(igual: Etiqueta) -> str:
    """The sentence for whoever makes the same one again."""
    if igual.ativa:
        return f"Já existe aqui a etiqueta “{igual}”."
    return f"A etiqueta “{igual}” já existe, desligada. Peça à administração para ligá-la."


class EtiquetaPostaQuerySet(models.QuerySet):
    def a_mostrar(self) -> "EtiquetaPostaQuerySet":
        """Those that stand and belong to the team that has the matter now, or to its secretaria.

        After a transfer those of the previous team wait, unseen, for the matter to come back.
        """
        da_casa = Q(etiqueta__equipe=F("atendimento__equipe")) | Q(
            etiqueta__secretaria=F("atendimento__equipe__secretaria")
        )
        return (
            self.filter(da_casa, tirada_em=None)
            .select_related("etiqueta", "posta_por")
            .order_by("etiqueta__chave", "pk")
        )


class EtiquetaPosta(models.Model):
    """One tag on one matter, from when it was put until it was taken. Rows are never deleted."""

    atendimento = models.ForeignKey(Atendimento, models.PROTECT, related_name="etiquetas_postas")
    etiqueta = models.ForeignKey(Etiqueta, models.PROTECT, related_name="postas")
    posta_por = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    posta_em = models.DateTimeField(db_default=Now())
    tirada_por = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    tirada_em = models.DateTimeField(null=True)

    objects = EtiquetaPostaQuerySet.as_manager()

    class Meta:
        verbose_name = "etiqueta posta"
        verbose_name_plural = "etiquetas postas"
        constraints = [
            models.UniqueConstraint(
                fields=["atendimento", "etiqueta"],
                name="etiqueta_posta_uma_vez",
                condition=Q(tirada_em=None),
            )
        ]

    def __str__(self):
        return str(self.etiqueta)
