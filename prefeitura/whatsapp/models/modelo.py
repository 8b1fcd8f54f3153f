"""Templates approved by Meta, mirrored here and kept true by webhooks."""

from django.db import models


class ModeloDeMensagem(models.Model):
    """A template in one language. `componentes` is Meta's own JSON; only APPROVED is sendable."""

    conta = models.ForeignKey("whatsapp.Conta", models.CASCADE, related_name="modelos")
    id_meta = models.CharField("id na Meta", max_length=40, blank=True)
    nome = models.CharField(max_length=512)
    idioma = models.CharField(max_length=12, default="pt_BR")
    categoria = models.CharField(max_length=30, blank=True)
    categoria_correta = models.CharField(
        max_length=30, blank=True, help_text="Quando a Meta avisa que vai mudar a categoria."
    )
    estado = models.CharField(max_length=30, default="PENDING")
    motivo = models.CharField(max_length=300, blank=True)
    qualidade = models.CharField(max_length=20, blank=True)
    formato = models.CharField(max_length=12, default="POSITIONAL")
    componentes = models.JSONField(default=list)
    fora_do_sistema = models.BooleanField("criado fora do sistema", default=False)
    atualizado_em = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = "modelo de mensagem"
        verbose_name_plural = "modelos de mensagem"
        ordering = ["nome", "idioma"]
        constraints = [
            models.UniqueConstraint(fields=["conta", "nome", "idioma"], name="modelo_unico")
        ]

    def __str__(self):
        return f"{self.nome} ({self.idioma})"

    @property
    def pode_enviar(self) -> bool:
        return self.estado == "APPROVED"
