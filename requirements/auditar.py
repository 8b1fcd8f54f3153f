"""Ask the public advisories about every locked library: `make auditar`. Standard library only.

Ends with 0 when all were looked up and none is named, 1 when some is, 3 when it cannot tell: the
service away, or without an answer for a library, is never taken for "nothing known".
"""

import json
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

TRAVA = Path(__file__).with_name("teste.txt")  # it contains the other two
BEM, COM_FALHA, SEM_SABER = 0, 1, 3


def julgar(lista: dict) -> tuple[int, list[str]]:
    """Return (exit code, what to say) for the JSON that pip-audit wrote."""
    conferidas = [d for d in lista["dependencies"] if "skip_reason" not in d]
    sem_resposta = [d["name"] for d in lista["dependencies"] if "skip_reason" in d]
    falhas = [
        f"{d['name']} {d['version']}: {v['id']}, corrigida em {', '.join(v['fix_versions']) or '?'}"
        for d in conferidas
        for v in d["vulns"]
    ]
    if falhas:
        return COM_FALHA, falhas
    if sem_resposta or not conferidas:
        quantas = f"{len(sem_resposta)} de {len(lista['dependencies'])} biblioteca(s)"
        return SEM_SABER, [f"Não deu para conferir: o serviço de avisos não conhece {quantas}."]
    return BEM, [f"{len(conferidas)} biblioteca(s) conferida(s), nenhuma com falha conhecida."]


def main() -> int:
    """Run pip-audit in an environment of its own, thrown away afterwards."""
    with tempfile.TemporaryDirectory() as pasta:
        venv.create(pasta, with_pip=True)
        python, saida = Path(pasta, "bin", "python"), Path(pasta, "lista.json")
        instalar = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        if subprocess.run([*instalar, "pip-audit"], check=False).returncode:
            print("Não deu para conferir: não consegui instalar o pip-audit.", file=sys.stderr)
            return SEM_SABER
        opcoes = ["--require-hashes", "--disable-pip", "--progress-spinner", "off", "-f", "json"]
        auditoria = [python, "-m", "pip_audit", "-r", TRAVA, *opcoes, "-o", saida]
        subprocess.run(auditoria, check=False, capture_output=True)
        if not saida.exists():
            print("Não deu para conferir: o serviço de avisos não respondeu.", file=sys.stderr)
            return SEM_SABER
        codigo, frases = julgar(json.loads(saida.read_text()))
    print("\n".join(frases), file=sys.stderr if codigo else sys.stdout)
    return codigo


if __name__ == "__main__":
    sys.exit(main())
