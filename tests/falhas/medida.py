"""How much of a proof runs, and what it measured.

`make test` runs the short form of every proof; `make tortura` (the variable TORTURA) the long one.
"""

import os

LONGA = bool(os.environ.get("TORTURA"))


def tamanho(curta: int, longa: int) -> int:
    """Choose by the form that runs."""
    return longa if LONGA else curta


def anotar(record_property, garantia: str, **figuras: int | float) -> None:
    """Leave the figures of one proof for the line of its guarantee; those of all its tests are
    added up, except names that begin with `max_`, of which the largest stays.

    Names are words of the line, with `_` for a space: `aceitos>1` is written `aceitos_mais_de_1`.
    """
    record_property(garantia, figuras)
