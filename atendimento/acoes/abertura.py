"""Tell the protocol to whoever just opened a matter: one bubble, once."""

from collections.abc import Iterable

from django.utils import timezone

from atendimento.acoes.conteudo import Bolha, Texto
from atendimento.acoes.falar import mandar_recibos
from atendimento.models import Atendimento
from prefeitura.cadastro.models import Municipio


def dizer_protocolos(atendimentos: Iterable[Atendimento], correlacoes: dict[int, str]) -> None:
    """Send the opening bubble of each new atendimento whose 24-hour window is open.

    `correlacoes` has, for each, the code of the message that opened it.
    An old message that Meta delivered late opens a matter too, but the window may be over.
    Opening is not an answer: the citizen goes on waiting.
    """
    agora = timezone.now()
    com_janela = [a for a in atendimentos if (a.conversa.janela_ate or agora) > agora]
    if not com_janela:
        return
    cidade = Municipio.atual().nome
    bolhas = [(a, _boas_vindas(cidade, a.protocolo)) for a in com_janela]
    mandar_recibos(bolhas=bolhas, correlacoes=correlacoes)


def _boas_vindas(cidade: str, protocolo: str) -> Bolha:
    return Texto(
        f"{cidade}: recebemos sua mensagem. O número do seu protocolo é *{protocolo}*. "
        "Uma pessoa da equipe vai responder por aqui."
    ).bolha()
