"""Keeps the state in a folder (`--estado`), so that a demonstration goes on where it stopped.

One JSON file, replaced whole, and the media beside it. What had been accepted and not yet told
to the webhook is told after the restart: nothing is lost between two runs.
"""

import asyncio
import json
import logging
import os
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from prefeitura.whatsapp.simulador.avisos import Aviso
from prefeitura.whatsapp.simulador.entrega import Remessa
from prefeitura.whatsapp.simulador.estado import Cidadao, Conversa, Mensagem, Midia, Modelo, Numero
from prefeitura.whatsapp.simulador.identidades import Sorteio
from prefeitura.whatsapp.simulador.simulador import Simulador

log = logging.getLogger(__name__)
SOLTOS = ("nomes_bloqueados", "alcancados", "assinado", "waba", "webhook_da_waba", "fluxos")


class Persistencia:
    """Saves when something changed, at most every two seconds, and at the end."""

    def __init__(self, sim: Simulador):
        self.sim = sim
        self.pasta = Path(sim.config.pasta)
        self._ultima = ""

    def _marca(self) -> str:
        sim = self.sim
        return f"{sim.chamadas.ultima}.{sim.ao_vivo.contados}.{sim.entregador.correio.contador}"

    async def executar(self) -> None:
        """Save now and then until cancelled; a large state is saved less often."""
        espera = 2.0
        while True:
            await asyncio.sleep(espera)
            if self._marca() != self._ultima:
                inicio = time.monotonic()
                try:
                    self.salvar()
                except OSError as erro:
                    log.error("não consegui guardar o estado do simulador: %s", erro)
                espera = max(2.0, 20 * (time.monotonic() - inicio))

    def salvar(self) -> None:
        """Write media that are new, then replace the JSON in one step."""
        sim, estado = self.sim, self.sim.estado
        (self.pasta / "midia").mkdir(parents=True, exist_ok=True)
        for midia in estado.midias.values():
            arquivo = self.pasta / "midia" / midia.id
            if not arquivo.exists():
                arquivo.write_bytes(midia.conteudo)
        entregador = sim.entregador
        remessas = [*entregador.remessas, *entregador.esperando.values(), *entregador.no_ar]
        dados = {
            "cidadaos": [asdict(c) for c in estado.cidadaos.values()],
            "numeros": [asdict(n) for n in estado.numeros.values()],
            "modelos": [asdict(m) for m in estado.modelos.values()],
            "midias": [
                asdict(m) | {"conteudo": "", "sha256": m.sha256.hex()}
                for m in estado.midias.values()
            ],
            "soltos": {nome: getattr(estado, nome) for nome in SOLTOS},
            "fila": [asdict(aviso) for aviso in entregador.fila],
            "remessas": [asdict(r) | {"corpo": r.corpo.decode("latin-1")} for r in remessas],
        }
        provisorio = self.pasta / "estado.json.novo"
        with provisorio.open("w", encoding="utf-8") as saida:
            json.dump(dados, saida, ensure_ascii=False)
            saida.flush()
            os.fsync(saida.fileno())
        provisorio.replace(self.pasta / "estado.json")
        self._ultima = self._marca()

    def carregar(self) -> bool:
        """Read what the last run left; False when there is nothing to read."""
        arquivo = self.pasta / "estado.json"
        if not arquivo.exists():
            return False
        dados = json.loads(arquivo.read_text(encoding="utf-8"))
        estado = self.sim.estado
        for item in dados["numeros"]:
            estado.numeros[item["id"]] = Numero(**item)
        estado.modelos.update((item["id"], Modelo(**item)) for item in dados["modelos"])
        for item in dados["midias"]:
            self._carregar_midia(item)
        quantas = sum(self._carregar_cidadao(item) for item in dados["cidadaos"])
        for nome, valor in dados["soltos"].items():
            setattr(estado, nome, valor)
        self.sim.entregador.fila.extend(Aviso(**item) for item in dados["fila"])
        for item in dados["remessas"]:
            corpo = item.pop("corpo").encode("latin-1")
            self.sim.entregador.remessas.append(Remessa(corpo, **item))
        if self.sim.config.semente is not None:
            # The same seed again would give ids that were already used.
            estado.sorteio = Sorteio(self.sim.config.semente + 1 + quantas)
        return True

    def _carregar_midia(self, item: dict[str, Any]) -> None:
        arquivo = self.pasta / "midia" / item["id"]
        if not arquivo.exists():
            log.warning("a mídia %s não está mais na pasta do simulador", item["id"])
            return
        item |= {"conteudo": arquivo.read_bytes(), "sha256": bytes.fromhex(item["sha256"])}
        self.sim.estado.midias[item["id"]] = Midia(**item)

    def _carregar_cidadao(self, item: dict[str, Any]) -> int:
        conversas = item.pop("conversas")
        cidadao = self.sim.estado.registrar(Cidadao(**item))
        quantas = 0
        for numero, dados in conversas.items():
            mensagens = [Mensagem(**mensagem) for mensagem in dados.pop("mensagens")]
            cidadao.conversas[numero] = Conversa(**dados, mensagens=mensagens)
            quantas += len(mensagens)
            for mensagem in mensagens:
                self.sim.estado.por_wamid[mensagem.wamid] = (cidadao, mensagem)
        return quantas

    def retomar(self) -> None:
        """Go on with messages that were on their way when the last run ended."""
        for cidadao, mensagem in list(self.sim.estado.por_wamid.values()):
            if mensagem.direcao == "saida" and mensagem.status in ("accepted", "sent"):
                numero = self.sim.estado.numeros[mensagem.numero]
                self.sim.percurso.retomar(numero, cidadao, mensagem)
