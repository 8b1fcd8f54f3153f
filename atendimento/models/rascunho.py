"""What a servant was writing, kept on the server so that no reload or other PC loses it."""

from django.conf import settings
from django.db import models

from atendimento.models.atendimento import Atendimento


class Rascunho(models.Model):
    """The unsent text of one servant in one atendimento; what is for colleagues lies apart."""

    class Modo(models.TextChoices):
        RESPOSTA = "resposta", "resposta"
        NOTA = "nota", "nota interna"

    servidor = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="rascunhos")
    atendimento = models.ForeignKey(Atendimento, models.CASCADE, related_name="rascunhos")
    modo = models.CharField(max_length=8, choices=Modo, default=Modo.RESPOSTA)
    texto = models.TextField()
    alterado_em = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["servidor", "atendimento", "modo"], name="rascunho_unico"
            )
        ]

    def __str__(self):
        return f"rascunho de {self.servidor}"
