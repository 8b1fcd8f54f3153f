"""What the address asks of the list: tab, words, order, and what narrows it down."""

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode

from django.db.models import F, Q, QuerySet
from django.http import Http404, QueryDict
from django.utils import timezone

from atendimento import busca
from atendimento.models import Atendimento, Etiqueta, EtiquetaPosta
from atendimento.views.apresentar import tempo
from prefeitura.cadastro.models import Assunto, Equipe, Servidor

ABAS = ("minhas", "sem-atendente", "todas", "mencoes", "adiadas", "encerradas")
NUNCA = 9 * 10**16  # sorts after every real moment, in microseconds
NINGUEM = "ninguem"


@dataclass(frozen=True)
class Filtro:
    """What the address asks of the list. Strange values become the usual ones.

    Args:
        pessoa: the id of a servant, or NINGUEM.
        prioridade: "alta" brings the urgent too.
        de, ate: days of the last message, both included, as YYYY-MM-DD.
        novas: "1" for those with something unread.
    """

    aba: str = "minhas"
    q: str = ""
    ordem: str = "recentes"
    equipe: str = ""
    pessoa: str = ""
    assunto: str = ""
    etiqueta: str = ""
    prioridade: str = ""
    de: str = ""
    ate: str = ""
    novas: str = ""

    @classmethod
    def do_pedido(cls, dados: QueryDict) -> "Filtro":
        q = " ".join(dados.get("q", "").replace("\x00", "").split())[:100]
        aba = dados.get("aba", "")
        if aba not in (*ABAS, *(("tudo",) if q else ())):
            aba = "minhas"
        ordem = dados.get("ordem", "")
        if ordem not in ("recentes", "espera"):
            ordem = "espera" if aba == "sem-atendente" else "recentes"
        if aba in ("encerradas", "tudo"):
            ordem = "recentes"
        lidos = {nome: LER[nome](dados.get(nome, "")) for nome in LER}
        return cls(aba, q, ordem, **lidos)

    @property
    def curta_demais(self) -> bool:
        return bool(self.q) and len(self.q) < busca.MENOR_BUSCA

    @property
    def estreita(self) -> dict[str, str]:
        """What narrows the list beyond its tab and its words, by name."""
        return {nome: valor for nome in LER if (valor := getattr(self, nome))}

    def endereco(self, **mudancas: str) -> str:
        """Return the query string of this list, or of one that differs from it."""
        outro = replace(self, **mudancas)
        pares = ((campo.name, getattr(outro, campo.name)) for campo in fields(outro))
        return urlencode([(nome, valor) for nome, valor in pares if valor])

    def partes(self, servidor) -> list[tuple[str, str]]:
        """Return (words, query string of the list without it) for each thing that narrows it."""
        return [
            (DIZER[nome](valor, servidor), self.endereco(**{nome: ""}))
            for nome, valor in self.estreita.items()
        ]

    def consulta(self, servidor) -> QuerySet:
        """Return the atendimentos of this list that `servidor` may see, unordered."""
        visiveis = Atendimento.objects.visiveis_para(servidor)
        if self.aba != "tudo":
            visiveis = visiveis.da_aba(self.aba, servidor)
        visiveis = visiveis.filter(self._condicoes()).com_mencao_nova(servidor)
        if self.curta_demais:
            return visiveis.none()
        return visiveis.filter(pk__in=busca.que_casam(self.q, servidor)) if self.q else visiveis

    def _condicoes(self) -> Q:
        condicoes = Q()
        if self.equipe:
            condicoes &= Q(equipe=int(self.equipe))
        if self.pessoa:
            condicoes &= Q(servidor=None if self.pessoa == NINGUEM else int(self.pessoa))
        if self.assunto:
            condicoes &= Q(assunto=int(self.assunto))
        if self.etiqueta:
            postas = EtiquetaPosta.objects.a_mostrar().filter(etiqueta=int(self.etiqueta))
            condicoes &= Q(pk__in=postas.values("atendimento"))
        if self.prioridade:
            condicoes &= Q(prioridade__lte=Atendimento.Prioridade[self.prioridade.upper()])
        if self.de:
            condicoes &= Q(ultima_em__gte=_comeco(self.de))
        if self.ate:
            condicoes &= Q(ultima_em__lt=_comeco(self.ate, dias=1))
        if self.novas:
            condicoes &= Q(nao_lidas__gt=0)
        return condicoes

    def em_ordem(self, consulta: QuerySet) -> QuerySet:
        if self.ordem == "espera":
            return consulta.order_by(F("esperando_desde").asc(nulls_last=True), "pk")
        return consulta.order_by("-ultima_em", "-pk")

    def depois_de(self, consulta: QuerySet, cursor: str) -> QuerySet:
        """Keep what comes below the row whose key is `cursor`; raises Http404 if it is no key."""
        valor, _, pk = cursor.partition("-")
        if not (valor.isdecimal() and pk.isdecimal() and len(cursor) < 45):
            raise Http404
        if self.ordem == "espera":
            if int(valor) >= NUNCA:
                return consulta.filter(esperando_desde=None, pk__gt=int(pk))
            desde = _momento(int(valor))
            return consulta.filter(
                Q(esperando_desde__gt=desde)
                | Q(esperando_desde=desde, pk__gt=int(pk))
                | Q(esperando_desde=None)
            )
        ultima = _momento(NUNCA - int(valor))
        return consulta.filter(
            Q(ultima_em__lt=ultima) | Q(ultima_em=ultima, pk__lt=NUNCA - int(pk))
        )

    def chave(self, atendimento: Atendimento) -> str:
        """Return the place of a row: keys sort as text in the order of the list."""
        if self.ordem == "espera":
            desde = atendimento.esperando_desde
            valor, pk = (tempo.micros(desde) if desde else NUNCA), atendimento.pk
        else:
            valor, pk = NUNCA - tempo.micros(atendimento.ultima_em), NUNCA - atendimento.pk
        return f"{valor:017d}-{pk:017d}"


def _momento(valor: int):
    try:
        return tempo.de_micros(valor)
    except OverflowError as erro:
        raise Http404 from erro


def _comeco(dia: str, dias: int = 0) -> datetime:
    return timezone.make_aware(
        datetime.combine(date.fromisoformat(dia) + timedelta(days=dias), time.min)
    )


def _um_de(*aceitos: str) -> Callable[[str], str]:
    return lambda valor: valor if valor in aceitos else ""


def _id(valor: str) -> str:
    return valor if valor.isdecimal() and valor.isascii() and len(valor) < 19 else ""


def _dia(valor: str) -> str:
    """A day of the calendar that people live in."""
    try:
        lido = date.fromisoformat(valor)
    except ValueError:
        return ""
    return lido.isoformat() if 2000 <= lido.year <= 2200 else ""


def _em_dia(dia: str) -> str:
    return f"{date.fromisoformat(dia):%d/%m/%Y}"


def _equipe(valor: str, servidor) -> str:
    return _nome_entre(Equipe.objects.visiveis_para(servidor), valor, "Equipe que você não vê")


def _pessoa(valor: str, servidor) -> str:
    if valor == NINGUEM:
        return "Sem atendente"
    pessoa = Servidor.objects.filter(pk=valor).first()
    return f"Com {pessoa.get_short_name()}" if pessoa else "Pessoa que não existe"


def _assunto(valor: str, servidor) -> str:
    visiveis = Assunto.objects.filter(equipe__in=Equipe.objects.visiveis_para(servidor))
    return _nome_entre(visiveis, valor, "Assunto que você não vê")


def _etiqueta(valor: str, servidor) -> str:
    return _nome_entre(Etiqueta.objects.visiveis_para(servidor), valor, "Etiqueta que você não vê")


def _nome_entre(visiveis: QuerySet, valor: str, senao: str) -> str:
    achado = visiveis.filter(pk=valor).first()
    return achado.nome if achado else senao


# How each thing that narrows the list is read from the address, and how it is told to a person.
LER: dict[str, Callable[[str], str]] = {
    "equipe": _id,
    "pessoa": lambda valor: valor if valor == NINGUEM else _id(valor),
    "assunto": _id,
    "etiqueta": _id,
    "prioridade": _um_de("alta", "urgente"),
    "de": _dia,
    "ate": _dia,
    "novas": _um_de("1"),
}
DIZER: dict[str, Callable[..., str]] = {
    "equipe": _equipe,
    "pessoa": _pessoa,
    "assunto": _assunto,
    "etiqueta": _etiqueta,
    "prioridade": lambda valor, _: "Urgentes" if valor == "urgente" else "Alta e urgente",
    "de": lambda valor, _: f"Desde {_em_dia(valor)}",
    "ate": lambda valor, _: f"Até {_em_dia(valor)}",
    "novas": lambda valor, _: "Não lidas",
}
