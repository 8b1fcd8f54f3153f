"""The life of an accepted message: sent, delivered, read or failed, each after its delay."""

import asyncio
import time
from typing import Any

from prefeitura.whatsapp.simulador import avisos, regras
from prefeitura.whatsapp.simulador.ao_vivo import AoVivo
from prefeitura.whatsapp.simulador.configuracao import Chance
from prefeitura.whatsapp.simulador.entrega import Entregador
from prefeitura.whatsapp.simulador.erros import falha_assincrona
from prefeitura.whatsapp.simulador.estado import Cidadao, Estado, Mensagem, Numero

ORDEM = {"": 0, "accepted": 1, "sent": 2, "delivered": 3, "read": 4, "played": 5}


class Percurso:
    """Moves messages forward and tells the webhook and the phone page of each step."""

    def __init__(self, estado: Estado, entregador: Entregador, ao_vivo: AoVivo):
        self.estado, self.entregador, self.ao_vivo = estado, entregador, ao_vivo
        self._precos: dict[str, dict[str, Any]] = {}

    def comecar(
        self, numero: Numero, cidadao: Cidadao, mensagem: Mensagem, categoria: str, falha: int = 0
    ) -> None:
        """Schedule the statuses of a message that was just answered 200."""
        ritmo = self.estado.config.ritmo
        codigo = falha or regras.falha_depois_do_200(
            self.estado, numero, cidadao, mensagem, categoria
        )
        if codigo:
            mensagem.erro = falha_assincrona(codigo)
            self._depois(ritmo.enviar.ms, numero, cidadao, mensagem, "failed")
            return
        self._precos[mensagem.wamid] = regras.preco(self.estado, numero, cidadao, categoria)
        if self._vai(ritmo.enviar):
            self._depois(ritmo.enviar.ms, numero, cidadao, mensagem, "sent")
        if mensagem.tipo == "reaction":
            return
        if self._vai(ritmo.entregar):
            espera = max(ritmo.entregar.ms, ritmo.enviar.ms)
            self._depois(espera, numero, cidadao, mensagem, "delivered")
            if self._vai(ritmo.ler) and cidadao.confirma_leitura:
                self._depois(espera + ritmo.ler.ms, numero, cidadao, mensagem, "read")

    def retomar(self, numero: Numero, cidadao: Cidadao, mensagem: Mensagem) -> None:
        """Schedule again what a message still lacked when the process ended."""
        ritmo = self.estado.config.ritmo
        if mensagem.erro:
            self._depois(ritmo.enviar.ms, numero, cidadao, mensagem, "failed")
            return
        if mensagem.status == "accepted" and self._vai(ritmo.enviar):
            self._depois(ritmo.enviar.ms, numero, cidadao, mensagem, "sent")
        if mensagem.tipo != "reaction" and self._vai(ritmo.entregar):
            espera = max(ritmo.entregar.ms, ritmo.enviar.ms)
            self._depois(espera, numero, cidadao, mensagem, "delivered")

    def _vai(self, chance: Chance) -> bool:
        return chance.prob >= 1 or self.estado.sorteio.acontece(chance.prob)

    def _depois(
        self, ms: float, numero: Numero, cidadao: Cidadao, mensagem: Mensagem, status: str
    ) -> None:
        laco = asyncio.get_running_loop()
        laco.call_later(ms / 1000, self.chegar, numero, cidadao, mensagem, status)

    def chegar(self, numero: Numero, cidadao: Cidadao, mensagem: Mensagem, status: str) -> None:
        """Apply one status to the phone and put it on the webhook's queue."""
        if status == "failed":
            mensagem.status = "failed"
        elif ORDEM.get(mensagem.status, 0) >= ORDEM[status]:
            return
        else:
            mensagem.status = status
        preco = self._precos.get(mensagem.wamid) if status in ("sent", "delivered") else None
        if status != "sent":
            self._precos.pop(mensagem.wamid, None)
        self.entregador.por_na_fila(
            avisos.situacao(
                self.estado.config.waba_id,
                numero,
                cidadao,
                mensagem,
                status=status,
                horario=time.time(),
                preco=preco,
            )
        )
        self.ao_vivo.contar(
            "status", cidadao=cidadao.user_id, wamid=mensagem.wamid, status=mensagem.status
        )

    def ler_tudo(self, cidadao: Cidadao, numero: Numero) -> int:
        """The citizen opened the chat: every delivered bubble becomes read; returns how many."""
        lidas = 0
        for mensagem in cidadao.com(numero.id).mensagens:
            chegou = mensagem.status in ("accepted", "sent", "delivered")
            if mensagem.direcao == "saida" and chegou and mensagem.tipo != "reaction":
                if not cidadao.confirma_leitura:
                    continue
                self.chegar(numero, cidadao, mensagem, "read")
                lidas += 1
        return lidas

    def tocar(self, cidadao: Cidadao, numero: Numero, mensagem: Mensagem) -> None:
        """The citizen played a voice note for the first time (`played`)."""
        self.chegar(numero, cidadao, mensagem, "played")
