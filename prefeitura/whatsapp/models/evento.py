"""The durable inbox: what Meta delivered, as bytes, and what could not be applied."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from prefeitura.ambiente import correlacao


class EventoRecebido(models.Model):
    """One webhook body, stored before it was answered 200. Written by `webhook`, never edited.

    `parado` keeps its items in `ItemParado` (or its own `erro` when the body itself cannot be
    read) until somebody asks for it again.
    """

    class Estado(models.TextChoices):
        NOVO = "novo", "novo"
        FEITO = "feito", "feito"
        PARADO = "parado", "parado"

    recebido_em = models.DateTimeField(db_default=Now())
    corpo = models.BinaryField()
    sha256 = models.BinaryField(max_length=32)
    estado = models.CharField(max_length=6, choices=Estado, db_default=Estado.NOVO)
    tentativas = models.PositiveSmallIntegerField(db_default=0)
    nao_antes_de = models.DateTimeField(db_default=Now())
    aplicado_em = models.DateTimeField(null=True)
    erro = models.CharField(max_length=500, db_default="")
    nota = models.CharField(max_length=500, db_default="")
    correlacao = models.CharField(
        "correlação", max_length=64, default=correlacao.nova, db_default=""
    )

    class Meta:
        verbose_name = "evento recebido"
        verbose_name_plural = "eventos recebidos"
        permissions = [("ler_corpo", "Pode abrir o corpo cru de um evento")]
        indexes = [
            models.Index(fields=["id"], name="evento_novo", condition=Q(estado="novo")),
            models.Index(fields=["id"], name="evento_parado", condition=Q(estado="parado")),
            models.Index(fields=["recebido_em"], name="evento_recebido_em"),
        ]

    def __str__(self):
        return f"evento {self.pk}"


class ItemParado(models.Model):
    """One message or status of an event that could not be applied; its neighbours were.

    A body that cannot be read at all is one item, of the kind `corpo`.
    """

    class Tipo(models.TextChoices):
        MENSAGEM = "mensagem", "mensagem"
        STATUS = "status", "confirmação de envio"
        MODELO = "modelo", "aviso de modelo"
        CONTA = "conta", "aviso da conta"
        OUTRO = "outro", "outro"
        CORPO = "corpo", "aviso ilegível"

    DESCARTADO = "descartado: "  # how the resolution of what a person gave up begins

    evento = models.ForeignKey(
        EventoRecebido, models.CASCADE, related_name="itens_parados", db_constraint=False
    )
    indice = models.PositiveIntegerField("posição no evento")
    tipo = models.CharField(max_length=8, choices=Tipo, default=Tipo.OUTRO, db_default=Tipo.OUTRO)
    motivo = models.CharField(max_length=500)
    detalhe = models.TextField("detalhe técnico", blank=True)
    tentativas = models.PositiveSmallIntegerField(default=1)
    criado_em = models.DateTimeField(auto_now_add=True)
    resolvido_em = models.DateTimeField(null=True, blank=True)
    resolucao = models.CharField("resolução", max_length=300, blank=True)

    class Meta:
        verbose_name = "item parado"
        verbose_name_plural = "itens parados"
        constraints = [
            models.UniqueConstraint(fields=["evento", "indice"], name="item_parado_unico")
        ]

    def __str__(self):
        return f"item {self.indice} do evento {self.evento_id}"


class StatusOrfao(models.Model):
    """A status that came before its send was recorded, or for a send that is not ours."""

    numero = models.ForeignKey("whatsapp.Numero", models.CASCADE, related_name="status_orfaos")
    wamid = models.CharField(max_length=255, db_index=True)
    opaco = models.CharField(max_length=512, blank=True)
    dados = models.JSONField()
    recebido_em = models.DateTimeField(auto_now_add=True)
    ignorado_em = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "status sem dono"
        verbose_name_plural = "status sem dono"
        indexes = [models.Index(fields=["recebido_em"], name="orfao_recebido_em")]

    def __str__(self):
        return f"status de {self.wamid}"


class Batimento(models.Model):
    """The last sign of life of a kind of process, written by real work, not by a timer."""

    processo = models.CharField(max_length=30, primary_key=True)
    quando = models.DateTimeField()

    class Meta:
        verbose_name = "batimento"
        verbose_name_plural = "batimentos"

    def __str__(self):
        return self.processo
