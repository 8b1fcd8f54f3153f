"""Tell the citizen's phone that we read, and that an answer is coming."""

from prefeitura.whatsapp import cliente
from prefeitura.whatsapp.models import Numero


def avisar_leitura(*, numero_id: int, wamid: str, digitando: bool = False) -> bool:
    """Mark as read everything up to `wamid`; with `digitando`, show the typing mark for 25 s.

    Returns whether Meta took it. Never tried again: the next reading says the same.
    """
    numero = Numero.objects.podem_enviar().select_related("conta").filter(pk=numero_id).first()
    return numero is not None and cliente.marcar_lida(numero, wamid, digitando=digitando)
