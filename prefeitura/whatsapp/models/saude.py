"""What the watch over the installation remembers between two looks."""

from django.db import models


class Alerta(models.Model):
    """A condition of `ambiente.alertas`: since when it holds, empty when it does not."""

    codigo = models.CharField("código", max_length=40, primary_key=True)
    desde = models.DateTimeField(null=True)
    visto_em = models.DateTimeField()
    detalhe = models.CharField(max_length=300, blank=True)
    avisado_em = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "alerta"
        verbose_name_plural = "saúde do sistema"

    def __str__(self):
        return self.codigo


class Medida(models.Model):
    """A figure that is far to ask, as the days left of the certificate; `/metrics` tells it."""

    nome = models.CharField(max_length=40, primary_key=True)
    valor = models.FloatField()
    quando = models.DateTimeField()

    class Meta:
        verbose_name = "medida"
        verbose_name_plural = "medidas"

    def __str__(self):
        return f"{self.nome} = {self.valor}"
