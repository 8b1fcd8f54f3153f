"""Tables, demo city and static files, in one process: `python -m prefeitura.ambiente.preparo`.

Runs once at each start of the demo, in a process of its own so that the supervisor never imports
Django. The first argument says which city to seed. Progress goes to standard output, all else to
standard error, which is the log.
"""

import hashlib
import os
import sys
import time
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "prefeitura.settings")

import django  # noqa: E402
from django.conf import settings  # noqa: E402
from django.contrib.staticfiles.finders import get_finders  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402


def principal(cidade: str) -> None:
    """Migrate, seed `cidade` (demo or vazia) and collect the static files that changed."""
    django.setup()
    _passo("Criando ou atualizando as tabelas", "migrate", interactive=False, verbosity=0)
    _esquecer_batimentos()
    _passo("Conferindo a cidade de demonstração", "semear", cidade=cidade, stdout=sys.stderr)
    pasta = Path(settings.STATIC_ROOT)
    assinatura = pasta.with_suffix(".assinatura")
    atual = assinatura_dos_estaticos()
    if not (pasta.exists() and assinatura.exists() and assinatura.read_text() == atual):
        _passo("Juntando os arquivos estáticos", "collectstatic", interactive=False, verbosity=0)
        assinatura.write_text(atual)


def _esquecer_batimentos() -> None:
    """Drop the signs of life of the last run, or readiness would believe in dead processes."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM whatsapp_batimento")


def assinatura_dos_estaticos() -> str:
    """Return a digest of name, size and time of every static file, to see whether one changed."""
    soma = hashlib.sha256(django.get_version().encode())
    for procurador in get_finders():
        for nome, deposito in procurador.list([]):
            estado = Path(deposito.path(nome)).stat()
            soma.update(f"{nome}\0{estado.st_size}\0{estado.st_mtime_ns}\n".encode())
    return soma.hexdigest()


def _passo(frase: str, comando: str, **opcoes: object) -> None:
    inicio = time.monotonic()
    print(f"         {frase}…", end=" ", flush=True)
    try:
        call_command(comando, **opcoes)
    except BaseException:
        print("não deu certo", flush=True)
        raise
    print(f"{time.monotonic() - inicio:.1f} s", flush=True)


if __name__ == "__main__":
    principal(sys.argv[1] if len(sys.argv) > 1 else "demo")
