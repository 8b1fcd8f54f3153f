"""People who do something at the same instant: threads behind one barrier, each with its own
connection to the database, used for many rounds."""

import queue
import threading
from collections.abc import Callable
from typing import Any

from django.db import connections

from prefeitura.whatsapp.cliente import transporte


class Corrida:
    """`quantos` threads; `correr` gives each the same starting shot."""

    def __init__(self, quantos: int) -> None:
        self.quantos = quantos
        self._largada = threading.Barrier(quantos)
        self._pedidos: list[queue.SimpleQueue] = [queue.SimpleQueue() for _ in range(quantos)]
        self._chegada: queue.SimpleQueue = queue.SimpleQueue()
        self._fios = [
            threading.Thread(target=self._rodar, args=[n], name=f"corrida-{n}", daemon=True)
            for n in range(quantos)
        ]

    def __enter__(self) -> "Corrida":
        for fio in self._fios:
            fio.start()
        return self

    def __exit__(self, *_) -> None:
        for pedido in self._pedidos:
            pedido.put(None)
        for fio in self._fios:
            fio.join(30)

    def correr(self, fazer: Callable[[int], Any]) -> list[Any]:
        """Run `fazer(n)` in every thread at once; return what each gave, or its exception."""
        for pedido in self._pedidos:
            pedido.put(fazer)
        chegadas = dict(self._chegada.get(timeout=120) for _ in range(self.quantos))
        return [chegadas[n] for n in range(self.quantos)]

    def _rodar(self, n: int) -> None:
        while (fazer := self._pedidos[n].get()) is not None:
            self._largada.wait(120)
            try:
                resultado = fazer(n)
            except Exception as erro:  # noqa: BLE001 (who lost the race is a result too)
                resultado = erro
            self._chegada.put((n, resultado))
        connections.close_all()
        if sessao := transporte._do_fio.__dict__.pop("sessao", None):
            sessao.close()
