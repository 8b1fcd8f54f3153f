"""The event lines of an atendimento's log: what happened to it, apart from what was said."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from atendimento.models.atendimento import Atendimento


class Transicao(models.Model):
    """One change of state or of hands, with who did it and why. Never a message."""

    class Tipo(models.TextChoices):
        ABERTO = "aberto", "aberto"
        ASSUMIDO = "assumido", "assumido"
        DEVOLVIDO = "devolvido", "devolvido à fila"
        TRANSFERIDO = "transferido", "transferido"
        ENCERRADO = "encerrado", "encerrado"
        REABERTO = "reaberto", "reaberto"
        BLOQUEADO = "bloqueado", "contato bloqueado"
        DESBLOQUEADO = "desbloqueado", "contato desbloqueado"
        BLOQUEIO_RECUSADO = "nao_mudou", "bloqueio recusado pelo WhatsApp"
        ADIADO = "adiado", "adiado"
        RETOMADO = "retomado", "voltou do adiamento"
        PRIORIDADE = "prioridade", "prioridade mudada"
        DESFEITO = "desfeito", "mudança desfeita"

    atendimento = models.ForeignKey(Atendimento, models.CASCADE, related_name="transicoes")
    tipo = models.CharField(max_length=12, choices=Tipo)
    momento = models.DateTimeField(db_default=Now())
    quem = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        help_text="Vazio: o sistema ou o próprio cidadão.",
    )
    equipe = models.ForeignKey("cadastro.Equipe", models.PROTECT, null=True, related_name="+")
    de_equipe = models.ForeignKey("cadastro.Equipe", models.PROTECT, null=True, related_name="+")
    servidor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    nota = models.CharField(max_length=1000, blank=True)
    ate = models.DateTimeField(null=True, help_text="Até quando se adiou.")
    prioridade = models.PositiveSmallIntegerField(choices=Atendimento.Prioridade, null=True)
    antes = models.JSONField(
        null=True, help_text="O que a mudança escreveu por cima, para poder desfazer."
    )
    versao = models.PositiveIntegerField(
        null=True, help_text="A versão em que a mudança deixou o atendimento."
    )

    class Meta:
        verbose_name = "transição"
        verbose_name_plural = "transições"
        indexes = [models.Index(fields=["atendimento", "momento", "id"], name="transicao_ordem")]

    def __str__(self):
        return f"{self.get_tipo_display()} em {self.momento:%d/%m/%Y %H:%M}"
