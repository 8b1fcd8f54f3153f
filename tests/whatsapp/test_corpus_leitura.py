"""Every recorded payload of the pywa project, and by hand what must come out of each.

The payloads are read from where the corpus lies (`CORPUS`, or ../shared/corpus beside the
repository), never copied here.
"""

import json
import os
from operator import attrgetter
from pathlib import Path

import pytest

from prefeitura.whatsapp import leitura
from prefeitura.whatsapp.leitura import ler
from tests.whatsapp import corpus_mensagens, corpus_outros

RAIZ = Path(__file__).resolve().parents[2]
PASTA = Path(os.environ.get("CORPUS", RAIZ.parent / "shared" / "corpus")) / "pywa"
OBRIGATORIO = os.environ.get("CI") == "true"

ESPERADO = corpus_mensagens.ESPERADO | corpus_outros.ESPERADO


def ver(objeto, caminho):
    """`a.b.0.c` through attributes, keys and positions."""
    for parte in caminho.split("."):
        if isinstance(objeto, dict):
            objeto = objeto[parte]
        elif isinstance(objeto, list | tuple):
            objeto = objeto[int(parte)]
        else:
            objeto = attrgetter(parte)(objeto)
    return objeto


@pytest.fixture(scope="module")
def corpus():
    arquivos = sorted(PASTA.glob("updates__*.json"))
    if not arquivos and not OBRIGATORIO:
        pytest.skip("the corpus is not beside the repository")
    assert arquivos, f"CI needs the corpus in {PASTA}"
    nome = len("updates__")
    return {a.stem[nome:]: json.loads(a.read_text()) for a in arquivos}


def test_every_payload_of_the_corpus_is_in_the_table(corpus):
    assert {a: set(c) for a, c in corpus.items()} == {a: set(c) for a, c in ESPERADO.items()}


@pytest.mark.parametrize(
    ("arquivo", "chave"), [(a, c) for a, casos in ESPERADO.items() for c in casos]
)
def test_payload_becomes_what_the_table_says(corpus, arquivo, chave):
    lida = ler(json.dumps(corpus[arquivo][chave]).encode())
    assert lida.avisos == []
    assert [i.indice for i in lida.itens] == list(range(len(lida.itens)))
    esperado = ESPERADO[arquivo][chave]
    assert [type(i) for i in lida.itens] == [getattr(leitura, nome) for nome, _ in esperado]
    for item, (_, campos) in zip(lida.itens, esperado, strict=True):
        assert {c: ver(item, c) for c in campos} == campos


def test_corpus_in_one_body_gives_the_same_items(corpus):
    corpos = [c for casos in corpus.values() for c in casos.values()]
    junto = {
        "object": "whatsapp_business_account",
        "entry": [e for c in corpos for e in c["entry"]],
    }
    lida = ler(json.dumps(junto).encode())
    separados = [i for c in corpos for i in ler(json.dumps(c).encode()).itens]
    assert [type(i) for i in lida.itens] == [type(i) for i in separados]
    assert [i.indice for i in lida.itens] == list(range(len(separados)))
