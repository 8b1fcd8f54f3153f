"""What the readers of content share."""

from dataclasses import dataclass, field
from typing import Any

from prefeitura.whatsapp.leitura.limpeza import Ilegivel, wamid
from prefeitura.whatsapp.leitura.tipos import MidiaRecebida


class TipoAusente(Exception):
    """The object that the type promises is not there."""


@dataclass(frozen=True, slots=True)
class Conteudo:
    """The part of a message that depends on its type; `guarda_bruto`: keep the JSON beside it."""

    tipo: str
    texto: str = ""
    dados: dict[str, Any] = field(default_factory=dict)
    midia: MidiaRecebida | None = None
    guarda_bruto: bool = False


def parte(mensagem: dict[str, Any], nome: str) -> dict[str, Any]:
    """The object under a key.

    Raises:
        TipoAusente: it is missing or is no object.
    """
    valor = mensagem.get(nome)
    if not isinstance(valor, dict):
        raise TipoAusente
    return valor


def alvo(dono: dict[str, Any], *nomes: str) -> str:
    """The wamid that a reaction, an edit or a deletion is about, under the first name given.

    Raises:
        Ilegivel: it does not say.
    """
    try:
        return wamid(dono, next((nome for nome in nomes if nome in dono), nomes[0]))
    except Ilegivel as erro:
        raise Ilegivel(f"não diz a que mensagem se refere: {erro}") from erro
