"""Write first to a citizen: an approved template, with their authorisation recorded."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from atendimento import protocolo
from atendimento.acoes.comum import anotar, avisar, segurar_chave
from atendimento.acoes.conteudo import Bolha, Modelo
from atendimento.acoes.falar import falar
from atendimento.acoes.responder import exigir_ritmo
from atendimento.erros import Conflito, Invalido
from atendimento.models import Atendimento, Conversa, Mensagem, Transicao
from prefeitura.cadastro.acoes import TelefoneInvalido, cidadao_do_telefone
from prefeitura.cadastro.models import (
    Assunto,
    AutorizacaoDeContato,
    Cidadao,
    Equipe,
    Servidor,
)
from prefeitura.whatsapp import erros
from prefeitura.whatsapp.mensagens import MensagemInvalida
from prefeitura.whatsapp.models import ModeloDeMensagem, Numero

# The blank that only the system can fill in: the number is born with the atendimento.
PROTOCOLO = "protocolo"


@dataclass(frozen=True, slots=True)
class Autorizacao:
    """How (`AutorizacaoDeContato.Como`), what and on which day the person authorised."""

    como: str
    texto: str
    dia: date


@transaction.atomic
def iniciar_conversa(
    *,
    servidor: Servidor,
    numero: Numero,
    equipe: Equipe,
    modelo: ModeloDeMensagem,
    valores: dict | list,
    autorizacao: Autorizacao,
    chave_cliente: UUID,
    telefone: str = "",
    cidadao_id: int | None = None,
    nome: str = "",
    assunto: Assunto | None = None,
    confirmar: bool = False,
) -> Atendimento:
    """Open an atendimento in the hands of `servidor` and send `modelo` to the citizen.

    Args:
        cidadao_id: somebody who already has an atendimento that `servidor` may see; else the
            person of `telefone`, in any form, known or new.
        nome: how the team calls a person who has no name yet.
        valores: of the template; a named blank `protocolo` is filled in here.
        chave_cliente: one key is one conversation, however often it is posted.
        confirmar: open another matter although one is open with this person.

    Raises Invalido naming the field; Conflito "ja_aberto" with `atendimento`, the one that is
    already open, or "bloqueado"; Demais above 60 messages a minute.
    """
    segurar_chave(servidor, chave_cliente)
    if repetida := _ja_iniciada(servidor, chave_cliente):
        return repetida
    exigir_ritmo(servidor)
    _exigir_lugar(servidor, equipe, numero, assunto)
    _exigir_autorizacao(autorizacao)
    novo_protocolo = protocolo.gerar(1)[0]
    bolha = _bolha(numero, modelo, _com_protocolo(modelo, valores, novo_protocolo))
    cidadao = _cidadao(servidor, cidadao_id, telefone)
    if cidadao.bloqueado_em:
        raise Conflito(erros.frase(130403), codigo="bloqueado")
    if nome.strip() and not cidadao.nome:
        cidadao.nome = " ".join(nome.replace("\x00", "").split())[:200]
        cidadao.save(update_fields=["nome"])
    conversa = _travar_conversa(cidadao, numero)
    if not confirmar:
        _exigir_nenhum_aberto(servidor, cidadao)
    AutorizacaoDeContato.objects.create(
        cidadao=cidadao,
        registrada_por=servidor,
        como=autorizacao.como,
        texto=autorizacao.texto.strip(),
        autorizada_em=autorizacao.dia,
    )
    atendimento = Atendimento.objects.create(
        protocolo=novo_protocolo,
        conversa=conversa,
        equipe=equipe,
        servidor=servidor,
        assunto=assunto,
        estado=Atendimento.Estado.EM_ATENDIMENTO,
    )
    anotar(atendimento, Transicao.Tipo.ABERTO, quem=servidor, servidor=servidor, equipe=equipe)
    mensagem = falar(
        atendimento=atendimento, bolha=bolha, servidor=servidor, chave_cliente=chave_cliente
    )
    avisar(atendimento, mensagens=[mensagem.pk])
    return atendimento


def numeros_de(equipe: Equipe | None):
    """Return the active numbers by which a team may write: the city's, and its secretaria's."""
    ativos = Numero.objects.filter(ativo=True).order_by("pk")
    secretaria = equipe.secretaria_id if equipe else None
    da_cidade = ativos.filter(secretaria=None)
    return da_cidade | ativos.filter(secretaria=secretaria) if secretaria else da_cidade


def conhecidos_de(servidor: Servidor):
    """Return the citizens that `servidor` may choose by name: those of matters they may see."""
    visiveis = Atendimento.objects.visiveis_para(servidor)
    return Cidadao.objects.filter(conversas__atendimentos__in=visiveis).distinct()


def _ja_iniciada(servidor: Servidor, chave: UUID) -> Atendimento | None:
    dita = (
        Mensagem.objects.filter(envio__servidor=servidor, envio__chave_cliente=chave)
        .select_related("atendimento__equipe__secretaria", "atendimento__conversa__cidadao")
        .first()
    )
    return dita.atendimento if dita else None


def _exigir_lugar(
    servidor: Servidor, equipe: Equipe, numero: Numero, assunto: Assunto | None
) -> None:
    if not servidor.atende(equipe) or not Equipe.objects.ativas().filter(pk=equipe.pk).exists():
        raise Invalido("Escolha uma equipe em que você atende.", campo="equipe")
    if not numeros_de(equipe).filter(pk=numero.pk).exists():
        raise Invalido("Esta equipe não envia por este número. Escolha outro.", campo="numero")
    if assunto is not None and assunto.equipe_id != equipe.pk:
        raise Invalido("Este assunto é de outra equipe.", campo="assunto")


def _exigir_autorizacao(autorizacao: Autorizacao) -> None:
    if autorizacao.como not in AutorizacaoDeContato.Como.values:
        raise Invalido("Diga como a pessoa autorizou este contato.", campo="como")
    texto = autorizacao.texto.strip()
    if not 3 <= len(texto) <= 500 or "\x00" in texto:
        raise Invalido(
            "Escreva o que a pessoa pediu ou autorizou, em até 500 caracteres.",
            campo="autorizacao",
        )
    if not date(2000, 1, 1) <= autorizacao.dia <= timezone.localdate():
        raise Invalido("Confira o dia em que a pessoa autorizou.", campo="dia")


def _com_protocolo(modelo: ModeloDeMensagem, valores: dict | list, numero: str) -> dict | list:
    if modelo.formato == "NAMED" and isinstance(valores, dict) and PROTOCOLO in valores:
        return valores | {PROTOCOLO: numero}
    return valores


def _bolha(numero: Numero, modelo: ModeloDeMensagem, valores: dict | list) -> Bolha:
    if modelo.conta_id != numero.conta_id:
        raise Invalido("Este modelo é de outra conta. Escolha outro.", campo="modelo")
    try:
        return Modelo(modelo, valores).bolha()
    except MensagemInvalida as erro:
        raise Invalido(erro.frase, campo=erro.campo) from erro


def _cidadao(servidor: Servidor, cidadao_id: int | None, telefone: str) -> Cidadao:
    """Return the locked row of who is written to."""
    if cidadao_id is not None:
        achado = (
            Cidadao.objects.select_for_update(no_key=True)
            .filter(pk=cidadao_id, pk__in=conhecidos_de(servidor).values("pk"))
            .first()
        )
        if achado is None:
            raise Invalido("Escolha a pessoa na lista, ou escreva o telefone.", campo="quem")
        return achado
    try:
        return cidadao_do_telefone(digitado=telefone)
    except TelefoneInvalido as erro:
        raise Invalido(
            "Escreva um telefone com DDD, como (11) 98765-4321, ou escolha a pessoa na lista.",
            campo="quem",
        ) from erro


def _travar_conversa(cidadao: Cidadao, numero: Numero) -> Conversa:
    Conversa.objects.bulk_create([Conversa(cidadao=cidadao, numero=numero)], ignore_conflicts=True)
    conversa = Conversa.objects.select_for_update().get(cidadao=cidadao, numero=numero)
    conversa.cidadao, conversa.numero = cidadao, numero
    return conversa


def _exigir_nenhum_aberto(servidor: Servidor, cidadao: Cidadao) -> None:
    aberto = (
        Atendimento.objects.visiveis_para(servidor)
        .abertos()
        .filter(conversa__cidadao=cidadao)
        .select_related("servidor")
        .order_by("-ultima_em", "-pk")
        .first()
    )
    if aberto is None:
        return
    com = f", com {aberto.servidor}" if aberto.servidor else ", sem atendente"
    raise Conflito(
        f"Já há um atendimento aberto com esta pessoa: {aberto.protocolo}{com}.",
        codigo="ja_aberto",
        atendimento=aberto.pk,
    )
