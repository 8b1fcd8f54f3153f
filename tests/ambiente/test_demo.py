"""The real demo, as `make demo` ends: start, kill, start again, stop, two at once."""

import http.client
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from prefeitura.ambiente.opcoes import RAIZ
from prefeitura.ambiente.processos import esperar, linha_de_comando, nascimento
from prefeitura.ambiente.servicos import enderecos
from prefeitura.ambiente.supervisor import perguntar
from tests.ambiente.apoio import EmOutroProcesso, ambiente_limpo, par_de_portas

pytestmark = pytest.mark.lento


def iniciar(dados: Path, porta: int) -> EmOutroProcesso:
    variaveis = {"DADOS": str(dados), "PORT": str(porta), "CIDADE": "vazia"}
    saida = dados.with_suffix(f".{porta}.txt")
    return EmOutroProcesso("-m", "prefeitura.ambiente.demo", saida=saida, **variaveis)


def filhos_de(dados: Path) -> dict[str, int]:
    marcas = (dados / "processos").glob("*.json")
    return {marca.stem: json.loads(marca.read_text())["pid"] for marca in marcas}


def test_a_killed_demo_leaves_nothing_in_the_way_of_the_next(tmp_path):
    dados, porta = tmp_path / "dados", par_de_portas()
    with iniciar(dados, porta) as demo:
        demo.esperar_texto(f"Pronto: http://127.0.0.1:{porta}", 120)
        velhos = filhos_de(dados)
        assert set(velhos) == {
            *("postgres", "valkey", "web", "trabalhador-entrada", "trabalhador-geral"),
            *("varredor", "simulador"),
        }
        demo.terminar(signal.SIGKILL)
    assert enderecos(dados) is None
    with iniciar(dados, porta) as demo:
        demo.esperar_texto("Pronto: http", 120)
        novos = filhos_de(dados)
        assert not set(velhos.values()) & set(novos.values())
        assert not any(str(dados) in linha_de_comando(pid) for pid in velhos.values())

        # A command typed in another terminal finds the running demo by its folder alone.
        feito = subprocess.run(
            [sys.executable, "manage.py", "check", "--database", "default"],
            cwd=RAIZ,
            env=ambiente_limpo(MODO="demo", DADOS=str(dados)),
            capture_output=True,
            text=True,
            check=False,
        )
        assert feito.returncode == 0, feito.stderr

        # A dead process of the product comes back by itself.
        os.kill(novos["simulador"], signal.SIGKILL)
        endereco = f"http://127.0.0.1:{porta + 1}/healthz"
        assert esperar(lambda: filhos_de(dados)["simulador"] != novos["simulador"], 20)
        assert esperar(lambda: perguntar(endereco)[0] == 200, 20)
        assert "simulador parou (sinal 9)" in demo.texto

        fim = filhos_de(dados)
        assert demo.terminar(signal.SIGTERM, 12) == 0
        assert not any(nascimento(pid) for pid in fim.values())
        assert filhos_de(dados) == {}


def test_two_demos_run_side_by_side(tmp_path):
    uma, outra = par_de_portas(), par_de_portas()
    with iniciar(tmp_path / "uma", uma) as a, iniciar(tmp_path / "outra", outra) as b:
        a.esperar_texto("Pronto: http", 180)
        b.esperar_texto("Pronto: http", 180)
        for porta in (uma, outra):
            conexao = http.client.HTTPConnection("127.0.0.1", porta, timeout=10)
            conexao.request("GET", "/entrar/")
            assert conexao.getresponse().status == 200
            conexao.close()
        assert (
            enderecos(tmp_path / "uma")["DATABASE_URL"]
            != enderecos(tmp_path / "outra")["DATABASE_URL"]
        )
        a.popen.send_signal(signal.SIGINT)
        assert b.terminar(signal.SIGTERM) == 0
        assert a.popen.wait(12) == 0
