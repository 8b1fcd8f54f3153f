"""Delivers webhooks as Meta does: signed, batched, retried until 200, sometimes twice.

An update is never lost while the process runs (and, with `--estado`, across its restarts): it
leaves the queue only when the other side answered exactly 200.
"""

import asyncio
from collections import deque
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any

from prefeitura.whatsapp.simulador import avisos
from prefeitura.whatsapp.simulador.avisos import Aviso
from prefeitura.whatsapp.simulador.correio import Correio, assinar, serializar
from prefeitura.whatsapp.simulador.estado import Estado
from prefeitura.whatsapp.simulador.identidades import Sorteio

# Fields that a number's or WABA's override URL receives (webhooks/override); others go to the app.
SEGUEM_DESVIO = {"messages", "message_echoes", "calls", "smb_message_echoes", "history"}


@dataclass(eq=False)
class Remessa:
    """One POST to be made until it is answered 200."""

    corpo: bytes
    campo: str = ""
    numero: str = ""
    tentativas: int = 0
    itens: int = 1


class Entregador:
    """Queue of updates → bodies → POSTs, with a pause that tests command."""

    def __init__(self, estado: Estado):
        self.estado = estado
        self.fila: deque[Aviso] = deque()
        self.remessas: deque[Remessa] = deque()
        self.correio = Correio(estado)
        self.aceitas = 0
        self.no_ar: list[Remessa] = []
        self.esperando: dict[int, Remessa] = {}
        self.pausado = False
        self._novidade = asyncio.Event()
        # Apart from the ids' generator: the rhythm of deliveries must not change the ids.
        self._sorteio = Sorteio(estado.config.semente)
        self._tarefas: set[asyncio.Task[Any]] = set()

    def por_na_fila(self, aviso: Aviso) -> None:
        """Accept an update for delivery, if the app is subscribed to the WABA."""
        if self.estado.assinado or aviso.campo not in SEGUEM_DESVIO:
            self.fila.append(aviso)
            self._novidade.set()

    def por_remessa(self, corpo: bytes) -> None:
        """Queue a body that is already written; it is signed and retried as any other."""
        self.remessas.append(Remessa(corpo))
        self._novidade.set()

    def situacao(self) -> dict[str, Any]:
        """Return the counters that tell whether everything has arrived."""
        presas = len(self.fila) + len(self.remessas) + len(self.esperando) + len(self.no_ar)
        return {
            "url": self.estado.webhook_do_app,
            "verificado": self.correio.verificados.get(self.estado.webhook_do_app, False),
            "pausado": self.pausado,
            "retidos": presas,
            "entregues": self.aceitas,
            "tentativas": self.correio.contador,
        }

    def pausar(self) -> None:
        self.pausado = True

    def soltar(self, ordem: str = "normal", repetir: int = 0) -> int:
        """Let held updates go; `inversa` turns them round, `repetir` adds that many copies."""
        retidos = list(self.fila)
        if ordem == "inversa":
            retidos.reverse()
        elif ordem == "aleatoria":
            self._sorteio.acaso.shuffle(retidos)
        self.fila = deque(retidos * (1 + max(0, repetir)))
        self.pausado = False
        self._novidade.set()
        return len(self.fila)

    async def executar(self) -> None:
        """Run until cancelled: build bodies, keep the POSTs in flight, verify new addresses."""
        self._novidade.set()
        try:
            while True:
                await self._novidade.wait()
                self._novidade.clear()
                if self.estado.config.ritmo.lote_espera_ms:
                    await asyncio.sleep(self.estado.config.ritmo.lote_espera_ms / 1000)
                self._andar()
        finally:
            for tarefa in self._tarefas:
                tarefa.cancel()
            await self.correio.fechar()

    def _andar(self) -> None:
        self._montar()
        while (
            self.remessas
            and not self.pausado
            and len(self.no_ar) < self.estado.config.ritmo.entregas_paralelas
        ):
            remessa = self.remessas.popleft()
            self.no_ar.append(remessa)
            self.lancar(self._entregar(remessa))

    def lancar(self, corrotina: Coroutine[Any, Any, Any]) -> None:
        """Run a coroutine in the background and keep a reference until it ends."""
        tarefa = asyncio.ensure_future(corrotina)
        self._tarefas.add(tarefa)
        tarefa.add_done_callback(self._tarefas.discard)

    def _montar(self) -> None:
        """Turn queued updates into bodies, with the disorder that the configuration asks."""
        ritmo, sorteio = self.estado.config.ritmo, self._sorteio
        while self.fila and not self.pausado:
            quantos = min(len(self.fila), max(1, int(ritmo.lote)))
            if quantos > 1 and ritmo.lote > 1:
                quantos = sorteio.acaso.randint(1, quantos)
            primeiro = self.fila[0]
            destino = self._destino(primeiro.campo, primeiro.numero)
            grupo: list[Aviso] = []
            while self.fila and len(grupo) < quantos:
                if self._destino(self.fila[0].campo, self.fila[0].numero) != destino:
                    break
                grupo.append(self.fila.popleft())
            if len(grupo) > 1 and sorteio.acontece(ritmo.reordenar):
                sorteio.acaso.shuffle(grupo)
            corpo = serializar(avisos.corpo(grupo, separar=sorteio.acontece(ritmo.reordenar)))
            for _ in range(2 if sorteio.acontece(ritmo.duplicar) else 1):
                remessa = Remessa(corpo, primeiro.campo, primeiro.numero, itens=len(grupo))
                self.remessas.append(remessa)
            if len(self.remessas) > 1 and sorteio.acontece(ritmo.reordenar):
                self.remessas[-1], self.remessas[-2] = self.remessas[-2], self.remessas[-1]

    def _destino(self, campo: str, numero_id: str) -> str:
        """Return where an update goes now: the number's URL, else the WABA's, else the app's."""
        estado = self.estado
        if campo in SEGUEM_DESVIO:
            numero = estado.numeros.get(numero_id)
            desvio = (numero.webhook if numero else "") or estado.webhook_da_waba
            if desvio:
                return desvio
        return estado.webhook_do_app

    async def _entregar(self, remessa: Remessa) -> None:
        try:
            destino = self._destino(remessa.campo, remessa.numero)
            if not destino:
                return
            if self.estado.config.verificar and not self.correio.verificados.get(destino):
                await self.correio.garantir_verificado(destino)
            http = await self.correio.postar(
                destino,
                remessa.corpo,
                assinar(remessa.corpo, self.estado.config.app_secret),
                tentativa=remessa.tentativas + 1,
                itens=remessa.itens,
            )
            if http == 200:
                self.aceitas += remessa.itens
                return
            remessa.tentativas += 1
            esperas = self.estado.config.ritmo.tentativas_s
            self.esperando[id(remessa)] = remessa
            demora = esperas[min(remessa.tentativas, len(esperas)) - 1]
            asyncio.get_running_loop().call_later(demora, self._voltar, remessa)
        except asyncio.CancelledError:
            # The process is stopping: what was in the air is kept for the next run.
            self.remessas.append(remessa)
            raise
        finally:
            self.no_ar.remove(remessa)
            self._novidade.set()

    def _voltar(self, remessa: Remessa) -> None:
        self.esperando.pop(id(remessa), None)
        self.remessas.append(remessa)
        self._novidade.set()
