"""A message that waits for its hour. The row is the queue, and what remains to be seen."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from atendimento.models.atendimento import Atendimento


class MensagemAgendadaQuerySet(models.QuerySet):
    def visiveis_para(self, servidor) -> "MensagemAgendadaQuerySet":
        """What was scheduled goes with its matter."""
        return self.filter(atendimento__in=Atendimento.objects.visiveis_para(servidor))

    def que_esperam(self) -> "MensagemAgendadaQuerySet":
        """Those that wait for their hour, or for a person to decide, in the order of the clock."""
        return self.filter(estado__in=MensagemAgendada.ESPERAM).order_by("enviar_em", "pk")


class MensagemAgendada(models.Model):
    """A text, or a template filled in, to be sent at `enviar_em` as an answer of `autor`.

    `chave_cliente` is that of the send, fixed from the start. `equipe`, `com` and `vista` tell how
    the matter stood: its team, who had it, and the newest message that the citizen had written.
    """

    class Estado(models.TextChoices):
        AGENDADA = "agendada", "agendada"
        RETIDA = "retida", "espera uma pessoa"
        ENVIADA = "enviada", "enviada"
        CANCELADA = "cancelada", "cancelada"

    ESPERAM = (Estado.AGENDADA, Estado.RETIDA)

    atendimento = models.ForeignKey(Atendimento, models.PROTECT, related_name="agendadas")
    autor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    texto = models.TextField(help_text="Como a pessoa vai ver.")
    modelo = models.ForeignKey(
        "whatsapp.ModeloDeMensagem", models.PROTECT, null=True, related_name="+"
    )
    valores = models.JSONField(default=dict)
    enviar_em = models.DateTimeField()
    chave_cliente = models.UUIDField()
    estado = models.CharField(max_length=9, choices=Estado, default=Estado.AGENDADA)
    motivo = models.CharField(max_length=300, blank=True)
    equipe = models.ForeignKey("cadastro.Equipe", models.PROTECT, related_name="+")
    com = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    vista = models.ForeignKey(
        "Mensagem", models.PROTECT, null=True, related_name="+", db_index=False
    )
    mensagem = models.ForeignKey("Mensagem", models.PROTECT, null=True, related_name="+")
    criada_em = models.DateTimeField(db_default=Now())
    encerrada_em = models.DateTimeField(null=True)
    encerrada_por = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        help_text="Quem enviou antes da hora ou cancelou; vazio: saiu sozinha.",
    )

    objects = MensagemAgendadaQuerySet.as_manager()

    class Meta:
        verbose_name = "mensagem agendada"
        verbose_name_plural = "mensagens agendadas"
        constraints = [
            models.UniqueConstraint(fields=["autor", "chave_cliente"], name="agendada_unica")
        ]
        indexes = [
            models.Index(
                fields=["enviar_em", "id"],
                name="agendada_devida",
                condition=models.Q(estado="agendada"),
            ),
            models.Index(fields=["atendimento", "estado"], name="agendada_do_atendimento"),
        ]

    def __str__(self):
        return f"mensagem agendada {self.pk}"

    @property
    def retida(self) -> bool:
        return self.estado == self.Estado.RETIDA
