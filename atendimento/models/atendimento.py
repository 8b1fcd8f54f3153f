"""One WhatsApp thread (Conversa) and the matters in it (Atendimento)."""

from datetime import timedelta

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Now

from prefeitura.banco.busca import Vetor
from prefeitura.cadastro.models import Equipe

MENCAO_A_MAO = timedelta(days=7)


class Conversa(models.Model):
    """The thread of one citizen with one number. Its row is the lock of everything inside.

    `foco` is the atendimento that the citizen is talking to now: every bubble moves it, and it
    is empty when two matters spoke since the citizen last wrote (`falou_desde`).
    """

    cidadao = models.ForeignKey("cadastro.Cidadao", models.PROTECT, related_name="conversas")
    numero = models.ForeignKey("whatsapp.Numero", models.PROTECT, related_name="conversas")
    foco = models.ForeignKey("Atendimento", models.SET_NULL, null=True, related_name="+")
    falou_desde = models.ForeignKey(
        "Atendimento", models.SET_NULL, null=True, related_name="+", editable=False
    )
    janela_ate = models.DateTimeField(
        null=True, help_text="Até quando vale responder livremente: 24 h da última mensagem."
    )
    recusa_de_grupo_em = models.DateTimeField(null=True)
    criada_em = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cidadao", "numero"], name="conversa_unica")]

    def __str__(self):
        return f"conversa {self.pk}"


class AtendimentoQuerySet(models.QuerySet):
    def visiveis_para(self, servidor) -> "AtendimentoQuerySet":
        """The one rule of who may see an atendimento: members of its team, and of its secretaria
        when their participation names no team. Pages, API, search, sockets and files use it."""
        if not servidor.is_authenticated:
            return self.none()
        return self.filter(equipe__in=Equipe.objects.visiveis_para(servidor))

    def abertos(self) -> "AtendimentoQuerySet":
        return self.exclude(estado=Atendimento.Estado.ENCERRADO)

    def da_aba(self, aba: str, servidor) -> "AtendimentoQuerySet":
        """Those of one tab of the inbox: `minhas`, `sem-atendente`, `todas`, `mencoes`,
        `adiadas` or `encerradas`."""
        if aba == "encerradas":
            return self.filter(estado=Atendimento.Estado.ENCERRADO)
        if aba == "mencoes":
            return self.que_chamam(servidor)
        abertos = self.abertos()
        if aba == "minhas":
            return abertos.filter(servidor=servidor, adiado_em=None)
        if aba == "adiadas":
            return abertos.filter(servidor=servidor, adiado_em__isnull=False)
        if aba == "sem-atendente":
            return abertos.filter(servidor=None)
        return abertos

    def que_esperam_por(self, servidor) -> "AtendimentoQuerySet":
        """Open ones with something unread that are theirs, or nobody's, and not put off."""
        seus = Q(servidor=servidor) | Q(servidor=None)
        return self.abertos().filter(seus, nao_lidas__gt=0, adiado_em=None)

    def que_chamam(self, servidor) -> "AtendimentoQuerySet":
        """Those with a note that calls `servidor`, open or closed: what was seen stays at hand
        for some days, so that a row does not go away under who has just opened it."""
        vista = Q(notas__mencoes__vista_em=None) | Q(
            notas__mencoes__vista_em__gt=Now() - MENCAO_A_MAO
        )
        chamam = Atendimento.objects.filter(vista, notas__mencoes__servidor=servidor)
        return self.filter(pk__in=chamam.values("pk"))

    def com_mencao_nova(self, servidor) -> "AtendimentoQuerySet":
        """Each with `mencionado`: a note calls `servidor`, who has not opened it since."""
        novas = Atendimento.objects.filter(
            pk=OuterRef("pk"), notas__mencoes__servidor=servidor, notas__mencoes__vista_em=None
        )
        return self.annotate(mencionado=Exists(novas))

    def com_notas(self) -> "AtendimentoQuerySet":
        """Each with `tem_notas`, since most have none to be asked for."""
        escritas = Atendimento.objects.filter(pk=OuterRef("pk"), notas__isnull=False)
        return self.annotate(tem_notas=Exists(escritas))

    def para_a_lista(self) -> "AtendimentoQuerySet":
        """Everything that a row of the inbox shows, in two queries."""
        from atendimento.models.agendada import MensagemAgendada
        from atendimento.models.etiqueta import EtiquetaPosta

        paradas = MensagemAgendada.objects.filter(
            atendimento=OuterRef("pk"), estado=MensagemAgendada.Estado.RETIDA
        )
        postas = models.Prefetch(
            "etiquetas_postas", EtiquetaPosta.objects.a_mostrar(), to_attr="etiquetas_da_linha"
        )
        com_parada = self.annotate(agendada_parada=Exists(paradas))
        return com_parada.prefetch_related(postas).select_related(
            "conversa__cidadao",
            "equipe__secretaria",
            "assunto",
            "servidor",
            "ultima_mensagem__envio__situacao",
            "ultima_mensagem__midia",
            "ultima_mensagem__autor",
        )


class Atendimento(models.Model):
    """One matter of a citizen, from opening to closing, with its protocol, team and clock.

    `versao` is raised by a reply, a change of hands, closing and reopening, so that whoever
    answers on an old screen is told; an inbound message or a status never raises it.
    `alterado_em` moves with every visible change and feeds the catch-up of open pages.
    """

    class Estado(models.TextChoices):
        ROBO = "robo", "com o robô"
        NA_FILA = "na_fila", "na fila"
        EM_ATENDIMENTO = "em_atendimento", "em atendimento"
        ENCERRADO = "encerrado", "encerrado"

    class Resultado(models.TextChoices):
        RESOLVIDO = "resolvido", "Resolvido"
        ENCAMINHADO = "encaminhado", "Encaminhado a outro órgão"
        SEM_RESPOSTA = "sem_resposta", "O cidadão não respondeu mais"
        NAO_COMPETE = "nao_compete", "Não é da prefeitura"
        ENGANO = "engano", "Engano ou mensagem indevida"

    class Prioridade(models.IntegerChoices):
        URGENTE = 0, "Urgente"
        ALTA = 1, "Alta"
        NORMAL = 2, "Normal"

    protocolo = models.CharField(max_length=24, unique=True)
    conversa = models.ForeignKey(Conversa, models.PROTECT, related_name="atendimentos")
    equipe = models.ForeignKey(
        "cadastro.Equipe", models.PROTECT, null=True, related_name="atendimentos"
    )
    servidor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="atendimentos"
    )
    assunto = models.ForeignKey(
        "cadastro.Assunto", models.PROTECT, null=True, related_name="atendimentos"
    )
    estado = models.CharField(max_length=14, choices=Estado, default=Estado.NA_FILA)
    em_triagem = models.BooleanField(default=False)
    prioridade = models.PositiveSmallIntegerField(choices=Prioridade, default=Prioridade.NORMAL)
    origem = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        related_name="continuacoes",
        help_text="O atendimento encerrado de que este continua o assunto.",
    )
    aberto_em = models.DateTimeField(db_default=Now())
    esperando_desde = models.DateTimeField(
        null=True, help_text="Desde quando o cidadão espera resposta; vazio se a vez é dele."
    )
    primeira_resposta_em = models.DateTimeField(null=True)
    encerrado_em = models.DateTimeField(null=True)
    encerrado_por = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    resultado = models.CharField(max_length=12, choices=Resultado, blank=True)
    prazo_em = models.DateTimeField(null=True)
    adiado_em = models.DateTimeField(
        null=True, help_text="Desde quando está fora da lista de quem atende, por escolha dele."
    )
    adiado_ate = models.DateTimeField(
        null=True, help_text="Quando volta; vazio: só com a próxima mensagem do cidadão."
    )
    nao_lidas = models.PositiveIntegerField(default=0)
    ultima_mensagem = models.ForeignKey("Mensagem", models.SET_NULL, null=True, related_name="+")
    ultima_em = models.DateTimeField(db_default=Now())
    versao = models.PositiveIntegerField(default=1)
    alterado_em = models.DateTimeField(db_default=Now())

    objects = AtendimentoQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["conversa"],
                name="um_em_triagem_por_conversa",
                condition=(Q(em_triagem=True) | Q(estado="robo")) & ~Q(estado="encerrado"),
            ),
            models.CheckConstraint(
                condition=Q(estado="robo") | Q(equipe__isnull=False),
                name="fora_do_robo_tem_equipe",
            ),
            models.CheckConstraint(
                condition=Q(adiado_em=None, adiado_ate=None)
                | Q(adiado_em__isnull=False, estado="em_atendimento"),
                name="so_se_adia_o_que_tem_dono",
            ),
        ]
        indexes = [
            models.Index(fields=["equipe", "estado", "esperando_desde"], name="atendimento_fila"),
            models.Index(fields=["servidor", "estado"], name="atendimento_servidor"),
            models.Index(fields=["alterado_em", "id"], name="atendimento_alterado"),
            models.Index(fields=["equipe", "-ultima_em", "-id"], name="atendimento_recente"),
            models.Index(fields=["conversa", "estado"], name="atendimento_da_conversa"),
            models.Index(
                fields=["adiado_ate"],
                name="atendimento_adiado",
                condition=Q(adiado_ate__isnull=False),
            ),
            GinIndex(Vetor("protocolo", config="simple"), name="atendimento_protocolo_busca"),
            models.Index(
                F("esperando_desde").asc(nulls_last=True), "id", name="atendimento_espera"
            ),
        ]

    def __str__(self):
        return self.protocolo

    @property
    def esta_aberto(self) -> bool:
        return self.estado != self.Estado.ENCERRADO
