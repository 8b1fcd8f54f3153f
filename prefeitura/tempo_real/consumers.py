"""The one consumer: it authenticates, joins the groups of the login, and forwards ids."""

import asyncio
import json
import time
from contextlib import suppress

from asgiref.sync import sync_to_async
from channels.db import database_sync_to_async
from channels.exceptions import StopConsumer
from channels.generic.websocket import AsyncWebsocketConsumer
from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from prefeitura.cadastro import sessoes
from prefeitura.cadastro.models import Equipe, Servidor
from prefeitura.tempo_real import carga, presenca
from prefeitura.tempo_real.eventos import grupo_da_equipe, grupo_do_servidor
from prefeitura.tempo_real.metricas import ABERTOS, FECHADOS

MAIOR_QUADRO = 4_096  # bytes
QUADROS_POR_MINUTO = 120

ESPERA_DO_LENTO_S = 10.0

NAO_ENTROU, QUADRO_ESTRANHO, QUADROS_DEMAIS = 4401, 4400, 4429
LENTO_DEMAIS, OUTRA_JANELA = 4408, 4409
MEDIDOS = {1000, 1001, 1005, 1006, 1011, 1012, NAO_ENTROU, QUADRO_ESTRANHO, QUADROS_DEMAIS}
MEDIDOS |= {LENTO_DEMAIS, OUTRA_JANELA}


class PaginaAberta(AsyncWebsocketConsumer):
    """One open page of one servant. Pages only send `{"acao": "ping"}`; all else closes.

    Groups come from the login, never from the browser; when teams or the session change, the
    page is told (`sessao`) and the groups are read again.
    """

    async def connect(self):
        self.grupos: set[str] = set()
        self.aberto, self.fechada_com = False, None
        self.servidor_id = getattr(self.scope.get("user"), "pk", None)
        if self.servidor_id is None or not await self._entrar_nos_grupos():
            await self.close(NAO_ENTROU)
            return
        self.janela, self.quadros = time.monotonic(), 0
        await self._marcar_visto()
        await self.accept()
        self.aberto = True
        ABERTOS.inc()
        await self._responder({"tipo": "pronto"} | await self._carga())
        for sobra in await self._ocupar_lugar():
            await self.channel_layer.send(sobra, {"type": "outra.janela"})

    async def close(self, code=None, reason=None):
        self.fechada_com = code
        await super().close(code, reason)

    async def disconnect(self, code):
        ABERTOS.dec(int(self.aberto))
        self.aberto = False
        codigo = self.fechada_com or code
        FECHADOS.labels(str(codigo) if codigo in MEDIDOS else "outro").inc()
        for grupo in self.grupos:
            await self.channel_layer.group_discard(grupo, self.channel_name)
        if self.servidor_id is not None:
            await self._deixar_lugar()

    async def outra_janela(self, mensagem):
        """The same person opened one page too many, and this is the oldest."""
        await self.close(OUTRA_JANELA)

    async def receive(self, text_data=None, bytes_data=None):
        if time.monotonic() - self.janela > 60:
            self.janela, self.quadros = time.monotonic(), 0
        self.quadros += 1
        if self.quadros > QUADROS_POR_MINUTO:
            await self.close(QUADROS_DEMAIS)
        elif text_data is None or len(text_data) > MAIOR_QUADRO or not _e_um_ping(text_data):
            await self.close(QUADRO_ESTRANHO)
        elif not await self._sessao_vale():
            await self.close(NAO_ENTROU)
        else:
            await self._marcar_visto()
            await self._responder({"tipo": "pong"} | await self._carga())

    async def mudanca(self, mensagem):
        """Forward the events published by an action, one frame each."""
        for evento in mensagem["eventos"]:
            if evento["tipo"] == "sessao" and not (
                await self._sessao_vale() and await self._entrar_nos_grupos()
            ):
                await self.close(NAO_ENTROU)
                return
            await self._responder(evento)

    async def _responder(self, quadro: dict) -> None:
        """Send one frame. Who does not read is let go: what waits for them would only grow, and
        their page asks what it missed when it comes back."""
        try:
            async with asyncio.timeout(ESPERA_DO_LENTO_S):
                await self.send(json.dumps(quadro, separators=(",", ":")))
        except TimeoutError:
            with suppress(TimeoutError):
                await asyncio.wait_for(self.close(LENTO_DEMAIS), 1)
            await self.disconnect(LENTO_DEMAIS)
            raise StopConsumer from None

    async def _entrar_nos_grupos(self) -> bool:
        novos = await self._grupos_do_login()
        for grupo in self.grupos - novos:
            await self.channel_layer.group_discard(grupo, self.channel_name)
        for grupo in novos - self.grupos:
            await self.channel_layer.group_add(grupo, self.channel_name)
        self.grupos = novos
        return bool(novos)

    @database_sync_to_async
    def _grupos_do_login(self) -> set[str]:
        servidor = Servidor.objects.filter(pk=self.servidor_id, is_active=True).first()
        if servidor is None:
            return set()
        equipes = Equipe.objects.visiveis_para(servidor).values_list("pk", flat=True)
        return {grupo_do_servidor(servidor.pk), *map(grupo_da_equipe, equipes)}

    @sync_to_async
    def _carga(self) -> dict:
        """What the page should know of the load: nothing on a normal day."""
        agora = carga.atual()
        if not agora.desde:
            return {}
        return {"carga": agora.nivel, "desde": timezone.localtime(agora.desde).strftime("%H:%M")}

    @sync_to_async
    def _ocupar_lugar(self) -> list[str]:
        return presenca.ocupar_lugar(self.servidor_id, self.channel_name)

    @sync_to_async
    def _deixar_lugar(self) -> None:
        presenca.deixar_lugar(self.servidor_id, self.channel_name)

    @sync_to_async
    def _marcar_visto(self) -> None:
        presenca.marcar_visto(self.servidor_id)

    @database_sync_to_async
    def _sessao_vale(self) -> bool:
        """Whether the session that opened the page still stands: there, within its time, and
        signed with the password of now."""
        chave = getattr(self.scope.get("session"), "session_key", None)
        servidor = Servidor.objects.filter(pk=self.servidor_id, is_active=True).first()
        if not chave or servidor is None:
            return False
        dados = SessionStore(chave).load()
        if not dados or sessoes.motivo_do_fim(dados):
            return False
        dada = dados.get(HASH_SESSION_KEY, "")
        certas = [servidor.get_session_auth_hash(), *servidor.get_session_auth_fallback_hash()]
        return any(constant_time_compare(dada, certa) for certa in certas)


def _e_um_ping(texto: str) -> bool:
    try:
        return json.loads(texto) == {"acao": "ping"}
    except (ValueError, RecursionError):
        return False
