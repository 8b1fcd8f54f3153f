"""The city's structure: one municipality, its secretarias, their teams and their subjects."""

from django.conf import settings
from django.core.validators import MinValueValidator, validate_email
from django.db import models
from django.db.models import Q


class Municipio(models.Model):
    """The city hall itself. One row: its name goes on every page and in every bubble's tone."""

    nome = models.CharField("nome da cidade", max_length=120)
    uf = models.CharField("UF", max_length=2, default="SP")
    ibge = models.CharField("código do IBGE", max_length=7, blank=True)
    cnpj = models.CharField("CNPJ", max_length=18, blank=True)
    fuso = models.CharField("fuso horário", max_length=40, default="America/Sao_Paulo")
    encarregado_nome = models.CharField(
        "encarregado (LGPD)",
        max_length=120,
        blank=True,
        help_text="Quem responde por dados pessoais (art. 41 da LGPD). Aparece em /privacidade/.",
    )
    encarregado_contato = models.CharField(
        "contato do encarregado", max_length=200, blank=True, help_text="E-mail ou telefone."
    )

    class Meta:
        verbose_name = "município"
        verbose_name_plural = "município"
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="municipio_e_um_so"),
        ]

    def __str__(self):
        return self.nome

    def save(self, *args, **kwargs):
        self.pk = 1
        super().save(*args, **kwargs)

    @classmethod
    def atual(cls) -> "Municipio":
        """Return the one row, or an unsaved one named "Prefeitura" before the installation."""
        return cls.objects.filter(pk=1).first() or cls(
            pk=1, nome="Prefeitura", fuso=settings.TIME_ZONE
        )


class Secretaria(models.Model):
    nome = models.CharField(max_length=120)
    sigla = models.CharField(max_length=20, blank=True)
    slug = models.SlugField("endereço", max_length=60, unique=True)
    discreta = models.BooleanField(
        default=False,
        help_text="Para as outras secretarias aparece só “outro assunto”, sem o nome desta. "
        "Use em saúde, assistência social e ouvidoria.",
    )
    ativa = models.BooleanField(default=True)

    class Meta:
        ordering = ["nome"]

    def __str__(self):
        return self.nome

    @property
    def nome_curto(self) -> str:
        """The name as people say it: the sigla when there is one."""
        return self.sigla or self.nome


def validar_emails(texto: str) -> None:
    """Refuse a list of addresses, separated by commas, in which one is not an e-mail."""
    for endereco in separar_emails(texto):
        validate_email(endereco)


def separar_emails(texto: str) -> list[str]:
    """Return the addresses of a list separated by commas."""
    return [endereco.strip() for endereco in texto.split(",") if endereco.strip()]


class EquipeQuerySet(models.QuerySet):
    def visiveis_para(self, servidor) -> "EquipeQuerySet":
        """Teams whose atendimentos `servidor` may see: their own, and all of a secretaria whose
        participation names no team."""
        if not servidor.is_active:
            return self.none()
        return self.filter(
            Q(participacoes__servidor=servidor)
            | Q(
                secretaria__participacoes__servidor=servidor,
                secretaria__participacoes__equipe__isnull=True,
            )
        ).distinct()

    def ativas(self) -> "EquipeQuerySet":
        return self.filter(ativa=True, secretaria__ativa=True)


class Equipe(models.Model):
    """A setor that answers citizens. It owns exactly one queue, known by the team's slug."""

    secretaria = models.ForeignKey(Secretaria, models.PROTECT, related_name="equipes")
    nome = models.CharField(max_length=120)
    slug = models.SlugField(
        "endereço", max_length=60, unique=True, help_text="Nome da fila na API e nos relatórios."
    )
    ativa = models.BooleanField(default=True)
    avisar_por_email = models.CharField(
        "avisar por e-mail",
        max_length=500,
        blank=True,
        validators=[validar_emails],
        help_text="Endereços, separados por vírgula, avisados quando alguém espera e ninguém da "
        "equipe está com o sistema aberto.",
    )
    avisar_apos_minutos = models.PositiveSmallIntegerField(
        "avisar após (minutos)",
        default=15,
        validators=[MinValueValidator(1)],
        help_text="Quanto tempo a pessoa espera antes do aviso.",
    )
    avisada_em = models.DateTimeField(null=True, blank=True, editable=False)

    objects = EquipeQuerySet.as_manager()

    class Meta:
        ordering = ["secretaria__nome", "nome"]

    def __str__(self):
        return f"{self.nome} · {self.secretaria.nome_curto}"

    @property
    def emails_de_aviso(self) -> list[str]:
        """Who is told that somebody waits and nobody is there."""
        return separar_emails(self.avisar_por_email)


class Assunto(models.Model):
    """A matter of a team; gives the default route and deadline, and constrains nothing."""

    equipe = models.ForeignKey(Equipe, models.PROTECT, related_name="assuntos")
    nome = models.CharField(max_length=120)
    slug = models.SlugField("endereço", max_length=60)
    prazo_em_dias = models.PositiveSmallIntegerField(
        "prazo em dias", null=True, blank=True, help_text="Prazo de conclusão prometido."
    )
    sensivel = models.BooleanField(
        "sensível", default=False, help_text="Saúde, violência, denúncia: esconde prévias."
    )
    ativo = models.BooleanField(default=True)

    class Meta:
        ordering = ["nome"]
        constraints = [
            models.UniqueConstraint(fields=["equipe", "slug"], name="assunto_unico_na_equipe")
        ]

    def __str__(self):
        return self.nome
