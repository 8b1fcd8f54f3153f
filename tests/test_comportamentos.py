"""docs/comportamentos.md: the forty behaviours of the inbox, each that is promised with a test."""

import re
from functools import cache
from pathlib import Path

import pytest

RAIZ = Path(__file__).resolve().parents[1]
PASTA = RAIZ / "tests" / "navegador"
TABELA = (RAIZ / "docs" / "comportamentos.md").read_text(encoding="utf-8")
LINHAS = [
    [coluna.strip() for coluna in linha.strip("|").split("|")]
    for linha in TABELA.splitlines()
    if re.match(r"\| \d", linha)
]


@cache
def nomes_em(arquivo: str) -> frozenset[str]:
    """Names of the tests of one file of tests/navegador."""
    return frozenset(re.findall(r"^def (test_\w+)", (PASTA / arquivo).read_text("utf-8"), re.M))


def test_all_forty_are_there_in_order():
    assert [linha[0] for linha in LINHAS] == [str(n) for n in range(1, 41)]


@pytest.mark.parametrize("linha", LINHAS, ids=lambda linha: linha[0])
def test_what_is_done_has_a_test_and_what_is_not_has_none(linha):
    _, promessa, situacao, testes = linha
    assert promessa
    assert re.match(r"sim$|em parte: .{10}|ainda não$", situacao)
    nomes = [t.strip() for t in testes.split(";") if t.strip()]
    for nome in nomes:
        arquivo, _, teste = nome.partition("::")
        assert teste in nomes_em(arquivo), nome
    assert nomes or situacao != "sim"
    assert not nomes or situacao != "ainda não"
