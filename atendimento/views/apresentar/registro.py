"""The log of a conversation: bubbles, internal notes, event lines and traces of other matters,
in one order."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.http import Http404

from atendimento.models import Atendimento, Mensagem, Transicao
from atendimento.views.apresentar import tempo
from atendimento.views.apresentar.mensagem import Bolha
from atendimento.views.apresentar.nota import NotaNoRegistro

POR_VEZ = 40
NO_COMECO = datetime(2000, 1, 1, tzinfo=tempo.EPOCA.tzinfo)

ICONES = {
    Transicao.Tipo.ABERTO: "circle-dot",
    Transicao.Tipo.ASSUMIDO: "hand",
    Transicao.Tipo.DEVOLVIDO: "undo-2",
    Transicao.Tipo.TRANSFERIDO: "arrow-right-left",
    Transicao.Tipo.ENCERRADO: "circle-check",
    Transicao.Tipo.REABERTO: "rotate-ccw",
    Transicao.Tipo.BLOQUEADO: "ban",
    Transicao.Tipo.DESBLOQUEADO: "circle-check",
    Transicao.Tipo.BLOQUEIO_RECUSADO: "triangle-alert",
    Transicao.Tipo.ADIADO: "alarm-clock",
    Transicao.Tipo.RETOMADO: "alarm-clock",
    Transicao.Tipo.PRIORIDADE: "flag",
    Transicao.Tipo.DESFEITO: "undo-2",
}


@dataclass
class Evento:
    """One event line: who did what to this matter."""

    transicao: Transicao
    quem_ve: int

    especie = "evento"

    @property
    def momento(self) -> datetime:
        return self.transicao.momento

    @property
    def icone(self) -> str:
        return ICONES.get(self.transicao.tipo, "info")

    @property
    def frase(self) -> str:
        """The sentence before the time: "Ana assumiu"."""
        t = self.transicao
        quem = "Você" if t.quem_id == self.quem_ve else str(t.quem or "O sistema")
        if t.tipo == t.Tipo.ABERTO and t.quem_id:
            return f"{quem} começou a conversa, em {t.equipe.nome}"
        if t.tipo == t.Tipo.ABERTO:
            return f"Aberto na fila {t.equipe.nome}" if t.equipe else "Aberto"
        if t.tipo == t.Tipo.BLOQUEIO_RECUSADO:
            return "O WhatsApp não aceitou mudar o bloqueio deste contato"
        if t.tipo == t.Tipo.TRANSFERIDO:
            para = f"{t.servidor}, em {t.equipe}" if t.servidor else str(t.equipe)
            return f"{quem} transferiu para {para}"
        if t.tipo == t.Tipo.REABERTO and t.quem_id is None:
            return "Reaberto por nova mensagem"
        if t.tipo == t.Tipo.ADIADO:
            return f"{quem} adiou até {tempo.ate_quando(t.ate)}"
        if t.tipo == t.Tipo.RETOMADO and t.quem_id is None:
            return "Voltou do adiamento"
        if t.tipo == t.Tipo.PRIORIDADE:
            return f"{quem} mudou a prioridade para {t.get_prioridade_display().lower()}"
        verbos = {
            t.Tipo.ASSUMIDO: "assumiu",
            t.Tipo.DEVOLVIDO: "devolveu à fila",
            t.Tipo.ENCERRADO: "encerrou",
            t.Tipo.REABERTO: "reabriu",
            t.Tipo.BLOQUEADO: "bloqueou este contato",
            t.Tipo.DESBLOQUEADO: "desbloqueou este contato",
            t.Tipo.RETOMADO: "trouxe de volta o que estava adiado",
            t.Tipo.DESFEITO: "desfez a mudança anterior",
        }
        return f"{quem} {verbos[t.tipo]}"


@dataclass
class OutroAssunto:
    """Another matter of the same thread: its secretaria, never its content."""

    atendimento: Atendimento

    especie = "outro"

    @property
    def momento(self) -> datetime:
        return self.atendimento.aberto_em

    @property
    def rotulo(self) -> str:
        return rotulo_do_outro(self.atendimento)


def rotulo_do_outro(atendimento: Atendimento) -> str:
    """Name another matter as far as this person may know: a discreet secretaria is not named."""
    if atendimento.visivel:
        return f"Outro assunto: {atendimento.assunto or 'sem assunto'} ({atendimento.protocolo})"
    equipe = atendimento.equipe
    if equipe is None or equipe.secretaria.discreta:
        return "Outro assunto"
    return f"Outro assunto em {equipe.secretaria.nome_curto}"


@dataclass
class Registro:
    """A stretch of the log, and whether there is more above it."""

    itens: list
    cursor: str = ""
    ha_mais: bool = False

    @property
    def mensagens(self) -> list[Mensagem]:
        """What was said in it, without the other lines."""
        return [i.mensagem for i in self.itens if i.especie == "mensagem"]

    def marcar_nao_lidas(self, quantas: int) -> None:
        """Put the line "n não lidas" before the first of the last `quantas` of the citizen."""
        entradas = [
            i for i in self.itens if i.especie == "mensagem" and not i.mensagem.da_prefeitura
        ]
        if quantas and entradas:
            primeira = entradas[-min(quantas, len(entradas))]
            primeira.nao_lidas_antes = quantas


def ler_cursor(texto: str) -> tuple[datetime, int]:
    """Return (moment, id) of a cursor of `Bolha.cursor`; raises Http404 for anything else."""
    momento, _, pk = texto.partition("-")
    try:
        return tempo.de_micros(int(momento)), int(pk)
    except (ValueError, OverflowError) as erro:
        raise Http404 from erro


def registro(
    atendimento: Atendimento, quem_ve: int, *, outros=(), antes: str = "", depois: str = ""
) -> Registro:
    """Return up to POR_VEZ messages of `atendimento`, and the notes and lines among them.

    Without a cursor, the newest; `antes` gives those above it, `depois` those below.

    Args:
        atendimento: read with `com_notas`.
    """
    consulta = atendimento.mensagens.para_mostrar()
    ate = None
    if depois:
        momento, pk = ler_cursor(depois)
        consulta = consulta.filter(Q(momento__gt=momento) | Q(momento=momento, pk__gt=pk))
        lidas = list(consulta.em_ordem()[: POR_VEZ + 1])
        ha_mais, lidas, desde = False, lidas[:POR_VEZ], momento
    else:
        if antes:
            ate, pk = ler_cursor(antes)
            consulta = consulta.filter(Q(momento__lt=ate) | Q(momento=ate, pk__lt=pk))
        lidas = list(consulta.order_by("-momento", "-pk")[: POR_VEZ + 1])
        ha_mais = len(lidas) > POR_VEZ
        lidas = lidas[:POR_VEZ][::-1]
        desde = lidas[0].momento if ha_mais and lidas else NO_COMECO
    itens = [Bolha(m, quem_ve) for m in lidas]
    linhas = _transicoes(atendimento, desde)
    escritas = atendimento.notas.filter(criada_em__gte=desde).para_mostrar()
    if ate:
        linhas = linhas.filter(momento__lt=ate)
        escritas = escritas.filter(criada_em__lt=ate)
    if not atendimento.tem_notas:
        escritas = escritas.none()
    itens += [Evento(t, quem_ve) for t in linhas]
    itens += [NotaNoRegistro(n, quem_ve) for n in escritas]
    itens += [
        OutroAssunto(o)
        for o in outros
        if o.aberto_em >= desde and (ate is None or o.aberto_em < ate)
    ]
    itens.sort(key=lugar)
    primeira = next((i for i in itens if i.especie == "mensagem"), None)
    return Registro(itens, primeira.cursor if primeira else "", ha_mais)


def bolhas(atendimento: Atendimento, quem_ve: int, ids: list[int]) -> Registro:
    """Return the messages `ids` of `atendimento`, with the event lines since the first of them:
    a message may have reopened the matter, or given it a hand."""
    lidas = Mensagem.objects.filter(atendimento=atendimento, pk__in=ids).para_mostrar().em_ordem()
    itens = [Bolha(m, quem_ve) for m in lidas]
    if itens:
        itens += [Evento(t, quem_ve) for t in _transicoes(atendimento, itens[0].momento)]
    return Registro(sorted(itens, key=lugar))


def notas(atendimento: Atendimento, quem_ve: int, ids: list[int]) -> Registro:
    """Return the notes `ids` of `atendimento`."""
    escritas = atendimento.notas.filter(pk__in=ids).para_mostrar()
    return Registro(sorted((NotaNoRegistro(n, quem_ve) for n in escritas), key=lugar))


def _transicoes(atendimento: Atendimento, desde: datetime):
    return atendimento.transicoes.filter(momento__gte=desde).select_related(
        "quem", "servidor", "equipe__secretaria", "de_equipe__secretaria"
    )


def lugar(item) -> tuple:
    """At the same instant an event line comes before what was said."""
    if item.especie == "mensagem":
        return (item.momento, 1, item.mensagem.pk)
    if item.especie == "nota":
        return (item.momento, 1, item.nota.pk)
    if item.especie == "evento":
        return (item.momento, 0, item.transicao.pk)
    return (item.momento, 0, item.atendimento.pk)
