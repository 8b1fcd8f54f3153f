"""Take a file that a servant wants to send: told by its bytes, inside Meta's limits, kept whole.

GUARANTEES 4.4, rows 88 to 105. Every refusal is a sentence for the servant.
"""

import errno
import uuid
import warnings
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from prefeitura.whatsapp.mensagens import MensagemInvalida
from prefeitura.whatsapp.midia import antivirus, miniatura
from prefeitura.whatsapp.midia.arquivo import Escrito, PassouDoLimite, escrever
from prefeitura.whatsapp.midia.nomes import extensao, limpar_nome, lugar
from prefeitura.whatsapp.midia.tipos import DESCONHECIDO, Conteudo, reconhecer
from prefeitura.whatsapp.midia.voz import GravacaoIlegivel, duracao_do_ogg, webm_para_ogg
from prefeitura.whatsapp.models import Midia, Numero

MAXIMO_DE_ARQUIVOS = 10
MB = 1024 * 1024
PIXELS = 50_000_000
MINUTOS_DE_VOZ = 15
EXTENSOES_DE_IMAGEM = {"jpg", "jpeg", "png", "gif", "webp"}
PREFIXO_DA_EXTENSAO = {
    **dict.fromkeys(EXTENSOES_DE_IMAGEM, ("image/", "uma imagem")),
    **dict.fromkeys(("mp4", "3gp"), (("video/", "audio/"), "um vídeo")),
    **dict.fromkeys(
        ("mp3", "ogg", "m4a", "aac", "amr", "opus"), (("audio/", "video/"), "um áudio")
    ),
    "pdf": ("application/pdf", "um PDF"),
    "docx": ("application/vnd.openxml", "um documento do Word"),
    "xlsx": ("application/vnd.openxml", "uma planilha do Excel"),
    "pptx": ("application/vnd.openxml", "uma apresentação"),
}


class ArquivoGrande(MensagemInvalida):
    """Over Meta's limit for its kind (HTTP 413)."""


class SemEspaco(MensagemInvalida):
    """It cannot be kept now (HTTP 503): our disk is full, or the antivirus does not answer."""


@dataclass(frozen=True, slots=True)
class Limite:
    """How much Meta takes of one kind of file (WHATSAPP.md §6), and how to say it."""

    mb: int
    plural: str
    pronome: str
    conselho: str = ""


LIMITES = {
    "image": Limite(5, "Imagens podem", "esta", " Envie como documento?"),
    "audio": Limite(16, "Áudios podem", "este"),
    "video": Limite(16, "Vídeos podem", "este", " Envie como documento?"),
    "documento": Limite(100, "Documentos podem", "este"),
}


def exigir_quantidade(quantos: int) -> None:
    """Raise MensagemInvalida for more files than one message may bring."""
    if quantos > MAXIMO_DE_ARQUIVOS:
        raise MensagemInvalida("arquivo", f"Até {MAXIMO_DE_ARQUIVOS} arquivos por vez.")


def guardar_enviada(
    *, numero: Numero, arquivo: UploadedFile, como_documento: bool = False
) -> Midia:
    """Keep an uploaded file and return its Midia, ready to be sent.

    Voice recorded by the browser as WebM becomes OGG, which is what WhatsApp plays.

    Args:
        como_documento: a picture or film goes as a document, with the documents' limit.

    Raises MensagemInvalida, ArquivoGrande or SemEspaco, each with its sentence.
    """
    nome = limpar_nome(arquivo.name or "")
    if not arquivo.size:
        raise MensagemInvalida("arquivo", "O arquivo está vazio.")
    escrito = _escrever(arquivo)
    try:
        conteudo = reconhecer(escrito.caminho, nome=nome, declarado=arquivo.content_type or "")
        _exigir_aceito(conteudo, nome)
        if conteudo.tipo == "audio/webm":
            escrito, nome, conteudo = _converter(escrito, nome)
        _exigir_tamanho(conteudo.tipo, escrito.tamanho, como_documento)
        _exigir_mostravel(conteudo.tipo, escrito.caminho)
        _exigir_limpo(escrito)
        return _registrar(numero, escrito, nome, conteudo.tipo)
    finally:
        escrito.descartar()


def _escrever(arquivo: UploadedFile) -> Escrito:
    maximo = LIMITES["documento"].mb * MB
    try:
        return escrever(arquivo.chunks(), maximo=maximo)
    except PassouDoLimite:
        raise _grande(LIMITES["documento"], arquivo.size) from None
    except OSError as erro:
        raise _sem_espaco(erro) from erro


def _sem_espaco(erro: OSError) -> Exception:
    if erro.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return erro
    return SemEspaco(
        "arquivo", "O servidor está sem espaço. Avise a pessoa que administra o sistema."
    )


def _exigir_aceito(conteudo: Conteudo, nome: str) -> None:
    esperado = PREFIXO_DA_EXTENSAO.get(extensao(nome))
    if esperado and not conteudo.tipo.startswith(esperado[0]):
        raise MensagemInvalida("arquivo", f"O conteúdo do arquivo não corresponde a {esperado[1]}.")
    if conteudo.perigoso or conteudo.tipo == DESCONHECIDO:
        raise MensagemInvalida("arquivo", "Este tipo de arquivo não é aceito por segurança.")


def _exigir_limpo(escrito: Escrito) -> None:
    veredito = antivirus.verificar(escrito.caminho)
    if veredito is antivirus.Veredito.INFECTADO:
        raise MensagemInvalida("arquivo", antivirus.BLOQUEADO)
    if veredito is antivirus.Veredito.NAO_VERIFICADO and settings.ANTIVIRUS == "obrigatorio":
        raise SemEspaco("arquivo", antivirus.SEM_RESPOSTA)


def _converter(escrito: Escrito, nome: str) -> tuple[Escrito, str, Conteudo]:
    """Rewrap the browser's recording; the temporary WebM goes away."""
    if escrito.tamanho > LIMITES["audio"].mb * MB:
        raise _grande(LIMITES["audio"], escrito.tamanho)
    try:
        ogg = webm_para_ogg(escrito.caminho.read_bytes())
    except GravacaoIlegivel:
        raise _ilegivel() from None
    escrito.descartar()
    raiz = nome.rpartition(".")[0] or "gravacao"
    return escrever([ogg], maximo=len(ogg)), f"{raiz}.ogg", Conteudo("audio/ogg")


def _ilegivel() -> MensagemInvalida:
    return MensagemInvalida("arquivo", "A gravação não pôde ser lida. Grave de novo.")


def _exigir_tamanho(tipo: str, tamanho: int, como_documento: bool) -> None:
    familia = tipo.partition("/")[0]
    qual = "documento" if como_documento or familia not in LIMITES else familia
    limite = LIMITES[qual]
    if tamanho > limite.mb * MB:
        raise _grande(limite, tamanho)


def _grande(limite: Limite, tamanho: int | None) -> ArquivoGrande:
    quanto = f"{(tamanho or 0) / MB:.1f}".replace(".", ",").removesuffix(",0")
    return ArquivoGrande(
        "arquivo",
        f"{limite.plural} ter até {limite.mb} MB; {limite.pronome} tem {quanto} MB."
        f"{limite.conselho}",
    )


def _exigir_mostravel(tipo: str, caminho: Path) -> None:
    if tipo == "audio/ogg":
        try:
            segundos = duracao_do_ogg(caminho)
        except GravacaoIlegivel:
            raise _ilegivel() from None
        if segundos > MINUTOS_DE_VOZ * 60:
            raise MensagemInvalida("arquivo", f"Até {MINUTOS_DE_VOZ} minutos.")
    elif tipo.startswith("image/"):
        _exigir_pixels(caminho)


def _exigir_pixels(caminho: Path) -> None:
    """Read the header only: a bomb of pixels is never unpacked."""
    from PIL import Image, UnidentifiedImageError

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        try:
            with Image.open(caminho) as imagem:
                largura, altura = imagem.size
        except Image.DecompressionBombError:
            largura = altura = PIXELS
        except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
            raise MensagemInvalida(
                "arquivo", "O conteúdo do arquivo não corresponde a uma imagem."
            ) from None
    if largura * altura > PIXELS:
        raise MensagemInvalida(
            "arquivo", "A imagem é grande demais para mostrar. Você pode enviá-la menor."
        )


def _registrar(numero: Numero, escrito: Escrito, nome: str, tipo: str) -> Midia:
    midia = Midia(
        id=uuid.uuid4(),
        numero=numero,
        nome=nome or "arquivo",
        estado=Midia.Estado.BAIXADA,
        tipo=tipo,
        tamanho=escrito.tamanho,
        sha256=escrito.sha256,
        baixada_em=timezone.now(),
    )
    midia.arquivo = lugar(midia.pk)
    try:
        escrito.mover(midia.arquivo)
    except OSError as erro:
        raise _sem_espaco(erro) from erro
    with transaction.atomic():
        for campo, valor in miniatura.pedir(tipo).items():
            setattr(midia, campo, valor)
        midia.save(force_insert=True)
    return midia
