"""Marks of child processes: ours are stopped, strangers are not."""

import json
import signal
import subprocess
import sys

import pytest

from prefeitura.ambiente.processos import (
    Processo,
    encerrar_sobras,
    esperar,
    gravar_sem_meio_termo,
    nascimento,
)

DORMIR = [sys.executable, "-c", "import time; print('vivo', flush=True); time.sleep(600)"]
TEIMOSO = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
    "print('vivo', flush=True); time.sleep(600)",
]


@pytest.fixture
def processo(tmp_path):
    criados = []

    def criar(comando, nome="filho"):
        novo = Processo(nome, comando, marcas=tmp_path / "processos", registros=tmp_path / "logs")
        criados.append(novo)
        novo.iniciar()
        assert esperar(lambda: "vivo" in novo.registro.read_text(), 10)
        return novo

    yield criar
    for novo in criados:
        novo.matar()


def test_birth_tells_two_processes_with_one_pid_apart(processo):
    filho = processo(DORMIR)
    pid = filho.pid
    assert nascimento(pid) == json.loads(filho.marca.read_text())["inicio"]
    filho.matar()
    assert nascimento(pid) is None
    assert filho.pid is None
    assert filho.codigo == -signal.SIGKILL
    assert not filho.marca.exists()


def test_a_stubborn_child_is_killed_when_its_time_is_over(processo):
    filho = processo(TEIMOSO)
    filho.parar(0.2)
    assert filho.codigo == -signal.SIGKILL


def test_leftovers_of_a_killed_run_are_stopped_by_their_marks(processo, tmp_path):
    docil, teimoso = processo(DORMIR, "docil"), processo(TEIMOSO, "teimoso")
    assert encerrar_sobras(tmp_path / "processos", limite=0.3) == ["docil", "teimoso"]
    assert docil.popen.wait(5) == -signal.SIGTERM
    assert teimoso.popen.wait(5) == -signal.SIGKILL
    assert encerrar_sobras(tmp_path / "processos") == []


def test_a_stranger_with_a_reused_pid_is_left_alone(tmp_path):
    with subprocess.Popen(DORMIR, stdout=subprocess.DEVNULL) as estranho:
        marca = tmp_path / "web.json"
        gravar_sem_meio_termo(marca, json.dumps({"pid": estranho.pid, "inicio": "0", "sinal": 15}))
        assert encerrar_sobras(tmp_path) == []
        assert estranho.poll() is None
        assert not marca.exists()
        estranho.kill()


def test_a_mark_cut_short_by_a_full_disk_is_only_dropped(tmp_path):
    (tmp_path / "web.json").write_text('{"pid": 12')
    assert encerrar_sobras(tmp_path) == []
    assert list(tmp_path.iterdir()) == []


def test_a_long_log_starts_anew_and_keeps_the_old_one_once(processo, monkeypatch):
    monkeypatch.setattr("prefeitura.ambiente.processos.MAIOR_REGISTRO", 3)
    filho = processo(DORMIR)
    filho.matar()
    filho.iniciar()
    assert esperar(lambda: filho.registro.read_text() == "vivo\n", 10)
    assert filho.registro.with_suffix(".log.1").read_text() == "vivo\n"
