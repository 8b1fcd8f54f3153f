"""Under load the house gives things up in a fixed order, and says so (GUARANTEES 6.4)."""

import pytest
import redis
from django.test import Client

from atendimento.views.apresentar import lista
from prefeitura.tempo_real import carga, presenca, valkey
from tests import factories


@pytest.fixture
def nivel():
    """Return a function: `nivel(n)` says that the house is at level n."""
    yield carga.avisar
    carga.avisar(carga.NORMAL)


def entrar(servidor) -> Client:
    cliente = Client()
    cliente.force_login(servidor)
    return cliente


def test_level_and_since_when_are_told_until_it_ends(nivel):
    nivel(carga.CALMA)
    primeira = carga.atual()
    nivel(carga.SUFOCO)
    assert carga.atual() == carga.Carga(carga.SUFOCO, primeira.desde)
    nivel(carga.NORMAL)
    assert carga.atual() == carga.Carga()


def test_nothing_is_given_up_when_nobody_measures(nivel):
    nivel(carga.SUFOCO)
    assert 0 < valkey.conexao().ttl(carga.CHAVE) <= carga.VALE_POR
    valkey.conexao().delete(carga.CHAVE)
    assert carga.atual(agora=True).nivel == carga.NORMAL


def test_nothing_is_given_up_without_valkey(nivel, monkeypatch):
    nivel(carga.SUFOCO)
    surdo = redis.Redis.from_url("redis://127.0.0.1:9/0", socket_connect_timeout=0.2)
    with monkeypatch.context() as remendo:  # `nivel` ends with Valkey back
        remendo.setattr(valkey, "_conexao", surdo)
        assert carga.atual(agora=True) == carga.Carga()
        carga.avisar(carga.SUFOCO)  # and nobody falls


@pytest.mark.parametrize("quanto", range(4))
def test_presence_is_the_first_to_go(nivel, quanto):
    nivel(quanto)
    dono = {"atendimento_id": 7, "servidor_id": 1}
    assert presenca.marcar(**dono, digitando=True) is (quanto < carga.CALMA)
    assert bool(presenca.quem_esta(7)) is (quanto < carga.CALMA)
    presenca.desmarcar(**dono)


@pytest.mark.parametrize("quanto", range(4))
def test_exports_go_second_with_a_sentence(nivel, ana, quanto):
    atendimento = factories.AtendimentoFactory(equipe=ana.equipes.first())
    nivel(quanto)
    resposta = entrar(ana).get(f"/atendimento/{atendimento.pk}/pdf/")
    assert resposta.status_code == (503 if quanto >= carga.APERTO else 200)
    if quanto >= carga.APERTO:
        assert 60 <= int(resposta["Retry-After"]) <= 120
        assert "As exportações voltam em instantes" in resposta.content.decode()


@pytest.mark.parametrize("quanto", range(4))
def test_counters_go_third_and_the_list_stays(nivel, ana, quanto):
    factories.AtendimentoFactory(equipe=ana.equipes.first(), conversa__cidadao__nome="Rui Alves")
    nivel(quanto)
    assert (lista.contar(ana)["todas"] is None) is (quanto >= carga.SUFOCO)
    pagina = entrar(ana).get("/atendimento/?aba=todas").content.decode()
    assert "Rui Alves" in pagina
    assert "Todos os atendimentos abertos já têm atendente" not in pagina


def test_an_answer_is_never_given_up(nivel, ana):
    atendimento = factories.AtendimentoFactory(
        equipe=ana.equipes.first(), servidor=ana, estado="em_atendimento"
    )
    nivel(carga.SUFOCO)
    resposta = entrar(ana).post(
        f"/atendimento/{atendimento.pk}/responder/",
        {"texto": "Bom dia!", "chave_cliente": "0e6f1c9a-4f53-4c7e-9d2e-2f3f6f0b7a11"},
        headers={"Accept": "application/json"},
    )
    assert resposta.status_code == 200, resposta.content
