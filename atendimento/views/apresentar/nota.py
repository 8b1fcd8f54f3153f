"""What an internal note shows: whose it is, whom it calls, and their names told apart."""

import re
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from atendimento.models import Mencao, Nota


@dataclass
class NotaNoRegistro:
    """One note as `quem_ve` sees it, in its place of the log."""

    nota: Nota
    quem_ve: int

    especie = "nota"

    @property
    def momento(self) -> datetime:
        return self.nota.criada_em

    @property
    def minha(self) -> bool:
        return self.nota.autor_id == self.quem_ve

    @property
    def autor(self) -> str:
        return "Você" if self.minha else str(self.nota.autor)

    @cached_property
    def _que_me_chamam(self) -> list[Mencao]:
        return [m for m in self.nota.mencoes.all() if m.servidor_id == self.quem_ve]

    @property
    def me_chama(self) -> bool:
        return bool(self._que_me_chamam)

    @property
    def nova(self) -> bool:
        """Whether it calls who looks, and the matter was not opened since."""
        return any(m.vista_em is None for m in self._que_me_chamam)

    @property
    def pedacos(self) -> list[tuple[str, bool]]:
        """The text in pieces, and which of them are names that were called."""
        nomes = {nome_chamado(m) for m in self.nota.mencoes.all()}
        if not nomes:
            return [(self.nota.texto, False)]
        # The longest first: "@Ana Souza" is not "@Ana" and a surname.
        algum = "|".join(re.escape(f"@{n}") for n in sorted(nomes, key=len, reverse=True))
        partes = re.split(rf"((?:{algum})(?!\w))", self.nota.texto)
        return [(parte, i % 2 == 1) for i, parte in enumerate(partes) if parte]


def nome_chamado(mencao: Mencao) -> str:
    """What stands after the @: the name of the team, or of the person."""
    return mencao.equipe.nome if mencao.equipe else str(mencao.servidor)
