"""docs/entradas.md, made from the tests: `python -m tests.entradas.pagina` writes it anew.

What comes in and what is answered is in `linhas.txt`; the tests are found by the numbers in their
names (`test_E071_…`, `test_E074_E078_…`, `test_E013_to_E019_…`).
"""

import ast
import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

RAIZ = Path(__file__).resolve().parents[2]
LINHAS = Path(__file__).with_name("linhas.txt")
PAGINA = RAIZ / "docs" / "entradas.md"
ULTIMA = 194
CABECA = """# Entradas ruins, e o que o sistema responde

Esta página é feita dos testes (`python -m tests.entradas.pagina`); não a mude à mão. Cada linha é
uma entrada ruim ou estranha, o que o sistema responde e o teste que prova. {feitas} linhas têm
prova; {faltam} são de partes que ainda não existem, e dizem com o que chegam.

Regras de todas: a mensagem diz o que houve, o que ficou guardado e o que fazer; o que a pessoa
escreveu não se perde; o que não se pode ver não existe (404); o que a Meta assina é sempre
guardado; 4xx é erro de quem manda, 503 é nosso.
"""


@dataclass(frozen=True)
class Linha:
    """One numbered input; `falta` says with what it comes, when it is not built."""

    numero: int
    entrada: str
    resposta: str = ""
    efeito: str = ""
    falta: str = ""


def ler_linhas() -> list[tuple[str, list[Linha]]]:
    """Return (title of the section, its lines), in order."""
    secoes: list[tuple[str, list[Linha]]] = []
    for crua in LINHAS.read_text(encoding="utf-8").splitlines():
        if crua.startswith("## "):
            secoes.append((crua[3:].partition(" ")[2], []))
        elif crua and not crua.startswith("#"):
            numero, entrada, *resto = crua.split(" | ")
            if resto[0].startswith("chega com "):
                linha = Linha(int(numero), entrada, falta=resto[0])
            else:
                linha = Linha(int(numero), entrada, *resto)
            secoes[-1][1].append(linha)
    return secoes


def testes() -> dict[int, list[str]]:
    """Number → the tests that carry it, as `path::name`."""
    achados: dict[int, list[str]] = defaultdict(list)
    for arquivo in sorted((RAIZ / "tests").rglob("test_*.py")):
        for no in ast.walk(ast.parse(arquivo.read_text(encoding="utf-8"))):
            if isinstance(no, ast.FunctionDef) and no.name.startswith("test_E"):
                caminho = f"{arquivo.relative_to(RAIZ).as_posix()}::{no.name}"
                for numero in numeros(no.name):
                    achados[numero].append(caminho)
    return achados


def numeros(nome: str) -> list[int]:
    """`test_E013_to_E019_x` → 13 … 19; `test_E074_E078_x` → 74, 78."""
    comeco = re.match(r"test((?:_(?:to_)?E\d{3})+)", nome)
    if comeco is None:
        return []
    lidos: list[int] = []
    for ate, numero in re.findall(r"_(to_)?E(\d{3})", comeco[1]):
        lidos += range(lidos[-1] + 1, int(numero) + 1) if ate else [int(numero)]
    return lidos


def montar() -> str:
    """Return the page."""
    secoes, provas = ler_linhas(), testes()
    todas = [linha for _, linhas in secoes for linha in linhas]
    faltam = sum(bool(linha.falta) for linha in todas)
    partes = [CABECA.format(feitas=len(todas) - faltam, faltam=faltam)]
    for titulo, linhas in secoes:
        partes.append(f"## {titulo}\n")
        partes.append("| nº | entrada | resposta | o que se lê ou acontece | prova |")
        partes.append("|---|---|---|---|---|")
        partes += [_em_tabela(linha, provas[linha.numero]) for linha in linhas]
        partes.append("")
    return "\n".join(partes)


def _em_tabela(linha: Linha, provas: list[str]) -> str:
    if linha.falta:
        return f"| {linha.numero} | {_seguro(linha.entrada)} | – | {linha.falta} | – |"
    ditas = "<br>".join(f"`{prova.removeprefix('tests/')}`" for prova in provas)
    colunas = [_seguro(texto) for texto in (linha.entrada, linha.resposta, linha.efeito)]
    return f"| {linha.numero} | {' | '.join(colunas)} | {ditas} |"


def _seguro(texto: str) -> str:
    """A cell of a Markdown table."""
    return texto.replace("|", "\\|")


if __name__ == "__main__":
    PAGINA.write_text(montar(), encoding="utf-8")
    print(f"{PAGINA.relative_to(RAIZ)} escrita")
