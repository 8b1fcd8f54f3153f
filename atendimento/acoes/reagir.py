"""Leave an emoji on what the citizen wrote."""

from django.db import transaction
from django.utils import timezone

from atendimento.acoes.comum import avisar, exigir_que_atenda, gravar, travar
from atendimento.acoes.responder import exigir_desbloqueado, exigir_janela, exigir_ritmo
from atendimento.erros import Invalido, NaoEncontrado
from atendimento.models import Mensagem, Reacao
from prefeitura.cadastro.models import Servidor
from prefeitura.whatsapp import mensagens, saida


@transaction.atomic
def reagir(*, mensagem_id: int, servidor: Servidor, emoji: str) -> None:
    """React to an inbound message; an empty `emoji` takes the reaction back.

    Raises NaoEncontrado, Conflito when the window is closed, Invalido for what is not an emoji,
    Demais above the pace of a person.
    """
    alvo = (
        Mensagem.objects.visiveis_para(servidor)
        .filter(pk=mensagem_id, direcao=Mensagem.Direcao.ENTRADA, wamid__isnull=False)
        .first()
    )
    if alvo is None:
        raise NaoEncontrado
    atendimento = travar(atendimento_id=alvo.atendimento_id, servidor=servidor)
    exigir_que_atenda(servidor, atendimento)
    exigir_desbloqueado(atendimento)
    exigir_janela(atendimento, fora_da_janela=False)
    exigir_ritmo(servidor)
    try:
        corpo = mensagens.reacao(alvo.wamid, emoji)
    except mensagens.MensagemInvalida as erro:
        raise Invalido(erro.frase, campo=erro.campo) from erro
    chave = {"numero_id": alvo.numero_id, "alvo": alvo.wamid, "do_cidadao": False}
    if emoji:
        Reacao.objects.update_or_create(
            **chave, defaults={"mensagem": alvo, "emoji": emoji, "momento": timezone.now()}
        )
    else:
        Reacao.objects.filter(**chave).delete()
    saida.enfileirar(
        numero=atendimento.conversa.numero,
        cidadao=atendimento.conversa.cidadao,
        corpo=corpo,
        servidor=servidor,
    )
    gravar(atendimento)
    avisar(atendimento, mensagens=[alvo.pk])
