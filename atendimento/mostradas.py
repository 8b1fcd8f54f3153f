"""How long a message of a citizen takes until a person's page has it."""

import logging
import threading
from collections import OrderedDict
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.utils import timezone

from atendimento.metricas import ATE_A_TELA
from atendimento.models import Mensagem
from prefeitura.whatsapp.models import EventoRecebido

registro = logging.getLogger(__name__)

RECENTE = timedelta(minutes=30)
LEMBRADAS = 10_000
_mostradas: OrderedDict[int, None] = OrderedDict()
_trava = threading.Lock()


def notar(mensagens: Iterable[Mensagem], *, servidor_id: int, ao_vivo: bool) -> None:
    """Log each message of a citizen the first time that this process shows it.

    Args:
        ao_vivo: the page was already open: only then the time says how fast the house is, and
            not when somebody came to look.
    """
    agora = timezone.now()
    novas = [m for m in mensagens if _primeira_vez(m, agora)]
    if not novas:
        return
    codigos = dict(
        EventoRecebido.objects.filter(pk__in=[m.evento for m in novas]).values_list(
            "pk", "correlacao"
        )
    )
    for mensagem in novas:
        espera = max(0.0, (agora - mensagem.recebida_em).total_seconds())
        if ao_vivo:
            ATE_A_TELA.observe(espera)
        registro.info(
            "mensagem_mostrada",
            extra={
                "mensagem_id": mensagem.pk,
                "atendimento_id": mensagem.atendimento_id,
                "servidor_id": servidor_id,
                "correlacao": codigos.get(mensagem.evento),
                "ms": round(1000 * espera),
            },
        )


def _primeira_vez(mensagem: Mensagem, agora: datetime) -> bool:
    recebida = mensagem.recebida_em
    if mensagem.da_prefeitura or recebida is None or agora - recebida > RECENTE:
        return False
    with _trava:
        if mensagem.pk in _mostradas:
            return False
        _mostradas[mensagem.pk] = None
        if len(_mostradas) > LEMBRADAS:
            _mostradas.popitem(last=False)
        return True
