"""Answer the citizen, and order a new try of what failed."""

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from atendimento import prontas
from atendimento.acoes.assumir import passar_para
from atendimento.acoes.comum import avisar, exigir_que_atenda, segurar_chave, travar
from atendimento.acoes.conteudo import Bolha, Conteudo
from atendimento.acoes.encerrar import voltar_a_abrir
from atendimento.acoes.falar import falar
from atendimento.acoes.ler import zerar_nao_lidas
from atendimento.erros import Conflito, Demais, Invalido, NaoEncontrado
from atendimento.metricas import RESPOSTA_CONFLITOS
from atendimento.models import Atendimento, Mensagem, Rascunho
from atendimento.tempo import ha_quanto
from prefeitura.cadastro.models import Servidor
from prefeitura.whatsapp import erros, saida
from prefeitura.whatsapp.mensagens import MensagemInvalida
from prefeitura.whatsapp.models import Envio

POR_MINUTO = 60


@transaction.atomic
def responder(
    *,
    atendimento_id: int,
    servidor: Servidor,
    chave_cliente: UUID,
    conteudo: Conteudo,
    versao_vista: int | None = None,
    confirmar: bool = False,
    resposta_a_id: int | None = None,
    de: int | None = None,
) -> Mensagem:
    """Send `conteudo` to the citizen; one `chave_cliente` is one message, however often posted.

    Answering an atendimento of nobody takes it. Raises Conflito, with what changed, when it is a
    colleague's (unless `de` names them), when a colleague answered after `versao_vista` (unless
    `confirmar`), when it is closed, or when the 24-hour window is over; Invalido for content that
    Meta would refuse, or with a blank of a canned reply still open; Demais above 60 messages a
    minute.
    """
    segurar_chave(servidor, chave_cliente)
    atendimento = travar(atendimento_id=atendimento_id, servidor=servidor)
    try:
        bolha = conteudo.bolha()
    except MensagemInvalida as erro:
        raise Invalido(erro.frase, campo=erro.campo) from erro
    if repetida := _ja_enviada(servidor, chave_cliente):
        if not _diz_o_mesmo(repetida, atendimento_id, bolha):
            raise Invalido(
                "Esta mensagem já foi enviada com outro texto. Recarregue a conversa.",
                campo="chave_cliente",
            )
        return repetida
    if lacunas := [] if bolha.fora_da_janela else prontas.faltam(bolha.texto):
        raise Invalido(f"Falta preencher: {', '.join(lacunas)}.", campo="texto")
    exigir_que_atenda(servidor, atendimento)
    exigir_ritmo(servidor)
    exigir_desbloqueado(atendimento)
    exigir_janela(atendimento, bolha.fora_da_janela)
    try:
        _exigir_versao(atendimento, servidor, versao_vista, confirmar)
        _tomar(atendimento, servidor, de, confirmar)
    except Conflito:
        RESPOSTA_CONFLITOS.inc()
        raise
    citada = _citada(atendimento, resposta_a_id)
    if atendimento.nao_lidas:
        zerar_nao_lidas(atendimento)
    mensagem = falar(
        atendimento=atendimento,
        bolha=bolha,
        servidor=servidor,
        chave_cliente=chave_cliente,
        resposta_a=citada,
    )
    if bolha.do_campo:
        Rascunho.objects.filter(
            servidor=servidor, atendimento=atendimento, modo=Rascunho.Modo.RESPOSTA
        ).delete()
    avisar(atendimento, mensagens=[mensagem.pk])
    return mensagem


def _ja_enviada(servidor: Servidor, chave: UUID) -> Mensagem | None:
    """The bubble of this key: it points to its newest try, and the key to the first."""
    mesma_chave = Envio.objects.filter(servidor=servidor, chave_cliente=chave)
    envio = mesma_chave.first() if mesma_chave.exists() else None  # nearly always a new one
    while envio is not None:
        mensagem = Mensagem.objects.filter(envio=envio).select_related("envio", "midia").first()
        if mensagem is not None:
            return mensagem
        envio = envio.novas_tentativas.first()
    return None


def _diz_o_mesmo(dita: Mensagem, atendimento_id: int, bolha: Bolha) -> bool:
    """A file posted twice was stored twice: what counts is what is in it."""
    arquivos = [midia.sha256 if midia else "" for midia in (dita.midia, bolha.midia)]
    return arquivos[0] == arquivos[1] and (dita.atendimento_id, dita.tipo, dita.texto) == (
        atendimento_id,
        bolha.tipo,
        bolha.texto,
    )


def exigir_ritmo(servidor: Servidor) -> None:
    """Refuse above 60 messages a minute: a person does not write so fast."""
    minuto = Now() - timedelta(minutes=1)
    if Envio.objects.filter(servidor=servidor, criado_em__gt=minuto).count() >= POR_MINUTO:
        raise Demais("Você enviou muitas mensagens em pouco tempo. Espere alguns segundos.")


def exigir_desbloqueado(atendimento: Atendimento) -> None:
    """Refuse to write to who is blocked: Meta would answer 130403."""
    if atendimento.conversa.cidadao.bloqueado_em:
        raise Conflito(erros.frase(130403), codigo="bloqueado")


def exigir_janela(atendimento: Atendimento, fora_da_janela: bool) -> None:
    fim = atendimento.conversa.janela_ate
    if fora_da_janela or (fim and fim > timezone.now()):
        return
    terminou = f" às {timezone.localtime(fim):%Hh%M}" if fim else ""
    raise Conflito(
        f"O prazo de 24 horas terminou{terminou}. Para falar agora, use um modelo aprovado.",
        codigo="janela",
    )


def _exigir_versao(
    atendimento: Atendimento, servidor: Servidor, vista: int | None, confirmar: bool
) -> None:
    if vista is None or confirmar or atendimento.versao == vista:
        return
    ultima = (
        atendimento.mensagens.filter(direcao=Mensagem.Direcao.SAIDA, autor__isnull=False)
        .em_ordem()
        .last()
    )
    if ultima is None or ultima.autor_id == servidor.pk:
        return
    raise Conflito(
        f"{ultima.autor} respondeu {ha_quanto(ultima.momento)}. Veja a resposta antes de enviar.",
        codigo="versao",
        versao=atendimento.versao,
    )


def _tomar(atendimento: Atendimento, servidor: Servidor, de: int | None, confirmar: bool) -> None:
    """Whoever answers is responsible: take it, reopening a closed one if that was confirmed."""
    if not atendimento.esta_aberto:
        if not confirmar:
            quem = f" por {atendimento.encerrado_por}" if atendimento.encerrado_por else ""
            quando = timezone.localtime(atendimento.encerrado_em)
            raise Conflito(
                f"Este atendimento foi encerrado{quem} às {quando:%Hh%M}. Reabrir e enviar?",
                codigo="encerrado",
            )
        voltar_a_abrir(atendimento, servidor=servidor, quem=servidor)
    elif atendimento.servidor_id is None:
        passar_para(atendimento, servidor)
    elif atendimento.servidor_id != servidor.pk and de != atendimento.servidor_id:
        raise Conflito(
            f"Este atendimento está com {atendimento.servidor}. Responder mesmo assim?",
            codigo="de_outro",
            de=atendimento.servidor_id,
        )


def _citada(atendimento: Atendimento, mensagem_id: int | None) -> Mensagem | None:
    if mensagem_id is None:
        return None
    citada = atendimento.mensagens.select_related("envio").filter(pk=mensagem_id).first()
    if citada is None:
        raise Invalido("A mensagem citada não é desta conversa.", campo="resposta_a")
    return citada


@transaction.atomic
def reenviar(*, mensagem_id: int, servidor: Servidor) -> Mensagem:
    """Order a new try of a bubble that failed, or that stayed in doubt for fifteen minutes.

    The same bubble points to the new Envio (`refletir_nova_tentativa`). Raises NaoEncontrado, or
    Conflito when there is nothing to try again.
    """
    atendimento_id = (
        Mensagem.objects.visiveis_para(servidor)
        .filter(pk=mensagem_id, envio__isnull=False)
        .values_list("atendimento_id", flat=True)
        .first()
    )
    if atendimento_id is None:
        raise NaoEncontrado
    atendimento = travar(atendimento_id=atendimento_id, servidor=servidor)
    exigir_que_atenda(servidor, atendimento)
    mensagem = Mensagem.objects.select_related("envio__situacao").get(pk=mensagem_id)
    exigir_desbloqueado(atendimento)
    exigir_janela(atendimento, mensagem.tipo == "modelo")
    try:
        saida.reenviar(envio=mensagem.envio, servidor=servidor)
    except saida.NaoPodeReenviar as erro:
        raise Conflito(str(erro), codigo="estado") from erro
    mensagem.refresh_from_db(fields=["envio"])
    return mensagem
