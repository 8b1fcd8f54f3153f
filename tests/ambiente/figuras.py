"""Reading `/metrics` in tests: what a figure says now, and whether something moved it."""

from contextlib import contextmanager

from prefeitura.ambiente import metricas


def ler() -> dict[tuple, float]:
    """All samples: (name, sorted labels) → value."""
    return {
        (amostra.name, tuple(sorted(amostra.labels.items()))): amostra.value
        for medida in metricas.coletar()
        for amostra in medida.samples
    }


def valor(nome: str, **rotulos: str) -> float:
    """One figure; zero for one that was never counted."""
    return ler().get((nome, tuple(sorted(rotulos.items()))), 0.0)


@contextmanager
def move(nome: str, quanto: float = 1, **rotulos: str):
    """Fail unless what is inside moves the figure by `quanto`."""
    antes = valor(nome, **rotulos)
    yield
    assert valor(nome, **rotulos) - antes == quanto, f"{nome} {rotulos}"
