"""The whole life of one try: file up → claim → rhythm → POST → record."""

import logging
import time
from uuid import UUID

from prefeitura.ambiente import correlacao
from prefeitura.whatsapp import cliente, mensagens, ritmo
from prefeitura.whatsapp.cliente.transporte import exigir_fora_de_transacao
from prefeitura.whatsapp.models import Envio
from prefeitura.whatsapp.saida import concluir
from prefeitura.whatsapp.saida.reivindicar import Reivindicado, ainda_posso, reivindicar
from prefeitura.whatsapp.saida.subir import media_id_do_envio

registro = logging.getLogger(__name__)

ESPERA_NO_LUGAR_S = 2.0


def enviar(envio_id: UUID | str) -> None:
    """Try one send once, if it is its turn; harmless for any id, any number of times.

    Must run outside a transaction. Whatever it does not finish, the sweep finds.
    """
    exigir_fora_de_transacao()
    envio = (
        Envio.objects.filter(pk=envio_id, estado=Envio.Estado.PENDENTE)
        .select_related("numero__conta", "cidadao", "midia")
        .first()
    )
    if envio is not None:
        with correlacao.dentro_de(envio.correlacao):
            _levar(envio)


def _levar(envio: Envio) -> None:
    media_id = None
    if envio.midia_id and (media_id := media_id_do_envio(envio)) is None:
        return
    meu = reivindicar(envio.pk)
    if meu is None:
        return
    registro.info("envio_reivindicado", extra={"envio_id": envio.pk, "tentativa": meu.tentativa})
    if _no_ritmo(envio, meu):
        _tentar(envio, meu, media_id)
    concluir.acordar_seguinte(envio)


def _no_ritmo(envio: Envio, meu: Reivindicado) -> bool:
    """Wait a little where that is enough; else put the send back, untouched.

    A wait takes no token, so it is asked again: whoever slept may find that others were faster.
    """
    ate = time.monotonic() + ESPERA_NO_LUGAR_S
    while espera := ritmo.pedir(envio.numero, envio.cidadao_id, envio.prioridade):
        if time.monotonic() + espera > ate:
            concluir.devolver(meu, espera)
            return False
        time.sleep(espera)
    if not ainda_posso(meu):
        concluir.devolver(meu, 0)
        return False
    return True


def _tentar(envio: Envio, meu: Reivindicado, media_id: str | None) -> None:
    try:
        corpo = mensagens.com_midia(envio.corpo, media_id) if media_id else envio.corpo
        pronto = mensagens.enderecar(
            corpo,
            wa_id=envio.cidadao.wa_id,
            user_id=envio.cidadao.user_id,
            opaco=str(envio.pk),
        )
    except (mensagens.MensagemInvalida, ValueError) as erro:
        concluir.falhar(meu, None, str(erro))
        return
    registro.info("envio_postado", extra={"envio_id": envio.pk, "tentativa": meu.tentativa})
    concluir.registrar(envio, meu, cliente.enviar(envio.numero, pronto))
