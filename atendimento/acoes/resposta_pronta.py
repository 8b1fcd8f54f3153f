"""Keep and drop canned replies: one's own, and those of what one supervises."""

from django.core.exceptions import NON_FIELD_ERRORS
from django.db import transaction

from atendimento.acoes.salvar import salvar
from atendimento.erros import Invalido, NaoEncontrado
from atendimento.models import RespostaPronta
from prefeitura.cadastro.models import Equipe, Secretaria, Servidor

NAO_HA = "Não encontramos esta resposta pronta."


@transaction.atomic
def guardar_resposta_pronta(
    *,
    servidor: Servidor,
    atalho: str,
    titulo: str,
    texto: str,
    equipe: Equipe | None = None,
    secretaria: Secretaria | None = None,
    resposta_id: int | None = None,
) -> RespostaPronta:
    """Make a canned reply, or change `resposta_id`; without team and secretaria it is one's own.

    Raises NaoEncontrado for what is not theirs to change; Invalido, with its field, for what
    cannot be kept.
    """
    pronta = _travar(servidor, resposta_id) if resposta_id else RespostaPronta()
    if not servidor.supervisiona_tudo(equipe, secretaria):
        raise Invalido("Você não supervisiona esta equipe.", campo="alcance")
    pronta.atalho, pronta.titulo, pronta.texto = atalho, titulo, texto
    pronta.equipe, pronta.secretaria = equipe, secretaria
    pronta.dono = None if equipe or secretaria else servidor
    salvar(
        pronta,
        campos={NON_FIELD_ERRORS: "atalho"},
        repetido="Já existe uma resposta pronta com este atalho aqui.",
    )
    return pronta


@transaction.atomic
def apagar_resposta_pronta(*, servidor: Servidor, resposta_id: int) -> None:
    """Drop one; what was already sent with it stays as it was sent. Raises NaoEncontrado."""
    _travar(servidor, resposta_id).delete()


def _travar(servidor: Servidor, resposta_id: int) -> RespostaPronta:
    minhas = RespostaPronta.objects.que_muda(servidor).select_for_update(of=["self"])
    pronta = minhas.filter(pk=resposta_id).first()
    if pronta is None:
        raise NaoEncontrado(NAO_HA)
    return pronta
