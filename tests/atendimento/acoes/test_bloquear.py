"""Blocking: supervision only, inside Meta's 24 hours, told in the log when it is done."""

from datetime import timedelta

import pytest
from django.db.models.functions import Now
from django.utils import timezone

from atendimento import acoes, bloqueios, rodadas
from atendimento.acoes.conteudo import Texto
from atendimento.erros import Conflito, Invalido, NaoEncontrado
from atendimento.models import Conversa, PedidoDeBloqueio
from prefeitura.whatsapp.bloqueio import BloqueioFalhou
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def meta(monkeypatch):
    """What Meta was asked: (phone_number_id, wa_id, block?). Append errors to `falhas`."""

    class Meta:
        def __init__(self):
            self.pedidos, self.falhas = [], []

        def mudar(self, *, numero, cidadao, bloquear):
            self.pedidos.append((numero.phone_number_id, cidadao.wa_id, bloquear))
            if self.falhas:
                raise self.falhas.pop(0)

    falsa = Meta()
    monkeypatch.setattr(bloqueios, "mudar_bloqueio", falsa.mudar)
    return falsa


@pytest.fixture
def levados(monkeypatch):
    """Ids of the requests that a worker would have been asked to carry."""
    ids = []
    monkeypatch.setattr(
        "atendimento.tasks.levar_bloqueio.apply_async", lambda args, *_, **__: ids.append(args[0])
    )
    return ids


@pytest.fixture
def pedir(atendimento, carla, levados):
    def _pedir(servidor=carla, motivo="Ameaçou a equipe."):
        return acoes.bloquear(atendimento_id=atendimento.pk, servidor=servidor, motivo=motivo)

    return _pedir


def cidadao_de(atendimento):
    atendimento.conversa.cidadao.refresh_from_db()
    return atendimento.conversa.cidadao


def test_block_is_asked_of_meta_and_then_holds(pedir, atendimento, carla, meta, levados):
    pedido = pedir()
    assert levados == [pedido.pk]
    assert cidadao_de(atendimento).bloqueado_em is None
    bloqueios.levar(pedido.pk)
    cidadao = cidadao_de(atendimento)
    assert cidadao.bloqueado_em is not None
    assert meta.pedidos == [(atendimento.conversa.numero.phone_number_id, cidadao.wa_id, True)]
    linha = atendimento.transicoes.last()
    assert (linha.tipo, linha.quem, linha.nota) == ("bloqueado", carla, "Ameaçou a equipe.")
    pedido.refresh_from_db()
    assert (pedido.estado, pedido.quem) == ("feito", carla)


def test_nobody_answers_a_blocked_person(pedir, atendimento, ana, meta):
    import uuid

    bloqueios.levar(pedir().pk)
    with pytest.raises(Conflito, match=r"Este contato está bloqueado\. Desbloqueie para") as erro:
        acoes.responder(
            atendimento_id=atendimento.pk,
            servidor=ana,
            chave_cliente=uuid.uuid4(),
            conteudo=Texto("oi"),
        )
    assert erro.value.codigo == "bloqueado"
    with pytest.raises(Conflito, match="bloqueado"):
        acoes.reagir(mensagem_id=atendimento.mensagens.get().pk, servidor=ana, emoji="👍")


def test_unblocking_goes_to_the_number_that_blocked(pedir, atendimento, carla, meta, saude):
    bloqueios.levar(pedir().pk)
    noutro = factories.AtendimentoFactory(
        equipe=saude, conversa__cidadao=atendimento.conversa.cidadao
    )
    pedido = acoes.desbloquear(atendimento_id=noutro.pk, servidor=carla, motivo="Pediu desculpas.")
    bloqueios.levar(pedido.pk)
    cidadao = cidadao_de(atendimento)
    assert cidadao.bloqueado_em is None
    assert meta.pedidos[-1] == (
        atendimento.conversa.numero.phone_number_id,
        cidadao.wa_id,
        False,
    )
    assert noutro.transicoes.last().tipo == "desbloqueado"


def test_only_the_supervision_or_an_administrator_of_the_team(pedir, ana, bruno, admin, saude):
    with pytest.raises(Conflito, match="Só a supervisão") as erro:
        pedir(servidor=ana)
    assert erro.value.codigo == "so_supervisao"
    for fora in (bruno, admin):
        with pytest.raises(NaoEncontrado):
            pedir(servidor=fora)
    factories.ParticipacaoFactory(servidor=admin, equipe=saude)
    assert pedir(servidor=admin).quem == admin


@pytest.mark.parametrize("motivo", ["", "  \n", "\x00", "a" * 301])
def test_a_block_needs_a_reason(pedir, motivo):
    with pytest.raises(Invalido) as erro:
        pedir(motivo=motivo)
    assert erro.value.campo == "motivo"


def test_who_wrote_long_ago_cannot_be_blocked(pedir):
    Conversa.objects.update(janela_ate=timezone.now() - timedelta(minutes=1))
    with pytest.raises(Conflito, match="últimas 24 horas"):
        pedir()


def test_asking_twice_is_told(pedir, atendimento, carla, meta):
    pedido = pedir()
    with pytest.raises(Conflito, match="ainda espera"):
        pedir()
    bloqueios.levar(pedido.pk)
    with pytest.raises(Conflito, match="já está bloqueado"):
        pedir()
    outro = factories.AtendimentoFactory(equipe=atendimento.equipe)
    with pytest.raises(Conflito, match="não está bloqueado"):
        acoes.desbloquear(atendimento_id=outro.pk, servidor=carla)


def test_refusal_of_meta_is_told_in_the_log(pedir, atendimento, meta):
    meta.falhas.append(BloqueioFalhou(139101, definitivo=True))
    pedido = pedir()
    bloqueios.levar(pedido.pk)
    assert cidadao_de(atendimento).bloqueado_em is None
    linha = atendimento.transicoes.last()
    assert linha.tipo == "nao_mudou"
    assert linha.nota.startswith("Não foi possível bloquear")
    pedido.refresh_from_db()
    assert (pedido.estado, pedido.codigo) == ("recusado", 139101)


def test_momentary_trouble_is_tried_again_and_then_given_up(pedir, atendimento, meta):
    pedido = pedir()
    for tentativa in range(1, 6):
        meta.falhas.append(BloqueioFalhou(None, definitivo=False))
        PedidoDeBloqueio.objects.update(nao_antes_de=Now())
        assert bloqueios.pendentes() == [pedido.pk]
        bloqueios.levar(pedido.pk)
        bloqueios.levar(pedido.pk)  # not yet due
        assert len(meta.pedidos) == tentativa
    assert atendimento.transicoes.last().nota.startswith("O WhatsApp não respondeu")
    assert bloqueios.pendentes() == []


def test_what_the_broker_lost_is_found_by_the_sweep(pedir, levados):
    pedido = pedir()
    levados.clear()
    rodadas.acordar_bloqueios()
    assert levados == [pedido.pk]


def test_late_second_answer_changes_nothing(pedir, atendimento, meta):
    pedido = pedir()
    bloqueios.levar(pedido.pk)
    acoes.concluir_bloqueio(pedido_id=pedido.pk, aceito=False, codigo=139103)
    assert cidadao_de(atendimento).bloqueado_em is not None
    assert atendimento.transicoes.count() == 1
