"""Move an atendimento to another team, or to a colleague of one."""

from django.db import transaction

from atendimento.acoes.comum import (
    anotar,
    avisar,
    exigir_aberto,
    exigir_que_atenda,
    gravar,
    travar,
)
from atendimento.erros import Invalido
from atendimento.models import Atendimento, Rascunho, Transicao
from prefeitura.cadastro.models import Equipe, Servidor

Estado = Atendimento.Estado


@transaction.atomic
def transferir(
    *,
    atendimento_id: int,
    servidor: Servidor,
    equipe: Equipe,
    para: Servidor | None = None,
    nota: str = "",
) -> Atendimento:
    """Give the matter to `equipe`'s queue, or to `para`, who must answer in that team.

    The clock goes on. The previous team stops seeing it, drafts included. Raises Invalido for a
    queue that is off, or where nothing would change; Conflito when it is closed.
    """
    atendimento = travar(atendimento_id=atendimento_id, servidor=servidor)
    exigir_que_atenda(servidor, atendimento)
    exigir_aberto(atendimento)
    if not Equipe.objects.ativas().filter(pk=equipe.pk).exists():
        raise Invalido("Escolha outra fila: esta não está recebendo.", campo="equipe")
    if para is not None and not para.atende(equipe):
        raise Invalido(f"{para} não atende em {equipe.nome}.", campo="para")
    if equipe.pk == atendimento.equipe_id and (para is None or para.pk == atendimento.servidor_id):
        raise Invalido("Escolha outra fila ou outra pessoa.", campo="equipe")
    de_equipe, de_servidor = atendimento.equipe, atendimento.servidor
    assunto = atendimento.assunto
    antes = gravar(
        atendimento,
        nova_versao=True,
        equipe=equipe,
        servidor=para,
        assunto=assunto if assunto and assunto.equipe_id == equipe.pk else None,
        estado=Estado.EM_ATENDIMENTO if para else Estado.NA_FILA,
        em_triagem=False,
    )
    anotar(
        atendimento,
        Transicao.Tipo.TRANSFERIDO,
        quem=servidor,
        de_equipe=de_equipe,
        equipe=equipe,
        servidor=para,
        nota=nota.strip()[:1000],
        antes=antes,
    )
    Rascunho.objects.filter(atendimento=atendimento, servidor=de_servidor).delete()
    avisar(atendimento, equipes=[de_equipe.pk if de_equipe else None])
    return atendimento
