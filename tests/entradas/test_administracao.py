"""GUARANTEES 4.7 by HTTP: who leaves, and what is replayed."""

import pytest

from atendimento.models import Atendimento
from prefeitura.whatsapp import entrada, reprocesso
from prefeitura.whatsapp.models import EventoRecebido
from tests import factories
from tests.admin.test_servidores import SERVIDORES, campos
from tests.chegada import chegar, corpo, guardar, mensagem, valor

pytestmark = pytest.mark.django_db
EVENTOS = "/admin/whatsapp/eventorecebido/"


@pytest.fixture
def painel(admin, municipio, entrar):
    return entrar(admin)


def desligar(painel, servidor):
    return painel.post(
        f"{SERVIDORES}{servidor.pk}/change/", campos(servidor, is_active=""), follow=True
    )


@pytest.mark.parametrize(
    ("quantos", "frase"),
    [(1, "1 atendimento voltou para a fila."), (8, "8 atendimentos voltaram para a fila.")],
)
def test_E142_matters_of_who_leaves_go_back_to_the_queue(painel, saude, quantos, frase):
    quem = factories.ServidorFactory(em=saude)
    factories.AtendimentoFactory.create_batch(quantos, equipe=saude, com=quem)
    encerrado = factories.AtendimentoFactory(equipe=saude, com=quem, encerrado=True)
    resposta = desligar(painel, quem)
    assert frase in resposta.content.decode()
    quem.refresh_from_db()
    assert not quem.is_active
    abertos = Atendimento.objects.exclude(pk=encerrado.pk)
    assert {(a.estado, a.servidor) for a in abertos} == {("na_fila", None)}
    encerrado.refresh_from_db()
    assert encerrado.servidor == quem
    linha = abertos.latest("pk").transicoes.get()
    assert (linha.tipo, linha.nota) == ("devolvido", f"{quem} não atende mais nesta equipe.")


def test_E142_is_all_or_nothing(painel, saude, monkeypatch):
    quem = factories.ServidorFactory(em=saude)
    factories.AtendimentoFactory(equipe=saude, com=quem)

    def quebrar(**_):
        raise RuntimeError

    monkeypatch.setattr("atendimento.receptores.devolver_de_quem_saiu", quebrar)
    painel.raise_request_exception = False
    assert desligar(painel, quem).status_code == 500
    quem.refresh_from_db()
    assert quem.is_active


def test_E145_replay_of_what_was_applied_changes_nothing(painel, numero):
    [recebida] = chegar(numero, mensagem("Uma vez só"))
    evento = EventoRecebido.objects.get()
    resposta = painel.post(
        EVENTOS, {"action": "reprocessar", "_selected_action": [evento.pk]}, follow=True
    )
    assert "Já estava aplicado; nada mudou." in resposta.content.decode()
    assert recebida.atendimento.mensagens.filter(direcao="entrada").count() == 1


def test_E145_by_the_api_too(admin, numero, com_token):
    chegar(numero, mensagem("Uma vez só"))
    evento = EventoRecebido.objects.get()
    caminho = f"/api/v1/eventos/{evento.pk}/reprocessar/"
    assert com_token(admin).post(caminho, {}, format="json").status_code == 200
    assert EventoRecebido.objects.get().estado == "feito"


def test_E146_many_are_replayed_by_the_worker_and_the_list_tells_how_it_goes(
    painel, numero, monkeypatch, django_assert_max_num_queries
):
    pedidos = []
    monkeypatch.setattr(
        "prefeitura.whatsapp.tasks.processar_eventos.apply_async", lambda *a, **k: pedidos.append(1)
    )
    for n in range(1_100):
        bruto = b"isto nao e json %d" % n
        if n < 5:
            alguem = mensagem(f"oi {n}", de=f"551197000{n:04d}")
            bruto = corpo(numero, valor(numero, mensagens=[alguem]))
        guardar(bruto)
    EventoRecebido.objects.update(estado="parado", erro="x", tentativas=5)
    escolhidos = list(EventoRecebido.objects.values_list("pk", flat=True)[:50])
    with django_assert_max_num_queries(40):
        resposta = painel.post(
            EVENTOS,
            {"action": "reprocessar", "_selected_action": escolhidos, "select_across": "1"},
            follow=True,
        )
    pagina = resposta.content.decode()
    assert "Reprocessando 1.100 eventos em segundo plano." in pagina
    assert "Reprocessando: faltam 1.100 eventos." in pagina
    assert pedidos
    entrada.processar()
    assert reprocesso.faltam() == 0
    assert EventoRecebido.objects.filter(estado="feito").count() == 5
    assert "faltam" not in painel.get(EVENTOS).content.decode()
