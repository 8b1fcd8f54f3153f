"""A blocked contact on the page: who sees the way to block, and what the foot says."""

import pytest
from django.utils import timezone

from atendimento.models import Conversa, PedidoDeBloqueio
from prefeitura.cadastro.models import Cidadao

FRASE = "Este contato está bloqueado. Desbloqueie para responder."


@pytest.fixture
def pagina(atendimento, entrar, municipio):
    def _pagina(servidor):
        return entrar(servidor).get(f"/atendimento/{atendimento.pk}/").content.decode()

    return _pagina


def test_only_the_supervision_sees_the_action(pagina, ana, carla, atendimento):
    assert f"/atendimento/{atendimento.pk}/dialogos/bloquear/" in pagina(carla)
    assert "dialogos/bloquear" not in pagina(ana)


def test_blocked_contact_closes_the_composer(pagina, ana, carla):
    Cidadao.objects.update(bloqueado_em=timezone.now())
    for servidor, caminho in ((ana, "Só a supervisão"), (carla, "dialogos/desbloquear")):
        corpo = pagina(servidor)
        assert FRASE in corpo
        assert 'data-modo="bloqueado"' in corpo
        assert caminho in corpo
        assert "dialogos/bloquear" not in corpo


def test_dialog_outside_the_24_hours_only_explains(entrar, carla, atendimento):
    caminho = f"/atendimento/{atendimento.pk}/dialogos/bloquear/"
    assert 'name="motivo"' in entrar(carla).get(caminho).content.decode()
    Conversa.objects.update(janela_ate=timezone.now())
    corpo = entrar(carla).get(caminho).content.decode()
    assert "nas últimas 24 horas" in corpo
    assert 'name="motivo"' not in corpo


def test_asking_leaves_a_request_with_its_reason(entrar, carla, ana, atendimento):
    caminho = f"/atendimento/{atendimento.pk}/bloquear/"
    recusa = entrar(ana).post(caminho, {"motivo": "x"}, HTTP_ACCEPT="application/json")
    assert (recusa.status_code, recusa.json()["codigo"]) == (409, "so_supervisao")
    feito = entrar(carla).post(caminho, {"motivo": "golpe"}, HTTP_ACCEPT="application/json")
    assert feito.status_code == 200
    pedido = PedidoDeBloqueio.objects.get()
    assert (pedido.motivo, pedido.quem, pedido.estado) == ("golpe", carla, "pendente")
