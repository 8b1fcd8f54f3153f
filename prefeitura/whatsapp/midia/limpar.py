"""Remove files that belong to nobody: what a kill left between the disk and the database, and
what a servant uploaded with an answer that was then refused.
"""

import time
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db.models import PROTECT
from django.db.models.functions import Now

from prefeitura.whatsapp.midia.nomes import QUARENTENA, lugar_da_miniatura
from prefeitura.whatsapp.models import Midia

IDADE_S = 3600
QUARENTENA_S = 30 * 24 * 3600
LOTE = 500


def limpar_sobras(idade_s: float = IDADE_S) -> int:
    """Delete what is older than `idade_s`: each Midia of no message or send, and the files under
    MEDIA_ROOT that no Midia names. Return how many files.

    What the antivirus blocked stays for thirty days.
    """
    _apagar_sem_dono(idade_s)
    raiz = Path(settings.MEDIA_ROOT)
    agora = time.time()
    velhos, apagados = [], 0
    for caminho in raiz.rglob("*") if raiz.is_dir() else ():
        isolado = raiz / QUARENTENA in caminho.parents
        limite = agora - (QUARENTENA_S if isolado else idade_s)
        if caminho.is_file() and caminho.stat().st_mtime < limite:
            velhos.append(caminho)
        if len(velhos) >= LOTE:
            apagados += _apagar(raiz, velhos)
            velhos = []
    return apagados + _apagar(raiz, velhos)


def _apagar_sem_dono(idade_s: float) -> None:
    """Whoever protects a Midia from deletion owns it: messages and sends, whatever their app."""
    donos = [r.name for r in Midia._meta.related_objects if r.on_delete is PROTECT]
    velhas = Midia.objects.filter(criada_em__lt=Now() - timedelta(seconds=idade_s))
    sem_dono = velhas.filter(**dict.fromkeys(donos))
    Midia.objects.filter(pk__in=list(sem_dono.values_list("pk", flat=True)[:LOTE])).delete()


def _apagar(raiz: Path, caminhos: list[Path]) -> int:
    por_nome = {caminho.relative_to(raiz).as_posix(): caminho for caminho in caminhos}
    # Each file is named after the key of its row (`nomes.lugar`): the path has no index.
    chaves = [chave for caminho in caminhos if (chave := _chave(caminho.stem))]
    com_dono = set()
    for midia in Midia.objects.filter(pk__in=chaves).only("arquivo", "miniatura"):
        com_dono.add(midia.arquivo)
        if midia.miniatura:
            com_dono.add(lugar_da_miniatura(midia.pk))
    sobras = [caminho for nome, caminho in por_nome.items() if nome not in com_dono]
    for caminho in sobras:
        caminho.unlink(missing_ok=True)
    return len(sobras)


def _chave(nome: str) -> UUID | None:
    try:
        return UUID(hex=nome)
    except ValueError:
        return None
