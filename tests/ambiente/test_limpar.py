"""`make reset` deletes a demo's data and nothing else."""

import subprocess
import sys

from prefeitura.ambiente.opcoes import RAIZ
from tests.ambiente.apoio import ambiente_limpo


def limpar(dados, *, entrada="", **ambiente):
    return subprocess.run(
        [sys.executable, "-m", "prefeitura.ambiente.limpar"],
        input=entrada,
        capture_output=True,
        text=True,
        cwd=RAIZ,
        env=ambiente_limpo(DADOS=str(dados), **ambiente),
        check=False,
    )


def test_a_folder_that_no_demo_made_is_never_deleted(tmp_path):
    (tmp_path / "tese.odt").write_text("dez anos de trabalho")
    feito = limpar(tmp_path, SIM="1")
    assert feito.returncode == 1
    assert "nada foi apagado" in feito.stderr
    assert (tmp_path / "tese.odt").exists()


def test_it_asks_and_anything_but_sim_keeps_the_data(tmp_path):
    (tmp_path / "demo.lock").touch()
    for entrada in ("", "n\n", "talvez\n"):
        assert "Nada foi apagado." in limpar(tmp_path, entrada=entrada).stdout
    assert tmp_path.exists()
    assert limpar(tmp_path, entrada="sim\n").returncode == 0
    assert not tmp_path.exists()


def test_with_sim_it_does_not_ask_and_twice_is_harmless(tmp_path):
    (tmp_path / "demo.lock").touch()
    assert limpar(tmp_path, SIM="1").stdout.strip() == f"Apagado: {tmp_path}"
    assert "Não há nada em" in limpar(tmp_path, SIM="1").stdout
