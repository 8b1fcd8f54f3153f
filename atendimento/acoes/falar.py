"""Write an outgoing bubble in a locked atendimento: used by servants, the bot and the system."""

from uuid import UUID

from django.db.models.functions import Now
from django.utils import timezone

from atendimento.acoes.comum import gravar
from atendimento.acoes.conteudo import Bolha
from atendimento.models import Atendimento, Conversa, Mensagem
from prefeitura.ambiente import correlacao
from prefeitura.banco.linhas import inserir
from prefeitura.cadastro.models import Servidor
from prefeitura.whatsapp import mensagens, saida
from prefeitura.whatsapp.models import Envio


def falar(
    *,
    atendimento: Atendimento,
    bolha: Bolha,
    servidor: Servidor | None = None,
    chave_cliente: UUID | None = None,
    resposta_a: Mensagem | None = None,
) -> Mensagem:
    """Queue `bolha` to the citizen and store it as the last message of `atendimento`.

    The Conversa and the Atendimento must be locked. Moves the foco, since the citizen will
    answer to this.
    """
    conversa = atendimento.conversa
    corpo = bolha.corpo
    citada = _wamid_de(resposta_a)
    if citada:
        corpo = mensagens.em_resposta(corpo, citada)
    envio = saida.enfileirar(
        numero=conversa.numero,
        cidadao=conversa.cidadao,
        corpo=corpo,
        midia=bolha.midia,
        servidor=servidor,
        chave_cliente=chave_cliente,
        prioridade=Envio.Prioridade.RESPOSTA if servidor else Envio.Prioridade.ROBO,
    )
    origem = Mensagem.Origem.NORMAL if servidor else Mensagem.Origem.ROBO
    mensagem = _mensagem(atendimento, bolha, envio, origem)
    mensagem.autor, mensagem.resposta_a, mensagem.citada_wamid = servidor, resposta_a, citada
    inserir([mensagem])
    campos = {"ultima_mensagem": mensagem, "ultima_em": Now()}
    if servidor:
        campos |= {"esperando_desde": None}
        if atendimento.primeira_resposta_em is None:
            campos["primeira_resposta_em"] = Now()
    gravar(atendimento, nova_versao=servidor is not None, **campos)
    mover_foco_pela_fala(conversa, atendimento)
    return mensagem


def mandar_recibos(*, bolhas: list[tuple[Atendimento, Bolha]], correlacoes: dict[int, str]) -> None:
    """Queue one bubble of the system to each citizen, all at once.

    A receipt asks nothing: it leaves the foco, and the row of the list goes on showing what the
    citizen wrote.
    """
    envios = [
        Envio(
            numero=atendimento.conversa.numero,
            cidadao=atendimento.conversa.cidadao,
            corpo=bolha.corpo,
            prioridade=Envio.Prioridade.ROBO,
            correlacao=correlacoes.get(atendimento.pk) or correlacao.nova(),
        )
        for atendimento, bolha in bolhas
    ]
    saida.enfileirar_lote(envios=envios)
    inserir(
        [
            _mensagem(atendimento, bolha, envio, Mensagem.Origem.ROBO)
            for (atendimento, bolha), envio in zip(bolhas, envios, strict=True)
        ]
    )


def _mensagem(atendimento: Atendimento, bolha: Bolha, envio: Envio, origem: str) -> Mensagem:
    return Mensagem(
        atendimento=atendimento,
        numero_id=envio.numero_id,
        equipe_id=atendimento.equipe_id,
        direcao=Mensagem.Direcao.SAIDA,
        origem=origem,
        tipo=bolha.tipo,
        texto=bolha.texto,
        dados=bolha.dados,
        midia=bolha.midia,
        momento=timezone.now(),
        envio=envio,
    )


def mover_foco_pela_fala(conversa: Conversa, atendimento: Atendimento) -> None:
    """The foco goes to who spoke; to nobody when two matters spoke since the citizen wrote."""
    outra_falou = conversa.falou_desde_id not in (None, atendimento.pk)
    foco = None if outra_falou else atendimento
    antes = (conversa.foco_id, conversa.falou_desde_id)
    if antes == (foco and foco.pk, atendimento.pk):
        return
    Conversa.objects.filter(pk=conversa.pk).update(foco=foco, falou_desde=atendimento)
    conversa.foco, conversa.falou_desde = foco, atendimento


def _wamid_de(mensagem: Mensagem | None) -> str:
    if mensagem is None:
        return ""
    return mensagem.wamid or (mensagem.envio.wamid if mensagem.envio else "") or ""
