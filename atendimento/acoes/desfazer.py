"""Undo what one has just done to an atendimento, also one that went out of sight with it."""

from datetime import timedelta

from django.db import transaction
from django.db.models.functions import Now

from atendimento.acoes.comum import DE_VOLTA, anotar, avisar, gravar, travar_o_de
from atendimento.erros import Conflito, NaoEncontrado
from atendimento.models import Atendimento, Transicao
from prefeitura.cadastro.models import Servidor

PRAZO = timedelta(minutes=5)


@transaction.atomic
def desfazer(*, transicao_id: int, servidor: Servidor) -> Atendimento:
    """Write back what the change `transicao_id` of `servidor` had written over.

    Raises NaoEncontrado when it is not theirs, cannot be undone, or is older than five minutes;
    Conflito when the matter changed since, or they no longer answer in the team it would go back
    to. What goes back to somebody who left the team meanwhile goes to its queue.
    """
    desfaziveis = Transicao.objects.filter(
        pk=transicao_id, quem=servidor, antes__isnull=False, momento__gt=Now() - PRAZO
    )
    atendimento = travar_o_de(Atendimento.objects.filter(pk__in=desfaziveis.values("atendimento")))
    transicao = desfaziveis.filter(atendimento=atendimento).first() if atendimento else None
    if atendimento is None or transicao is None:
        raise NaoEncontrado("Não dá mais para desfazer.")
    veio_outra = atendimento.transicoes.filter(pk__gt=transicao.pk).exists()
    if veio_outra or atendimento.versao != transicao.versao:
        raise Conflito("O atendimento já mudou depois disso. Nada foi desfeito.", codigo="mudou")
    de_equipe, campos = atendimento.equipe, _como_era(transicao)
    equipe = campos.get("equipe", atendimento.equipe)
    if not servidor.atende(equipe):
        raise Conflito("Você não atende mais nessa equipe.", codigo="somente_leitura")
    dono = campos.get("servidor")
    if dono and not dono.atende(equipe):
        campos |= {"servidor": None, "estado": Atendimento.Estado.NA_FILA, **DE_VOLTA}
    if campos.get("em_triagem"):
        # There is room for one in a thread, and the citizen may have opened another meanwhile.
        da_conversa = Atendimento.objects.abertos().filter(conversa=atendimento.conversa)
        campos["em_triagem"] = not da_conversa.filter(em_triagem=True).exists()
    gravar(atendimento, nova_versao=True, **campos)
    anotar(
        atendimento,
        Transicao.Tipo.DESFEITO,
        quem=servidor,
        equipe=equipe,
        de_equipe=de_equipe if de_equipe != equipe else None,
    )
    avisar(atendimento, equipes=[de_equipe and de_equipe.pk])
    return atendimento


def _como_era(transicao: Transicao) -> dict:
    """Return what was there before, by field, with its objects."""
    campos = {}
    for campo in Atendimento._meta.concrete_fields:
        if campo.attname not in transicao.antes:
            continue
        valor = campo.to_python(transicao.antes[campo.attname])
        if campo.is_relation and valor is not None:
            valor = campo.related_model._base_manager.filter(pk=valor).first()
        campos[campo.name] = valor
    return campos
