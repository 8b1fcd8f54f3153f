"""Put a file of ours at Meta once, before the send that needs it is claimed."""

from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db.models.functions import Now

from prefeitura.whatsapp import cliente, erros
from prefeitura.whatsapp.models import Envio, Midia, MidiaNaMeta
from prefeitura.whatsapp.saida import concluir
from prefeitura.whatsapp.saida.reivindicar import reservar_para_subir

PRAZO_S = 300
VALE = timedelta(days=29)  # Meta keeps it for 30 (WHATSAPP.md §6)


def media_id_do_envio(envio: Envio) -> str | None:
    """Return the id of the send's file at Meta, uploading it when needed; None is "not now".

    The upload happens while the send is still pending: it may be repeated without doubt.
    """
    if ja := _na_meta(envio):
        return ja
    if not reservar_para_subir(envio.pk, PRAZO_S + 60):
        return None
    caminho = Path(settings.MEDIA_ROOT) / envio.midia.arquivo
    if envio.midia.estado != Midia.Estado.BAIXADA or not caminho.is_file():
        concluir.falhar_pendente(envio, None, "O arquivo desta mensagem não está mais guardado.")
        return None
    try:
        media_id = cliente.subir_midia(
            envio.numero,
            caminho,
            nome=envio.midia.nome or "arquivo",
            tipo=envio.midia.tipo,
            prazo=PRAZO_S,
        )
    except cliente.ErroDoGraph as erro:
        _nao_subiu(envio, erro)
        return None
    MidiaNaMeta.objects.update_or_create(
        midia=envio.midia,
        numero=envio.numero,
        defaults={"media_id": media_id, "vale_ate": Now() + VALE},
    )
    concluir.liberar(envio)
    return media_id


def _na_meta(envio: Envio) -> str | None:
    return (
        MidiaNaMeta.objects.filter(midia=envio.midia_id, numero=envio.numero_id, vale_ate__gt=Now())
        .values_list("media_id", flat=True)
        .first()
    )


def _nao_subiu(envio: Envio, erro: cliente.ErroDoGraph) -> None:
    if erro.definitivo:
        concluir.falhar_pendente(envio, erro.codigo, str(erro))
    elif pausa := erros.pausa(erro.codigo):
        concluir.pausar(envio.numero, pausa, erro.codigo)
        concluir.adiar_pendente(envio, 5)
    else:
        concluir.adiar_pendente(envio, 30)
