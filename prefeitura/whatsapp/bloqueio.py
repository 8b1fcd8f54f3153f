"""The block list of a number at Meta: put one person in, or take them out."""

from prefeitura.cadastro.models import Cidadao
from prefeitura.whatsapp import cliente, mensagens
from prefeitura.whatsapp.models import Numero

# Another change was being made to the list, or Meta had trouble of its own (WHATSAPP.md §8).
MOMENTANEOS = {139102, 139103}


class BloqueioFalhou(Exception):
    """Meta did not do it. `codigo` is Meta's, None when it did not answer; `definitivo` is True
    when the same request will be refused again."""

    def __init__(self, codigo: int | None, *, definitivo: bool):
        super().__init__(f"bloqueio: {codigo}")
        self.codigo, self.definitivo = codigo, definitivo


def mudar_bloqueio(*, numero: Numero, cidadao: Cidadao, bloquear: bool) -> None:
    """Ask Meta to block, or to unblock, `cidadao` on `numero`; repeating it is harmless.

    Only who wrote to the number in the last 24 hours can be blocked. Must run outside a
    transaction. Raises BloqueioFalhou.
    """
    try:
        corpo = mensagens.bloqueio(wa_id=cidadao.wa_id, user_id=cidadao.user_id)
        cliente.mudar_bloqueio(numero, corpo, bloquear=bloquear)
    except mensagens.MensagemInvalida as erro:
        raise BloqueioFalhou(None, definitivo=True) from erro
    except cliente.ErroDoGraph as erro:
        definitivo = erro.definitivo and erro.codigo not in MOMENTANEOS
        raise BloqueioFalhou(erro.codigo, definitivo=definitivo) from erro
