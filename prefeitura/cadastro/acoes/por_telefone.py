"""The citizen behind a number that a person typed."""

from django.db import transaction

from prefeitura.cadastro.acoes.identificar import TELEFONE, Quem, identificar
from prefeitura.cadastro.models import Cidadao
from prefeitura.cadastro.telefone import chave, normalizar_digitado


class TelefoneInvalido(ValueError):
    """What was typed is not a number that could have WhatsApp."""


@transaction.atomic
def cidadao_do_telefone(*, digitado: str) -> Cidadao:
    """Find, or create, the citizen of a typed number, and lock the row.

    A known one keeps the number as Meta gave it, with or without the ninth digit. Raises
    TelefoneInvalido.
    """
    numero = normalizar_digitado(digitado)
    if numero is None:
        raise TelefoneInvalido(digitado)
    conhecido = (
        Cidadao.objects.select_for_update(no_key=True, of=["self"])
        .filter(
            identidades__tipo=TELEFONE, identidades__valor=chave(numero), identidades__ativa=True
        )
        .first()
    )
    if conhecido is not None:
        return conhecido
    quem = Quem(wa_id=numero)
    return identificar(pessoas=[quem]).cidadaos[quem]
