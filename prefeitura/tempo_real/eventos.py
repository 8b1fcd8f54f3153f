"""The contract of the socket: every frame that a page can receive. Ids only, never content."""

from typing import Literal, NotRequired, TypedDict


class AtendimentoMudou(TypedDict):
    """A row of the inbox changed, appeared or left; `mensagens` are its new or changed bubbles."""

    tipo: Literal["atendimento"]
    id: int
    versao: NotRequired[int]
    mensagens: NotRequired[list[int]]


class PresencaMudou(TypedDict):
    """Who is looking at, or typing in, an atendimento changed."""

    tipo: Literal["presenca"]
    id: int


class SessaoAcabou(TypedDict):
    """The person lost the session or a team: the page must ask again who it is."""

    tipo: Literal["sessao"]


Evento = AtendimentoMudou | PresencaMudou | SessaoAcabou


def grupo_da_equipe(equipe_id: int) -> str:
    """Group of every page of whoever may see this team's atendimentos."""
    return f"equipe.{equipe_id}"


def grupo_do_servidor(servidor_id: int) -> str:
    """Group of every page of one person."""
    return f"servidor.{servidor_id}"
