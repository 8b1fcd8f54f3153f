"""Citizens as WhatsApp accounts, and the identities by which Meta names them."""

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from prefeitura.banco.busca import Vetor
from prefeitura.cadastro.telefone import mostrar


class Cidadao(models.Model):
    """One WhatsApp account: the 24-hour window, the pair limit and the block belong to it.

    A person of the city's register (CPF, CNS) is another thing: a mother's phone serves three
    children. `wa_id` and `user_id` are the addresses last confirmed by Meta; the identities,
    with their history, are in `Identidade`.
    """

    nome = models.CharField(max_length=200, blank=True, help_text="Como a equipe chama a pessoa.")
    nome_no_whatsapp = models.CharField(max_length=200, blank=True)
    username = models.CharField("nome de usuário", max_length=60, blank=True)
    wa_id = models.CharField("número no WhatsApp", max_length=40, blank=True)
    user_id = models.CharField("BSUID", max_length=140, blank=True)
    bloqueado_em = models.DateTimeField(null=True, blank=True)
    criado_em = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "cidadão"
        verbose_name_plural = "cidadãos"
        indexes = [
            models.Index(fields=["wa_id"], name="cidadao_wa_id"),
            GinIndex(
                Vetor("nome", "nome_no_whatsapp", "username", config="simple"),
                name="cidadao_busca",
            ),
        ]

    def __str__(self):
        return self.como_chamar

    @property
    def telefone(self) -> str:
        """The phone as people read it, or empty for somebody without a known number."""
        return mostrar(self.wa_id) if self.wa_id else ""

    @property
    def numero_incomum(self) -> bool:
        """Whether what Meta gave as the number does not look like a phone."""
        numero = self.wa_id
        return bool(numero) and not (numero.isdecimal() and 8 <= len(numero) <= 15)

    @property
    def como_chamar(self) -> str:
        """Name, else phone, else @username: never an empty label."""
        arroba = f"@{self.username}" if self.username else ""
        return self.nome or self.nome_no_whatsapp or self.telefone or arroba or "Cidadão sem nome"

    @property
    def primeiro_nome(self) -> str:
        """The first word of the name, or empty when no name is known."""
        return next(iter((self.nome or self.nome_no_whatsapp).split()), "")

    @property
    def iniciais(self) -> str:
        """Two characters for the avatar."""
        nome = self.nome or self.nome_no_whatsapp
        if nome.split():
            partes = nome.split()
            return "".join(p[0] for p in (partes[:1] + partes[1:][-1:])).upper()
        return self.telefone[1:3] if self.telefone.startswith("(") else "?"


class Identidade(models.Model):
    """A name by which Meta knows a citizen; unique among the active ones."""

    class Tipo(models.TextChoices):
        BSUID = "bsuid", "BSUID"
        BSUID_PAI = "bsuid_pai", "BSUID do portfólio"
        TELEFONE = "telefone", "telefone"

    cidadao = models.ForeignKey(Cidadao, models.CASCADE, related_name="identidades")
    tipo = models.CharField(max_length=10, choices=Tipo)
    valor = models.CharField(
        max_length=140, help_text="Telefones: forma de comparação, igual com e sem o nono dígito."
    )
    como_veio = models.CharField(max_length=140, blank=True)
    ativa = models.BooleanField(default=True)
    criada_em = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tipo", "valor"], condition=Q(ativa=True), name="identidade_ativa_unica"
            )
        ]

    def __str__(self):
        return f"{self.get_tipo_display()} {self.como_veio or self.valor}"
