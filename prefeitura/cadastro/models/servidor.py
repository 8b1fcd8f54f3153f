"""Servants: who logs in, and in which teams they work."""

from django.contrib.auth.models import AbstractUser, UserManager
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from prefeitura.cadastro.models.estrutura import Equipe, Secretaria


class ServidorManager(UserManager):
    def create_superuser(self, username, email=None, password=None, **campos):
        """Create the first administrator; Django's own command calls this."""
        campos.setdefault("nome", username)
        return super().create_superuser(username, email, password, **campos)

    def que_veem(self, equipe) -> models.QuerySet["Servidor"]:
        """Return who may see the atendimentos of `equipe`: Equipe.visiveis_para, from its side."""
        da_equipe = Q(equipe=equipe) | Q(equipe__isnull=True, secretaria=equipe.secretaria_id)
        participam = Participacao.objects.filter(da_equipe)
        return self.filter(is_active=True, pk__in=participam.values("servidor"))


class Servidor(AbstractUser):
    """A person with an account, whatever the bond with the city (servidor, estagiário…)."""

    class Tema(models.TextChoices):
        AUTOMATICO = "", "Como o computador"
        CLARO = "claro", "Claro"
        ESCURO = "escuro", "Escuro"
        CONTRASTE = "contraste", "Alto contraste"

    first_name = last_name = None
    nome = models.CharField("nome", max_length=120, help_text="Como aparece para os colegas.")
    equipes = models.ManyToManyField(
        Equipe, through="Participacao", related_name="servidores", verbose_name="equipes"
    )
    tema = models.CharField(max_length=12, choices=Tema, blank=True, default=Tema.AUTOMATICO)
    enter_envia = models.BooleanField(
        "Enter envia", default=True, help_text="Desligado: Ctrl+Enter envia e Enter quebra a linha."
    )

    objects = ServidorManager()
    REQUIRED_FIELDS = ["email"]

    class Meta:
        ordering = ["nome", "username"]
        verbose_name = "servidor"
        verbose_name_plural = "servidores"

    def __str__(self):
        return self.nome or self.username

    def get_full_name(self):
        return self.nome or self.username

    def get_short_name(self):
        return (self.nome or self.username).split()[0]

    @property
    def iniciais(self) -> str:
        """One or two letters for the avatar."""
        partes = (self.nome or self.username).split()
        return "".join(p[0] for p in (partes[:1] + partes[1:][-1:])).upper()

    def papeis_em(self, equipe) -> set[str]:
        """What this person is in `equipe` (an Equipe), also through the whole secretaria: values
        of Participacao.Papel, none for who is off."""
        if not self.is_active:
            return set()
        da_equipe = Q(equipe=equipe) | Q(equipe__isnull=True, secretaria=equipe.secretaria_id)
        return set(self.participacoes.filter(da_equipe).values_list("papel", flat=True))

    def atende(self, equipe) -> bool:
        """Whether this person may answer atendimentos of `equipe` (an Equipe)."""
        return bool(self.papeis_em(equipe) - {Participacao.Papel.LEITURA})

    def equipes_em_que_atende(self) -> models.QuerySet[Equipe]:
        """Return the teams in which `atende` is true."""
        atende = self.participacoes.exclude(papel=Participacao.Papel.LEITURA)
        de_secretarias = atende.filter(equipe=None).values("secretaria")
        equipes = Equipe.objects.filter(
            Q(pk__in=atende.values("equipe")) | Q(secretaria__in=de_secretarias)
        )
        return equipes if self.is_active else equipes.none()

    def supervisiona(self) -> tuple[models.QuerySet[Equipe], models.QuerySet[Secretaria]]:
        """Return the active teams, and the whole secretarias, that this person supervises."""
        papeis = Participacao.objects.filter(
            servidor=self, servidor__is_active=True, papel=Participacao.Papel.SUPERVISOR
        )
        inteiras = papeis.filter(equipe=None).values("secretaria")
        equipes = Equipe.objects.ativas().filter(
            Q(pk__in=papeis.values("equipe")) | Q(secretaria__in=inteiras)
        )
        return equipes, Secretaria.objects.filter(pk__in=inteiras, ativa=True)

    def supervisiona_tudo(
        self, equipe: Equipe | None = None, secretaria: Secretaria | None = None
    ) -> bool:
        """Whether this person supervises what is named; of nothing named, yes."""
        equipes, secretarias = self.supervisiona()
        return (equipe is None or equipes.filter(pk=equipe.pk).exists()) and (
            secretaria is None or secretarias.filter(pk=secretaria.pk).exists()
        )


class Participacao(models.Model):
    """The place of a person in a team, or in a whole secretaria when no team is named."""

    class Papel(models.TextChoices):
        ATENDENTE = "atendente", "Atendente"
        SUPERVISOR = "supervisor", "Supervisão"
        LEITURA = "leitura", "Somente leitura"

    servidor = models.ForeignKey(Servidor, models.CASCADE, related_name="participacoes")
    secretaria = models.ForeignKey(Secretaria, models.CASCADE, related_name="participacoes")
    equipe = models.ForeignKey(
        Equipe,
        models.CASCADE,
        related_name="participacoes",
        null=True,
        blank=True,
        help_text="Em branco: todas as equipes da secretaria.",
    )
    papel = models.CharField(max_length=12, choices=Papel, default=Papel.ATENDENTE)

    class Meta:
        verbose_name = "participação"
        verbose_name_plural = "participações"
        constraints = [
            models.UniqueConstraint(
                fields=["servidor", "secretaria", "equipe"],
                name="participacao_unica",
                nulls_distinct=False,
            )
        ]

    def __str__(self):
        return f"{self.servidor} em {self.equipe or self.secretaria}"

    def clean(self):
        if (
            self.equipe_id
            and self.secretaria_id
            and self.equipe.secretaria_id != self.secretaria_id
        ):
            raise ValidationError({"equipe": "Esta equipe é de outra secretaria."})
