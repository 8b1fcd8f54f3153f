"""Check and write a row that a person filled in: what is wrong is a sentence beside its field."""

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Model

from atendimento.erros import Invalido


def salvar(objeto: Model, *, campos: dict[str, str], repetido: str = "") -> None:
    """Write `objeto` if it may be, with all that its model asks.

    Args:
        campos: fields of the form that are not called as those of the model are; what is said of
            the row as a whole goes beside the one of NON_FIELD_ERRORS.
        repetido: the sentence for a row that somebody else has just written.

    Raises Invalido, with the field of the form.
    """
    try:
        objeto.clean()  # it tidies what the fields then measure
        objeto.full_clean()
        with transaction.atomic():
            objeto.save()
    except ValidationError as erro:
        campo, frases = next(iter(erro.message_dict.items()))
        raise Invalido(frases[0], campo=campos.get(campo, campo)) from erro
    except IntegrityError as erro:
        if not repetido:
            raise
        raise Invalido(repetido, campo=campos[NON_FIELD_ERRORS]) from erro
