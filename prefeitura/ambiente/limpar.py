"""`make reset`: stop what runs on the folder of data and delete it, after asking.

Uses the standard library alone and any Python 3.11, so that it works on a half-made installation.
"""

import contextlib
import os
import shutil
import signal
import sys
from pathlib import Path

from prefeitura.ambiente.erros import ErroDeAmbiente
from prefeitura.ambiente.opcoes import RAIZ
from prefeitura.ambiente.pastas import pasta_do_socket
from prefeitura.ambiente.processos import encerrar_sobras, esperar
from prefeitura.ambiente.trava import ARQUIVO, quem_usa

PRAZO = 15.0  # seconds for a running demo to end by itself


def principal() -> int:
    """Return 0 when the data are gone or the person said no, 1 with a sentence otherwise."""
    dados = (RAIZ / (os.environ.get("DADOS") or ".dados")).resolve()
    try:
        return _limpar(dados)
    except ErroDeAmbiente as erro:
        sys.stderr.write(f"{erro}\n")
        return 1


def _limpar(dados: Path) -> int:
    if not dados.exists():
        print(f"Não há nada em {dados}.")
        return 0
    # Nothing but a folder that a demo made is ever deleted: DADOS=/home must not cost a home.
    if not (dados / ARQUIVO).exists():
        raise ErroDeAmbiente(
            f"{dados} não parece ser a pasta de uma demonstração: nada foi apagado. "
            "Se for, apague-a à mão."
        )
    if not _confirmado(dados):
        print("Nada foi apagado.")
        return 0
    if pid := quem_usa(dados):
        print(f"Parando a demonstração (processo {pid})…", flush=True)
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
        if not esperar(lambda: quem_usa(dados) is None, PRAZO):
            os.kill(pid, signal.SIGKILL)
    encerrar_sobras(dados / "processos")
    for servico in ("postgres", "valkey"):
        if (curta := pasta_do_socket(dados / servico)) != dados / servico:
            shutil.rmtree(curta, ignore_errors=True)
    try:
        shutil.rmtree(dados)
    except OSError as erro:
        raise ErroDeAmbiente(
            f"Não consegui apagar {erro.filename or dados}: {erro.strerror}. "
            "Apague a pasta com o usuário que a criou."
        ) from erro
    print(f"Apagado: {dados}")
    return 0


def _confirmado(dados: Path) -> bool:
    if os.environ.get("SIM") == "1":
        return True
    try:
        resposta = input(f"Apagar todos os dados da demonstração em {dados}? [s/N] ")
    except EOFError:
        return False
    return resposta.strip().lower() in ("s", "sim")


if __name__ == "__main__":
    sys.exit(principal())
