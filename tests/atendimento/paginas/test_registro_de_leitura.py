"""Whatever shows a conversation leaves a trace, once for each person and ten minutes."""

import pytest

from prefeitura.cadastro.models import RegistroDeAcesso


@pytest.mark.parametrize("caminho", ["/atendimento/{}/", "/atendimento/{}/mensagens/"])
def test_showing_what_was_said_is_recorded(atendimento, carla, entrar, municipio, caminho):
    navegador = entrar(carla)
    for _ in range(3):
        assert navegador.get(caminho.format(atendimento.pk)).status_code == 200
    registro = RegistroDeAcesso.objects.get()
    assert (registro.quem, registro.objeto) == (carla, f"atendimento {atendimento.pk}")
    assert registro.cidadao == atendimento.conversa.cidadao
