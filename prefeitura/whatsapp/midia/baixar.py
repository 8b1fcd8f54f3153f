"""Fetch the file of a message from Meta, whole and checked, for as many days as Meta keeps it."""

import base64
import binascii
import logging
import random
import re
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models.functions import Now

from prefeitura.whatsapp import cliente, sinais
from prefeitura.whatsapp.cliente.transporte import Interrompido, exigir_fora_de_transacao
from prefeitura.whatsapp.metricas import MIDIA_RESULTADO
from prefeitura.whatsapp.midia import antivirus, miniatura
from prefeitura.whatsapp.midia.antivirus import Veredito
from prefeitura.whatsapp.midia.arquivo import Escrito, PassouDoLimite, escrever
from prefeitura.whatsapp.midia.nomes import em_quarentena, lugar
from prefeitura.whatsapp.midia.tipos import DESCONHECIDO, reconhecer
from prefeitura.whatsapp.models import Midia
from prefeitura.whatsapp.tasks import baixar_midia

registro = logging.getLogger(__name__)

MAXIMO = 100 * 1024 * 1024
PRAZO_S = 300
RESERVA_S = PRAZO_S + 120
PRIMEIRA_ESPERA_S, ULTIMA_ESPERA_S = 10, 6 * 3600
DIAS_NA_META = 7  # for which Meta keeps what a webhook brought (WHATSAPP.md §6)
SUMIU = {33, 100, 131052}
TENTATIVAS_DO_SUMIDO = 3
PROGRAMA = "Arquivo que pode conter programas."

_REIVINDICAR = """
UPDATE whatsapp_midia SET tentativas = tentativas + 1,
    nao_antes_de = statement_timestamp() + make_interval(secs => %s)
WHERE id = %s AND estado = 'pendente' AND nao_antes_de <= statement_timestamp()
RETURNING tentativas
"""
_ADIAR = f"""
UPDATE whatsapp_midia SET erro = %s,
    estado = CASE WHEN criada_em < statement_timestamp() - interval '{DIAS_NA_META} days'
                  THEN 'perdida' ELSE estado END,
    nao_antes_de = statement_timestamp() + make_interval(secs => %s)
WHERE id = %s AND estado = 'pendente' AND tentativas = %s
RETURNING estado
"""  # noqa: S608 (a constant)


class NaoConfere(Exception):
    """What came is not what Meta announced; the sentence says how."""


def baixar(midia_id: UUID | str) -> None:
    """Try one file once, if it is due; harmless for any id. Must run outside a transaction."""
    exigir_fora_de_transacao()
    with connection.cursor() as cursor:
        cursor.execute(_REIVINDICAR, [RESERVA_S, midia_id])
        linha = cursor.fetchone()
    if linha is None:
        return
    midia = Midia.objects.select_related("numero__conta").get(pk=midia_id)
    try:
        escrito = _buscar(midia)
    except PassouDoLimite:
        _encerrar(midia, Midia.Estado.RECUSADA, "O arquivo passa de 100 MB.")
    except cliente.DestinoProibido as erro:
        _encerrar(midia, Midia.Estado.RECUSADA, str(erro))
    except cliente.ErroDoGraph as erro:
        if erro.codigo in SUMIU and midia.tentativas >= TENTATIVAS_DO_SUMIDO:
            _encerrar(midia, Midia.Estado.PERDIDA, "A Meta não tem mais este arquivo.")
        else:
            _adiar(midia, "A Meta não entregou o arquivo. Vamos tentar de novo.")
    except (NaoConfere, Interrompido) as erro:
        frase = str(erro) if isinstance(erro, NaoConfere) else "O arquivo chegou interrompido."
        _adiar(midia, f"{frase} Vamos tentar de novo.")
    except OSError:
        _adiar(midia, "O servidor não conseguiu guardar o arquivo. Vamos tentar de novo.")
    else:
        _guardar(midia, escrito)


def _buscar(midia: Midia) -> Escrito:
    """Ask the address anew (it lives 5 minutes), stream the bytes, check size and hash."""
    info = cliente.consultar_midia(midia.numero, midia.media_id)
    if info.tamanho is not None and info.tamanho > MAXIMO:
        raise PassouDoLimite
    maximo = MAXIMO if info.tamanho is None else info.tamanho
    try:
        with cliente.baixar(midia.numero, info.url, prazo=PRAZO_S) as pedacos:
            escrito = escrever(pedacos, maximo=maximo)
    except PassouDoLimite:
        if info.tamanho is None:
            raise
        raise NaoConfere("O arquivo veio maior do que a Meta disse.") from None
    try:
        _conferir(escrito, info.tamanho, _resumo(midia.sha256_declarado) or _resumo(info.sha256))
    except NaoConfere:
        escrito.descartar()
        raise
    return escrito


def _conferir(escrito: Escrito, tamanho: int | None, declarado: str) -> None:
    if tamanho is not None and escrito.tamanho != tamanho:
        raise NaoConfere("O arquivo veio menor do que a Meta disse.")
    if declarado and declarado != escrito.sha256:
        raise NaoConfere("O arquivo chegou diferente do que a Meta disse.")


def _resumo(declarado: str) -> str:
    """The announced hash in hexadecimal; empty when what was announced is no SHA-256 at all.

    Webhooks write it in base64, the media endpoint in hexadecimal (WHATSAPP.md §6).
    """
    if re.fullmatch(r"[0-9a-fA-F]{64}", declarado):
        return declarado.lower()
    try:
        bytes_ = base64.b64decode(declarado, validate=True)
    except (binascii.Error, ValueError):
        return ""
    return bytes_.hex() if len(bytes_) == 32 else ""


def _guardar(midia: Midia, escrito: Escrito) -> None:
    veredito = antivirus.verificar(escrito.caminho)
    if veredito is Veredito.INFECTADO:
        _isolar(midia, escrito)
        return
    if veredito is Veredito.NAO_VERIFICADO and settings.ANTIVIRUS == "obrigatorio":
        escrito.descartar()
        _adiar(midia, "O antivírus não respondeu. Vamos tentar de novo.")
        return
    relativo = lugar(midia.pk)
    try:
        conteudo = reconhecer(escrito.caminho, nome=midia.nome, declarado=midia.declarado)
        escrito.mover(relativo)
    except Exception as erro:  # noqa: BLE001 (whatever it is, the search must come to an end)
        registro.error("arquivo_nao_guardado", exc_info=erro, extra={"midia_id": str(midia.pk)})
        escrito.descartar()
        _adiar(midia, "O servidor não conseguiu guardar o arquivo. Vamos tentar de novo.")
        return
    _encerrar(
        midia,
        Midia.Estado.BAIXADA,
        PROGRAMA if conteudo.perigoso else _aviso(veredito),
        arquivo=relativo,
        tipo=DESCONHECIDO if conteudo.perigoso else conteudo.tipo[:120],
        tamanho=escrito.tamanho,
        sha256=escrito.sha256,
        baixada_em=Now(),
    )


def _aviso(veredito: Veredito) -> str:
    return antivirus.NAO_VERIFICADO if veredito is Veredito.NAO_VERIFICADO else ""


def _isolar(midia: Midia, escrito: Escrito) -> None:
    """Keep the bytes where nobody is served from, for whoever must look at them."""
    try:
        escrito.mover(em_quarentena(midia.pk))
    except OSError:
        escrito.descartar()
    _encerrar(
        midia,
        Midia.Estado.RECUSADA,
        antivirus.BLOQUEADO,
        tamanho=escrito.tamanho,
        sha256=escrito.sha256,
    )


@transaction.atomic
def _encerrar(midia: Midia, estado: str, erro: str, **campos) -> None:
    """Record the end of the search, if this try is still the one that counts."""
    minha = Midia.objects.filter(
        pk=midia.pk, estado=Midia.Estado.PENDENTE, tentativas=midia.tentativas
    )
    if minha.update(estado=estado, erro=erro[:300], **campos | miniatura.pedir(campos.get("tipo"))):
        MIDIA_RESULTADO.labels(estado).inc()
        sinais.midias_mudaram.send(sender=Midia, midias=[midia.pk])


@transaction.atomic
def _adiar(midia: Midia, erro: str) -> None:
    espera = min(PRIMEIRA_ESPERA_S * 4 ** min(midia.tentativas - 1, 8), ULTIMA_ESPERA_S)
    espera *= random.uniform(1, 1.2)  # noqa: S311 (jitter)
    with connection.cursor() as cursor:
        cursor.execute(_ADIAR, [erro[:300], espera, midia.pk, midia.tentativas])
        linha = cursor.fetchone()
    if linha:
        MIDIA_RESULTADO.labels("adiada" if linha[0] == "pendente" else linha[0]).inc()
        sinais.midias_mudaram.send(sender=Midia, midias=[midia.pk])


@transaction.atomic
def tentar_de_novo(*, midia: Midia) -> bool:
    """Search again a file that was given up or waits for its next try; False when it is here."""
    esperam = (Midia.Estado.PENDENTE, Midia.Estado.PERDIDA)
    mudou = (
        Midia.objects.filter(pk=midia.pk, estado__in=esperam)
        .exclude(media_id="")
        .update(estado=Midia.Estado.PENDENTE, nao_antes_de=Now(), tentativas=0, erro="")
    )
    if mudou:
        transaction.on_commit(lambda: baixar_midia.delay(str(midia.pk)), robust=True)
        sinais.midias_mudaram.send(sender=Midia, midias=[midia.pk])
    return bool(mudou)


def pendentes(limite: int = 50) -> list[UUID]:
    """Return the files that are due, oldest first, for the sweep."""
    devidas = Midia.objects.filter(estado=Midia.Estado.PENDENTE, nao_antes_de__lte=Now())
    return list(devidas.order_by("nao_antes_de").values_list("pk", flat=True)[:limite])
