"""What a supervisor asked of Meta: block a citizen, or let them write again."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from atendimento.models.atendimento import Atendimento


class PedidoDeBloqueio(models.Model):
    """One request to block or unblock, with its reason. The row is the queue and the record.

    Meta is asked outside of any transaction; repeating a request there is harmless, so one that
    was interrupted is simply made again.
    """

    class Estado(models.TextChoices):
        PENDENTE = "pendente", "aguardando o WhatsApp"
        FEITO = "feito", "feito"
        RECUSADO = "recusado", "recusado pelo WhatsApp"

    atendimento = models.ForeignKey(Atendimento, models.PROTECT, related_name="pedidos_de_bloqueio")
    cidadao = models.ForeignKey(
        "cadastro.Cidadao", models.PROTECT, related_name="pedidos_de_bloqueio"
    )
    quem = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    bloquear = models.BooleanField(help_text="Desligado: desbloquear.")
    motivo = models.CharField(max_length=300, blank=True)
    estado = models.CharField(max_length=8, choices=Estado, default=Estado.PENDENTE)
    tentativas = models.PositiveSmallIntegerField(default=0)
    nao_antes_de = models.DateTimeField(db_default=Now())
    codigo = models.IntegerField("código da Meta", null=True)
    pedido_em = models.DateTimeField(db_default=Now())
    concluido_em = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "pedido de bloqueio"
        verbose_name_plural = "pedidos de bloqueio"
        constraints = [
            models.UniqueConstraint(
                fields=["cidadao"],
                name="um_bloqueio_pendente_por_cidadao",
                condition=Q(estado="pendente"),
            )
        ]

    def __str__(self):
        return f"{'bloquear' if self.bloquear else 'desbloquear'} ({self.get_estado_display()})"
