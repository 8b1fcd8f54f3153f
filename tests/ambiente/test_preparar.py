"""The installer before `make demo` and `make test`: refusals in one sentence, nothing twice."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from prefeitura.ambiente.opcoes import RAIZ

PROGRAMAS = ("sh", "awk", "cksum", "tr", "df", "rm", "tail", "cat", "dirname")


@pytest.fixture
def copia(tmp_path):
    """A checkout with only the locks, and a PATH with only what every system has."""
    shutil.copytree(RAIZ / "requirements", tmp_path / "projeto" / "requirements")
    (tmp_path / "bin").mkdir()
    for programa in PROGRAMAS:
        (tmp_path / "bin" / programa).symlink_to(shutil.which(programa))
    return tmp_path / "projeto"


def programa(copia: Path, nome: str, texto: str) -> None:
    arquivo = copia.parent / "bin" / nome
    arquivo.unlink(missing_ok=True)
    arquivo.write_text(f"#!/bin/sh\n{texto}\n")
    arquivo.chmod(0o755)


def preparar(copia: Path, nome: str = "demo") -> subprocess.CompletedProcess:
    return subprocess.run(
        ["sh", "requirements/preparar.sh", nome],
        cwd=copia,
        env={"PATH": str(copia.parent / "bin"), "HOME": os.environ.get("HOME", "/")},
        capture_output=True,
        text=True,
        check=False,
    )


def test_without_python_it_says_how_to_get_one(copia):
    feito = preparar(copia)
    assert feito.returncode == 1
    assert feito.stderr.startswith("Não encontrei o Python 3.11 ou mais novo. Instale-o")
    assert len(feito.stderr.splitlines()) == 1


def test_a_python_too_old_or_a_broken_shim_counts_as_none(copia):
    programa(copia, "python3", "exit 1")
    programa(copia, "python3.12", "echo 'command not found' >&2; exit 127")
    assert "Não encontrei o Python 3.11" in preparar(copia).stderr


def test_without_the_venv_module_it_names_the_package(copia):
    programa(copia, "python3", 'case "$2" in *ensurepip*) exit 1;; esac; exit 0')
    assert preparar(copia).stderr.strip() == (
        "Falta o módulo venv do Python. No Debian ou Ubuntu: sudo apt install python3-venv"
    )


def test_without_disk_it_says_how_much_is_needed(copia):
    programa(copia, "df", "echo cabecalho; echo '/dev/x 1000000 900000 102400 90% /'")
    assert preparar(copia).stderr.startswith(
        "Espaço em disco insuficiente: há 100 MB livres aqui e a instalação precisa de 800 MB."
    )


def test_a_failed_installation_is_told_and_not_taken_for_done(copia):
    (copia / ".venv" / "bin").mkdir(parents=True)
    programa(copia, "python3", "exit 0")
    falso = copia / ".venv" / "bin" / "python"
    falso.write_text('#!/bin/sh\n[ "$2" = pip ] && { echo sem rede >&2; exit 1; }\nexit 0\n')
    falso.chmod(0o755)
    for _ in range(2):
        feito = preparar(copia)
        assert feito.returncode == 1
        assert feito.stderr.startswith("sem rede\nA instalação das dependências falhou.")


def test_what_is_installed_is_not_installed_again_until_the_lock_changes(copia):
    (copia / ".venv" / "bin").mkdir(parents=True)
    falso = copia / ".venv" / "bin" / "python"
    falso.write_text('#!/bin/sh\n[ "$2" = pip ] && echo vez >>vezes\nexit 0\n')
    falso.chmod(0o755)
    for nome in ("teste", "demo", "teste"):  # the tests' lock contains the demo's
        assert preparar(copia, nome).returncode == 0
    assert (copia / "vezes").read_text() == "vez\n"
    with (copia / "requirements" / "teste.txt").open("a") as trava:
        trava.write("# outra\n")
    assert preparar(copia, "teste").returncode == 0
    assert (copia / "vezes").read_text() == "vez\nvez\n"


@pytest.mark.parametrize("nome", ["producao", "demo", "teste"])
def test_locks_have_hashes_and_no_registry_address(nome):
    texto = (RAIZ / "requirements" / f"{nome}.txt").read_text()
    assert "://" not in texto
    blocos = texto.replace("\\\n", "").splitlines()
    pacotes = [bloco for bloco in blocos if bloco and not bloco.lstrip().startswith("#")]
    assert len(pacotes) > 40
    assert all("==" in bloco and "--hash=sha256:" in bloco for bloco in pacotes)


def test_each_lock_contains_the_one_before_it():
    def versoes(nome: str) -> set[str]:
        texto = (RAIZ / "requirements" / f"{nome}.txt").read_text()
        return {linha.split(" ")[0] for linha in texto.splitlines() if linha[:1].isalnum()}

    assert versoes("producao") < versoes("demo") < versoes("teste")
