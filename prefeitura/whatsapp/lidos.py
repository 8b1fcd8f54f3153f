"""What one batch of the inbox is made of: the turn, the claim, and the events read.

Only `entrada` uses it; receivers know `Recebido`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import connection
from django.db.models import Func, IntegerField
from django.db.models.functions import Now

from prefeitura.whatsapp.leitura import (
    CampoDesconhecido,
    CampoIgnorado,
    CorpoInvalido,
    DaConta,
    DeModelo,
    Eco,
    IdentidadeMudou,
    Item,
    Ligacao,
    MensagemRecebida,
    OutroObjeto,
    StatusRecebido,
    ler,
)
from prefeitura.whatsapp.models import EventoRecebido, ItemParado, Numero

MAXIMO_DE_EVENTOS = 300
MAXIMO_COM_MENSAGENS = 100
MAXIMO_DE_BYTES = 4 * 1024 * 1024  # one body at least, whatever its size
CHAVE_DA_VEZ = 7_206_002
ADIANTADO = timedelta(minutes=5)
DE_GENTE = (MensagemRecebida, Eco, Ligacao, IdentidadeMudou)


@dataclass(frozen=True, slots=True)
class Recebido:
    """One thing that a citizen did, with the number it came to, when and how we got it.

    Whoever applies it says in `notas` what an administrator should know of its event.
    """

    numero: Numero
    evento_id: int
    recebido_em: datetime
    item: MensagemRecebida | Eco | Ligacao | IdentidadeMudou
    correlacao: str = ""
    notas: list[str] = field(default_factory=list, compare=False)

    @property
    def momento(self) -> datetime:
        """Meta's time, or ours when Meta's is missing or in the future."""
        deles = self.item.momento
        if deles is None or deles > self.recebido_em + ADIANTADO:
            return self.recebido_em
        return deles


class Guardado(NamedTuple):
    """What applying a stored event needs of its row."""

    pk: int
    corpo: bytes
    recebido_em: datetime
    tentativas: int
    correlacao: str
    erro: str


@dataclass(slots=True)
class Lido:
    """A claimed event and what was read in it.

    `invalido` says why the body could not be read; `impossiveis` are the items, with the reason,
    that no new try would help: they wait for a person while their neighbours are applied.
    """

    evento: EventoRecebido | Guardado
    itens: list[Item]
    notas: list[str] = field(default_factory=list)
    invalido: str = ""
    impossiveis: list[tuple[Item, str]] = field(default_factory=list)

    @property
    def nota(self) -> str:
        """What was odd, each thing once."""
        return "; ".join(dict.fromkeys(self.notas))[:500]


def esperar_a_vez() -> None:
    """Keep the turn until the commit: one batch at a time in the whole house.

    Within a second of Meta's clock the order is that of arrival, which two batches at once would
    lose; and each would hold people and matters that the other wants.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CHAVE_DA_VEZ])


def reivindicar() -> list[Lido]:
    """Lock and read the next batch, oldest first, inside the caller's transaction."""
    novos = (
        EventoRecebido.objects.filter(estado="novo", nao_antes_de__lte=Now())
        .order_by("pk")
        .select_for_update(skip_locked=True)
        .annotate(bytes=Func("corpo", function="octet_length", output_field=IntegerField()))
    )
    ids, tamanho = [], 0
    for pk, bytes_ in novos.values_list("pk", "bytes")[:MAXIMO_DE_EVENTOS]:
        tamanho += bytes_
        if ids and tamanho > MAXIMO_DE_BYTES:
            break
        ids.append(pk)
    lidos, com_mensagens = [], 0
    linhas = EventoRecebido.objects.filter(pk__in=ids).order_by("pk")
    for linha in linhas.values_list(*Guardado._fields):
        lido = ler_o_que_falta(Guardado(*linha))
        com_mensagens += any(isinstance(i, DE_GENTE) for i in lido.itens)
        if com_mensagens > MAXIMO_COM_MENSAGENS:
            break
        lidos.append(lido)
    return lidos


def tipo_de(item: Item) -> str:
    """Return the kind of an item in the words of `/metrics` and of the admin."""
    if isinstance(item, DE_GENTE):
        return "mensagem"
    if isinstance(item, StatusRecebido):
        return "status"
    if isinstance(item, DeModelo):
        return "modelo"
    return "conta" if isinstance(item, DaConta) else "outro"


def ler_evento(evento: EventoRecebido | Guardado) -> Lido:
    """Read the body of one event."""
    try:
        leitura = ler(bytes(evento.corpo))
    except CorpoInvalido as erro:
        return Lido(evento, [], invalido=str(erro))
    return Lido(evento, leitura.itens, [*leitura.avisos, *_sem_efeito(leitura.itens)])


def ler_o_que_falta(evento: EventoRecebido | Guardado) -> Lido:
    """Read an event to apply it: without the items that a person gave up."""
    lido = ler_evento(evento)
    if evento.erro and (dados := descartados(evento.pk)):  # most never failed: nothing to ask
        lido.itens = [item for item in lido.itens if item.indice not in dados]
    return lido


def descartados(evento_id: int) -> set[int]:
    """Return which items of an event (their index) a person gave up."""
    dados = ItemParado.objects.filter(
        evento_id=evento_id,
        resolvido_em__isnull=False,
        resolucao__startswith=ItemParado.DESCARTADO,
    )
    return set(dados.values_list("indice", flat=True))


def _sem_efeito(itens: list[Item]) -> Iterator[str]:
    """Why an event that is done left nothing to see."""
    for item in itens:
        if isinstance(item, OutroObjeto):
            yield f"não é do WhatsApp: {item.objeto}"
        elif isinstance(item, CampoDesconhecido):
            yield f"campo novo da Meta, guardado sem efeito: {item.nome}"
        elif isinstance(item, CampoIgnorado):
            yield f"campo que o sistema não usa: {item.nome}"
