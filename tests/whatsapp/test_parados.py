"""What cannot be applied: isolated cheaply, named, decided by a person, and then really over."""

from datetime import timedelta

import pytest
from django.db import OperationalError
from django.db.models.functions import Now
from psycopg.errors import LockNotAvailable

from atendimento.acoes.anotacoes import Anotacoes
from atendimento.models import Mensagem, Transicao
from prefeitura.whatsapp import entrada, parados, pendencias, saida
from prefeitura.whatsapp.models import EventoRecebido, ItemParado
from prefeitura.whatsapp.reprocesso import reprocessar_muitos
from prefeitura.whatsapp.varredura import retencao
from tests import factories
from tests.chegada import chegar, corpo, guardar, mensagem, novo_wamid, status, valor

pytestmark = pytest.mark.django_db


def desconhecido(numero):
    """Another number of the same account, which nobody registered."""
    return type(numero)(conta=numero.conta, phone_number_id="999", exibicao="+55 11 0000")


def envenenar(monkeypatch, wamid):
    aplicar = saida.aplicar_status

    def quebrar(itens):
        if any(item.wamid == wamid for _, item in itens):
            raise RuntimeError("veneno")
        return aplicar(itens)

    monkeypatch.setattr(saida, "aplicar_status", quebrar)


def test_one_poisoned_item_among_hundreds_is_found_by_halving(numero, monkeypatch):
    envios = factories.EnvioFactory.create_batch(200, numero=numero, aceita=True)
    evento = guardar(
        corpo(numero, valor(numero, statuses=[status(e, "delivered") for e in envios]))
    )
    envenenar(monkeypatch, envios[137].wamid)
    tentativas = []
    tentar = entrada._tentar
    monkeypatch.setattr(entrada, "_tentar", lambda lido: tentativas.append(lido) or tentar(lido))
    entrada.processar()
    assert ItemParado.objects.get().indice == 137
    assert sum(e.__class__.objects.get(pk=e.pk).situacao.posto == 3 for e in envios) == 199
    assert len(tentativas) <= 20, "um a um seriam duzentas"
    evento.refresh_from_db()
    assert evento.estado == "novo"


@pytest.mark.django_db(transaction=True)
def test_a_row_that_points_nowhere_stops_only_its_own_item(monkeypatch):
    """PostgreSQL checks references when the transaction ends: too late to know whose it was."""
    numero = factories.NumeroFactory()
    wamids = [novo_wamid() for _ in range(3)]
    montar = Anotacoes.montar

    def envenenado(self, atendimento, recebido, citada):
        feita = montar(self, atendimento, recebido, citada)
        if recebido.item.wamid == wamids[1]:
            feita.autor_id = 10**9
        return feita

    monkeypatch.setattr(Anotacoes, "montar", envenenado)
    itens = [mensagem(f"m{n}", wamid=w) for n, w in enumerate(wamids)]
    guardar(corpo(numero, valor(numero, mensagens=itens)))
    entrada.processar()
    textos = Mensagem.objects.filter(direcao="entrada").values_list("texto", flat=True)
    assert sorted(textos) == ["m0", "m2"]
    assert ItemParado.objects.get().indice == 1


def test_item_that_stops_again_does_not_say_that_it_was_applied(numero):
    evento = guardar(corpo(numero, valor(desconhecido(numero), mensagens=[mensagem()])))
    entrada.processar()
    assert entrada.reprocessar(evento_id=evento.pk).startswith("Continua parado")
    item = ItemParado.objects.get()
    assert (item.resolvido_em, item.resolucao) == (None, "")


def test_body_that_cannot_be_read_is_an_item_that_waits_for_a_person_too(numero):
    evento = guardar(b"abc")
    entrada.processar()
    item = ItemParado.objects.get()
    assert (item.evento_id, item.motivo) == (evento.pk, "corpo não é um objeto JSON")


@pytest.mark.parametrize("bruto", [b"abc", None])
def test_event_is_over_when_its_last_item_is_discarded(numero, bruto):
    outro = desconhecido(numero)
    itens = [mensagem("a"), mensagem("b")]
    evento = guardar(bruto or corpo(numero, valor(outro, mensagens=itens)))
    entrada.processar()
    ids = list(ItemParado.objects.order_by("indice").values_list("pk", flat=True))
    for feitos, item_id in enumerate(ids, 1):
        [descartado] = pendencias.descartar(itens=[item_id], motivo="era um teste")
        assert descartado.pk == item_id
        evento.refresh_from_db()
        assert evento.estado == ("feito" if feitos == len(ids) else "parado")
    assert pendencias.descartar(itens=ids, motivo="outra vez") == []
    assert ItemParado.objects.first().resolucao == "descartado: era um teste"


def test_items_go_with_their_old_event(numero):
    evento = guardar(b"abc")
    entrada.processar()
    pendencias.descartar(itens=[ItemParado.objects.get().pk], motivo="lixo")
    EventoRecebido.objects.update(recebido_em=Now() - timedelta(days=100))
    assert retencao.apagar_eventos_velhos() == 1
    assert not EventoRecebido.objects.filter(pk=evento.pk).exists()
    assert not ItemParado.objects.exists()


def test_event_that_is_given_up_whole_is_an_item_that_waits_for_a_person(numero, monkeypatch):
    evento = guardar(corpo(numero, valor(numero, mensagens=[mensagem()])))

    def travada(lidos):
        raise OperationalError("canceling statement due to lock timeout") from LockNotAvailable()

    monkeypatch.setattr(entrada, "_aplicar", travada)
    for vez in range(1, 6):
        EventoRecebido.objects.update(nao_antes_de=Now())
        entrada.processar_lote()
        evento.refresh_from_db()
        assert (evento.estado, evento.tentativas) == ("novo" if vez < 5 else "parado", vez)
    assert "a tempo" in ItemParado.objects.get().motivo
    assert "em uso agora" in entrada.reprocessar(evento_id=evento.pk)
    monkeypatch.undo()
    assert entrada.reprocessar(evento_id=evento.pk) == "Aplicado."


def test_matter_opened_by_a_neighbour_of_the_poison_is_whole(numero, monkeypatch):
    envio = factories.EnvioFactory(numero=numero, aceita=True)
    envenenar(monkeypatch, envio.wamid)
    guardar(
        corpo(
            numero,
            valor(numero, mensagens=[mensagem("Oi")]),
            valor(numero, statuses=[status(envio, "read")]),
            valor(numero, mensagens=[mensagem("Tudo bem?")]),
        )
    )
    entrada.processar()
    assert chegar(numero, mensagem("Alô"))[0].atendimento.nao_lidas == 3
    assert Transicao.objects.filter(tipo="aberto").count() == 1


def test_item_that_a_person_discarded_stays_closed_when_its_neighbour_fails_again(numero):
    outro = desconhecido(numero)
    evento = guardar(corpo(numero, valor(outro, mensagens=[mensagem("a"), mensagem("b")])))
    entrada.processar()
    primeiro, segundo = ItemParado.objects.order_by("indice")
    pendencias.descartar(itens=[primeiro.pk], motivo="era um teste")
    assert entrada.reprocessar(evento_id=evento.pk).startswith("Continua parado")
    primeiro.refresh_from_db()
    segundo.refresh_from_db()
    assert (primeiro.resolucao, segundo.resolucao) == ("descartado: era um teste", "")
    assert primeiro.resolvido_em is not None
    assert segundo.resolvido_em is None


def test_what_was_discarded_is_not_applied_when_the_rest_of_its_event_can_be(numero):
    outro = desconhecido(numero)
    evento = guardar(corpo(numero, valor(outro, mensagens=[mensagem("a"), mensagem("b")])))
    entrada.processar()
    primeiro = ItemParado.objects.order_by("indice")[0]
    pendencias.descartar(itens=[primeiro.pk], motivo="era um teste")
    factories.NumeroFactory(phone_number_id="999")
    assert entrada.reprocessar(evento_id=evento.pk) == "Aplicado."
    assert list(Mensagem.objects.filter(direcao="entrada").values_list("texto", flat=True)) == ["b"]
    assert not pendencias.pendentes().exists()


def test_event_given_up_whole_leaves_what_was_discarded_in_it_alone(numero):
    itens = [mensagem("a"), mensagem("b")]
    evento = guardar(corpo(numero, valor(desconhecido(numero), mensagens=itens)))
    entrada.processar()
    pendencias.descartar(itens=[ItemParado.objects.get(indice=0).pk], motivo="era um teste")
    ItemParado.objects.filter(indice=1).update(resolvido_em=Now(), resolucao="aplicado")
    evento.tentativas = parados.TENTATIVAS
    parados.tentar_mais_tarde(evento, "demorou")
    assert ItemParado.objects.get(indice=0).resolucao == "descartado: era um teste"
    assert pendencias.pendentes().get().motivo == "demorou"


def test_items_close_when_many_are_put_back_and_applied_in_one_batch(numero):
    guardar(corpo(numero, valor(desconhecido(numero), mensagens=[mensagem("a")])))
    entrada.processar()
    factories.NumeroFactory(phone_number_id="999")
    assert reprocessar_muitos(eventos=EventoRecebido.objects.all()) == 1
    entrada.processar()
    assert EventoRecebido.objects.get().estado == "feito"
    assert ItemParado.objects.get().resolucao == "aplicado"
