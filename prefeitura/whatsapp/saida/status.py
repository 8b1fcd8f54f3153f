"""Receipts as the reader gives them, and those that have no send yet.

A receipt may come before its send is recorded, or belong to another tool of the city: it is kept
and tried again (GUARANTEES G11), and forgotten after seven days.
"""

import logging
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from prefeitura.whatsapp import sinais
from prefeitura.whatsapp.leitura import StatusRecebido
from prefeitura.whatsapp.metricas import contar_itens
from prefeitura.whatsapp.models import Envio, Numero, StatusOrfao
from prefeitura.whatsapp.saida.posto import Mudado, Recibo, aplicar_recibos

registro = logging.getLogger(__name__)

ESQUECER_DEPOIS = timedelta(days=7)
DE_AGORA = timedelta(days=1)


def aplicar_status(itens: Iterable[tuple[Numero, StatusRecebido]]) -> list[UUID]:
    """Apply receipts inside the caller's transaction; return the sends that look different now.

    What belongs to no send of ours (yet) becomes StatusOrfao. Words that move nothing (Meta's
    legacy `deleted`, `warning`, payments) are ignored.
    """
    pares = [(numero, _recibo(item)) for numero, item in itens if item.falhou or item.posto]
    mudados, sem_dono = aplicar_recibos([recibo for _, recibo in pares])
    if sem_dono:
        _guardar_orfaos([pares[i] for i in sem_dono])
    contar_itens(
        "status",
        aplicado=len(mudados),
        repetido=len(pares) - len(sem_dono) - len(mudados),
        orfao=len(sem_dono),
    )
    _registrar(mudados)
    return [mudado.envio_id for mudado in mudados]


def _registrar(mudados: list[Mudado]) -> None:
    """Log what the receipts made of each send, after the commit."""
    if mudados and registro.isEnabledFor(logging.INFO):
        transaction.on_commit(partial(_escrever, mudados), robust=True)


def _escrever(mudados: list[Mudado]) -> None:
    for mudado in mudados:
        registro.info(
            "envio_status",
            extra={
                "envio_id": mudado.envio_id,
                "correlacao": mudado.correlacao,
                "estado": mudado.estado,
                "codigo": mudado.codigo,
            },
        )


def _recibo(item: StatusRecebido) -> Recibo:
    return Recibo(
        wamid=item.wamid[:255],
        opaco=item.opaco or "",
        posto=item.posto or 0,
        falhou=item.falhou,
        momento=item.momento or timezone.now(),
        codigo=next((erro.codigo for erro in item.erros if erro.codigo is not None), None),
        preco_tipo=item.preco.tipo[:30] if item.preco else "",
        preco_categoria=item.preco.categoria[:40] if item.preco else "",
    )


def _guardar_orfaos(pares: list[tuple[Numero, Recibo]]) -> None:
    """Keep each receipt once, however often Meta repeats it."""
    ja = set(
        StatusOrfao.objects.filter(wamid__in=[r.wamid for _, r in pares]).values_list(
            "numero_id", "wamid", "dados__posto"
        )
    )
    novos = {(numero.pk, r.wamid, r.posto): r for numero, r in pares}
    StatusOrfao.objects.bulk_create(
        StatusOrfao(numero_id=chave[0], wamid=r.wamid, opaco=r.opaco[:512], dados=_como_json(r))
        for chave, r in novos.items()
        if chave not in ja
    )


def aplicar_orfaos_de(envio: Envio, wamid: str) -> None:
    """Apply what had come for a wamid that was just learnt, in the transaction that writes it."""
    _aplicar(list(StatusOrfao.objects.filter(numero=envio.numero_id, wamid=wamid)))


@transaction.atomic
def conferir_orfaos(*, quais: QuerySet[StatusOrfao] | None = None, limite: int = 500) -> int:
    """Apply orphans whose send is known by now, forget the old ones; return how many applied.

    Whoever writes a wamid applies what waits for it, so the sweep only looks at those of the last
    day, which crossed it on the way. A person may name others in `quais`: these find their send by
    our own id, too.
    """
    if quais is None:
        do_wamid = Envio.objects.filter(wamid=OuterRef("wamid"))
        quais = StatusOrfao.objects.filter(Exists(do_wamid), recebido_em__gt=Now() - DE_AGORA)
    orfaos = quais.filter(ignorado_em=None).order_by("pk")
    aplicados = _aplicar(list(orfaos.select_for_update(skip_locked=True, of=["self"])[:limite]))
    StatusOrfao.objects.filter(recebido_em__lt=Now() - ESQUECER_DEPOIS).delete()
    return aplicados


def _aplicar(orfaos: list[StatusOrfao]) -> int:
    if not orfaos:
        return 0
    mudados, sem_dono = aplicar_recibos([_de_json(o) for o in orfaos])
    feitos = [o.pk for i, o in enumerate(orfaos) if i not in sem_dono]
    StatusOrfao.objects.filter(pk__in=feitos).delete()
    if mudados:
        sinais.envios_mudaram.send(sender=Envio, envios=[m.envio_id for m in mudados])
        _registrar(mudados)
    return len(feitos)


def _como_json(recibo: Recibo) -> dict:
    return asdict(recibo) | {"momento": recibo.momento.isoformat()}


def _de_json(orfao: StatusOrfao) -> Recibo:
    return Recibo(**orfao.dados | {"momento": datetime.fromisoformat(orfao.dados["momento"])})
