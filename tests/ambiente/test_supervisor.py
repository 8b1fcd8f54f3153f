"""The supervisor: who dies comes back, who cannot start is told, all end in time."""

import signal
import sys
import time

import pytest

from prefeitura.ambiente.erros import ErroDeAmbiente
from prefeitura.ambiente.processos import Processo, esperar, nascimento
from prefeitura.ambiente.supervisor import Interrompido, Supervisor, perguntar
from tests.ambiente.apoio import par_de_portas

SERVIR = (
    "import http.server as h, sys;"
    "h.test(h.SimpleHTTPRequestHandler, port=int(sys.argv[1]), bind='127.0.0.1')"
)
TEIMAR = "import signal, time; signal.signal(15, signal.SIG_IGN); print('vivo', flush=True)\n"


@pytest.fixture
def supervisor():
    criado = Supervisor(prazo_de_parada=1)
    yield criado
    criado.parar_todos()


@pytest.fixture
def novo(tmp_path):
    def criar(nome, programa, *argumentos):
        comando = [sys.executable, "-c", programa, *argumentos]
        return Processo(nome, comando, marcas=tmp_path / "processos", registros=tmp_path / "logs")

    return criar


def test_waits_until_every_child_answers(supervisor, novo):
    porta = par_de_portas()
    supervisor.acrescentar(novo("site", SERVIR, str(porta)))
    supervisor.esperar_prontos({"site": f"http://127.0.0.1:{porta}/"}, limite=20)
    assert perguntar(f"http://127.0.0.1:{porta}/nao-existe")[0] == 404


def test_a_dead_child_is_restarted_and_told_in_one_line(supervisor, novo, capsys):
    porta = par_de_portas()
    site = novo("site", SERVIR, str(porta))
    supervisor.acrescentar(site)
    supervisor.esperar_prontos({"site": f"http://127.0.0.1:{porta}/"}, limite=20)
    antes = site.pid
    site.popen.send_signal(signal.SIGKILL)
    site.popen.wait(5)
    assert 0 < supervisor.levantar_caidos() <= 1
    assert "site parou (sinal 9); volta em 1 s" in capsys.readouterr().out
    assert esperar(lambda: supervisor.levantar_caidos() and site.pid, 20)
    assert site.pid != antes
    supervisor.esperar_prontos({"site": f"http://127.0.0.1:{porta}/"}, limite=20)


def test_a_child_that_keeps_dying_waits_longer_each_time(supervisor, novo, capsys, monkeypatch):
    agora = [0.0]
    monkeypatch.setattr("prefeitura.ambiente.supervisor.time.monotonic", lambda: agora[0])
    doente = novo("doente", "raise SystemExit(3)")
    supervisor.acrescentar(doente)
    for _ in range(7):
        doente.popen.wait(20)
        supervisor.levantar_caidos()
        agora[0] += 31
        supervisor.levantar_caidos()
    linhas = capsys.readouterr().out.splitlines()
    esperas = [linha.partition("volta em ")[2].partition(" s")[0] for linha in linhas]
    assert esperas == ["1", "2", "4", "8", "16", "30", "30"]


def test_a_child_that_cannot_start_is_an_error_with_the_end_of_its_log(supervisor, novo):
    supervisor.acrescentar(novo("site", "raise SystemExit('a porta fugiu')"))
    with pytest.raises(ErroDeAmbiente, match=r"site não conseguiu iniciar .*a porta fugiu"):
        supervisor.esperar_prontos({"site": "http://127.0.0.1:1/"}, limite=30)


def test_a_child_that_never_answers_is_an_error_that_names_its_log(supervisor, novo):
    mudo = novo("site", "import time; time.sleep(600)")
    supervisor.acrescentar(mudo)
    with pytest.raises(ErroDeAmbiente, match=rf"não respondeu em 0 s.*{mudo.registro}"):
        supervisor.esperar_prontos({"site": "http://127.0.0.1:1/"}, limite=0.3)


def test_stops_every_child_in_time_and_the_servers_last(supervisor, novo):
    teimoso = novo("teimoso", TEIMAR + "time.sleep(600)")
    docil = novo("docil", "import time; print('vivo', flush=True); time.sleep(600)")
    for processo in (teimoso, docil):
        supervisor.acrescentar(processo)
        assert esperar(lambda p=processo: "vivo" in p.registro.read_text(), 10)
    pids = [teimoso.pid, docil.pid]
    vivos_no_fim = []
    comeco = time.monotonic()
    supervisor.parar_todos(depois=lambda: vivos_no_fim.extend(p for p in pids if nascimento(p)))
    assert time.monotonic() - comeco < 10
    assert vivos_no_fim == []
    assert docil.codigo == -signal.SIGTERM
    assert teimoso.codigo == -signal.SIGKILL


def test_a_request_to_stop_interrupts_the_preparation(supervisor, novo):
    preparo = novo("preparo", "import time; time.sleep(600)")
    supervisor.parar_pedido = True
    with pytest.raises(Interrompido):
        supervisor.rodar(preparo)
    assert preparo.pid is None
