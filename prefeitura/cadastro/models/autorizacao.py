"""The word of a citizen that the city may write first."""

from django.conf import settings
from django.db import models


class AutorizacaoDeContato(models.Model):
    """How and when a person authorised the city to write to them, and who recorded it.

    Append-only: a later word of the same person is another row. Meta asks for an opt-in before
    the first message of the company (WhatsApp Business Messaging Policy); LGPD art. 8 §2 puts
    the proof on the city.
    """

    class Como(models.TextChoices):
        BALCAO = "balcao", "Pessoalmente, no atendimento"
        TELEFONE = "telefone", "Por telefone"
        FORMULARIO = "formulario", "Em requerimento ou formulário"
        SITE = "site", "No site ou aplicativo da prefeitura"
        EMAIL = "email", "Por e-mail"
        OUTRO = "outro", "De outro modo"

    cidadao = models.ForeignKey("cadastro.Cidadao", models.PROTECT, related_name="autorizacoes")
    registrada_por = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    como = models.CharField(max_length=12, choices=Como)
    texto = models.CharField(max_length=500, help_text="O que a pessoa pediu ou autorizou.")
    autorizada_em = models.DateField(help_text="O dia em que a pessoa autorizou.")
    registrada_em = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "autorização de contato"
        verbose_name_plural = "autorizações de contato"

    def __str__(self):
        return f"{self.get_como_display()}, em {self.autorizada_em:%d/%m/%Y}"
