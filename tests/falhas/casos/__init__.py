"""One case per action. A new action without one fails `test_pontos.py`."""

from tests.falhas.casos import (
    agendadas,
    artigos,
    bloqueio,
    entrada,
    etiquetas,
    maos,
    mensagens,
    midia,
    notas,
    pessoas,
    prontas,
    saida,
)

__all__ = [
    "agendadas",
    "artigos",
    "bloqueio",
    "entrada",
    "etiquetas",
    "maos",
    "mensagens",
    "midia",
    "notas",
    "pessoas",
    "prontas",
    "saida",
]
