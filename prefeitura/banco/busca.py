"""Full-text search without accents or case, by what a word begins with.

PostgreSQL does it with its Portuguese dictionary over `para_busca()`, a function of ours (migration
0003 of cadastro), since the extension `unaccent` is not everywhere. `realces` finds the same words
in Python.
"""

import re
import unicodedata

from django.contrib.postgres.search import SearchQuery, SearchVectorField
from django.db.models import Func

# Whatever has an ASCII letter under its accent, in the letters of Europe; the migration copies it.
ACENTUADAS = {
    letra: base
    for letra in map(chr, range(0xC0, 0x250))
    if (base := unicodedata.normalize("NFD", letra)[0]) < "\x80" and base.isalpha()
}
_DOBRA = str.maketrans({letra: base.lower() for letra, base in ACENTUADAS.items()})
MENOR_RADICAL = 4


class Vetor(Func):
    """The searchable words of one or more text columns, for an index and for its queries."""

    output_field = SearchVectorField()
    arg_joiner = " || ' ' || "
    template = "to_tsvector('%(config)s', para_busca(%(expressions)s))"

    def __init__(self, *campos, config: str = "portuguese", **extra):
        super().__init__(*campos, config=config, **extra)


class VetorGuardado(Func):
    """The searchable words that PostgreSQL keeps beside a text, in the column `palavras`.

    For tables where a common word stands in too many rows to be cut into words at each search. The
    model does not know the column: nobody wants it with every row that is read.
    """

    output_field = SearchVectorField()

    def as_sql(self, compiler, connection, **extra):
        """Compile to `palavras` of the table, or alias, of the given column."""
        coluna, parametros = compiler.compile(self.source_expressions[0])
        return f'{coluna.rpartition(".")[0]}."palavras"', parametros


def dobrar(texto: str) -> str:
    """Return `texto` small and without accents, as `para_busca()` does, letter for letter."""
    dobrado = texto.translate(_DOBRA)
    menor = dobrado.lower()
    return menor if len(menor) == len(texto) else dobrado


def palavras(texto: str) -> list[str]:
    """Return the words of what somebody typed, folded."""
    return re.findall(r"[^\W_]+", dobrar(unicodedata.normalize("NFC", texto)))


def consulta(texto: str, config: str = "portuguese") -> SearchQuery:
    """Ask for all words of `texto`, each as the beginning of a word.

    Only letters and digits reach PostgreSQL's own syntax. Without any it finds nothing.
    """
    pedido = " & ".join(f"{palavra}:*" for palavra in palavras(texto))
    return SearchQuery(pedido, config=config, search_type="raw")


def realces(texto: str, procurado: str) -> list[tuple[int, int]]:
    """Return where in `texto` what was looked for stands, as (start, end), in order.

    The whole as it was typed, then each of its words; last, words with the same beginning, since
    the dictionary also finds "vacinação" for "vacinas".
    """
    dobrado, inteiro, pedidas = dobrar(texto), dobrar(procurado), palavras(procurado)
    achados = inteiro and _que_comecam(dobrado, [inteiro]) or _que_comecam(dobrado, pedidas)
    if not achados:
        radicais = [p[: max(MENOR_RADICAL, len(p) - 3)] for p in pedidas if len(p) > MENOR_RADICAL]
        achados = [
            (inicio, _fim_da_palavra(dobrado, fim))
            for inicio, fim in _que_comecam(dobrado, radicais)
        ]
    return achados


def _que_comecam(dobrado: str, comecos: list[str]) -> list[tuple[int, int]]:
    if not comecos:
        return []
    alternativas = "|".join(sorted(map(re.escape, comecos), key=len, reverse=True))
    return [m.span() for m in re.finditer(rf"(?<![^\W_])(?:{alternativas})", dobrado)]


def _fim_da_palavra(dobrado: str, fim: int) -> int:
    while fim < len(dobrado) and dobrado[fim].isalnum():
        fim += 1
    return fim
