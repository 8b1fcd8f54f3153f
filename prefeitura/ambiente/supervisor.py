"""Keeps a set of processes alive, tells when all answer, and ends every one of them.

Signals only set a flag and wake the loop: nothing is ever interrupted half-way, so nothing that
was started can be forgotten.
"""

import contextlib
import http.client
import json
import os
import select
import signal
import time
from collections.abc import Callable
from urllib.parse import urlsplit

from prefeitura.ambiente.erros import ErroDeAmbiente
from prefeitura.ambiente.processos import Processo

MAIOR_ESPERA = 30.0  # seconds between two restarts of a child that keeps dying
VIDA_BOA = 60.0  # seconds alive after which a child is forgiven
TENTATIVAS_ANTES_DE_PRONTO = 3


class Interrompido(Exception):
    """The person asked to stop before the demo was ready."""


def dizer(frase: str) -> None:
    """Print one line at once; a closed terminal is no reason to fail."""
    with contextlib.suppress(OSError):
        print(frase, flush=True)


class Supervisor:
    """Starts processes, restarts those that die and stops all.

    Args:
        prazo_de_parada: seconds that children have to end in order, all together.
    """

    def __init__(self, prazo_de_parada: float = 6) -> None:
        self.prazo_de_parada = prazo_de_parada
        self.parar_pedido = False
        self.vigiados: list[Processo] = []
        self.filhos: list[Processo] = []
        self._mortes: dict[str, int] = {}
        self._nasceu: dict[str, float] = {}
        self._voltar_em: dict[str, float] = {}
        self._acordar = os.pipe()
        for ponta in self._acordar:
            os.set_blocking(ponta, False)

    def ouvir_sinais(self) -> None:
        """Make Ctrl+C, SIGTERM and a closed terminal ask for the end."""
        for sinal in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if sinal != signal.SIGHUP or signal.getsignal(sinal) != signal.SIG_IGN:  # nohup
                signal.signal(sinal, self._ao_sinal)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self._acordar[1], warn_on_full_buffer=False)

    def _ao_sinal(self, *_: object) -> None:
        self.parar_pedido = True

    def dormir(self, segundos: float) -> None:
        """Sleep until a signal comes (a child ended, someone asked to stop) or time is up."""
        select.select([self._acordar[0]], [], [], max(segundos, 0))
        with contextlib.suppress(BlockingIOError):
            os.read(self._acordar[0], 4096)

    def conferir_pedido(self) -> None:
        """Raise Interrompido when the end was asked for."""
        if self.parar_pedido:
            raise Interrompido

    def rodar(self, processo: Processo) -> int:
        """Run one process to its end and return its exit code; raises Interrompido."""
        processo.iniciar()
        try:
            while processo.codigo is None:
                self.conferir_pedido()
                self.dormir(0.2)
        finally:
            processo.parar(3)
        return processo.codigo

    def acrescentar(self, processo: Processo) -> None:
        """Start `processo`, look after it, and end it in `parar_todos`."""
        processo.iniciar()
        self.filhos.append(processo)
        self.vigiar_tambem(processo)

    def vigiar_tambem(self, processo: Processo) -> None:
        """Restart `processo`, which already runs, when it dies; its end is somebody else's work."""
        self.vigiados.append(processo)
        self._nasceu[processo.nome] = time.monotonic()

    def levantar_caidos(self, *, pronto: bool = True) -> float:
        """Restart who died and whose wait is over; return seconds until the next restart is due.

        Before the demo is ready a child that dies again and again is an error, told with the end
        of its log.
        """
        agora = time.monotonic()
        for processo in self.vigiados:
            nome = processo.nome
            if processo.codigo is None:
                continue
            if nome not in self._voltar_em:
                if agora - self._nasceu[nome] > VIDA_BOA:
                    self._mortes[nome] = 0
                mortes = self._mortes[nome] = self._mortes.get(nome, 0) + 1
                if not pronto and mortes >= TENTATIVAS_ANTES_DE_PRONTO:
                    raise ErroDeAmbiente(f"{nome} não conseguiu iniciar {contar_fim(processo)}")
                espera = min(2.0 ** (mortes - 1), MAIOR_ESPERA)
                self._voltar_em[nome] = agora + espera
                dizer(
                    f"{nome} parou ({_causa(processo.codigo)}); volta em {espera:.0f} s. "
                    f"O registro está em {processo.registro}"
                )
            if agora >= self._voltar_em[nome]:
                del self._voltar_em[nome]
                processo.iniciar()
                self._nasceu[nome] = time.monotonic()
        proximos = [quando - time.monotonic() for quando in self._voltar_em.values()]
        return max(min(proximos), 0) if proximos else 3600.0

    def esperar_prontos(self, urls: dict[str, str], limite: float) -> None:
        """Wait until every URL (name → URL) answers 200.

        Raises ErroDeAmbiente after `limite` seconds, or when a child does not stay up, and
        Interrompido when the end was asked for.
        """
        fim = time.monotonic() + limite
        faltam = dict(urls)
        ultima: dict[str, str] = {}
        while faltam:
            self.conferir_pedido()
            self.levantar_caidos(pronto=False)
            for nome, url in list(faltam.items()):
                codigo, ultima[nome] = perguntar(url)
                if codigo == 200:
                    del faltam[nome]
            if faltam and time.monotonic() > fim:
                nome = next(iter(faltam))
                resposta = " ".join(ultima[nome].split())[:300]
                resposta = f" Última resposta: {resposta}" if resposta else ""
                registro = next(p.registro for p in self.vigiados if p.nome == nome)
                raise ErroDeAmbiente(
                    f"{nome} não respondeu em {limite:.0f} s. "
                    f"Veja o motivo em {registro}.{resposta}"
                )
            if faltam:
                self.dormir(0.1)

    def vigiar(self) -> None:
        """Stay until the end is asked for, restarting whoever dies."""
        while not self.parar_pedido:
            self.dormir(self.levantar_caidos())

    def parar_todos(self, depois: Callable[[], None] = lambda: None) -> None:
        """End every child, in order and then by force, and call `depois` (the servers) last."""
        fim = time.monotonic() + self.prazo_de_parada
        for processo in self.filhos:
            processo.pedir_fim()
        for processo in self.filhos:
            if not processo.esperar_fim(fim - time.monotonic()):
                processo.matar()
        self.filhos = []
        depois()


def perguntar(url: str) -> tuple[int, str]:
    """GET `url`; return status and start of the body, or 0 and nothing when nobody answers."""
    partes = urlsplit(url)
    caminho = f"{partes.path}?{partes.query}" if partes.query else partes.path
    conexao = http.client.HTTPConnection(partes.hostname, partes.port, timeout=2)
    try:
        conexao.request("GET", caminho)
        resposta = conexao.getresponse()
        return resposta.status, resposta.read(4096).decode(errors="replace")
    except (OSError, http.client.HTTPException):
        return 0, ""
    finally:
        conexao.close()


def _causa(codigo: int) -> str:
    return f"sinal {-codigo}" if codigo < 0 else f"código {codigo}"


def contar_fim(processo: Processo) -> str:
    """Return how `processo` ended: its code, the last line of its log and where the log is."""
    linhas = processo.registro.read_text(errors="replace").strip().splitlines() or ["sem registro"]
    ultima = linhas[-1]
    with contextlib.suppress(ValueError, AttributeError):
        ultima = json.loads(ultima).get("erro") or ultima
    causa = _causa(processo.codigo)
    return f"({causa}): {ultima[:300]} O registro inteiro está em {processo.registro}"
