"""To which matter an inbound message belongs, decided on what is locked in memory.

The order (quoted matter, foco, the one just closed, a new one) is the heart of several matters
in one thread: each with its own protocol, team and secrecy. Pure of queries: `acoes.receber`
loads a `Fio` per Conversa under its lock, and writes what comes out.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings

from atendimento.models import Atendimento, Conversa

SO_AGRADECE = {
    "obrigado", "obrigada", "obg", "brigado", "brigada", "muito obrigado", "muito obrigada",
    "obrigado mesmo", "obrigada mesmo", "valeu", "vlw", "ok obrigado", "ok obrigada", "grato",
    "grata", "agradeco", "deus abencoe", "ok", "certo", "ta bom", "blz", "beleza",
}  # fmt: skip
GESTOS = {"👍", "🙏", "❤", "😊", "👏", "🙌"}
SEM_VALOR = re.compile(r"[\s.!,;…\ufe0f\u200d\U0001f3fb-\U0001f3ff]+")


def so_agradece(texto: str) -> bool:
    """Whether the whole message is a lone thanks, which asks for no answer."""
    limpo = SEM_VALOR.sub(" ", texto).strip()
    if limpo and all(c in GESTOS or c == " " for c in limpo):
        return True
    sem_acento = unicodedata.normalize("NFD", limpo.lower()).encode("ascii", "ignore").decode()
    return " ".join(sem_acento.split()) in SO_AGRADECE


@dataclass(slots=True)
class Fio:
    """A locked Conversa with its open matters and those closed lately, by id."""

    conversa: Conversa
    atendimentos: dict[int, Atendimento] = field(default_factory=dict)
    novos: list[Atendimento] = field(default_factory=list)

    def foco(self) -> Atendimento | None:
        """The open matter that the citizen is talking to, if it is clear which."""
        foco = self.conversa.foco
        aberto = self.atendimentos.get(foco.pk, foco) if foco is not None else None
        return aberto if aberto is not None and aberto.esta_aberto else None

    def abertos(self) -> list[Atendimento]:
        return [a for a in (*self.atendimentos.values(), *self.novos) if a.esta_aberto]

    def ultimo_encerrado(self, ate: datetime) -> Atendimento | None:
        """The matter closed last, if that was within the reopening time before `ate`."""
        limite = ate - timedelta(hours=settings.HORAS_PARA_REABRIR)
        encerrados = [
            a
            for a in self.atendimentos.values()
            if not a.esta_aberto and a.encerrado_em and a.encerrado_em >= limite
        ]
        return max(encerrados, key=lambda a: a.encerrado_em, default=None)

    def mais_recente(self) -> Atendimento | None:
        """Where a line that opens nothing (a call, a system notice) is shown."""
        todos = [*self.atendimentos.values(), *self.novos]
        return self.foco() or max(todos, key=lambda a: a.ultima_em, default=None)


@dataclass(frozen=True, slots=True)
class Destino:
    """Where the message goes: `atendimento`, or a new one (None) that may continue `origem`."""

    atendimento: Atendimento | None
    reabrir: bool = False
    origem: Atendimento | None = None


def escolher(fio: Fio, *, citado: Atendimento | None, texto: str, momento: datetime) -> Destino:
    """Choose the matter of one message of the citizen.

    `citado` is the matter of the message that it quotes, or whose button it answers.
    """
    if citado is not None:
        if citado.esta_aberto:
            return Destino(citado)
        if so_agradece(texto):
            return Destino(citado)
        limite = momento - timedelta(hours=settings.HORAS_PARA_REABRIR)
        if citado.encerrado_em and citado.encerrado_em >= limite:
            return Destino(citado, reabrir=True)
        return _novo(fio, origem=citado)
    foco = fio.foco()
    if foco is not None:
        return Destino(foco)
    if not fio.abertos():
        encerrado = fio.ultimo_encerrado(momento)
        if encerrado is not None:
            return Destino(encerrado, reabrir=not so_agradece(texto))
    return _novo(fio)


def _novo(fio: Fio, origem: Atendimento | None = None) -> Destino:
    """A new matter, unless one is already waiting to be sorted in this thread."""
    em_triagem = next((a for a in fio.abertos() if a.em_triagem), None)
    return Destino(em_triagem, origem=None if em_triagem else origem)
