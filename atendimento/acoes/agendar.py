"""Leave a message for later: keep it, change it, give it up, or send it before its hour."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from atendimento import agenda, prontas
from atendimento.acoes.comum import avisar, exigir_que_atenda, gravar, segurar_chave, travar
from atendimento.acoes.conteudo import Bolha, Modelo, Texto
from atendimento.acoes.encerrar import mais_nova
from atendimento.acoes.responder import exigir_desbloqueado, responder
from atendimento.erros import Conflito, Invalido, NaoEncontrado
from atendimento.models import Atendimento, Mensagem, MensagemAgendada, Rascunho
from prefeitura.cadastro.models import Servidor
from prefeitura.whatsapp.mensagens import MensagemInvalida

Estado = MensagemAgendada.Estado
Agendavel = Texto | Modelo
NAO_HA = "Não encontramos esta mensagem agendada."
MAIS_POR_ATENDIMENTO = 10


@transaction.atomic
def agendar_mensagem(
    *,
    atendimento_id: int,
    servidor: Servidor,
    chave_cliente: UUID,
    conteudo: Agendavel,
    enviar_em: datetime,
) -> MensagemAgendada:
    """Keep `conteudo` to be sent at `enviar_em`; one `chave_cliente` is one message.

    Raises Invalido for an hour that passed or for what Meta would refuse; Conflito when the
    matter is closed, the citizen blocked, or the 24 hours will be over by then and it is no
    template.
    """
    segurar_chave(servidor, chave_cliente)
    atendimento = travar(atendimento_id=atendimento_id, servidor=servidor)
    bolha = _bolha(conteudo)
    repetida = MensagemAgendada.objects.filter(autor=servidor, chave_cliente=chave_cliente).first()
    if repetida is not None:
        if (repetida.atendimento_id, repetida.texto) != (atendimento_id, bolha.texto):
            raise Invalido(
                "Esta mensagem já foi agendada com outro texto. Recarregue a conversa.",
                campo="chave_cliente",
            )
        return repetida
    _exigir_que_possa(atendimento, servidor, bolha, enviar_em)
    if atendimento.agendadas.que_esperam().count() >= MAIS_POR_ATENDIMENTO:
        raise Invalido(f"Já há {MAIS_POR_ATENDIMENTO} mensagens agendadas aqui. Cancele uma antes.")
    agendada = MensagemAgendada(atendimento=atendimento, chave_cliente=chave_cliente)
    _escrever(agendada, atendimento, servidor, conteudo, bolha, enviar_em)
    Rascunho.objects.filter(
        servidor=servidor, atendimento=atendimento, modo=Rascunho.Modo.RESPOSTA
    ).delete()
    _mostrar(atendimento)
    return agendada


@transaction.atomic
def mudar_agendada(
    *, agendada_id: int, servidor: Servidor, conteudo: Agendavel, enviar_em: datetime
) -> MensagemAgendada:
    """Change what waits, or its hour; it goes as of who changed it last, who has just looked.

    Raises as `agendar_mensagem` does; NaoEncontrado, or Conflito when it has gone already.
    """
    agendada, atendimento = _travar(agendada_id, servidor)
    bolha = _bolha(conteudo)
    _exigir_que_possa(atendimento, servidor, bolha, enviar_em)
    _escrever(agendada, atendimento, servidor, conteudo, bolha, enviar_em)
    _mostrar(atendimento)
    return agendada


@transaction.atomic
def cancelar_agendada(*, agendada_id: int, servidor: Servidor) -> None:
    """Give it up; again is harmless. Raises NaoEncontrado, or Conflito when it has gone already."""
    agendada, atendimento = _travar(agendada_id, servidor, Estado.CANCELADA)
    if agendada.estado == Estado.CANCELADA:
        return
    encerrar_agendada(agendada, Estado.CANCELADA, por=servidor)
    _mostrar(atendimento)


@transaction.atomic
def enviar_agendada(*, agendada_id: int, servidor: Servidor) -> Mensagem:
    """Send it now, as an answer of `servidor`, who has seen what stood in its way.

    Asked again, it gives the message that went. Raises as `responder` does.
    """
    agendada, _ = _travar(agendada_id, servidor, Estado.ENVIADA)
    if agendada.estado == Estado.ENVIADA:
        return agendada.mensagem
    return enviar(agendada, quem=servidor, por=servidor)


def enviar(agendada: MensagemAgendada, *, quem: Servidor, por: Servidor | None) -> Mensagem:
    """Answer with a locked one and mark it as gone, in the caller's transaction.

    `por` is empty when its hour came.
    """
    atendimento = agendada.atendimento
    if not atendimento.esta_aberto:
        raise Conflito("O atendimento foi encerrado. Reabra para enviar.", codigo="encerrado")
    mensagem = responder(
        atendimento_id=agendada.atendimento_id,
        servidor=quem,
        chave_cliente=agendada.chave_cliente,
        conteudo=conteudo_de(agendada),
        de=atendimento.servidor_id,
    )
    encerrar_agendada(agendada, Estado.ENVIADA, por=por, mensagem=mensagem)
    return mensagem


def conteudo_de(agendada: MensagemAgendada) -> Agendavel:
    """What is sent of it."""
    if agendada.modelo is None:
        return Texto(agendada.texto)
    return Modelo(agendada.modelo, agendada.valores)


def encerrar_agendada(
    agendada: MensagemAgendada,
    estado: str,
    *,
    por: Servidor | None,
    mensagem: Mensagem | None = None,
) -> None:
    """Nothing more happens to a locked one: it went, or was given up."""
    agendada.estado, agendada.motivo, agendada.mensagem = estado, "", mensagem
    agendada.encerrada_em, agendada.encerrada_por = timezone.now(), por
    agendada.save()


def impedimento(agendada: MensagemAgendada, atendimento: Atendimento) -> str:
    """What happened since it was scheduled that only a person can weigh; empty when nothing."""
    autor = agendada.autor
    if agendada.equipe_id != atendimento.equipe_id:
        return "O atendimento foi transferido depois. Confira antes de enviar."
    if not autor.atende(atendimento.equipe):
        return f"{autor} não atende mais nesta equipe. Confira antes de enviar."
    if not atendimento.esta_aberto:
        return "O atendimento foi encerrado. Reabra para enviar, ou cancele."
    if atendimento.servidor_id not in (None, autor.pk, agendada.com_id):
        return f"O atendimento passou para {atendimento.servidor}. Confira antes de enviar."
    if mais_nova(atendimento) > (agendada.vista_id or 0):
        return "O cidadão escreveu depois. Confira antes de enviar."
    return ""


def _travar(
    agendada_id: int, servidor: Servidor, tambem: str = ""
) -> tuple[MensagemAgendada, Atendimento]:
    """Lock the matter, then what waits in it; `tambem` is an end that asking again may find."""
    visiveis = MensagemAgendada.objects.visiveis_para(servidor).select_related("autor")
    agendada = visiveis.filter(pk=agendada_id).first()
    if agendada is None:
        raise NaoEncontrado(NAO_HA)
    segurar_chave(agendada.autor, agendada.chave_cliente)
    atendimento = travar(atendimento_id=agendada.atendimento_id, servidor=servidor)
    exigir_que_atenda(servidor, atendimento)
    agendada = (
        MensagemAgendada.objects.select_for_update(of=["self"])
        .select_related("autor", "modelo", "mensagem")
        .get(pk=agendada_id)
    )
    agendada.atendimento = atendimento
    if agendada.estado not in (*MensagemAgendada.ESPERAM, tambem):
        foi = "já foi enviada" if agendada.estado == Estado.ENVIADA else "foi cancelada"
        raise Conflito(f"Esta mensagem {foi}.", codigo="estado")
    return agendada, atendimento


def _bolha(conteudo: Agendavel) -> Bolha:
    try:
        bolha = conteudo.bolha()
    except MensagemInvalida as erro:
        raise Invalido(erro.frase, campo=erro.campo) from erro
    if lacunas := [] if bolha.fora_da_janela else prontas.faltam(bolha.texto):
        raise Invalido(f"Falta preencher: {', '.join(lacunas)}.", campo="texto")
    return bolha


def _exigir_que_possa(
    atendimento: Atendimento, servidor: Servidor, bolha: Bolha, enviar_em: datetime
) -> None:
    exigir_que_atenda(servidor, atendimento)
    if not atendimento.esta_aberto:
        raise Conflito("Este atendimento está encerrado. Reabra para agendar.", codigo="encerrado")
    exigir_desbloqueado(atendimento)
    agora = timezone.localtime()
    agenda.exigir_futuro(enviar_em, agora)
    fim = atendimento.conversa.janela_ate
    if bolha.fora_da_janela or (fim and enviar_em < fim):
        return
    ate = "já terminou"
    if fim and fim > agora:
        ate = f"termina {agenda.em_palavras(timezone.localtime(fim), agora)}"
    raise Conflito(
        f"O prazo de 24 horas {ate}. Para essa hora, escolha um modelo aprovado.", codigo="janela"
    )


def _escrever(
    agendada: MensagemAgendada,
    atendimento: Atendimento,
    servidor: Servidor,
    conteudo: Agendavel,
    bolha: Bolha,
    enviar_em: datetime,
) -> None:
    modelo = conteudo if isinstance(conteudo, Modelo) else None
    agendada.autor, agendada.texto, agendada.enviar_em = servidor, bolha.texto, enviar_em
    agendada.modelo, agendada.valores = modelo and modelo.modelo, modelo.valores if modelo else {}
    agendada.estado, agendada.motivo = Estado.AGENDADA, ""
    agendada.equipe, agendada.com_id = atendimento.equipe, atendimento.servidor_id
    agendada.vista_id = mais_nova(atendimento) or None
    agendada.save()


def _mostrar(atendimento: Atendimento) -> None:
    gravar(atendimento)
    avisar(atendimento)


def reter(agendada: MensagemAgendada, atendimento: Atendimento, motivo: str) -> None:
    """Leave a locked one to a person, with the reason, and call for one: the row turns unread."""
    agendada.estado, agendada.motivo = Estado.RETIDA, motivo[:300]
    agendada.save(update_fields=["estado", "motivo"])
    if atendimento.esta_aberto and not atendimento.nao_lidas:
        gravar(atendimento, nao_lidas=1)
    _mostrar(atendimento)
