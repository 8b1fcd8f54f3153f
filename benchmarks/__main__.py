"""`make bench`: run what is asked, print one line per figure, keep the figures as JSON.

`make bench T="webhook entrada"` chooses; the exit code is 1 when a goal is missed.
"""

import argparse
import importlib
import json
import os
import platform
import random
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.bancada import aberta
from benchmarks.figura import Figura

PASTA = Path(__file__).resolve().parent
RESULTADOS = PASTA.parent / "test-results"
NOMES = ("webhook", "entrada", "resposta", "ao_vivo", "pesquisa", "memoria")


def main() -> int:
    """Run the command; return its exit code."""
    opcoes = _ler_opcoes()
    semente = opcoes.semente
    if semente is None:
        semente = random.SystemRandom().getrandbits(32)
    nomes, inicio = opcoes.nomes or list(NOMES), time.monotonic()
    figuras: list[Figura] = []
    with tempfile.TemporaryDirectory(prefix="prefeitura-bench-") as pasta:
        medidas = {
            "semente": semente,
            "vezes": opcoes.vezes,
            "segundos": opcoes.segundos,
            "tamanho": opcoes.tamanho,
        }
        with aberta(Path(pasta), **medidas) as bancada:
            for nome in nomes:
                for figura in importlib.import_module(f"benchmarks.{nome}").medir(bancada):
                    print(figura.linha(), flush=True)
                    figuras.append(figura)
    arquivo = _guardar(figuras, {"segundos": round(time.monotonic() - inicio), "medidas": medidas})
    faltam = [f.nome for f in figuras if f.alcancada is False]
    print(f"semente {semente}; figuras em {arquivo.relative_to(PASTA.parent)}")
    if faltam:
        print(f"Metas não alcançadas: {', '.join(faltam)}.")
    return int(bool(faltam))


def _ler_opcoes() -> argparse.Namespace:
    leitor = argparse.ArgumentParser(prog="make bench", description="Mede a velocidade da casa.")
    leitor.add_argument("nomes", nargs="*", metavar="NOME", help=f"entre {', '.join(NOMES)}")
    leitor.add_argument("--vezes", type=int, default=5, help="pares de rodadas de cada medida")
    leitor.add_argument("--segundos", type=float, default=5.0, help="duração de uma rodada")
    leitor.add_argument("--tamanho", type=float, default=1.0, help="parte dos dados de uma rodada")
    leitor.add_argument("--semente", type=int, help="a de uma rodada anterior")
    leitor.add_argument("--grande", action="store_true", help="dados grandes (nenhuma usa ainda)")
    opcoes = leitor.parse_args()
    if estranhos := [n for n in opcoes.nomes if n not in NOMES]:
        leitor.error(f"não conheço {', '.join(estranhos)}; há {', '.join(NOMES)}")
    return opcoes


def _guardar(figuras: list[Figura], rodada: dict) -> Path:
    """Write CONTRACT's list, and beside the other results the same with what ran."""
    from tests.tortura import versoes

    lista = [figura.como_json() for figura in figuras]
    (PASTA / "ultimo.json").write_text(_json(lista))
    RESULTADOS.mkdir(exist_ok=True)
    arquivo = RESULTADOS / f"bench-{datetime.now(UTC):%Y%m%d-%H%M%S}.json"
    arquivo.write_text(
        _json(
            {
                "quando": datetime.now(UTC).isoformat(timespec="seconds"),
                **rodada,
                "versoes": versoes(),
                "maquina": f"{os.cpu_count()} núcleos, {platform.machine()}",
                "figuras": lista,
            }
        )
    )
    return arquivo


def _json(valor: object) -> str:
    return json.dumps(valor, ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    sys.exit(main())
