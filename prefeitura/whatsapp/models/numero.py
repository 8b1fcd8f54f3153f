"""The city's WhatsApp accounts and numbers."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from prefeitura.whatsapp.cifra import CampoCifrado

PROBLEMA = "grave:"  # how the detail of an account begins while Meta restricts it
ATE = " até "  # and what comes before the moment (ISO 8601) in which that ends by itself
SITUACOES = {
    "ACCOUNT_DELETED": "a conta foi apagada",
    "ACCOUNT_OFFBOARDED": "a conta foi desligada do sistema",
    "ACCOUNT_RESTRICTION": "os envios estão restritos",
    "ACCOUNT_VIOLATION": "a Meta apontou uma violação das regras",
    "DISABLED_UPDATE": "a conta foi ou vai ser desativada",
    "PARTNER_REMOVED": "o sistema foi retirado da conta",
    "REJECTED": "a conta foi recusada na revisão",
}
RESTRICOES = {
    "RESTRICTED_BIZ_INITIATED_MESSAGING": "não é possível escrever primeiro",
    "RESTRICTED_CUSTOMER_INITIATED_MESSAGING": "não é possível responder",
    "RESTRICTED_ADD_PHONE_NUMBER_ACTION": "não é possível acrescentar números",
}
SITUACOES_DO_NUMERO = {
    "FLAGGED": "a qualidade está baixa, porque pessoas bloquearam ou denunciaram mensagens",
    "RESTRICTED": "os envios estão restritos",
    "BANNED": "o número foi banido",
}


class ContaQuerySet(models.QuerySet):
    def com_problema(self) -> "ContaQuerySet":
        """Accounts that Meta restricts; `problema` tells whether it still lasts."""
        return self.filter(situacao_detalhe__startswith=PROBLEMA)


class Conta(models.Model):
    """A WhatsApp Business Account (WABA): it owns templates, the token and the daily limit."""

    nome = models.CharField(max_length=120)
    waba_id = models.CharField("WABA", max_length=40, unique=True)
    portfolio = models.CharField("portfólio", max_length=40, blank=True)
    token = CampoCifrado("token de acesso", blank=True)
    limite_diario = models.CharField(
        "limite diário", max_length=30, blank=True, help_text="Como a Meta informa: TIER_250…"
    )
    situacao = models.CharField("situação", max_length=60, blank=True)
    situacao_detalhe = models.CharField(max_length=300, blank=True)

    objects = ContaQuerySet.as_manager()

    class Meta:
        verbose_name = "conta do WhatsApp"
        verbose_name_plural = "contas do WhatsApp"

    def __str__(self):
        return self.nome

    @property
    def problema(self) -> str:
        """What Meta restricted, in our words; empty while all is well."""
        if not self.situacao_detalhe.startswith(PROBLEMA):
            return ""
        motivo, _, ate = self.situacao_detalhe.removeprefix(PROBLEMA).strip().partition(ATE)
        fim = parse_datetime(ate)
        if fim is not None:
            if fim < timezone.now():
                return ""
            motivo += f" até {timezone.localtime(fim):%d/%m/%Y %H:%M}"
        frase = SITUACOES.get(self.situacao, self.situacao)
        return f"{frase} ({motivo})" if motivo else frase


class NumeroQuerySet(models.QuerySet):
    def podem_enviar(self) -> "NumeroQuerySet":
        """Active numbers that are not paused now, by the database's clock."""
        return self.filter(Q(pausado_ate=None) | Q(pausado_ate__lte=Now()), ativo=True)

    def com_problema(self) -> "NumeroQuerySet":
        """Active numbers of which Meta told trouble."""
        return self.filter(ativo=True, estado_na_meta__in=SITUACOES_DO_NUMERO).order_by("pk")


class Numero(models.Model):
    """One phone number of the city; it serves the whole city or one secretaria."""

    conta = models.ForeignKey(Conta, models.PROTECT, related_name="numeros")
    phone_number_id = models.CharField(max_length=40, unique=True)
    exibicao = models.CharField("número", max_length=30, help_text="Como o cidadão vê.")
    nome_verificado = models.CharField(max_length=120, blank=True)
    secretaria = models.ForeignKey(
        "cadastro.Secretaria",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="numeros",
        help_text="Em branco: o número é da cidade toda.",
    )
    equipe_de_triagem = models.ForeignKey(
        "cadastro.Equipe",
        models.PROTECT,
        related_name="numeros_em_triagem",
        help_text="Recebe o que ainda não tem destino.",
    )
    mensagens_por_segundo = models.PositiveIntegerField(
        default=80, help_text="Vazão que a Meta dá a este número."
    )
    qualidade = models.CharField(max_length=20, blank=True)
    estado_na_meta = models.CharField(max_length=40, blank=True)
    pausado_ate = models.DateTimeField(null=True, blank=True)
    pausa_motivo = models.CharField(max_length=300, blank=True)
    ativo = models.BooleanField(default=True)

    objects = NumeroQuerySet.as_manager()

    class Meta:
        verbose_name = "número"
        verbose_name_plural = "números"

    def __str__(self):
        return self.exibicao

    @property
    def problema(self) -> str:
        """What Meta told of this number, in our words; empty while all is well."""
        return SITUACOES_DO_NUMERO.get(self.estado_na_meta, "")
