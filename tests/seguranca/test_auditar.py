"""`make auditar` says nothing is known only when it could ask about everything."""

import runpy
from pathlib import Path

import pytest

JULGAR = runpy.run_path(str(Path(__file__).resolve().parents[2] / "requirements/auditar.py"))
BOA = {"name": "django", "version": "5.2.1", "vulns": []}
RUIM = BOA | {"vulns": [{"id": "CVE-2026-1", "fix_versions": ["5.2.2"]}]}
PULADA = {"name": "celery", "skip_reason": "not found"}


@pytest.mark.parametrize(
    ("dependencias", "codigo", "frase"),
    [
        ([BOA], 0, "1 biblioteca(s) conferida(s)"),
        ([BOA, RUIM], 1, "django 5.2.1: CVE-2026-1, corrigida em 5.2.2"),
        ([PULADA, RUIM], 1, "CVE-2026-1"),
        ([BOA, PULADA], 3, "não conhece 1 de 2"),
        ([], 3, "Não deu para conferir"),
    ],
)
def test_verdict(dependencias, codigo, frase):
    dado, frases = JULGAR["julgar"]({"dependencies": dependencias})
    assert dado == codigo
    assert frase in "\n".join(frases)
