"""Site, workers and sweep count together, through restarts and kills, in few files."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from prefeitura.ambiente import metricas

CONTAR = """
import os, signal, sys
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "prefeitura.settings")
from prefeitura.ambiente.contadores import Counter, Gauge, Histogram
c = Counter("provas", "x", ["tipo"]); h = Histogram("demora", "x")
g = Gauge("abertos", "x", multiprocess_mode="livesum"); g.set(0); g.inc(3)
c.labels("a").inc(int(sys.argv[1])); h.observe(0.2)
print("contou", flush=True)
sys.stdin.readline()
if sys.argv[2] == "morrer": os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def pasta(tmp_path, settings):
    settings.PROMETHEUS_MULTIPROC_DIR = str(tmp_path / "metricas")
    return tmp_path / "metricas"


def comecar(pasta: Path, quanto: int, fim: str = "sair", papel: str = "web") -> subprocess.Popen:
    processo = subprocess.Popen(
        [sys.executable, "-c", CONTAR, str(quanto), fim],
        env={**os.environ, "PAPEL": papel, "PROMETHEUS_MULTIPROC_DIR": str(pasta)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert processo.stdout.readline() == "contou\n"
    return processo


def acabar(processo: subprocess.Popen) -> int:
    processo.communicate("\n", timeout=30)
    return processo.returncode


def total() -> float:
    amostras = (a for m in metricas._contadores() for a in m.samples)
    return next(a.value for a in amostras if a.name == "provas_total")


def test_two_processes_are_added_up_and_restarts_neither_lose_nor_pile_up(pasta):
    um, outro = comecar(pasta, 2, "morrer"), comecar(pasta, 3)
    assert total() == 5
    abertos = [a.value for m in metricas._contadores() for a in m.samples if a.name == "abertos"]
    assert abertos == [6]
    assert acabar(um) == -9
    assert acabar(outro) == 0
    assert total() == 5
    for _ in range(2):
        acabar(comecar(pasta, 10))
    assert total() == 25
    assert len(list(pasta.glob("counter_*.db"))) == 2


def test_room_for_the_figures_is_taken_at_the_start(pasta):
    """A hole in the file would end the process, with a signal, when the disk fills up."""
    acabar(comecar(pasta, 1))
    for arquivo in pasta.glob("*.db"):
        assert arquivo.stat().st_blocks * 512 >= arquivo.stat().st_size >= 256 * 1024


def test_commands_leave_no_file(pasta):
    acabar(comecar(pasta, 1, papel="comando"))
    assert not pasta.exists()


def test_a_folder_that_cannot_be_written_stops_nobody(tmp_path):
    (tmp_path / "arquivo").write_text("")
    assert acabar(comecar(tmp_path / "arquivo" / "metricas", 1)) == 0
