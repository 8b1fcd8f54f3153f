"""What servants tell each other about a matter, and whom they call to it."""

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from atendimento.models.atendimento import Atendimento
from prefeitura.banco.busca import Vetor


class NotaQuerySet(models.QuerySet):
    def visiveis_para(self, servidor) -> "NotaQuerySet":
        """A note goes with its matter, also to a team that was not the one that wrote it."""
        return self.filter(atendimento__in=Atendimento.objects.visiveis_para(servidor))

    def para_mostrar(self) -> "NotaQuerySet":
        """Everything that a note shows, in a constant number of queries."""
        return self.select_related("autor", "equipe").prefetch_related(
            models.Prefetch(
                "mencoes", Mencao.objects.select_related("servidor", "equipe").order_by("pk")
            )
        )


class Nota(models.Model):
    """A text that only servants see. It has no direction and no Envio: it cannot be sent."""

    atendimento = models.ForeignKey(Atendimento, models.PROTECT, related_name="notas")
    equipe = models.ForeignKey(
        "cadastro.Equipe",
        models.PROTECT,
        related_name="+",
        help_text="Onde estava o atendimento quando a nota foi escrita.",
    )
    autor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="notas")
    texto = models.TextField()
    criada_em = models.DateTimeField(db_default=Now())
    chave_cliente = models.UUIDField()

    objects = NotaQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["autor", "chave_cliente"], name="nota_unica")
        ]
        indexes = [
            models.Index(fields=["atendimento", "criada_em", "id"], name="nota_em_ordem"),
            models.Index(fields=["autor", "criada_em"], name="nota_do_autor"),
            GinIndex(Vetor("texto"), name="nota_busca"),
        ]

    def __str__(self):
        return f"nota {self.pk}"


class MencaoQuerySet(models.QuerySet):
    def nao_vistas(self, servidor) -> "MencaoQuerySet":
        """Those of `servidor` whose matter was not opened since, and is still theirs to see."""
        visiveis = Atendimento.objects.visiveis_para(servidor)
        return self.filter(servidor=servidor, vista_em=None, nota__atendimento__in=visiveis)

    def quantos_atendimentos(self) -> models.QuerySet:
        """The number of matters, as one row to stand inside another query."""
        quantos = models.Func(
            "nota__atendimento",
            function="COUNT",
            template="%(function)s(DISTINCT %(expressions)s)",
            output_field=models.IntegerField(),
        )
        return self.order_by().annotate(quantos=quantos).values_list("quantos", flat=True)


class Mencao(models.Model):
    """One person called by a note: by name, or with everybody of `equipe`.

    A row for each person, so that what one has seen says nothing about the others; who joins the
    team later was not called, and neither was the author.
    """

    nota = models.ForeignKey(Nota, models.CASCADE, related_name="mencoes")
    servidor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="mencoes")
    equipe = models.ForeignKey(
        "cadastro.Equipe",
        models.PROTECT,
        null=True,
        related_name="+",
        help_text="Vazio: a pessoa foi chamada pelo nome.",
    )
    vista_em = models.DateTimeField(null=True)

    objects = MencaoQuerySet.as_manager()

    class Meta:
        verbose_name = "menção"
        verbose_name_plural = "menções"
        constraints = [
            models.UniqueConstraint(
                fields=["nota", "servidor", "equipe"],
                name="mencao_unica",
                nulls_distinct=False,
            )
        ]
        indexes = [
            models.Index(
                fields=["servidor", "nota"], name="mencao_nao_vista", condition=Q(vista_em=None)
            ),
            models.Index(fields=["servidor", "vista_em"], name="mencao_vista"),
        ]

    def __str__(self):
        return f"menção a {self.servidor}"
