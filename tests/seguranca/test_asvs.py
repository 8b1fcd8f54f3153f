"""docs/asvs.csv: OWASP ASVS 5.0, levels 1 and 2, as data; what it says is met, something shows."""

import ast
import csv
import re
from functools import cache
from pathlib import Path

import pytest

RAIZ = Path(__file__).resolve().parents[2]
POR_NIVEL = {"1": 70, "2": 183}  # of the standard, 5.0.0
SEM_TESTE = "sem teste: "

with (RAIZ / "docs" / "asvs.csv").open(encoding="utf-8", newline="") as arquivo:
    LINHAS = list(csv.DictReader(arquivo))


@cache
def nomes_em(arquivo: str) -> frozenset[str]:
    """Names of the tests of one file, relative to tests/; none when it does not exist."""
    caminho = RAIZ / "tests" / arquivo
    if not caminho.name.startswith("test_") or not caminho.is_file():
        return frozenset()
    arvore = ast.parse(caminho.read_text(encoding="utf-8"))
    funcoes = (n for n in arvore.body if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef))
    return frozenset(f.name for f in funcoes if f.name.startswith("test_"))


def test_every_requirement_of_both_levels_is_there_once():
    ids = [linha["id"] for linha in LINHAS]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"\d{1,2}\.\d{1,2}\.\d{1,2}", i) for i in ids)
    assert ids == sorted(ids, key=lambda i: [int(parte) for parte in i.split(".")])
    niveis = [linha["nivel"] for linha in LINHAS]
    assert {nivel: niveis.count(nivel) for nivel in set(niveis)} == POR_NIVEL


@pytest.mark.parametrize("linha", LINHAS, ids=lambda linha: linha["id"])
def test_each_line_is_honest(linha):
    assert linha["situacao"] in ("atende", "não atende", "não se aplica")
    assert linha["requisito"]
    assert linha["como"], "diga como, ou por que não"
    testes = [t for t in linha["teste"].split(";") if t]
    for teste in testes:
        caminho, _, nome = teste.partition("::")
        assert nomes_em(caminho), f"{caminho} não existe"
        assert not nome or nome in nomes_em(caminho), f"{teste} não existe"
    if linha["situacao"] == "atende":
        razao = linha["como"].startswith(SEM_TESTE) and len(linha["como"]) > len(SEM_TESTE) + 10
        assert testes or razao, "o que se atende tem teste, ou a razão de não ter"
    else:
        assert not testes, "um teste não prova o que não há"
