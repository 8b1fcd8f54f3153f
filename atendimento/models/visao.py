"""Lists that somebody gave a name: a tab, its order and what narrows it."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from prefeitura.cadastro.models import Equipe

MAIOR_NOME = 60


class VisaoQuerySet(models.QuerySet):
    def visiveis_para(self, servidor) -> "VisaoQuerySet":
        """One's own, and those of the teams whose matters one may see."""
        equipes = Equipe.objects.visiveis_para(servidor)
        return self.filter(Q(dono=servidor.pk) | Q(equipe__in=equipes))


class Visao(models.Model):
    """The query string of a list of the inbox, with a name. It shows nothing by itself: whoever
    opens it sees what they may see.

    It belongs to one person, or to one team.
    """

    nome = models.CharField(max_length=MAIOR_NOME)
    endereco = models.CharField("endereço", max_length=500)
    dono = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="visoes"
    )
    equipe = models.ForeignKey(
        "cadastro.Equipe", models.CASCADE, null=True, blank=True, related_name="visoes"
    )
    criada_em = models.DateTimeField(db_default=Now())

    objects = VisaoQuerySet.as_manager()

    class Meta:
        verbose_name = "visão"
        verbose_name_plural = "visões"
        ordering = ["nome", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(dono=None, equipe__isnull=False) | Q(dono__isnull=False, equipe=None),
                name="visao_de_um_so",
            ),
            models.UniqueConstraint(
                fields=["nome", "dono", "equipe"],
                name="visao_unica",
                nulls_distinct=False,
                violation_error_message="Já existe uma visão com este nome aqui.",
            ),
        ]

    def __str__(self):
        return self.nome

    def clean(self):
        self.nome = " ".join(self.nome.split())
        if not self.nome:
            raise ValidationError({"nome": "Dê um nome à visão."})
