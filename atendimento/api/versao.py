"""Change only what was seen: `If-Match` with the `versao` of the atendimento."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from atendimento.acoes.comum import travar
from atendimento.erros import ErroDeAtendimento

SE_AINDA = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    description="A `versao` que você viu: se alguém mudou o atendimento depois, a resposta é 412.",
)
_VERSAO = re.compile(r'(?:W/)?"?(\d{1,9})"?')


class Mudou(ErroDeAtendimento):
    """It is not the version that was seen."""

    codigo, http = "versao", 412


@contextmanager
def se_ainda(request: Request, atendimento_id: int) -> Iterator[None]:
    """Hold the atendimento at the version of `If-Match` while the block changes it; without the
    header, only run the block. Raises Mudou, NaoEncontrado, or ValidationError for no version."""
    cabecalho = request.headers.get("If-Match", "").strip()
    if cabecalho in ("", "*"):
        yield
        return
    lida = _VERSAO.fullmatch(cabecalho)
    if lida is None:
        raise ValidationError({"If-Match": ["informe a versao, um número inteiro."]})
    with transaction.atomic():
        atendimento = travar(atendimento_id=atendimento_id, servidor=request.user)
        if atendimento.versao != int(lida[1]):
            raise Mudou("Alguém mudou antes de você.", versao=atendimento.versao)
        yield
