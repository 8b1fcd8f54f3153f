"""The durable outbox: each send, and beside it the narrow row that statuses keep moving."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Func, Q, Value
from django.db.models.functions import Now

from prefeitura.ambiente import correlacao


class Envio(models.Model):
    """One send to one citizen. Its id travels as `biz_opaque_callback_data` and comes back.

    `corpo` is what `mensagens` built, without the address; it never changes. A new try ordered
    by a person is a new row whose `origem` is this one. `ordem` is the order of writing.
    """

    class Estado(models.TextChoices):
        PENDENTE = "pendente", "na fila"
        ENVIANDO = "enviando", "enviando"
        ENVIADA = "enviada", "aceita pela Meta"
        INCERTA = "incerta", "em dúvida"
        FALHOU = "falhou", "falhou"
        CANCELADA = "cancelada", "cancelada"

    class Prioridade(models.IntegerChoices):
        RESPOSTA = 0, "resposta de servidor"
        ROBO = 1, "robô"
        EMERGENCIA = 2, "emergência"
        COMUNICADO = 3, "comunicado"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    ordem = models.BigIntegerField(
        db_default=Func(Value("whatsapp_envio_ordem"), function="nextval"), editable=False
    )
    numero = models.ForeignKey("whatsapp.Numero", models.PROTECT, related_name="envios")
    cidadao = models.ForeignKey("cadastro.Cidadao", models.PROTECT, related_name="envios")
    servidor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="envios"
    )
    chave_cliente = models.UUIDField(null=True, editable=False)
    corpo = models.JSONField()
    midia = models.ForeignKey("whatsapp.Midia", models.PROTECT, null=True, related_name="envios")
    prioridade = models.PositiveSmallIntegerField(choices=Prioridade, default=Prioridade.RESPOSTA)
    estado = models.CharField(max_length=9, choices=Estado, default=Estado.PENDENTE)
    tentativa = models.PositiveSmallIntegerField(default=0)
    recusas = models.PositiveSmallIntegerField(
        default=0, db_default=0, help_text="Vezes em que a Meta recusou por um momento."
    )
    rodadas = models.PositiveSmallIntegerField(
        default=0, help_text="Erros 5xx da Meta já passados em quarentena."
    )
    nao_antes_de = models.DateTimeField(db_default=Now())
    prazo_em = models.DateTimeField(null=True)
    wamid = models.CharField(max_length=255, null=True, unique=True)  # noqa: DJ001 (unique)
    codigo = models.IntegerField("código da Meta", null=True)
    detalhe = models.CharField(max_length=500, blank=True)
    origem = models.ForeignKey("self", models.PROTECT, null=True, related_name="novas_tentativas")
    criado_em = models.DateTimeField(db_default=Now())
    incerta_em = models.DateTimeField(null=True)
    # Of the request or webhook that caused it: joins its lines in the logs to theirs.
    correlacao = models.CharField(
        "correlação", max_length=64, default=correlacao.atual_ou_nova, db_default=""
    )

    class Meta:
        verbose_name = "envio"
        verbose_name_plural = "envios"
        constraints = [
            models.UniqueConstraint(fields=["servidor", "chave_cliente"], name="envio_chave_unica")
        ]
        indexes = [
            models.Index(
                fields=["prioridade", "ordem"],
                name="envio_pendente",
                condition=Q(estado="pendente"),
            ),
            models.Index(
                fields=["numero", "cidadao", "ordem"],
                name="envio_da_dupla",
                condition=Q(estado__in=["pendente", "enviando", "incerta"]),
            ),
            models.Index(fields=["prazo_em"], name="envio_prazo", condition=Q(estado="enviando")),
            models.Index(fields=["criado_em"], name="envio_criado_em"),
        ]

    def __str__(self):
        return f"envio {self.pk}"

    @property
    def estado_mostrado(self) -> str:
        """What people are shown: pendente, enviando, incerta, enviada, entregue, lida, falhou or
        cancelada. A failure told after the delivery is not one."""
        situacao = getattr(self, "situacao", None)
        posto = situacao.posto if situacao else 0
        if posto >= SituacaoDoEnvio.LIDO:
            return "lida"
        if posto == SituacaoDoEnvio.ENTREGUE:
            return "entregue"
        if situacao and situacao.falhou_em:
            return self.Estado.FALHOU
        return self.Estado.ENVIADA if posto else self.estado

    @property
    def codigo_da_falha(self) -> int | None:
        """Meta's code, whether it refused at once or told it later."""
        situacao = getattr(self, "situacao", None)
        return self.codigo or (situacao.codigo if situacao else None)


class Duvidas(models.Manager):
    """Only what waits for a status or for a person."""

    def get_queryset(self):
        return super().get_queryset().filter(estado=Envio.Estado.INCERTA)


class EnvioEmDuvida(Envio):
    """A send that may have reached Meta: what the administration's page of doubts lists."""

    objects = Duvidas()

    class Meta:
        proxy = True
        verbose_name = "envio em dúvida"
        verbose_name_plural = "envios em dúvida"
        permissions = [("ler_texto", "Pode ler o texto de um envio em dúvida")]


class SituacaoDoEnvio(models.Model):
    """What Meta told of a send. Narrow on purpose: statuses outnumber sends three to one.

    `posto` only grows: 0 none, 1 accepted, 2 sent, 3 delivered, 4 read, 5 played.
    """

    ACEITO, ENVIADO, ENTREGUE, LIDO, TOCADO = 1, 2, 3, 4, 5

    envio = models.OneToOneField(Envio, models.CASCADE, primary_key=True, related_name="situacao")
    posto = models.PositiveSmallIntegerField(default=0)
    enviado_em = models.DateTimeField(null=True)
    entregue_em = models.DateTimeField(null=True)
    lido_em = models.DateTimeField(null=True)
    tocado_em = models.DateTimeField(null=True)
    falhou_em = models.DateTimeField(null=True)
    codigo = models.IntegerField(null=True)
    preco_tipo = models.CharField(max_length=30, blank=True)
    preco_categoria = models.CharField(max_length=40, blank=True)

    class Meta:
        verbose_name = "situação do envio"
        verbose_name_plural = "situações dos envios"

    def __str__(self):
        return f"{self.envio_id}: {self.posto}"


class ConsumoMensal(models.Model):
    """Delivered messages of a number in a month, by Meta's price category: the budget meter.

    Service messages are paid since October 2026, after 1,000 free ones per number and month.
    """

    numero = models.ForeignKey("whatsapp.Numero", models.CASCADE, related_name="consumos")
    mes = models.DateField("mês", help_text="Primeiro dia do mês.")
    tipo = models.CharField(max_length=30)
    categoria = models.CharField(max_length=40)
    quantidade = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "consumo mensal"
        verbose_name_plural = "consumos mensais"
        constraints = [
            models.UniqueConstraint(
                fields=["numero", "mes", "tipo", "categoria"], name="consumo_unico"
            )
        ]

    def __str__(self):
        return f"{self.numero_id} {self.mes:%m/%Y} {self.categoria}: {self.quantidade}"
