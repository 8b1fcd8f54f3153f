"""Ask that a citizen be blocked, or let back in; and write down what Meta answered."""

from functools import partial

from django.db import transaction
from django.db.models.functions import Now

from atendimento.acoes.comum import anotar, avisar, gravar, travar
from atendimento.acoes.responder import exigir_janela
from atendimento.erros import Conflito, Invalido, NaoEncontrado
from atendimento.models import Atendimento, Conversa, PedidoDeBloqueio, Transicao
from atendimento.tasks import levar_bloqueio
from prefeitura.cadastro.models import Cidadao, Participacao, Servidor
from prefeitura.whatsapp import erros

Estado = PedidoDeBloqueio.Estado
FORA_DO_PRAZO = "O WhatsApp só deixa bloquear quem escreveu nas últimas 24 horas."


def bloquear(*, atendimento_id: int, servidor: Servidor, motivo: str) -> PedidoDeBloqueio:
    """Ask Meta to block the citizen of this atendimento; the log tells when it is done.

    Only the supervision of the team, or an administrator of it, and only who wrote in the last
    24 hours (a rule of Meta). Raises Conflito, or Invalido without a reason.
    """
    return _pedir(atendimento_id, servidor, bloquear=True, motivo=motivo)


def desbloquear(*, atendimento_id: int, servidor: Servidor, motivo: str = "") -> PedidoDeBloqueio:
    """Ask Meta to let the citizen write again. Raises Conflito as `bloquear` does."""
    return _pedir(atendimento_id, servidor, bloquear=False, motivo=motivo)


@transaction.atomic
def _pedir(
    atendimento_id: int, servidor: Servidor, *, bloquear: bool, motivo: str
) -> PedidoDeBloqueio:
    cidadao = _travar_cidadao(atendimento_id, servidor)
    atendimento = travar(atendimento_id=atendimento_id, servidor=servidor)
    _exigir_supervisao(servidor, atendimento)
    motivo = " ".join(motivo.replace("\x00", "").split())
    if bloquear and not motivo:
        raise Invalido("Escreva o motivo do bloqueio.", campo="motivo")
    if len(motivo) > 300:
        raise Invalido("O motivo pode ter até 300 caracteres.", campo="motivo")
    if bloquear is bool(cidadao.bloqueado_em):
        ja = "já está bloqueado" if bloquear else "não está bloqueado"
        raise Conflito(f"Este contato {ja}.", codigo="bloqueio")
    if cidadao.pedidos_de_bloqueio.filter(estado=Estado.PENDENTE).exists():
        raise Conflito("Um pedido anterior ainda espera o WhatsApp.", codigo="bloqueio")
    if bloquear:
        try:
            exigir_janela(atendimento, fora_da_janela=False)
        except Conflito as erro:
            raise Conflito(FORA_DO_PRAZO, codigo="janela") from erro
    pedido = PedidoDeBloqueio.objects.create(
        atendimento=atendimento, cidadao=cidadao, quem=servidor, bloquear=bloquear, motivo=motivo
    )
    transaction.on_commit(partial(levar_bloqueio.delay, pedido.pk), robust=True)
    return pedido


def _travar_cidadao(atendimento_id: int, servidor: Servidor) -> Cidadao:
    """The lock order of the house: Cidadao before Conversa and Atendimento."""
    visiveis = Atendimento.objects.visiveis_para(servidor).filter(pk=atendimento_id)
    cidadao = (
        Cidadao.objects.select_for_update(no_key=True)
        .filter(pk__in=visiveis.values("conversa__cidadao"))
        .first()
    )
    if cidadao is None:
        raise NaoEncontrado
    return cidadao


def _exigir_supervisao(servidor: Servidor, atendimento: Atendimento) -> None:
    if not pode_bloquear(servidor, servidor.papeis_em(atendimento.equipe)):
        raise Conflito(
            "Só a supervisão da equipe pode bloquear ou desbloquear.", codigo="so_supervisao"
        )


def pode_bloquear(servidor: Servidor, papeis: set[str]) -> bool:
    """Whether who is `papeis` in the team (`Servidor.papeis_em`) may block: its supervision, or
    an administrator who takes part in it."""
    return Participacao.Papel.SUPERVISOR in papeis or (bool(papeis) and servidor.is_superuser)


@transaction.atomic
def concluir_bloqueio(*, pedido_id: int, aceito: bool, codigo: int | None = None) -> None:
    """Record Meta's answer to a pending request, and tell the pages of every open matter.

    `codigo` is Meta's, of a refusal. A request that was answered before is left as it is.
    """
    pedido = PedidoDeBloqueio.objects.select_related("quem").get(pk=pedido_id)
    Cidadao.objects.select_for_update(no_key=True).get(pk=pedido.cidadao_id)
    mudou = PedidoDeBloqueio.objects.filter(pk=pedido_id, estado=Estado.PENDENTE).update(
        estado=Estado.FEITO if aceito else Estado.RECUSADO, codigo=codigo, concluido_em=Now()
    )
    if not mudou:
        return
    if aceito:
        agora = Now() if pedido.bloquear else None
        Cidadao.objects.filter(pk=pedido.cidadao_id).update(bloqueado_em=agora)
    for atendimento in _mostram(pedido):
        if atendimento.pk == pedido.atendimento_id:
            _escrever_no_log(atendimento, pedido, aceito, codigo)
        gravar(atendimento)
        avisar(atendimento)


def _mostram(pedido: PedidoDeBloqueio) -> list[Atendimento]:
    """Lock and return the matters in whose pages the block is seen."""
    conversas = Conversa.objects.filter(cidadao=pedido.cidadao_id).order_by("pk")
    conversas = [c.pk for c in conversas.select_for_update()]
    todos = Atendimento.objects.filter(conversa__in=conversas)
    deles = todos.abertos() | todos.filter(pk=pedido.atendimento_id)
    return list(deles.order_by("pk").select_for_update(no_key=True, of=["self"]))


def _escrever_no_log(
    atendimento: Atendimento, pedido: PedidoDeBloqueio, aceito: bool, codigo: int | None
) -> None:
    if aceito:
        tipo = Transicao.Tipo.BLOQUEADO if pedido.bloquear else Transicao.Tipo.DESBLOQUEADO
        nota = pedido.motivo
    else:
        tipo, nota = Transicao.Tipo.BLOQUEIO_RECUSADO, _por_que_nao(codigo)
    anotar(atendimento, tipo, quem=pedido.quem, equipe_id=atendimento.equipe_id, nota=nota)


def _por_que_nao(codigo: int | None) -> str:
    if codigo is None:
        return "O WhatsApp não respondeu. Tente de novo mais tarde."
    return erros.frase(codigo)
