"""Who opened what: the read trail of personal data."""

from django.conf import settings
from django.db import models


class RegistroDeAcesso(models.Model):
    """One opening, download or export of personal data by a servant. Append-only."""

    quem = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="acessos")
    quando = models.DateTimeField(auto_now_add=True)
    acao = models.CharField("ação", max_length=30)
    objeto = models.CharField(max_length=60, help_text="Tipo e número: “atendimento 42”.")
    cidadao = models.ForeignKey(
        "cadastro.Cidadao", models.SET_NULL, null=True, related_name="acessos"
    )
    motivo = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = "registro de acesso"
        verbose_name_plural = "registros de acesso"
        indexes = [
            models.Index(fields=["objeto", "-quando"], name="acesso_objeto"),
            models.Index(fields=["quem", "objeto", "-quando"], name="acesso_quem_objeto"),
        ]

    def __str__(self):
        return f"{self.quem} · {self.acao} · {self.objeto}"
