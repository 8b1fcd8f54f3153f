"""Files that citizens sent and servants send. A message never waits for its file."""

import uuid

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from prefeitura.banco.busca import Vetor


class Midia(models.Model):
    """One file: being fetched from Meta, or kept here ready to be shown and sent."""

    class Estado(models.TextChoices):
        PENDENTE = "pendente", "baixando"
        BAIXADA = "baixada", "pronta"
        RECUSADA = "recusada", "recusada"
        PERDIDA = "perdida", "perdida"

    class Miniatura(models.TextChoices):
        NENHUMA = "", "não se faz"
        PENDENTE = "pendente", "por fazer"
        PRONTA = "pronta", "pronta"
        FALHOU = "falhou", "não deu"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    numero = models.ForeignKey("whatsapp.Numero", models.PROTECT, related_name="midias")
    media_id = models.CharField("id na Meta", max_length=255, blank=True)
    declarado = models.CharField("tipo declarado", max_length=120, blank=True)
    sha256_declarado = models.CharField(max_length=100, blank=True)
    nome = models.CharField(max_length=150, blank=True)
    estado = models.CharField(max_length=8, choices=Estado, default=Estado.PENDENTE)
    tentativas = models.PositiveSmallIntegerField(default=0)
    nao_antes_de = models.DateTimeField(
        db_default=Now(), help_text="Da busca na Meta; depois, da miniatura."
    )
    erro = models.CharField(max_length=300, blank=True)
    arquivo = models.CharField(
        max_length=200, blank=True, help_text="Caminho dentro da pasta de mídia."
    )
    tipo = models.CharField("tipo pelo conteúdo", max_length=120, blank=True)
    tamanho = models.PositiveBigIntegerField("tamanho em bytes", null=True)
    sha256 = models.CharField(max_length=64, blank=True, db_index=True)
    miniatura = models.CharField(
        max_length=8, choices=Miniatura, default=Miniatura.NENHUMA, blank=True, db_default=""
    )
    miniatura_tentativas = models.PositiveSmallIntegerField(default=0, db_default=0)
    criada_em = models.DateTimeField(db_default=Now())
    baixada_em = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "mídia"
        verbose_name_plural = "mídias"
        indexes = [
            models.Index(
                fields=["nao_antes_de"], name="midia_pendente", condition=Q(estado="pendente")
            ),
            models.Index(
                fields=["nao_antes_de"],
                name="miniatura_pendente",
                condition=Q(miniatura="pendente"),
            ),
            GinIndex(Vetor("nome"), name="midia_busca"),
        ]

    def __str__(self):
        return self.nome or f"mídia {self.pk}"


class MidiaNaMeta(models.Model):
    """The id under which a file of ours already lies at Meta, so that it is uploaded once."""

    midia = models.ForeignKey(Midia, models.CASCADE, related_name="na_meta")
    numero = models.ForeignKey("whatsapp.Numero", models.CASCADE, related_name="+")
    media_id = models.CharField(max_length=255)
    vale_ate = models.DateTimeField()

    class Meta:
        verbose_name = "mídia na Meta"
        verbose_name_plural = "mídias na Meta"
        constraints = [
            models.UniqueConstraint(fields=["midia", "numero"], name="midia_na_meta_unica")
        ]

    def __str__(self):
        return self.media_id
