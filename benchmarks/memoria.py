"""`memoria`: what the whole demo keeps in memory, at rest and after much work.

A real `make demo` of its own, with its city; memory is the sum of PSS of the supervisor and all
below it, PostgreSQL and Valkey included, so that shared pages count once.
"""

import contextlib
import os
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import requests

from benchmarks.bancada import Bancada
from benchmarks.figura import Figura
from prefeitura.ambiente.opcoes import RAIZ
from prefeitura.ambiente.processos import esperar

LIMITE_MB, CRESCE = 700, 0.05
REPOUSO_S, ESPERA_S = 15, 300
CIDADAOS, FIOS = 40, 4


def medir(bancada: Bancada) -> Iterator[Figura]:
    """Yield memory at rest, and what work made of it."""
    from tests.pilha import _duas_portas_livres

    bancada.so()
    porta = _duas_portas_livres()
    with _demo(bancada.pasta / "demo", porta) as pid:
        time.sleep(REPOUSO_S)
        repouso = medir_pss(pid)
        valor = sum(repouso.values())
        yield Figura(
            "memoria em repouso",
            valor,
            "MB",
            meta=f"< {LIMITE_MB} MB",
            alcancada=valor < LIMITE_MB,
            detalhe={"por_processo": repouso},
        )
        rodadas = []
        for vez in range(2 + bancada.vezes):
            _trabalhar(porta, 6 * bancada.segundos, vez)
            time.sleep(REPOUSO_S / 3)
            rodadas.append(medir_pss(pid))
        totais = [sum(r.values()) for r in rodadas]
        # The first rounds fill pools and caches; growth is what the others add to them.
        cresceu = totais[-1] / totais[1] - 1
        yield Figura(
            "memoria após trabalho",
            totais[-1],
            "MB",
            meta=f"cresce < {CRESCE:.0%}, < {LIMITE_MB} MB",
            alcancada=cresceu < CRESCE and totais[-1] < LIMITE_MB,
            nota=f"cresceu {cresceu:.1%}".replace(".", ","),
            detalhe={"totais": totais, "por_processo": rodadas[-1]},
        )


@contextlib.contextmanager
def _demo(pasta: Path, porta: int) -> Iterator[int]:
    """`make demo` running; yields the supervisor's pid."""
    da_casa = ("DATABASE_URL", "REDIS_URL", "MEDIA_ROOT", "SECRET_KEY", "FIELD_ENCRYPTION_KEY")
    fora = (*da_casa, "MODO", "WHATSAPP_", "ALLOWED_HOSTS", "CSRF_TRUSTED_ORIGINS")
    ambiente = {n: v for n, v in os.environ.items() if not n.startswith(fora)}
    ambiente |= {"PORT": str(porta), "DADOS": str(pasta)}
    comando = [sys.executable, "-m", "prefeitura.ambiente.demo"]
    with subprocess.Popen(comando, cwd=RAIZ, env=ambiente, stdout=subprocess.DEVNULL) as processo:
        try:
            pronta = esperar(lambda: _responde(porta, processo), ESPERA_S, passo=0.5)
            if not pronta:
                raise RuntimeError("a demonstração não ficou pronta")
            yield processo.pid
        finally:
            processo.terminate()
            processo.wait(30)


def _responde(porta: int, processo: subprocess.Popen) -> bool:
    if processo.poll() is not None:
        raise RuntimeError(f"a demonstração terminou com {processo.returncode}")
    with contextlib.suppress(requests.RequestException):
        return requests.get(f"http://127.0.0.1:{porta}/readyz?trabalho=1", timeout=5).ok
    return False


def medir_pss(pid: int) -> dict[str, float]:
    """Return MB by kind of process, for `pid` and all that descend from it."""
    pais = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            pais[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
    familia, novos = {pid}, {pid}
    while novos := {filho for filho, pai in pais.items() if pai in novos} - familia:
        familia |= novos
    somas: dict[str, float] = {}
    for membro in familia:
        with contextlib.suppress(OSError):
            linhas = Path(f"/proc/{membro}/smaps_rollup").read_text().splitlines()
            pss = next(int(linha.split()[1]) for linha in linhas if linha.startswith("Pss:"))
            nome = _nome(membro)
            somas[nome] = somas.get(nome, 0.0) + pss / 1024
    return {nome: round(mb, 1) for nome, mb in sorted(somas.items())}


def _nome(pid: int) -> str:
    comando = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    marcas = {
        "uvicorn": "web",
        "-Q entrada": "trabalhador-entrada",
        "celery": "trabalhador-geral",
        "varredor": "varredor",
        "simulador": "simulador",
        "ambiente.demo": "supervisor",
        "valkey": "valkey",
        "postgres": "postgres",
    }
    return next((nome for marca, nome in marcas.items() if marca in comando), "outro")


def _trabalhar(porta: int, segundos: float, vez: int) -> None:
    """Citizens write and servants read and answer, as fast as the house takes it."""
    fim = time.monotonic() + segundos
    fios = [threading.Thread(target=_dia, args=(porta, f"{vez}{fio}", fim)) for fio in range(FIOS)]
    for fio in fios:
        fio.start()
    for fio in fios:
        fio.join()


def _dia(porta: int, marca: str, fim: float) -> None:
    site, simulador = f"http://127.0.0.1:{porta}", f"http://127.0.0.1:{porta + 1}"
    with requests.Session() as sessao:
        entrada = {"username": "admin", "password": "demo"}
        token = sessao.post(f"{site}/api/v1/token/", json=entrada, timeout=60).json()["token"]
        cabecalhos = {"Authorization": f"Token {token}"}
        n = 0
        while time.monotonic() < fim:
            n += 1
            telefone = f"5511{940_000_000 + int(marca) % 100 * 1_000 + n % CIDADAOS}"
            corpo = {"type": "text", "text": {"body": f"mensagem {n}"}, "nome": "Pessoa"}
            sessao.post(
                f"{simulador}/_simulador/cidadaos/{telefone}/mensagens", json=corpo, timeout=60
            )
            api = f"{site}/api/v1/atendimentos/"
            lista = sessao.get(api, headers=cabecalhos, timeout=60).json()["results"]
            for atendimento in lista[:1]:
                mensagens = f"{api}{atendimento['id']}/mensagens/"
                sessao.get(mensagens, headers=cabecalhos, timeout=60)
                sessao.post(
                    mensagens,
                    json={"texto": f"resposta {n}"},
                    headers=cabecalhos | {"Idempotency-Key": str(uuid.uuid4())},
                    timeout=60,
                )
