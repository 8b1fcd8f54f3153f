"""Post a message through the API: the key that never sends twice, and what is sent."""

import uuid

from rest_framework.exceptions import ValidationError

from atendimento import acoes, anexos
from atendimento.acoes.conteudo import Arquivo, Texto
from atendimento.erros import NaoEncontrado
from atendimento.models import Atendimento, Mensagem
from prefeitura.cadastro.models import Servidor

MAIOR_CHAVE = 255
ESPACO = uuid.UUID("7f3c1a52-6a0e-5d0b-9a3f-2c9d1a4b8e60")


class Idempotencia:
    """Reading of the Idempotency-Key header."""

    @staticmethod
    def ler(cabecalho: str | None) -> uuid.UUID:
        """Return the key as the UUID under which the send is unique for this servant.

        A UUID is itself, any other text is mapped to one; without the header, a new one.
        Raises ValidationError above 255 characters.
        """
        if not cabecalho:
            return uuid.uuid4()
        if len(cabecalho) > MAIOR_CHAVE:
            raise ValidationError(
                {"Idempotency-Key": [f"A chave pode ter até {MAIOR_CHAVE} caracteres."]}
            )
        try:
            return uuid.UUID(cabecalho)
        except ValueError:
            return uuid.uuid5(ESPACO, cabecalho)


def enviar(
    *,
    atendimento_id: int,
    servidor: Servidor,
    chave: uuid.UUID,
    dados: dict,
    de: int | None,
) -> Mensagem:
    """Answer with the text or the file in `dados` (already validated).

    Raises NaoEncontrado before a file of who may not see the atendimento is kept.
    """
    if "arquivo" in dados:
        visiveis = Atendimento.objects.visiveis_para(servidor)
        atendimento = visiveis.select_related("conversa__numero").filter(pk=atendimento_id).first()
        if atendimento is None:
            raise NaoEncontrado
        guardada = anexos.guardar(
            numero=atendimento.conversa.numero,
            servidor=servidor,
            chave=chave,
            arquivo=dados["arquivo"],
        )
        conteudo = Arquivo(guardada, dados.get("legenda", ""))
    else:
        conteudo = Texto(dados["texto"])
    return acoes.responder(
        atendimento_id=atendimento_id,
        servidor=servidor,
        chave_cliente=chave,
        conteudo=conteudo,
        resposta_a_id=dados.get("resposta_a"),
        confirmar=dados.get("confirmar", False),
        de=de,
    )
