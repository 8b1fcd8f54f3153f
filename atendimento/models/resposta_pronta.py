"""Answers that are written once and used many times."""

import re

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from prefeitura.cadastro.models import Equipe
from prefeitura.whatsapp.mensagens.base import limpar, milhar, tamanho, vazio

MAIOR_TEXTO = 4096  # characters, as in a message
ATALHO = re.compile(r"[a-z0-9-]{1,30}")


class RespostaProntaQuerySet(models.QuerySet):
    def visiveis_para(self, servidor) -> "RespostaProntaQuerySet":
        """One's own, the city's, and those of the teams whose matters one may see."""
        equipes = Equipe.objects.visiveis_para(servidor)
        return self.filter(
            _DA_CIDADE
            | Q(dono=servidor.pk)
            | Q(equipe__in=equipes)
            | Q(secretaria__in=equipes.values("secretaria"))
        )

    def que_muda(self, servidor) -> "RespostaProntaQuerySet":
        """One's own, and those of the teams and secretarias that one supervises."""
        equipes, secretarias = servidor.supervisiona()
        return self.filter(Q(dono=servidor) | Q(equipe__in=equipes) | Q(secretaria__in=secretarias))

    def para(self, atendimento, servidor) -> "RespostaProntaQuerySet":
        """Those that fit a matter: of its team, of its secretaria, of the city, and one's own."""
        servem = _DA_CIDADE | Q(dono=servidor)
        if equipe := atendimento.equipe:
            servem |= Q(equipe=equipe) | Q(secretaria=equipe.secretaria_id)
        return self.filter(servem, ativa=True)


_DA_CIDADE = Q(dono=None, equipe=None, secretaria=None)


class RespostaPronta(models.Model):
    """A text with blanks (see `atendimento.prontas`), called by `/atalho` in the composer.

    It belongs to one person, to one team, to one secretaria, or to the whole city.
    """

    atalho = models.CharField(
        max_length=30,
        help_text="O que se digita depois da barra: letras minúsculas, números e hífen.",
    )
    titulo = models.CharField("título", max_length=80)
    texto = models.TextField()
    secretaria = models.ForeignKey(
        "cadastro.Secretaria", models.CASCADE, null=True, blank=True, related_name="+"
    )
    equipe = models.ForeignKey(
        "cadastro.Equipe", models.CASCADE, null=True, blank=True, related_name="+"
    )
    dono = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="pessoa",
        help_text="Em branco os três: vale para toda a prefeitura.",
    )
    ativa = models.BooleanField(default=True)
    criada_em = models.DateTimeField(db_default=Now())

    objects = RespostaProntaQuerySet.as_manager()

    class Meta:
        verbose_name = "resposta pronta"
        verbose_name_plural = "respostas prontas"
        ordering = ["atalho", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(dono=None, equipe=None)
                | Q(dono=None, secretaria=None)
                | Q(equipe=None, secretaria=None),
                name="resposta_pronta_de_um_so",
                violation_error_message="Escolha só uma: pessoa, equipe ou secretaria.",
            ),
            models.UniqueConstraint(
                fields=["atalho", "dono", "equipe", "secretaria"],
                name="resposta_pronta_unica",
                nulls_distinct=False,
                violation_error_message="Já existe uma resposta pronta com este atalho aqui.",
            ),
        ]

    def __str__(self):
        return f"/{self.atalho}"

    def clean(self):
        self.atalho = self.atalho.strip().removeprefix("/").lower()
        self.titulo, self.texto = limpar(self.titulo), limpar(self.texto)
        erros = {}
        if not ATALHO.fullmatch(self.atalho):
            erros["atalho"] = "Use até 30 letras minúsculas sem acento, números e hífen."
        if vazio(self.titulo):
            erros["titulo"] = "Dê um título, para achar a resposta na lista."
        if vazio(self.texto):
            erros["texto"] = "Escreva o texto da resposta."
        elif tamanho(self.texto) > MAIOR_TEXTO:
            erros["texto"] = f"O texto pode ter até {milhar(MAIOR_TEXTO)} caracteres."
        elif re.search(r"\{[^{}]*(\{|$)|(^|\})[^{}]*\}", self.texto):
            erros["texto"] = "Há uma chave sem par: cada { precisa de um }."
        if erros:
            raise ValidationError(erros)

    @property
    def alcance(self) -> str:
        """Whose it is, for people."""
        if self.dono_id:
            return "Sua"
        return str(self.equipe or self.secretaria or "Toda a prefeitura")

    @property
    def distancia(self) -> int:
        """How near it is to whoever writes: the nearest of one shortcut is the one offered."""
        proprios = (self.dono_id, self.equipe_id, self.secretaria_id)
        return next((n for n, dono in enumerate(proprios) if dono), len(proprios))
