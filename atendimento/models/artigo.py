"""Knowledge articles: what servants read to answer, and who changed it when."""

import re

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchRank
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from prefeitura.banco.busca import Vetor, consulta, palavras
from prefeitura.cadastro.models import Equipe
from prefeitura.whatsapp.mensagens.base import limpar, milhar, tamanho, vazio

MAIOR_TEXTO = 20_000
MAIOR_RESPOSTA = 4096  # characters, as in a message
_DA_CIDADE = Q(equipe=None, secretaria=None)


class ArtigoQuerySet(models.QuerySet):
    def visiveis_para(self, servidor) -> "ArtigoQuerySet":
        """What is published for the city, one's teams and their secretarias; and what one keeps."""
        equipes = Equipe.objects.visiveis_para(servidor)
        daqui = _DA_CIDADE | Q(equipe__in=equipes) | Q(secretaria__in=equipes.values("secretaria"))
        return self.filter(daqui & Q(publicado=True) | self._de_quem(servidor))

    def que_muda(self, servidor) -> "ArtigoQuerySet":
        """Those of the teams and secretarias that one supervises."""
        return self.filter(self._de_quem(servidor))

    def para(self, atendimento) -> "ArtigoQuerySet":
        """The published ones that fit a matter: of its team, of its secretaria, of the city."""
        servem = _DA_CIDADE
        if equipe := atendimento.equipe:
            servem |= Q(equipe=equipe) | Q(secretaria=equipe.secretaria_id)
        return self.filter(servem, publicado=True)

    def com_palavras(self, q: str) -> "ArtigoQuerySet":
        """Those with all words of `q`, the best first; without words, all of them."""
        if not palavras(q):
            return self
        vetor, pedido = Vetor("titulo", "texto", "resposta_curta"), consulta(q)
        achados = self.alias(palavras=vetor).filter(palavras=pedido)
        return achados.order_by(SearchRank(vetor, pedido).desc(), "titulo", "pk")

    @staticmethod
    def _de_quem(servidor) -> Q:
        equipes, secretarias = servidor.supervisiona()
        return Q(equipe__in=equipes) | Q(secretaria__in=secretarias)


class Artigo(models.Model):
    """A text with WhatsApp's marks, of one team, of one secretaria, or of the whole city.

    `resposta_curta` is what goes to the citizen, with the blanks of a canned reply;
    `endereco` is where the citizen can read more.
    """

    titulo = models.CharField("título", max_length=120)
    texto = models.TextField(help_text="Vale a formatação do WhatsApp: *negrito*, _itálico_.")
    resposta_curta = models.TextField(
        blank=True, help_text="O que se insere na resposta ao cidadão."
    )
    endereco = models.CharField("endereço público", max_length=300, blank=True)
    secretaria = models.ForeignKey(
        "cadastro.Secretaria", models.PROTECT, null=True, blank=True, related_name="artigos"
    )
    equipe = models.ForeignKey(
        "cadastro.Equipe",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="artigos",
        help_text="Em branco as duas: vale para toda a prefeitura.",
    )
    assunto = models.ForeignKey(
        "cadastro.Assunto", models.SET_NULL, null=True, blank=True, related_name="artigos"
    )
    publicado = models.BooleanField(
        default=True, help_text="Desligado, só a supervisão vê, para escrever com calma."
    )
    criado_em = models.DateTimeField(db_default=Now())
    alterado_em = models.DateTimeField(auto_now=True)

    objects = ArtigoQuerySet.as_manager()

    class Meta:
        ordering = ["titulo", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(equipe=None) | Q(secretaria=None),
                name="artigo_de_um_so",
                violation_error_message="Escolha só uma: equipe ou secretaria.",
            )
        ]
        indexes = [GinIndex(Vetor("titulo", "texto", "resposta_curta"), name="artigo_busca")]

    def __str__(self):
        return self.titulo

    def clean(self):
        self.titulo = " ".join(limpar(self.titulo).split())
        self.texto, self.resposta_curta = limpar(self.texto), limpar(self.resposta_curta)
        self.endereco = self.endereco.strip()
        erros = {}
        if vazio(self.titulo):
            erros["titulo"] = "Dê um título ao artigo."
        if vazio(self.texto):
            erros["texto"] = "Escreva o texto do artigo."
        elif tamanho(self.texto) > MAIOR_TEXTO:
            erros["texto"] = f"O texto pode ter até {milhar(MAIOR_TEXTO)} caracteres."
        if tamanho(self.resposta_curta) > MAIOR_RESPOSTA:
            limite = milhar(MAIOR_RESPOSTA)
            erros["resposta_curta"] = f"A resposta curta pode ter até {limite} caracteres."
        if self.endereco and not _e_da_web(self.endereco):
            erros["endereco"] = "Escreva o endereço inteiro, começando com https://."
        if erros:
            raise ValidationError(erros)

    @property
    def alcance(self) -> str:
        """Whose it is, for people."""
        return str(self.equipe or self.secretaria or "Toda a prefeitura")

    @property
    def paragrafos(self) -> list[str]:
        """The text in the pieces that can be put in an answer one by one."""
        return [p.strip("\n") for p in re.split(r"\n[ \t]*\n", self.texto) if not vazio(p)]


def _e_da_web(endereco: str) -> bool:
    try:
        URLValidator(schemes=["http", "https"])(endereco)
    except ValidationError:
        return False
    return True


class VersaoDeArtigo(models.Model):
    """How an article stood after somebody changed it."""

    artigo = models.ForeignKey(Artigo, models.CASCADE, related_name="versoes")
    quem = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    quando = models.DateTimeField(db_default=Now())
    titulo = models.CharField(max_length=120)
    texto = models.TextField()
    resposta_curta = models.TextField(blank=True)
    endereco = models.CharField(max_length=300, blank=True)
    publicado = models.BooleanField()

    class Meta:
        verbose_name = "versão de artigo"
        verbose_name_plural = "versões de artigos"
        ordering = ["-pk"]

    def __str__(self):
        return f"{self.titulo}, {self.quando:%d/%m/%Y %H:%M}"
