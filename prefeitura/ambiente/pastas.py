"""Where embedded services live on disk: binaries of the wheels, sockets, owners.

PostgreSQL refuses to run as root. Started by root (a container, an evaluation machine) it runs as
the system user `pgserver`, and every folder above its data becomes traversable by that user.
"""

import hashlib
import importlib.util
import os
import subprocess
import tempfile
from pathlib import Path

from prefeitura.ambiente.erros import ErroDeAmbiente

USUARIO = "pgserver"
MAIOR_SOCKET = 100  # bytes; the kernel takes 107, less on macOS


def binario(pacote: str, padrao: str) -> Path:
    """Return the one file of the installed `pacote` that matches `padrao`, without importing it.

    Raises ErroDeAmbiente when the package is missing (it is not part of a production install).
    """
    achado = importlib.util.find_spec(pacote)
    for pasta in (achado.submodule_search_locations or []) if achado else []:
        for arquivo in Path(pasta).glob(padrao):
            return arquivo
    raise ErroDeAmbiente(
        f"O serviço embutido {pacote} não está instalado aqui. Instale requirements/demo.txt, "
        "ou informe DATABASE_URL e REDIS_URL de servidores próprios."
    )


def pasta_do_socket(preferida: Path) -> Path:
    """Return `preferida`, or a short private folder when a socket there would not fit the kernel.

    The short one is named after the path, so that every process of one installation finds it.
    """
    if len(os.fsencode(preferida / ".s.PGSQL.5432")) <= MAIOR_SOCKET:
        return preferida
    resumo = hashlib.sha256(os.fsencode(preferida)).hexdigest()[:16]
    curta = Path(tempfile.gettempdir()) / f"prefeitura-{os.geteuid()}-{resumo}"
    curta.mkdir(mode=0o700, exist_ok=True)
    if curta.is_symlink() or curta.stat().st_uid not in (os.geteuid(), _uid_de(USUARIO)):
        raise ErroDeAmbiente(f"A pasta {curta} é de outra pessoa. Use um DADOS de caminho curto.")
    return curta


def dono_do_postgres(pasta: Path) -> dict:
    """Return `user`, `group`, `extra_groups` for `Popen`; empty when we are not root.

    A cluster in `pasta` that a common user created keeps its owner.
    """
    if os.geteuid() != 0:
        return {}
    if pasta.exists() and (estado := pasta.stat()).st_uid != 0:
        return {"user": estado.st_uid, "group": estado.st_gid, "extra_groups": []}
    if _uid_de(USUARIO) is None:
        criar = ["useradd", "--system", "--no-create-home", "--shell", "/bin/false", USUARIO]
        try:
            subprocess.run(criar, check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError) as erro:
            raise ErroDeAmbiente(
                "O PostgreSQL não roda como root e não consegui criar o usuário pgserver. "
                "Rode com um usuário comum, ou informe DATABASE_URL."
            ) from erro
    import pwd

    registro = pwd.getpwnam(USUARIO)
    return {"user": registro.pw_uid, "group": registro.pw_gid, "extra_groups": []}


def _uid_de(nome: str) -> int | None:
    import pwd

    try:
        return pwd.getpwnam(nome).pw_uid
    except KeyError:
        return None


def entregar(pasta: Path, dono: dict) -> None:
    """Make `pasta` exist, private to who runs PostgreSQL."""
    pasta.mkdir(mode=0o700, parents=True, exist_ok=True)
    if dono:
        os.chown(pasta, dono["user"], dono["group"])
        abrir_caminho(pasta.parent)


def abrir_programas(programas: Path) -> None:
    """Let another user run what is in `programas`, also when pip installed it with umask 077."""
    abrir_caminho(programas)
    if (programas / "postgres").stat().st_mode & 0o005 == 0o005:
        return
    pacote = programas.parents[1]
    for raiz in (pacote, pacote.with_name(f"{pacote.name}.libs")):
        for caminho in (raiz, *raiz.rglob("*")):
            modo = caminho.stat().st_mode
            caminho.chmod(modo | (0o055 if modo & 0o100 else 0o044))


def abrir_caminho(pasta: Path) -> None:
    """Let other users pass through `pasta` and all above it (search only, no listing)."""
    for acima in (pasta, *pasta.parents):
        modo = acima.stat().st_mode
        if not modo & 0o001:
            acima.chmod(modo | 0o011)
