"""Read the written conversations of `dados/`.

One line is one bubble: `C:` the citizen, `A:` the servant, with the kind and its argument in
brackets (`C[imagem buraco]: legenda`). Lines with `+` are what happens to the matter (`+ pausa
20h`, `+ transferiu obras: nota`) and `! urgente` gives its priority.
"""

import re
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

DADOS = Path(__file__).parent / "dados"

_FALA = re.compile(r"([CA])(?:\[(\w+)(?: ([^\]]*))?\])?(?:: ?(.*))?")
_DURACAO = re.compile(r"(\d+)(min|h|d)")
_UNIDADES = {"min": "minutes", "h": "hours", "d": "days"}


@dataclass(frozen=True, slots=True)
class Fala:
    """A bubble (`quem` C or A) or something that happens to the matter (`quem` "+")."""

    quem: str
    especie: str = "texto"
    argumento: str = ""
    texto: str = ""

    @property
    def do_cidadao(self) -> bool:
        return self.quem == "C"


@dataclass(slots=True)
class Tema:
    """One assunto: how people open it, and how it may go on from the servant's first answer.

    `aberturas` are (text, positions of the dialogues that answer it).
    """

    equipe: str
    assunto: str
    aberturas: list[tuple[str, list[int]]] = field(default_factory=list)
    dialogos: list[list[Fala]] = field(default_factory=list)


@dataclass(slots=True)
class Roteiro:
    """A conversation written from end to end.

    `situacao` is "fila", "com <username>" or "encerrado <resultado>"; `ha` how long ago its last
    bubble was.
    """

    nome: str
    equipe: str
    assunto: str
    situacao: str
    ha: timedelta
    prioridade: str = "normal"
    falas: list[Fala] = field(default_factory=list)


def duracao(texto: str) -> timedelta:
    """Return the timedelta of `20h`, `35min` or `4d`."""
    valor, unidade = _DURACAO.fullmatch(texto).groups()
    return timedelta(**{_UNIDADES[unidade]: int(valor)})


def ler_fala(linha: str) -> Fala:
    """Return the Fala of one line; raises ValueError for a line of another form."""
    if linha.startswith("+ "):
        verbo, _, resto = linha[2:].partition(" ")
        argumento, _, nota = resto.partition(": ")
        return Fala("+", verbo, argumento, nota)
    achada = _FALA.fullmatch(linha)
    if achada is None:
        raise ValueError(f"linha fora do formato: {linha!r}")
    quem, especie, argumento, texto = achada.groups()
    return Fala(quem, especie or "texto", argumento or "", texto or "")


def ler_temas() -> list[Tema]:
    """Return every Tema of `dados/conversas/`, whose files have the slugs of the teams."""
    temas: list[Tema] = []
    for arquivo in sorted((DADOS / "conversas").glob("*.txt")):
        for linha in _linhas(arquivo):
            if linha.startswith("= "):
                temas.append(Tema(arquivo.stem, linha[2:]))
            elif linha.startswith(">"):
                quais, _, texto = linha[1:].partition(" ")
                temas[-1].aberturas.append((texto, [int(c) - 1 for c in quais]))
            elif linha == "--":
                temas[-1].dialogos.append([])
            else:
                temas[-1].dialogos[-1].append(ler_fala(linha))
    return temas


def ler_roteiros() -> list[Roteiro]:
    """Return the conversations of `dados/roteiros.txt`, in the order of the file."""
    roteiros: list[Roteiro] = []
    for linha in _linhas(DADOS / "roteiros.txt"):
        if linha.startswith("= "):
            nome, tema, situacao, ha = linha[2:].split(" | ")
            equipe, _, assunto = tema.partition("/")
            roteiros.append(Roteiro(nome, equipe, assunto, situacao, duracao(ha)))
        elif linha.startswith("! "):
            roteiros[-1] = replace(roteiros[-1], prioridade=linha[2:])
        else:
            roteiros[-1].falas.append(ler_fala(linha))
    return roteiros


def _linhas(arquivo: Path) -> list[str]:
    linhas = (linha.strip() for linha in arquivo.read_text(encoding="utf-8").splitlines())
    return [linha for linha in linhas if linha]
