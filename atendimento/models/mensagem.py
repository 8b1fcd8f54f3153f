"""What was said, by whom, in which matter."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from atendimento.models.atendimento import Atendimento


class MensagemQuerySet(models.QuerySet):
    def visiveis_para(self, servidor) -> "MensagemQuerySet":
        """Visibility follows the matter: a team sees its own atendimentos, not the thread."""
        return self.filter(atendimento__in=Atendimento.objects.visiveis_para(servidor))

    def em_ordem(self) -> "MensagemQuerySet":
        """The one order of a conversation: Meta's clock, then that of arrival."""
        return self.order_by("momento", "id")

    def para_mostrar(self) -> "MensagemQuerySet":
        """Everything that a bubble shows, in a constant number of queries."""
        return self.select_related(
            "autor", "midia", "envio__situacao", "resposta_a__autor", "resposta_a__midia"
        ).prefetch_related("reacoes")


class Mensagem(models.Model):
    """One bubble. The wamid of an outbound bubble lives with its current Envio.

    `evento` is a number without foreign key: events are dropped after 90 days. `dados` keeps
    the details of each type, and the raw JSON of a type that is new at Meta. PostgreSQL keeps the
    searchable words of `texto` in one more column, `palavras` (VetorGuardado).
    """

    class Direcao(models.TextChoices):
        ENTRADA = "entrada", "do cidadão"
        SAIDA = "saida", "da prefeitura"

    class Origem(models.TextChoices):
        NORMAL = "", "conversa"
        ROBO = "robo", "robô"
        CELULAR = "celular", "celular da prefeitura"
        COMUNICADO = "comunicado", "comunicado"

    atendimento = models.ForeignKey(Atendimento, models.PROTECT, related_name="mensagens")
    numero = models.ForeignKey("whatsapp.Numero", models.PROTECT, related_name="+")
    equipe = models.ForeignKey("cadastro.Equipe", models.PROTECT, null=True, related_name="+")
    wamid = models.CharField(max_length=255, null=True)  # noqa: DJ001 (unique when present)
    direcao = models.CharField(max_length=7, choices=Direcao)
    origem = models.CharField(max_length=10, choices=Origem, blank=True)
    tipo = models.CharField(max_length=24)
    texto = models.TextField(blank=True)
    dados = models.JSONField(default=dict)
    midia = models.ForeignKey("whatsapp.Midia", models.PROTECT, null=True, related_name="mensagens")
    resposta_a = models.ForeignKey("self", models.SET_NULL, null=True, related_name="+")
    citada_wamid = models.CharField(
        max_length=255, blank=True, help_text="Guardado mesmo quando não conhecemos a citada."
    )
    momento = models.DateTimeField()
    recebida_em = models.DateTimeField(db_default=Now())
    com_atraso = models.BooleanField(default=False)
    evento = models.BigIntegerField(null=True)
    indice = models.PositiveIntegerField(null=True)
    autor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="mensagens"
    )
    envio = models.ForeignKey("whatsapp.Envio", models.PROTECT, null=True, related_name="mensagens")
    editada_em = models.DateTimeField(null=True)
    apagada_em = models.DateTimeField(null=True)

    objects = MensagemQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["numero", "wamid"], name="mensagem_unica", condition=Q(wamid__isnull=False)
            ),
        ]
        indexes = [
            models.Index(fields=["atendimento", "momento", "id"], name="mensagem_em_ordem"),
        ]

    def __str__(self):
        return f"mensagem {self.pk}"

    @property
    def da_prefeitura(self) -> bool:
        return self.direcao == self.Direcao.SAIDA

    @property
    def com_emoji(self) -> list["Reacao"]:
        """The reactions that stand: one that was taken back keeps its row, empty."""
        return [r for r in self.reacoes.all() if r.emoji]

    @property
    def aceita_reacao(self) -> bool:
        """WhatsApp takes reactions to what the citizen wrote and did not erase."""
        return bool(self.wamid) and not self.da_prefeitura and not self.apagada_em

    @property
    def estado(self) -> str:
        """State of the bubble as CONTRACT names it; empty for what the citizen wrote."""
        return self.envio.estado_mostrado if self.envio_id else ""


class Reacao(models.Model):
    """The emoji that one side left on a message. One per side; removing it deletes the row.

    A reaction to a message that we do not know is kept with `mensagem` empty.
    """

    numero = models.ForeignKey("whatsapp.Numero", models.PROTECT, related_name="+")
    alvo = models.CharField("wamid da mensagem", max_length=255)
    mensagem = models.ForeignKey(Mensagem, models.CASCADE, null=True, related_name="reacoes")
    do_cidadao = models.BooleanField(default=True)
    emoji = models.CharField(max_length=40, blank=True)
    momento = models.DateTimeField()

    class Meta:
        verbose_name = "reação"
        verbose_name_plural = "reações"
        constraints = [
            models.UniqueConstraint(fields=["numero", "alvo", "do_cidadao"], name="reacao_unica")
        ]

    def __str__(self):
        return self.emoji
