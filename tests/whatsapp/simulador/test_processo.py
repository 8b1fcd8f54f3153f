"""The process itself: starts alone, imports no Django, stops at once."""

import os
import signal
import socket
import subprocess
import sys
import time

import httpx
import pytest

from prefeitura.whatsapp.simulador.__main__ import ler_argumentos
from tests.whatsapp.simulador.apoio import MARIA, esperar

SO_IMPORTA = (
    "import sys, prefeitura.whatsapp.simulador.aplicacao, prefeitura.whatsapp.simulador.__main__;"
    "print(sorted(m for m in sys.modules if m.split('.')[0] in ('django', 'celery', 'requests')))"
)


def porta_livre():
    with socket.socket() as tomada:
        tomada.bind(("127.0.0.1", 0))
        return tomada.getsockname()[1]


@pytest.fixture
def processo(tmp_path):
    """A simulator run as the demo runs it; its address."""
    porta = porta_livre()
    comando = [sys.executable, "-m", "prefeitura.whatsapp.simulador", "--porta", str(porta)]
    ambiente = {n: v for n, v in os.environ.items() if n != "DJANGO_SETTINGS_MODULE"}
    with (tmp_path / "erros").open("w") as erros:
        filho = subprocess.Popen(
            [*comando, "--estado", str(tmp_path), "--exato", "--semente", "1"],
            env=ambiente,
            stderr=erros,
        )
    yield filho, f"http://127.0.0.1:{porta}"
    if filho.poll() is None:
        filho.kill()
    filho.wait()


def responde(url):
    try:
        return httpx.get(f"{url}/healthz").text == "ok"
    except httpx.TransportError:
        return False


def test_nothing_of_django_is_imported():
    fora = subprocess.run(
        [sys.executable, "-c", SO_IMPORTA], capture_output=True, text=True, check=True
    )
    assert fora.stdout.strip() == "[]"


def test_process_serves_and_stops_with_an_open_page(processo, tmp_path):
    filho, url = processo
    esperar(lambda: responde(url), prazo=15)
    corpo = {"type": "text", "text": {"body": "oi"}}
    criado = httpx.post(f"{url}/_simulador/cidadaos/{MARIA}/mensagens", json=corpo)
    assert criado.status_code == 201
    with httpx.stream("GET", f"{url}/_simulador/eventos") as fluxo:
        assert next(fluxo.iter_lines()) == "retry: 1000"
        inicio = time.monotonic()
        filho.send_signal(signal.SIGTERM)
        filho.wait(8)
    assert time.monotonic() - inicio < 5
    assert "Traceback" not in (tmp_path / "erros").read_text()
    assert (tmp_path / "livro.sqlite3").exists()
    assert (tmp_path / "estado.json").exists()


def test_arguments_and_environment_set_the_configuration(monkeypatch):
    monkeypatch.setenv("WHATSAPP_APP_SECRET", "novo,velho")
    monkeypatch.setenv("WHATSAPP_VERIFY_TOKEN", "frase")
    config = ler_argumentos(["--porta", "9001", "--webhook", "http://x/", "--exato"])
    assert (config.porta, config.webhook) == (9001, "http://x/")
    assert (config.app_secret, config.verify_token) == ("novo", "frase")
    assert config.access_token == "demo-token"
    assert (config.ritmo.duplicar, config.ritmo.lote) == (0, 1)
    assert ler_argumentos([]).ritmo.duplicar == 0.02
