"""Plays Meta's side of the webhook: signs, posts, repeats until 200, remembers what got 200."""

import http.client
import json
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from tests.pilha import SEGREDOS
from tests.whatsapp.servidor_web import assinar

CAMINHO = "/webhook/whatsapp/"


def corpo_numerado(n: int) -> bytes:
    """A body that the journal stores and the reader finds empty."""
    return json.dumps({"object": "whatsapp_business_account", "entry": [], "n": n}).encode()


class Enviador(threading.Thread):
    """One connection of Meta's. What it believes to be delivered is what must be found later.

    Args:
        numeros: which bodies it posts, each until it is answered 200.
        insiste: False gives up a body at the first other answer, as a fault test may want.
        quantos: it stops by itself after so many.
    """

    def __init__(
        self, endereco: str, numeros: Iterator[int], *, insiste: bool = True, quantos: int = 10**9
    ) -> None:
        super().__init__(name="enviador", daemon=True)
        self.numeros, self.insiste, self.quantos = numeros, insiste, quantos
        self.segredo = SEGREDOS["WHATSAPP_APP_SECRET"]
        self.fim = threading.Event()
        self.aceitos: list[int] = []
        self.respostas: Counter[int] = Counter()
        partes = urlsplit(endereco)
        self._onde = (partes.hostname, partes.port)
        self._conexao: http.client.HTTPConnection | None = None

    def run(self) -> None:
        while not self.fim.is_set() and len(self.aceitos) < self.quantos:
            n = next(self.numeros)
            espera = 0.02
            while (http := self.postar(corpo_numerado(n))) != 200 and self.insiste:
                if self.fim.wait(espera):
                    break
                espera = min(espera * 2, 0.5)
            if http == 200:
                self.aceitos.append(n)
        self._largar()

    def postar(self, corpo: bytes) -> int:
        """POST once; return the status, 0 when no answer came."""
        cabecalhos = {
            "Content-Type": "application/json",
            "X-Hub-Signature-256": assinar(corpo, self.segredo),
        }
        try:
            if self._conexao is None:
                self._conexao = http.client.HTTPConnection(*self._onde, timeout=15)
            self._conexao.request("POST", CAMINHO, corpo, cabecalhos)
            resposta = self._conexao.getresponse()
            resposta.read()
            http_ = resposta.status
        except (OSError, http.client.HTTPException):
            self._largar()
            http_ = 0
        self.respostas[http_] += 1
        return http_

    def _largar(self) -> None:
        if self._conexao is not None:
            self._conexao.close()
            self._conexao = None


def enviar_por(fios: list[Enviador], segundos: float) -> None:
    """Let them post for so long, and stop them."""
    for fio in fios:
        fio.start()
    time.sleep(segundos)
    parar(fios)


def parar(fios: Iterable[threading.Thread]) -> None:
    """Stop these threads, each by its event `fim`, and wait."""
    fios = list(fios)
    for fio in fios:
        fio.fim.set()
    for fio in fios:
        fio.join(30)
