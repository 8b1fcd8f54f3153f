"""SIGKILL at a random instant of a random process, again and again, each brought back at once."""

import random
import time
from collections import Counter

from prefeitura.ambiente.processos import esperar
from tests.falhas.casa import SINAIS, Casa


class Matador:
    """Kills what is up and working; a process that is still starting is left to start.

    Args:
        prazo: seconds after which it stops, however few were killed.
    """

    def __init__(self, casa: Casa, acaso: random.Random, nomes: list[str], prazo: float) -> None:
        self.casa, self.acaso, self.nomes = casa, acaso, nomes
        self.mortes: Counter[str] = Counter()
        self._ate = time.monotonic() + prazo
        self._subiu = dict.fromkeys(nomes, 0.0)

    @property
    def total(self) -> int:
        return self.mortes.total()

    def matar(self, quantas: int) -> None:
        """Kill `quantas` times; each victim and each instant is drawn."""
        for _ in range(quantas):
            if time.monotonic() > self._ate:
                break
            if not esperar(self._de_pe, 60, passo=0.1):
                raise TimeoutError(f"nada voltou a trabalhar\n{self.casa.pilha.registros()}")
            nome = self.acaso.choice(self._de_pe() or self.nomes)
            time.sleep(self.acaso.uniform(0.05, 0.6))  # the instant is the experiment
            self.casa.pilha.matar(nome)
            self._subiu[nome] = time.monotonic()
            self.casa.pilha.subir(nome)
            self.mortes[nome] += 1

    def _de_pe(self) -> list[str]:
        """The processes that have worked since they were last started."""
        sinais = self.casa.batimentos() if set(self.nomes) & set(SINAIS) else {}
        return [nome for nome in self.nomes if self._trabalha(nome, sinais)]

    def _trabalha(self, nome: str, sinais: dict[str, float]) -> bool:
        if nome in ("postgres", "valkey"):
            return True
        if nome == "web":
            return self.casa.web_responde()
        return sinais.get(SINAIS[nome], 1e9) < time.monotonic() - self._subiu[nome]
