"""Take an atendimento, take the next of the queue, give one back."""

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q

from atendimento.acoes.comum import (
    anotar,
    avisar,
    exigir_aberto,
    exigir_que_atenda,
    gravar,
    mudar,
    travar,
)
from atendimento.erros import Conflito, NaoEncontrado
from atendimento.metricas import ASSUMIR_CONFLITOS
from atendimento.models import Atendimento, Conversa, Transicao
from atendimento.tempo import ha_quanto
from prefeitura.cadastro.models import Participacao, Servidor

Estado = Atendimento.Estado


@transaction.atomic
def assumir(*, atendimento_id: int, servidor: Servidor) -> Atendimento:
    """Make `servidor` responsible for an atendimento of nobody.

    Asking again for one's own is harmless. Raises Conflito naming who got it first, or when it
    is closed.
    """
    atendimento = travar(atendimento_id=atendimento_id, servidor=servidor)
    exigir_que_atenda(servidor, atendimento)
    if not atendimento.esta_aberto:
        raise Conflito("Este atendimento está encerrado. Reabra para assumir.", codigo="encerrado")
    if atendimento.servidor_id == servidor.pk:
        return atendimento
    if atendimento.servidor_id:
        ultima = atendimento.transicoes.filter(tipo=Transicao.Tipo.ASSUMIDO).last()
        quando = ha_quanto(ultima.momento) if ultima else ""
        ASSUMIR_CONFLITOS.inc()
        raise Conflito(
            f"{atendimento.servidor} assumiu {quando}.".replace(" .", "."),
            codigo="de_outro",
            de=atendimento.servidor_id,
        )
    passar_para(atendimento, servidor)
    return atendimento


def passar_para(atendimento: Atendimento, servidor: Servidor) -> None:
    """Give a locked atendimento to `servidor`; the caller has checked that it may be done."""
    mudar(
        atendimento,
        Transicao.Tipo.ASSUMIDO,
        quem=servidor,
        campos={"servidor": servidor, "estado": Estado.EM_ATENDIMENTO, "em_triagem": False},
        nova_versao=True,
        servidor=servidor,
    )


def assumir_proximo(*, servidor: Servidor) -> Atendimento:
    """Take whoever waits longest in the teams of `servidor`, by priority then waiting time.

    Raises NaoEncontrado when nobody waits. Two people asking at once get two different ones.
    """
    fila = (
        Atendimento.objects.filter(
            equipe__in=servidor.equipes_em_que_atende(), estado=Estado.NA_FILA, servidor=None
        )
        .order_by("prioridade", F("esperando_desde").asc(nulls_last=True), "pk")
        .values_list("pk", flat=True)
    )
    for atendimento_id in fila[:20]:
        try:
            return assumir(atendimento_id=atendimento_id, servidor=servidor)
        except (Conflito, NaoEncontrado):
            continue
    raise NaoEncontrado("Ninguém está esperando agora.")


@transaction.atomic
def devolver(*, atendimento_id: int, servidor: Servidor, nota: str = "") -> Atendimento:
    """Put an atendimento back in its team's queue, keeping its place by waiting time."""
    atendimento = travar(atendimento_id=atendimento_id, servidor=servidor)
    exigir_que_atenda(servidor, atendimento)
    exigir_aberto(atendimento)
    if atendimento.servidor_id is None:
        return atendimento
    mudar(
        atendimento,
        Transicao.Tipo.DEVOLVIDO,
        quem=servidor,
        campos={"servidor": None, "estado": Estado.NA_FILA},
        nova_versao=True,
        nota=nota.strip()[:1000],
    )
    return atendimento


def devolver_de_quem_saiu(limite: int | None = 100, servidor: Servidor | None = None) -> int:
    """Give back to their queues the open matters of people who may not answer there any more, or
    only those of `servidor`.

    Somebody left the team, or the account was turned off: without this the citizen would wait
    for nobody. Returns how many.
    """
    atende = Participacao.objects.filter(
        Q(equipe=OuterRef("equipe"))
        | Q(equipe__isnull=True, secretaria=OuterRef("equipe__secretaria")),
        servidor=OuterRef("servidor"),
        servidor__is_active=True,
    ).exclude(papel=Participacao.Papel.LEITURA)
    orfaos = Atendimento.objects.abertos().filter(~Exists(atende), servidor__isnull=False)
    if servidor is not None:
        orfaos = orfaos.filter(servidor=servidor)
    pares = orfaos.order_by("conversa", "pk").values_list("pk", "conversa_id")[:limite]
    return sum(_soltar(*par) for par in pares)


@transaction.atomic
def _soltar(atendimento_id: int, conversa_id: int) -> bool:
    Conversa.objects.select_for_update().get(pk=conversa_id)
    atendimento = (
        Atendimento.objects.filter(pk=atendimento_id)
        .select_for_update(of=["self"])
        .select_related("equipe", "servidor")
        .get()
    )
    quem = atendimento.servidor
    # Looked at again under the lock: it may have been given to somebody else meanwhile.
    if not atendimento.esta_aberto or quem is None or quem.atende(atendimento.equipe):
        return False
    gravar(atendimento, nova_versao=True, servidor=None, estado=Estado.NA_FILA)
    anotar(
        atendimento,
        Transicao.Tipo.DEVOLVIDO,
        equipe=atendimento.equipe,
        nota=f"{quem} não atende mais nesta equipe.",
    )
    avisar(atendimento)
    return True
