"""The ledger of accepted sends: what Meta really took, whatever the caller believes."""

import json
import sqlite3
import time
from pathlib import Path
from typing import Any

TABELA = """
CREATE TABLE IF NOT EXISTS aceites (
    n INTEGER PRIMARY KEY AUTOINCREMENT,
    opaco TEXT NOT NULL,
    wamid TEXT NOT NULL,
    numero TEXT NOT NULL,
    cidadao TEXT NOT NULL,
    tipo TEXT NOT NULL,
    horario REAL NOT NULL,
    corpo TEXT NOT NULL
)
"""


class Livro:
    """Append-only; on disk with `--estado`, else in memory. The judge of "never sent twice"."""

    def __init__(self, pasta: str = ""):
        onde = ":memory:"
        if pasta:
            Path(pasta).mkdir(parents=True, exist_ok=True)
            onde = str(Path(pasta) / "livro.sqlite3")
        self._banco = sqlite3.connect(onde, isolation_level=None, check_same_thread=False)
        self._banco.row_factory = sqlite3.Row
        self._banco.execute("PRAGMA journal_mode=WAL")
        self._banco.execute("PRAGMA synchronous=NORMAL")
        self._banco.execute(TABELA)
        self._banco.execute("CREATE INDEX IF NOT EXISTS aceites_opaco ON aceites (opaco)")

    def anotar(
        self, *, opaco: str, wamid: str, numero: str, cidadao: str, tipo: str, corpo: Any
    ) -> None:
        """Write one accepted send, before any answer leaves."""
        self._banco.execute(
            "INSERT INTO aceites (opaco, wamid, numero, cidadao, tipo, horario, corpo)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (opaco, wamid, numero, cidadao, tipo, time.time(), json.dumps(corpo)),
        )

    def ler(self, desde: int = 0, opaco: str = "", limite: int = 100_000) -> list[dict[str, Any]]:
        """Return accepted sends after `desde`, of one opaque id when given."""
        linhas = self._banco.execute(
            "SELECT * FROM aceites WHERE n > ? AND (? = '' OR opaco = ?) ORDER BY n LIMIT ?",
            (desde, opaco, opaco, limite),
        )
        return [dict(linha) | {"corpo": json.loads(linha["corpo"])} for linha in linhas]

    def resumo(self) -> dict[str, Any]:
        """Return how many sends were accepted and which opaque ids more than once."""
        total = self._banco.execute("SELECT count(*) FROM aceites").fetchone()[0]
        repetidos = self._banco.execute(
            "SELECT opaco, count(*) AS vezes FROM aceites WHERE opaco <> ''"
            " GROUP BY opaco HAVING count(*) > 1"
        )
        return {"aceitos": total, "repetidos": {r["opaco"]: r["vezes"] for r in repetidos}}

    def fechar(self) -> None:
        self._banco.close()
