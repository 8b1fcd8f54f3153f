"""Citizens of the seeded history have the window that the history says."""

import json
import time

from prefeitura.whatsapp.simulador.configuracao import Configuracao
from prefeitura.whatsapp.simulador.conhecidos import carregar_conhecidos
from prefeitura.whatsapp.simulador.estado import Estado

NUMERO = "100000000000001"


def test_window_of_a_seeded_citizen_is_as_the_history_says(tmp_path):
    base = {"user_id": "", "username": "", "nome": "Maria", "numero": NUMERO}
    pessoas = [
        base | {"wa_id": "5511988887777", "ultima_entrada": time.time() - 3600},
        base | {"wa_id": "551188886666", "ultima_entrada": time.time() - 30 * 3600},
        base | {"wa_id": "", "user_id": "BR.77", "username": "ju", "ultima_entrada": time.time()},
    ]
    (tmp_path / "conhecidos.json").write_text(json.dumps(pessoas))
    estado = Estado(Configuracao())
    assert carregar_conhecidos(estado, tmp_path) == 3
    assert estado.janela_aberta(estado.achar("5511988887777"), NUMERO)
    assert not estado.janela_aberta(estado.achar("5511988886666"), NUMERO)
    assert estado.achar("BR.77").sem_telefone
    assert carregar_conhecidos(estado, tmp_path) == 0


def test_without_a_history_nobody_is_known(tmp_path):
    assert carregar_conhecidos(Estado(Configuracao()), tmp_path) == 0
