"""Say that an atendimento goes before the others, or no longer does."""

from django.db import transaction

from atendimento.acoes.comum import exigir_aberto, exigir_que_atenda, mudar, travar
from atendimento.erros import Invalido
from atendimento.models import Atendimento, Transicao
from prefeitura.cadastro.models import Servidor


@transaction.atomic
def priorizar(*, atendimento_id: int, servidor: Servidor, prioridade: int | None) -> Atendimento:
    """Set a value of Atendimento.Prioridade: the queue is served by it, then by waiting time.

    Raises Invalido for an unknown one or none, Conflito when it is closed.
    """
    atendimento = travar(atendimento_id=atendimento_id, servidor=servidor)
    exigir_que_atenda(servidor, atendimento)
    if prioridade not in Atendimento.Prioridade.values:
        raise Invalido("Escolha a prioridade: normal, alta ou urgente.", campo="prioridade")
    exigir_aberto(atendimento)
    if atendimento.prioridade != prioridade:
        mudar(
            atendimento,
            Transicao.Tipo.PRIORIDADE,
            quem=servidor,
            campos={"prioridade": prioridade},
            prioridade=prioridade,
        )
    return atendimento
