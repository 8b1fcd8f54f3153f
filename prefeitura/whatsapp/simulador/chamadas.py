"""The log of every Graph call, in order of arrival, for `GET /_simulador/chamadas`."""

import time
from collections import deque
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any


@dataclass
class Chamada:
    """One call; `http` is 0 while unanswered and when the connection was cut."""

    n: int
    metodo: str
    caminho: str
    corpo: Any
    horario: str
    http: int = 0
    codigo: int = 0
    aceita: str = ""
    falha: str = ""
    versao: str = ""

    def como_json(self) -> dict[str, Any]:
        return self.__dict__.copy()


class Chamadas:
    def __init__(self, maximo: int = 50_000):
        self._todas: deque[Chamada] = deque(maxlen=maximo)
        self.ultima = 0

    def anotar(self, metodo: str, caminho: str, corpo: Any) -> Chamada:
        """Record a call on arrival; the caller fills in the answer."""
        self.ultima += 1
        horario = datetime.fromtimestamp(time.time(), UTC).isoformat()
        chamada = Chamada(self.ultima, metodo, caminho, corpo, horario)
        self._todas.append(chamada)
        return chamada

    def desde(self, n: int) -> list[dict[str, Any]]:
        return [chamada.como_json() for chamada in self._todas if chamada.n > n]
