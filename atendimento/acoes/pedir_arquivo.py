"""Ask the citizen for a file that could not be fetched."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from atendimento.acoes.comum import avisar
from atendimento.acoes.conteudo import Texto
from atendimento.acoes.falar import falar
from atendimento.acoes.responder import exigir_desbloqueado, exigir_janela
from atendimento.erros import Conflito, NaoEncontrado
from atendimento.models import Atendimento, Conversa, Mensagem

PEDIDO = (
    "O arquivo que você enviou não chegou até nós. Pode enviar de novo, por favor? Se for muito "
    "grande, divida em partes de até 100 MB."
)


@transaction.atomic
def pedir_arquivo(*, midia_id: UUID) -> Mensagem:
    """Send one bubble that quotes the lost file; asking again does not send another.

    Raises NaoEncontrado when no message brought it, Conflito when it was asked already, when the
    matter is closed, or when the citizen is blocked or out of the 24-hour window.
    """
    do_cidadao = Mensagem.objects.filter(midia=midia_id, direcao=Mensagem.Direcao.ENTRADA)
    mensagem = do_cidadao.select_related("atendimento").order_by("pk").first()
    if mensagem is None:
        raise NaoEncontrado("Nenhuma mensagem trouxe este arquivo.")
    conversa = Conversa.objects.select_for_update().get(pk=mensagem.atendimento.conversa_id)
    atendimento = Atendimento.objects.select_for_update().get(pk=mensagem.atendimento_id)
    atendimento.conversa = conversa
    ja = Mensagem.objects.filter(resposta_a=mensagem, origem=Mensagem.Origem.ROBO, texto=PEDIDO)
    if pedida := ja.first():
        quando = f"{timezone.localtime(pedida.momento):%d/%m às %Hh%M}"
        raise Conflito(f"Este arquivo já foi pedido ao cidadão em {quando}.", codigo="ja_pedido")
    if not atendimento.esta_aberto:
        raise Conflito(
            f"O atendimento {atendimento.protocolo} está encerrado: reabra antes de pedir.",
            codigo="encerrado",
        )
    exigir_desbloqueado(atendimento)
    exigir_janela(atendimento, False)
    nova = falar(atendimento=atendimento, bolha=Texto(PEDIDO).bolha(), resposta_a=mensagem)
    avisar(atendimento, mensagens=[nova.pk])
    return nova
