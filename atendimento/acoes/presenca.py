"""Say on the pages of the team who looks at an atendimento and who types."""

from atendimento.models import Atendimento
from prefeitura.cadastro.models import Servidor
from prefeitura.tempo_real import presenca
from prefeitura.tempo_real.eventos import grupo_da_equipe
from prefeitura.tempo_real.publicar import publicar


def marcar_presenca(*, atendimento: Atendimento, servidor: Servidor, estado: str) -> None:
    """Renew the mark of `servidor`: `estado` is "0" (looks), "1" (types) or "saiu".

    Pages are told only when what they show changes.
    """
    quem = {"atendimento_id": atendimento.pk, "servidor_id": servidor.pk}
    if estado == "saiu":
        mudou = presenca.desmarcar(**quem)
    else:
        mudou = presenca.marcar(**quem, digitando=estado == "1")
    if mudou and atendimento.equipe_id:
        grupo = grupo_da_equipe(atendimento.equipe_id)
        publicar([grupo], {"tipo": "presenca", "id": atendimento.pk})
