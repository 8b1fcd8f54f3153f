"""Every refusal of the demo's start is one sentence that says what to do."""

import socket
from collections import namedtuple

import pytest

from prefeitura.ambiente import opcoes as op
from prefeitura.ambiente.erros import ErroDeAmbiente
from prefeitura.ambiente.trava import Trava, quem_usa
from tests.ambiente.apoio import EmOutroProcesso, par_de_portas


@pytest.mark.parametrize("porta", ["abc", "80", "65535", "-1", "٨٠٠٠", "8000.5"])
def test_a_port_that_is_none_is_refused_with_an_example(porta):
    with pytest.raises(ErroDeAmbiente, match=r"make demo PORT=9000$"):
        op.ler_opcoes({"PORT": porta})


def test_defaults_and_relative_folder():
    assert op.ler_opcoes({}) == op.Opcoes(8000, op.RAIZ / ".dados", "demo")
    assert op.ler_opcoes({"PORT": "", "DADOS": "", "CIDADE": ""}).porta_do_simulador == 8001
    assert op.ler_opcoes({"DADOS": "outra"}).dados == op.RAIZ / "outra"


def test_an_unknown_city_is_refused():
    with pytest.raises(ErroDeAmbiente, match="demo ou vazia"):
        op.ler_opcoes({"CIDADE": "sucupira"})


@pytest.mark.parametrize("deslocamento", [0, 1])
def test_a_port_in_use_is_named_and_another_is_offered(deslocamento):
    porta = par_de_portas()
    with socket.socket() as ocupante:
        ocupante.bind(("127.0.0.1", porta + deslocamento))
        ocupante.listen()
        esperado = f"A porta {porta + deslocamento}, .*make demo PORT="
        with pytest.raises(ErroDeAmbiente, match=esperado):
            op.conferir_portas(op.Opcoes(porta, op.RAIZ, "demo"))
    op.conferir_portas(op.Opcoes(porta, op.RAIZ, "demo"))


def test_a_full_disk_is_told_before_anything_is_written(tmp_path, monkeypatch):
    uso = namedtuple("uso", "total used free")
    monkeypatch.setattr(op.shutil, "disk_usage", lambda _: uso(2**40, 2**40, 300 * 2**20))
    with pytest.raises(ErroDeAmbiente, match="há 300 MB livres e a demonstração precisa de 700 MB"):
        op.conferir_espaco(tmp_path)
    (tmp_path / "postgres").mkdir()
    op.conferir_espaco(tmp_path)


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "arquivo").write_text("")
    with pytest.raises(ErroDeAmbiente, match=r"make demo DADOS=/outra/pasta$"):
        op.conferir_pasta(tmp_path / "arquivo" / "dados")


def test_a_second_demo_on_the_same_data_is_refused_and_a_left_lock_is_not_in_the_way(tmp_path):
    primeira = Trava(tmp_path, 8000)
    with pytest.raises(ErroDeAmbiente, match=r"porta 8000\).*make demo PORT=8002 DADOS="):
        Trava(tmp_path, 8000)
    assert quem_usa(tmp_path) is not None
    primeira.soltar()
    assert quem_usa(tmp_path) is None
    (tmp_path / "demo.lock").write_text('{"pid": 1, "inicio": "sobra", "porta": 8000}')
    Trava(tmp_path, 8000).soltar()


def test_keys_are_made_once_and_kept_from_other_people(tmp_path):
    primeiras = op.segredos(tmp_path)
    assert op.segredos(tmp_path) == primeiras
    assert len(primeiras["SECRET_KEY"]) >= 50
    assert (tmp_path / "segredos.json").stat().st_mode & 0o077 == 0


def test_the_command_itself_answers_a_busy_port_in_one_line(tmp_path):
    porta = par_de_portas()
    with socket.socket() as ocupante:
        ocupante.bind(("127.0.0.1", porta))
        ocupante.listen()
        argumentos = ("-m", "prefeitura.ambiente.demo")
        variaveis = {"PORT": str(porta), "DADOS": str(tmp_path / "dados")}
        with EmOutroProcesso(*argumentos, saida=tmp_path / "saida", **variaveis) as demo:
            assert demo.popen.wait(20) == 1
            assert f"A porta {porta}, do site, já está em uso" in demo.texto.splitlines()[-1]
            assert "Traceback" not in demo.texto
