"""Say that an atendimento goes before the others, or no longer does."""

from django.db import transaction

from atendimento.acoes.comum import anotar, avisar, exigir_que_atenda, gravar, travar
from atendimento.erros import Conflito, Invalido
from atendimento.models import Atendimento, Transicao
from prefeitura.cadastro.models import Servidor


@transaction.atomic
def priorizar(*, atendimento_id: int, servidor: Servidor, prioridade: int) -> Atendimento:
    """Set a value of Atendimento.Prioridade: the queue is served by it, then by waiting time.

    Raises Invalido for an unknown one, Conflito when it is closed.
    """
    atendimento = travar(atendimento_id=atendimento_id, servidor=servidor)
    exigir_que_atenda(servidor, atendimento)
    if prioridade not in Atendimento.Prioridade.values:
        raise Invalido("Escolha a prioridade: normal, alta ou urgente.", campo="prioridade")
    if not atendimento.esta_aberto:
        raise Conflito("Este atendimento está encerrado.", codigo="encerrado")
    if atendimento.prioridade != prioridade:
        antes = gravar(atendimento, prioridade=prioridade)
        anotar(
            atendimento,
            Transicao.Tipo.PRIORIDADE,
            quem=servidor,
            equipe=atendimento.equipe,
            prioridade=prioridade,
            antes=antes,
        )
        avisar(atendimento)
    return atendimento
