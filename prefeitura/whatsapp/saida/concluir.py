"""Record what one try proved. Every UPDATE names the try, so a late worker changes nothing."""

import logging
import random
import time

from django.db import IntegrityError, connection, transaction
from django.db.models.functions import Now

from prefeitura.cadastro.models import Cidadao
from prefeitura.cadastro.telefone import chave
from prefeitura.whatsapp import erros, sinais
from prefeitura.whatsapp.cliente import (
    Aceita,
    Adiada,
    Incerta,
    NumeroParado,
    Quarentena,
    Recusada,
    Resultado,
)
from prefeitura.whatsapp.metricas import ENVIO_SEGUNDOS, TENTATIVAS
from prefeitura.whatsapp.models import Envio, MidiaNaMeta, Numero
from prefeitura.whatsapp.saida.enfileirar import acordar
from prefeitura.whatsapp.saida.posto import marcar_aceito
from prefeitura.whatsapp.saida.reivindicar import Reivindicado
from prefeitura.whatsapp.saida.status import aplicar_orfaos_de

registro = logging.getLogger(__name__)

QUARENTENA_S = 120
RODADAS = 3
SEM_REDE_MAXIMO_S = 60
LIMITE_MAXIMO_S = 300
PACIENCIA_COM_LIMITES = 3
BLOQUEADO = 130403
ARQUIVO_RECUSADO = {100, 131009, 131053}
DAQUI_A = "statement_timestamp() + make_interval(secs => %s)"


def registrar(envio: Envio, meu: Reivindicado, resultado: Resultado) -> None:
    """Write the outcome of one POST (GUARANTEES 3.0)."""
    _contar(envio, meu, resultado)
    match resultado:
        case Aceita():
            try:
                _aceitar(envio, meu, resultado)
            except IntegrityError:  # the wamid is another send's: what it proves is not clear
                duvidar(meu, "A Meta repetiu o identificador de outra mensagem.")
        case Recusada(codigo=codigo, detalhe=detalhe):
            if envio.midia_id and codigo in ARQUIVO_RECUSADO:
                MidiaNaMeta.objects.filter(midia=envio.midia_id, numero=envio.numero_id).delete()
            if codigo == BLOQUEADO:  # blocked elsewhere: people need the way to unblock
                Cidadao.objects.filter(pk=envio.cidadao_id, bloqueado_em=None).update(
                    bloqueado_em=Now()
                )
            falhar(meu, codigo, detalhe)
        case Adiada():
            _adiar(envio, meu, resultado)
        case NumeroParado(codigo=codigo, aguardar=segundos, da_conta=da_conta):
            pausar(envio.numero, segundos, codigo, da_conta=da_conta)
            devolver(meu, 0, codigo)
            registro.error("numero_pausado", extra={"envio_id": envio.pk, "codigo": codigo})
        case Quarentena(codigo=codigo):
            _por_em_quarentena(meu, codigo)
        case Incerta(motivo=motivo):
            duvidar(meu, motivo)


@transaction.atomic
def _aceitar(envio: Envio, meu: Reivindicado, aceita: Aceita) -> None:
    """Also from `incerta`: an answer with a wamid is a fact, however late it comes."""
    cidadao = envio.cidadao
    if (
        aceita.wa_id
        and aceita.wa_id != cidadao.wa_id
        and chave(aceita.wa_id) == chave(cidadao.wa_id)
    ):
        Cidadao.objects.filter(pk=cidadao.pk).update(wa_id=aceita.wa_id)
    mudou = _mudar(
        meu,
        "estado = 'enviada', wamid = COALESCE(wamid, %s), codigo = NULL, detalhe = ''",
        [aceita.wamid],
        de=("enviando", "incerta"),
    )
    if not mudou:
        return
    marcar_aceito(envio.pk)
    aplicar_orfaos_de(envio, aceita.wamid)
    if envio.numero.pausa_motivo:
        Numero.objects.filter(pk=envio.numero_id).update(pausado_ate=None, pausa_motivo="")
    _avisar(meu)


def _adiar(envio: Envio, meu: Reivindicado, adiada: Adiada) -> None:
    if adiada.codigo is None:  # nothing left this host: it may wait as long as the network does
        devolver(meu, _espalhar(min(4 ** min(meu.tentativa - 1, 5), SEM_REDE_MAXIMO_S)))
        return
    # A limit slows the number or the pair down, and never costs the message. Claims that ended in
    # a wait of our own are among its tries, so its patience stops growing early.
    vez = min(meu.tentativa, PACIENCIA_COM_LIMITES) if adiada.limite else meu.recusas + 1
    espera = erros.espera(adiada.codigo, vez, random.random())  # noqa: S311 (jitter)
    if espera is None:
        falhar(meu, adiada.codigo)
        return
    espera = max(min(espera, LIMITE_MAXIMO_S), adiada.aguardar or 0)
    if adiada.limite == "numero":
        _segurar(envio.numero, espera)
    devolver(meu, espera, adiada.codigo, recusada=not adiada.limite)


def devolver(
    meu: Reivindicado, segundos: float, codigo: int | None = None, *, recusada: bool = False
) -> None:
    """Back to the queue, to be tried from `segundos` on: proven that Meta did not accept.

    Only a momentary refusal (`recusada`) is counted towards giving up.
    """
    _mudar(
        meu,
        f"estado = 'pendente', codigo = %s, recusas = recusas + %s, nao_antes_de = {DAQUI_A}",
        [codigo, int(recusada), segundos],
    )


@transaction.atomic
def falhar(meu: Reivindicado, codigo: int | None, detalhe: str = "") -> None:
    """The same message will never go."""
    if _mudar(meu, "estado = 'falhou', codigo = %s, detalhe = %s", [codigo, detalhe[:500]]):
        _avisar(meu)


@transaction.atomic
def duvidar(meu: Reivindicado, motivo: str) -> None:
    """It may have been accepted: only a status or a person ends the doubt."""
    if _mudar(
        meu, "estado = 'incerta', incerta_em = statement_timestamp(), detalhe = %s", [motivo[:500]]
    ):
        _avisar(meu)


@transaction.atomic
def _por_em_quarentena(meu: Reivindicado, codigo: int) -> None:
    """Wait for a status with our id; after the third 5xx it is a doubt like any other."""
    mudou = _mudar(
        meu,
        "rodadas = rodadas + 1, codigo = %s,"
        " estado = CASE WHEN rodadas + 1 < %s THEN 'pendente' ELSE 'incerta' END,"
        " incerta_em = CASE WHEN rodadas + 1 < %s THEN NULL ELSE statement_timestamp() END,"
        " nao_antes_de = statement_timestamp() + make_interval(secs => %s)",
        [codigo, RODADAS, RODADAS, QUARENTENA_S],
    )
    if mudou:
        _avisar(meu)


def pausar(numero: Numero, segundos: float, codigo: int, *, da_conta: bool = False) -> None:
    """Stop the number (or all of its account) and say why, for supervisors and admins."""
    quais = Numero.objects.filter(conta=numero.conta_id) if da_conta else [numero]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE whatsapp_numero SET pausa_motivo = %s,"  # noqa: S608 (constants)
            f" pausado_ate = GREATEST(pausado_ate, {DAQUI_A}) WHERE id = ANY(%s)",
            [erros.frase(codigo)[:300], segundos, [n.pk for n in quais]],
        )


def _segurar(numero: Numero, segundos: float) -> None:
    """A short rest asked by a limit of Meta: nobody needs to be told."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE whatsapp_numero SET pausado_ate = GREATEST(pausado_ate, {DAQUI_A})"  # noqa: S608
            " WHERE id = %s",
            [segundos, numero.pk],
        )


def liberar(envio: Envio) -> None:
    """The file is at Meta: the send may be claimed at once."""
    adiar_pendente(envio, 0)


def adiar_pendente(envio: Envio, segundos: float) -> None:
    """Move the next try of a send that was not claimed."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE whatsapp_envio SET nao_antes_de = {DAQUI_A}"  # noqa: S608
            " WHERE id = %s AND estado = 'pendente'",
            [segundos, envio.pk],
        )


@transaction.atomic
def falhar_pendente(envio: Envio, codigo: int | None, detalhe: str) -> None:
    """End a send that never was claimed: its file cannot go up."""
    mudou = Envio.objects.filter(pk=envio.pk, estado=Envio.Estado.PENDENTE).update(
        estado=Envio.Estado.FALHOU, codigo=codigo, detalhe=detalhe[:500]
    )
    if mudou:
        sinais.envios_mudaram.send(sender=Envio, envios=[envio.pk])


def acordar_seguinte(envio: Envio) -> None:
    """Wake the next send of the same conversation, which was waiting for this one."""
    seguinte = (
        Envio.objects.filter(
            numero=envio.numero_id,
            cidadao=envio.cidadao_id,
            ordem__gt=envio.ordem,
            estado=Envio.Estado.PENDENTE,
        )
        .order_by("ordem")
        .values_list("pk", flat=True)
        .first()
    )
    if seguinte:
        acordar(seguinte)


def _mudar(
    meu: Reivindicado, campos: str, valores: list, de: tuple[str, ...] = ("enviando",)
) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE whatsapp_envio SET prazo_em = NULL, {campos}"  # noqa: S608 (constants)
            " WHERE id = %s AND tentativa = %s AND estado = ANY(%s)",
            [*valores, meu.envio_id, meu.tentativa, list(de)],
        )
        return cursor.rowcount == 1


def _avisar(meu: Reivindicado) -> None:
    sinais.envios_mudaram.send(sender=Envio, envios=[meu.envio_id])


def _espalhar(segundos: float) -> float:
    return segundos * random.uniform(1, 1.25)  # noqa: S311 (jitter)


def _contar(envio: Envio, meu: Reivindicado, resultado: Resultado) -> None:
    nomes = {Aceita: "aceito", Recusada: "permanente", Incerta: "duvida"}
    nome, codigo = nomes.get(type(resultado), "temporario"), getattr(resultado, "codigo", None)
    rotulo = str(codigo) if codigo in erros.MEDIDOS else "" if codigo is None else "outro"
    TENTATIVAS.labels(nome, rotulo).inc()
    registro.info(
        "envio_respondido",
        extra={"envio_id": envio.pk, "resultado": nome, "codigo": codigo},
    )
    ENVIO_SEGUNDOS.labels(str(envio.prioridade)).observe(time.monotonic() - meu.nasceu)
