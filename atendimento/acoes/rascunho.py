"""Keep what a servant is writing."""

from django.db import transaction

from atendimento.erros import NaoEncontrado
from atendimento.models import Atendimento, Rascunho
from prefeitura.cadastro.models import Servidor

MAIOR_RASCUNHO = 20_000  # characters


@transaction.atomic
def guardar_rascunho(
    *,
    atendimento_id: int,
    servidor: Servidor,
    texto: str,
    modo: str = Rascunho.Modo.RESPOSTA,
) -> None:
    """Save the unsent text of `modo`, or forget it when empty. Raises NaoEncontrado."""
    if not Atendimento.objects.visiveis_para(servidor).filter(pk=atendimento_id).exists():
        raise NaoEncontrado
    dele = {"servidor": servidor, "atendimento_id": atendimento_id, "modo": modo}
    if texto.strip():
        Rascunho.objects.update_or_create(
            **dele, defaults={"texto": texto.replace("\x00", "")[:MAIOR_RASCUNHO]}
        )
    else:
        Rascunho.objects.filter(**dele).delete()
