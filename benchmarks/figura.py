"""One figure as people read it and as the JSON keeps it, and how product and ceiling take turns."""

import statistics
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Figura:
    """What was measured once, beside its ceiling and its goal.

    Args:
        valor, teto: in `unidade`; the medians of the rounds. `teto` is None where there is none.
        razao: median of the ratios of each pair, `valor` over `teto`.
        meta: the goal in words; empty where there is none.
        alcancada: whether it is reached; None when nothing is asked.
        nota: what the reader of the line must know besides.
    """

    nome: str
    valor: float | None
    unidade: str
    teto: float | None = None
    razao: float | None = None
    meta: str = ""
    alcancada: bool | None = None
    nota: str = ""
    detalhe: dict = field(default_factory=dict)

    def linha(self) -> str:
        """One plain line."""
        partes = [f"{self.nome:<22}", f"{_numero(self.valor):>9} {self.unidade}".ljust(26)]
        if self.teto is not None:
            partes.append(f"teto {_numero(self.teto):>9}  ")
        if self.razao is not None:
            partes.append(f"razão {self.razao:.2f}".replace(".", ",") + "  ")
        if self.meta:
            partes.append(f"meta: {self.meta}  {'OK' if self.alcancada else 'NÃO ALCANÇADA'}  ")
        return "".join([*partes, self.nota]).rstrip()

    def como_json(self) -> dict:
        """The entry of CONTRACT's `benchmarks/ultimo.json`."""
        extra = {"meta": self.meta, "alcancada": self.alcancada, "nota": self.nota}
        return {
            "nome": self.nome,
            "valor": self.valor,
            "unidade": self.unidade,
            "teto": self.teto,
            "razao": self.razao,
            "detalhe": self.detalhe | {k: v for k, v in extra.items() if v not in ("", None)},
        }


@dataclass(frozen=True, slots=True)
class Pares:
    """The rounds of two contenders, in the order in which they ran."""

    produto: list[float]
    teto: list[float]

    @property
    def valor(self) -> float:
        """Median of the product."""
        return statistics.median(self.produto)

    @property
    def do_teto(self) -> float:
        """Median of the ceiling."""
        return statistics.median(self.teto)

    @property
    def razao(self) -> float:
        """Median of the ratio of each pair: what slows the machine slows both halves of it."""
        return statistics.median(p / t for p, t in zip(self.produto, self.teto, strict=True))

    @property
    def rodadas(self) -> dict[str, list[float]]:
        """All of them, for the JSON."""
        return {
            "produto": [round(v, 4) for v in self.produto],
            "teto": [round(v, 4) for v in self.teto],
        }


def alternar(produto: Callable[[], float], teto: Callable[[], float], vezes: int) -> Pares:
    """Run both `vezes` times, each beginning in turn."""
    pares = Pares([], [])
    for vez in range(vezes):
        for quem in ("produto", "teto") if vez % 2 == 0 else ("teto", "produto"):
            if quem == "produto":
                pares.produto.append(produto())
            else:
                pares.teto.append(teto())
    return pares


def _numero(valor: float | None) -> str:
    if valor is None:
        return "-"
    if valor >= 100:
        return f"{valor:,.0f}".replace(",", ".")
    return f"{valor:.1f}".replace(".", ",")
