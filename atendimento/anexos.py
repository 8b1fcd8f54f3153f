"""The files of replies: one is kept however often the same press is repeated.

Pages and API store a file here before they call `acoes.responder`; of a reply that was refused
the sweep removes it (`midia.limpar_sobras`).
"""

import hashlib
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile

from atendimento.erros import Invalido
from atendimento.models import Mensagem
from prefeitura.cadastro.models import Servidor
from prefeitura.whatsapp import midia
from prefeitura.whatsapp.mensagens import MensagemInvalida
from prefeitura.whatsapp.models import Midia, Numero

HTTP = {midia.ArquivoGrande: 413, midia.SemEspaco: 503}


def guardar(*, numero: Numero, servidor: Servidor, chave: UUID, arquivo: UploadedFile) -> Midia:
    """Store the file, or return the one that an earlier press with the same key stored.

    Raises Invalido, with the sentence and the HTTP status of its reason.
    """
    anterior = (
        Mensagem.objects.filter(
            envio__servidor=servidor, envio__chave_cliente=chave, midia__isnull=False
        )
        .select_related("midia")
        .first()
    )
    if anterior is not None and anterior.midia.sha256 == _resumo(arquivo):
        return anterior.midia
    try:
        return midia.guardar_enviada(numero=numero, arquivo=arquivo)
    except MensagemInvalida as erro:
        recusa = Invalido(erro.frase, campo="arquivo")
        recusa.http = HTTP.get(type(erro), recusa.http)
        raise recusa from erro


def _resumo(arquivo: UploadedFile) -> str:
    soma = hashlib.sha256()
    for pedaco in arquivo.chunks():
        soma.update(pedaco)
    arquivo.seek(0)
    return soma.hexdigest()
