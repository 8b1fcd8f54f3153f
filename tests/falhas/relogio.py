"""One integer a run gives every random choice, is printed, and may be asked for again.

`SEMENTE=123 make test T=…` repeats a run. A seed that failed goes to `tests/sementes.txt`, one a
line: the name of the proof, the seed, and what went wrong; it then runs in every suite, for ever.
"""

import os
import random
from functools import cache
from pathlib import Path

import pytest

ARQUIVO = Path(__file__).parent.parent / "sementes.txt"


@cache
def da_rodada() -> int:
    """The seed of this run: `SEMENTE`, or a new one."""
    return int(os.environ.get("SEMENTE") or random.SystemRandom().randrange(10**6))


def guardadas(prova: str) -> list[int]:
    """The seeds that once failed in `prova`."""
    linhas = (linha.partition("#")[0].split() for linha in ARQUIVO.read_text().splitlines())
    return [int(linha[1]) for linha in linhas if len(linha) > 1 and linha[0] == prova]


def sementes(prova: str) -> pytest.MarkDecorator:
    """Run a test once with the seed of the run, and once with each that failed before.

    The test takes `acaso`, a random.Random; its seed is printed, so that a failure shows it.
    """
    return pytest.mark.parametrize(
        "acaso", [None, *guardadas(prova)], indirect=True, ids=lambda s: str(s or "nova")
    )


@pytest.fixture
def acaso(request, record_property) -> random.Random:
    """The source of every random choice of this test."""
    semente = getattr(request, "param", None) or da_rodada()
    print(f"SEMENTE={semente}  (se falhar, anote em tests/sementes.txt)")
    record_property("semente", semente)
    return random.Random(semente)
