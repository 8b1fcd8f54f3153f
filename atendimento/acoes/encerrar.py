"""Close an atendimento, and open it again with the same protocol."""

from django.db import transaction
from django.db.models import Max
from django.db.models.functions import Now

from atendimento.acoes.comum import anotar, avisar, exigir_que_atenda, gravar, travar
from atendimento.erros import Conflito, Invalido
from atendimento.models import Atendimento, Conversa, Mensagem, Transicao
from prefeitura.cadastro.models import Servidor

Estado = Atendimento.Estado


@transaction.atomic
def encerrar(
    *, atendimento_id: int, servidor: Servidor, resultado: str, vista: int | None = None
) -> Atendimento:
    """Close with a result; closing twice is harmless.

    Args:
        vista: the newest message of the citizen that `servidor` had on the screen.

    Raises Invalido without a known result, Conflito when another came after `vista`: it would end
    unread in a closed matter.
    """
    atendimento = travar(atendimento_id=atendimento_id, servidor=servidor)
    exigir_que_atenda(servidor, atendimento)
    if resultado not in Atendimento.Resultado.values:
        raise Invalido("Escolha o resultado antes de encerrar.", campo="resultado")
    if not atendimento.esta_aberto:
        return atendimento
    if vista is not None and mais_nova(atendimento) > vista:
        raise Conflito("Chegou uma mensagem agora. Veja antes de encerrar.", codigo="chegou")
    antes = gravar(
        atendimento,
        nova_versao=True,
        estado=Estado.ENCERRADO,
        em_triagem=False,
        encerrado_em=Now(),
        encerrado_por=servidor,
        resultado=resultado,
        esperando_desde=None,
        nao_lidas=0,
    )
    atendimento.refresh_from_db(fields=["encerrado_em"])
    Conversa.objects.filter(pk=atendimento.conversa_id, foco=atendimento).update(foco=None)
    Conversa.objects.filter(pk=atendimento.conversa_id, falou_desde=atendimento).update(
        falou_desde=None
    )
    anotar(
        atendimento,
        Transicao.Tipo.ENCERRADO,
        quem=servidor,
        equipe=atendimento.equipe,
        antes=antes,
    )
    avisar(atendimento)
    return atendimento


def mais_nova(atendimento: Atendimento) -> int:
    """Return the id of the last message that came from the citizen, 0 when there is none."""
    deles = atendimento.mensagens.filter(direcao=Mensagem.Direcao.ENTRADA)
    return deles.aggregate(ultima=Max("pk"))["ultima"] or 0


@transaction.atomic
def reabrir(*, atendimento_id: int, servidor: Servidor) -> Atendimento:
    """Open a closed atendimento again, in the hands of `servidor`; open ones stay as they are."""
    atendimento = travar(atendimento_id=atendimento_id, servidor=servidor)
    exigir_que_atenda(servidor, atendimento)
    if not atendimento.esta_aberto:
        voltar_a_abrir(atendimento, servidor=servidor, quem=servidor)
        avisar(atendimento)
    return atendimento


def voltar_a_abrir(
    atendimento: Atendimento, *, servidor: Servidor | None, quem: Servidor | None
) -> None:
    """Reopen a locked atendimento: with `servidor`, or in its team's queue. `quem` is empty
    when the citizen did it by writing again."""
    gravar(
        atendimento,
        nova_versao=True,
        estado=Estado.EM_ATENDIMENTO if servidor else Estado.NA_FILA,
        servidor=servidor,
        encerrado_em=None,
        encerrado_por=None,
        resultado="",
    )
    anotar(
        atendimento,
        Transicao.Tipo.REABERTO,
        quem=quem,
        servidor=servidor,
        equipe=atendimento.equipe,
    )
