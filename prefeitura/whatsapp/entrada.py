"""Apply stored events: claim a batch, read it, hand it on, mark it done, in one transaction.

Pure database work, so a kill anywhere rolls everything back and frees the rows: no lease, no
timeout to tune. The first call over the network in here would break that.
"""

import logging
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import partial
from time import perf_counter

from django.db import OperationalError, connection, transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone
from psycopg.errors import (
    DeadlockDetected,
    IdleInTransactionSessionTimeout,
    LockNotAvailable,
    TransactionTimeout,
)

from prefeitura.whatsapp import conta, parados, saida, sinais
from prefeitura.whatsapp.leitura import Item, ItemIlegivel, MensagemRecebida, StatusRecebido
from prefeitura.whatsapp.lidos import (
    DE_GENTE,
    Lido,
    Recebido,
    esperar_a_vez,
    ler_evento,
    ler_o_que_falta,
    reivindicar,
    tipo_de,
)
from prefeitura.whatsapp.metricas import DWELL, PROCESSAMENTO, contar_itens
from prefeitura.whatsapp.models import EventoRecebido, Numero

registro = logging.getLogger(__name__)

SEM_NUMERO = "Número não cadastrado neste sistema."
DE_OUTROS = (LockNotAvailable, DeadlockDetected)
NUMERO_NAO_DITO = "A Meta não disse a qual número da prefeitura isto se refere."


def processar(limite_de_lotes: int = 1_000) -> int:
    """Apply everything that waits, batch after batch; return how many events were handled."""
    total = 0
    for _ in range(limite_de_lotes):
        feitos = processar_lote()
        total += feitos
        if not feitos:
            break
    return total


def processar_lote() -> int:
    """Claim and apply one batch; return how many events it held.

    A batch that fails is redone event by event, and inside the guilty event item by item, so a
    poisoned item stops only itself. A lost database is raised: the sweep comes back.
    """
    ids: list[int] = []
    inicio = perf_counter()
    try:
        with transaction.atomic():
            esperar_a_vez()
            lidos = reivindicar()
            ids = [lido.evento.pk for lido in lidos]
            if ids:
                _aplicar(lidos)
                _concluir(lidos)
    except Exception as erro:
        if not ids and isinstance(erro.__cause__, LockNotAvailable):
            return 0  # whoever has the turn takes what is here too
        if not ids or _sem_banco(erro):
            raise
        registro.warning("lote_refeito", extra={"erro": type(erro).__name__})
        for evento_id in ids:
            _processar_ou_adiar(evento_id)
    if ids:
        PROCESSAMENTO.observe(perf_counter() - inicio)
    return len(ids)


def _sem_banco(erro: Exception) -> bool:
    """Whether the database went away; one that only ended a transaction too long is still there."""
    if connection.is_usable():
        return False
    if isinstance(erro.__cause__, TransactionTimeout | IdleInTransactionSessionTimeout):
        connection.close()
        return False
    return True


def _processar_ou_adiar(evento_id: int) -> None:
    """Apply one event; one that takes too long even alone must not hold the others for ever."""
    try:
        _processar_um(evento_id)
    except Exception as erro:
        if _sem_banco(erro):
            raise
        registro.error("evento_adiado", exc_info=erro, extra={"evento_id": evento_id})
        evento = EventoRecebido.objects.only("tentativas").get(pk=evento_id)
        parados.tentar_mais_tarde(evento, "Não foi possível aplicar este evento a tempo.")


def _aplicar(lidos: list[Lido]) -> None:
    """Apply the items of all events at once: people, then statuses, then the account.

    The order is that of locks: a worker that records an answer holds the send, then the number.
    """
    numeros = _numeros(item for lido in lidos for item in lido.itens)
    recebidos, status, da_conta = [], [], []
    for lido in lidos:
        lido.impossiveis = []
        for item in lido.itens:
            numero = numeros.get(item.phone_number_id or "")
            if motivo := _por_que_nao(item, numero):
                lido.impossiveis.append((item, motivo))
            elif isinstance(item, DE_GENTE):
                evento = lido.evento
                recebidos.append(
                    Recebido(
                        numero,
                        evento.pk,
                        evento.recebido_em,
                        item,
                        correlacao=evento.correlacao,
                        notas=lido.notas,
                    )
                )
            elif isinstance(item, StatusRecebido):
                status.append((numero, item))
            else:
                da_conta.append((lido, item))
    if recebidos:
        sinais.mensagens_recebidas.send(sender=Numero, recebidos=recebidos)
    if status and (mudados := saida.aplicar_status(status)):
        sinais.envios_mudaram.send(sender=Numero, envios=mudados)
    for lido, item in da_conta:
        if nota := conta.aplicar(item):
            lido.notas.append(nota)
        contar_itens(tipo_de(item), aplicado=1)


def _por_que_nao(item: Item, numero: Numero | None) -> str:
    """Why this item can never be applied as things stand, or empty."""
    if isinstance(item, ItemIlegivel):
        return item.motivo
    if isinstance(item, (*DE_GENTE, StatusRecebido)) and numero is None:
        return SEM_NUMERO if item.phone_number_id else NUMERO_NAO_DITO
    if isinstance(item, MensagemRecebida) and not item.remetente.identificado:
        return "A Meta não disse quem enviou a mensagem."
    return ""


def _numeros(itens: Iterable[Item]) -> dict[str, Numero]:
    ids = {item.phone_number_id for item in itens if item.phone_number_id}
    numeros = Numero.objects.filter(phone_number_id__in=ids).select_related("equipe_de_triagem")
    return {numero.phone_number_id: numero for numero in numeros}


def _concluir(lidos: list[Lido]) -> None:
    """Mark the events done; those with something that cannot be applied wait for a person."""
    feitos = [lido for lido in lidos if not lido.invalido and not lido.impossiveis]
    EventoRecebido.objects.filter(pk__in=[lido.evento.pk for lido in feitos]).update(
        estado="feito", aplicado_em=Now(), erro="", tentativas=F("tentativas") + 1
    )
    transaction.on_commit(partial(_contar_feitos, feitos), robust=True)
    if repetidos := [lido.evento.pk for lido in feitos if lido.evento.erro]:
        parados.dar_por_aplicados(repetidos)
    for lido in lidos:
        if lido.nota:
            EventoRecebido.objects.filter(pk=lido.evento.pk).update(nota=lido.nota)
        if lido.invalido or lido.impossiveis:
            parados.parar(lido)


def _contar_feitos(lidos: list[Lido]) -> None:
    """Measure how long each event waited, and log those that are more than receipts: of a
    receipt, the line of its send tells."""
    agora = timezone.now()
    for lido in lidos:
        evento = lido.evento
        espera = max(0.0, (agora - evento.recebido_em).total_seconds())
        DWELL.observe(espera)
        if all(isinstance(item, StatusRecebido) for item in lido.itens):
            continue
        registro.info(
            "evento_aplicado",
            extra={
                "evento_id": evento.pk,
                "correlacao": evento.correlacao,
                "recebido_em": evento.recebido_em.isoformat(timespec="milliseconds"),
                "ms": round(1000 * espera),
                "quantidade": len(lido.itens),
            },
        )


@transaction.atomic
def _processar_um(evento_id: int) -> None:
    """Apply one event alone; its failing items become ItemParado, the others are kept."""
    evento = (
        EventoRecebido.objects.filter(pk=evento_id, estado="novo")
        .select_for_update(skip_locked=True)
        .first()
    )
    if evento is None:
        return
    lido = ler_o_que_falta(evento)
    falhas = _separar(lido)
    parados.dar_por_aplicados([evento_id])
    if falhas:
        parados.adiar(lido, falhas)
    else:
        _concluir([lido])


def _separar(lido: Lido) -> list[tuple[Item, Exception]]:
    """Apply all that can be applied, in order; return the items that cannot, with the reason.

    By halves: one bad item among a thousand costs some twenty tries, and a transaction has 30 s.
    """
    erro = _tentar(lido)
    if erro is None:
        return []
    if len(lido.itens) == 1:
        return [(lido.itens[0], erro)]
    meio = len(lido.itens) // 2
    metades = [
        Lido(lido.evento, itens, lido.notas) for itens in (lido.itens[:meio], lido.itens[meio:])
    ]
    falhas = [falha for metade in metades for falha in _separar(metade)]
    lido.impossiveis = [par for metade in metades for par in metade.impossiveis]
    return falhas


def _tentar(lido: Lido) -> Exception | None:
    """Apply in a savepoint; return what was raised.

    Raised on: a dead connection, and a lock that others hold, which is no fault of any item.
    """
    try:
        with transaction.atomic():
            _aplicar([lido])
            connection.check_constraints()  # otherwise only the commit would tell
    except Exception as erro:
        if isinstance(erro.__cause__, DE_OUTROS) or not connection.is_usable():
            raise
        return erro
    return None


def reprocessar(*, evento_id: int) -> str:
    """Try a stopped event again now; return a sentence of what became of it.

    What was applied before stays applied once: the wamid and the rank of statuses decide.
    """
    try:
        return _reprocessar(evento_id)
    except OperationalError as erro:
        if not isinstance(erro.__cause__, DE_OUTROS):
            raise
        return "Continua parado: estas conversas estão em uso agora. Tente de novo em instantes."


@transaction.atomic
def _reprocessar(evento_id: int) -> str:
    evento = EventoRecebido.objects.select_for_update().get(pk=evento_id)
    if evento.estado == "feito":
        return "Já estava aplicado; nada mudou."
    EventoRecebido.objects.filter(pk=evento_id).update(
        estado="novo", tentativas=0, nao_antes_de=datetime(2000, 1, 1, tzinfo=UTC)
    )
    _processar_um(evento_id)
    evento.refresh_from_db()
    if evento.estado == "feito":
        return "Aplicado."
    return f"Continua parado: {evento.erro}"


def numero_desconhecido(*, evento_id: int) -> str:
    """Return the `phone_number_id` for want of which an event stopped, or empty."""
    evento = EventoRecebido.objects.filter(pk=evento_id, erro=SEM_NUMERO).first()
    if evento is None:
        return ""
    ids = [i.phone_number_id for i in ler_evento(evento).itens if i.phone_number_id]
    conhecidos = _numeros(ler_evento(evento).itens)
    return next((i for i in ids if i not in conhecidos), "")
