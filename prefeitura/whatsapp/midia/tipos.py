"""What a file is, by its bytes. The name and the declared type only break ties.

GUARANTEES 4.4 and 5.6. ZIP containers are told by their list of names; nothing is unpacked.
"""

import re
import zipfile
from dataclasses import dataclass
from pathlib import Path

import puremagic

from prefeitura.whatsapp.midia.nomes import extensao

DESCONHECIDO = "application/octet-stream"
OFFICE = "application/vnd.openxmlformats-officedocument."
CABECA = 4096
# Small enough to be looked at whole for its tracks.
VIDEO_INTEIRO = 20 * 1024 * 1024

EXTENSOES_PERIGOSAS = set(
    "apk app bat cmd com cpl dll docm dotm exe gadget hta htm html img inf ins iso jar js jse lnk "
    "mht mhtml msc msi msp mjs pif potm ppam pptm ps1 reg scf scr sct sh shtml svg svgz url vb vbe "
    "vbs vhd wsc wsf wsh xhtml xht xlam xlsm xltm xml xsl".split()
)
_PROGRAMAS = (b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xfe\xed\xfa", b"\xcf\xfa\xed\xfe", b"#!/")
_ATALHO = b"L\x00\x00\x00\x01\x14\x02\x00"
_MARCACAO = re.compile(
    rb"^(?:\xef\xbb\xbf)?\s*(?:<!--.*?-->\s*)*<(?:!doctype|\?xml|\?php|html|head|body|script|svg|"
    rb"iframe|meta|style|table|div|a\b|img|object|embed|form)|^(?:\xef\xbb\xbf)?\s*MIME-Version:",
    re.IGNORECASE | re.DOTALL,
)
# The element CodecID, its size, a name: two letters alone are in any minute of sound by chance.
_TRILHA_DE_VIDEO = re.compile(
    rb"\x86.{1,8}?V_(?:VP[89]|AV1|MPEG|THEORA|MS/VFW|QUICKTIME|UNCOMPRESSED|REAL|PRORES)",
    re.DOTALL,
)
_SIMPLES = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"OggS", "audio/ogg"),
    (b"#!AMR", "audio/amr"),
    (b"ID3", "audio/mpeg"),
    (b"%PDF-", "application/pdf"),
)
_OLE = {
    "doc": "application/msword",
    "xls": "application/vnd.ms-excel",
    "ppt": "application/vnd.ms-powerpoint",
}
_ODF = {
    "application/vnd.oasis.opendocument.text",
    "application/vnd.oasis.opendocument.spreadsheet",
    "application/vnd.oasis.opendocument.presentation",
}


@dataclass(frozen=True, slots=True)
class Conteudo:
    """`tipo` is a MIME type without parameters; `perigoso` is what may carry programs."""

    tipo: str
    perigoso: bool = False


def reconhecer(caminho: Path, *, nome: str = "", declarado: str = "") -> Conteudo:
    """Tell the file at `caminho`. `nome` and `declarado` only separate look-alikes."""
    with caminho.open("rb") as arquivo:
        cabeca = arquivo.read(CABECA)
        arquivo.seek(32769)
        disco = arquivo.read(5) == b"CD001"
    tipo = _pelos_bytes(caminho, cabeca, nome, declarado)
    if tipo == "application/zip":
        return _dentro_do_zip(caminho, nome)
    return Conteudo(tipo, disco or _perigoso(tipo, cabeca, nome))


def _perigoso(tipo: str, cabeca: bytes, nome: str) -> bool:
    if tipo.startswith(("image/", "audio/", "video/")) or tipo == "application/pdf":
        return False
    return (
        cabeca.startswith((*_PROGRAMAS, _ATALHO))
        or bool(_MARCACAO.match(cabeca))
        or extensao(nome) in EXTENSOES_PERIGOSAS
    )


def _pelos_bytes(caminho: Path, cabeca: bytes, nome: str, declarado: str) -> str:
    for marca, tipo in _SIMPLES:
        if cabeca.startswith(marca):
            return "video/ogg" if tipo == "audio/ogg" and b"theora" in cabeca else tipo
    if cabeca[:4] == b"RIFF":
        return {b"WEBP": "image/webp", b"WAVE": "audio/wav"}.get(cabeca[8:12], DESCONHECIDO)
    if cabeca[4:8] == b"ftyp":
        return _iso(caminho, cabeca[8:12])
    if cabeca.startswith(b"\x1aE\xdf\xa3"):
        return "video/webm" if _TRILHA_DE_VIDEO.search(_amostra(caminho)) else "audio/webm"
    if cabeca[:1] == b"\xff" and len(cabeca) > 3 and cabeca[1] & 0xE0 == 0xE0:
        return "audio/aac" if cabeca[1] & 0xF6 == 0xF0 else "audio/mpeg"
    if cabeca.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "application/zip"
    if cabeca.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _OLE.get(extensao(nome), DESCONHECIDO)
    if _parece_texto(cabeca):
        return "text/plain"
    return _pelo_puremagic(cabeca)


def _iso(caminho: Path, marca: bytes) -> str:
    if marca in (b"M4A ", b"M4B "):
        return "audio/mp4"
    if marca[:3] in (b"hei", b"hev", b"mif", b"avi"):
        return "image/avif" if marca == b"avif" else "image/heic"
    if marca[:2] == b"qt":
        return "video/quicktime"
    if marca[:2] == b"3g":
        return "video/3gpp"
    tem_video = b"hdlr" not in (amostra := _amostra(caminho)) or b"vide" in amostra
    return "video/mp4" if tem_video else "audio/mp4"


def _amostra(caminho: Path) -> bytes:
    with caminho.open("rb") as arquivo:
        return arquivo.read(VIDEO_INTEIRO)


def _parece_texto(cabeca: bytes) -> bool:
    if not cabeca or b"\x00" in cabeca:
        return False
    controles = sum(byte < 32 and byte not in b"\t\n\r\f\x1b" for byte in cabeca)
    if controles:
        return False
    try:
        cabeca.decode()
    except UnicodeDecodeError as erro:
        # Cut in the middle of a letter, or written in the old Windows way.
        return erro.start > len(cabeca) - 4 or _e_latino(cabeca)
    return True


def _e_latino(cabeca: bytes) -> bool:
    altos = sum(byte > 127 for byte in cabeca)
    return altos < len(cabeca) / 3


def _pelo_puremagic(cabeca: bytes) -> str:
    try:
        achados = puremagic.magic_string(cabeca)
    except (puremagic.PureError, ValueError):
        return DESCONHECIDO
    return next((a.mime_type for a in achados if a.mime_type), DESCONHECIDO)


def _dentro_do_zip(caminho: Path, nome: str) -> Conteudo:
    try:
        with zipfile.ZipFile(caminho) as pacote:
            nomes = set(pacote.namelist()[:5000])
            marca = _mimetype(pacote) if "mimetype" in nomes else ""
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError):
        return Conteudo("application/zip", extensao(nome) in EXTENSOES_PERIGOSAS)
    macro = any(n.lower().endswith("vbaproject.bin") for n in nomes)
    programa = bool(nomes & {"AndroidManifest.xml", "META-INF/MANIFEST.MF"})
    perigoso = macro or programa or extensao(nome) in EXTENSOES_PERIGOSAS
    if marca in _ODF:
        return Conteudo(marca, perigoso)
    if "[Content_Types].xml" in nomes:
        for pasta, resto in (
            ("word/", "wordprocessingml.document"),
            ("xl/", "spreadsheetml.sheet"),
            ("ppt/", "presentationml.presentation"),
        ):
            if any(n.startswith(pasta) for n in nomes):
                return Conteudo(OFFICE + resto, perigoso)
    return Conteudo("application/zip", perigoso)


def _mimetype(pacote: zipfile.ZipFile) -> str:
    """The ODF mark is stored, not compressed, and short: reading it opens nothing."""
    informacao = pacote.getinfo("mimetype")
    cifrada = informacao.flag_bits & 1
    if informacao.file_size > 100 or informacao.compress_type != zipfile.ZIP_STORED or cifrada:
        return ""
    return pacote.read("mimetype").decode("ascii", "replace").strip()
