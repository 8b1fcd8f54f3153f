"""File names that are safe to show and to send; files themselves live under random keys."""

import re
import unicodedata
from pathlib import Path
from uuid import UUID

from django.conf import settings

MAXIMO = 120
QUARENTENA = "quarentena"
DA_MINIATURA = ".webp"


def limpar_nome(nome: str) -> str:
    """Return the base name without controls, direction marks or quotes, at most 120 long.

    `../../etc/passwd` → `passwd`; the extension survives the cut.
    """
    base = re.split(r"[\\/]", nome)[-1]
    limpo = "".join(
        c
        for c in base
        if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co") and c not in '"<>'
    )
    limpo = " ".join(limpo.split()).strip(". ")
    if len(limpo) <= MAXIMO:
        return limpo
    raiz, ponto, extensao = limpo.rpartition(".")
    if not ponto or len(extensao) > 10:
        return limpo[:MAXIMO]
    return f"{raiz[: MAXIMO - len(extensao) - 1]}.{extensao}"


def extensao(nome: str) -> str:
    """Return the last extension in lower case, without the dot."""
    return nome.rpartition(".")[2].lower() if "." in nome else ""


def lugar(chave: UUID) -> str:
    """Return where the file of this key lies, relative to MEDIA_ROOT: `aa/bb/<uuid>`."""
    return f"{chave.hex[:2]}/{chave.hex[2:4]}/{chave.hex}"


def lugar_da_miniatura(chave: UUID) -> str:
    """Return where the picture of the first page of this file lies, beside it."""
    return f"{lugar(chave)}{DA_MINIATURA}"


def em_quarentena(chave: UUID) -> str:
    """Return where the bytes lie that the antivirus blocked; no view serves from there."""
    return f"{QUARENTENA}/{chave.hex}"


def caminho(relativo: str) -> Path:
    """Return the absolute path of a stored file."""
    return Path(settings.MEDIA_ROOT) / relativo
