"""Set-based writes store what `bulk_create` and `bulk_update` would."""

import datetime as dt

import pytest
from django.db import DataError, IntegrityError
from django.forms import model_to_dict

from atendimento.models import Atendimento, Conversa, Mensagem
from prefeitura.banco.linhas import atualizar, inserir
from prefeitura.cadastro.models import Cidadao, Identidade
from prefeitura.whatsapp.models import Midia
from tests import factories

pytestmark = pytest.mark.django_db
ESTRANHO = "aspas ' \" barra \\ \n 😀 {} %s %% :x"


def nova(atendimento, **campos) -> Mensagem:
    padrao = {"direcao": Mensagem.Direcao.ENTRADA, "tipo": "texto", "dados": {"a": [1, ESTRANHO]}}
    padrao |= {"momento": dt.datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=dt.UTC)}
    numero = atendimento.conversa.numero
    return Mensagem(atendimento=atendimento, numero=numero, **padrao | campos)


def test_rows_come_back_as_bulk_create_would_store_them():
    atendimento = factories.AtendimentoFactory()
    foto = factories.MidiaFactory()
    campos = {"texto": ESTRANHO, "midia": foto, "com_atraso": True, "indice": 3}
    uma, outra = nova(atendimento, **campos), nova(atendimento, **campos)
    inserir([uma])
    Mensagem.objects.bulk_create([outra])
    guardada, esperada = (Mensagem.objects.get(pk=m.pk) for m in (uma, outra))
    sem_id = {"exclude": ["id", "recebida_em"]}
    assert model_to_dict(guardada, **sem_id) == model_to_dict(esperada, **sem_id)
    assert guardada.momento == esperada.momento
    assert guardada.recebida_em is not None


def test_ids_follow_the_order_of_the_rows():
    atendimento = factories.AtendimentoFactory()
    novas = [nova(atendimento, texto=str(n)) for n in range(50)]
    inserir(novas)
    assert [m.pk for m in novas] == sorted(m.pk for m in novas)
    assert {m.pk: m.texto for m in Mensagem.objects.all()} == {m.pk: m.texto for m in novas}
    assert not any(m._state.adding for m in novas)


def test_all_rows_are_one_statement(django_assert_num_queries):
    cidadaos = [Cidadao(wa_id=f"55119{n}", nome_no_whatsapp=ESTRANHO) for n in range(30)]
    with django_assert_num_queries(1):
        inserir(cidadaos)
    nomes = Cidadao.objects.filter(pk__in=[c.pk for c in cidadaos]).values_list("nome_no_whatsapp")
    assert set(nomes) == {(ESTRANHO,)}
    assert Cidadao.objects.first().criado_em is not None


def test_a_parent_saved_after_it_was_assigned_is_found():
    numero, cidadao = factories.NumeroFactory(), Cidadao(wa_id="5511999990000")
    conversa = Conversa(cidadao=cidadao, numero=numero)
    inserir([cidadao])
    inserir([conversa])
    assert Conversa.objects.get().cidadao == cidadao


def test_repeated_rows_are_left_out_when_asked_and_refused_otherwise():
    cidadao = factories.CidadaoFactory()
    dona = cidadao.identidades.first()
    igual = [Identidade(cidadao=cidadao, tipo=dona.tipo, valor=dona.valor)]
    inserir(igual, repetidos="ignorar")
    assert Identidade.objects.count() == 1
    with pytest.raises(IntegrityError):
        inserir(igual)


def test_a_text_too_long_is_refused_and_never_cut():
    with pytest.raises(DataError):
        inserir([Midia(numero=factories.NumeroFactory(), media_id="9" * 256)])


def test_each_row_gets_its_own_values_and_the_time_of_the_database():
    um, outro, quieto = factories.AtendimentoFactory.create_batch(3)
    servidor = factories.ServidorFactory()
    um.nao_lidas, um.servidor, um.estado = 2, servidor, Atendimento.Estado.EM_ATENDIMENTO
    outro.nao_lidas, outro.esperando_desde = 5, None
    atualizar(
        [um, outro],
        ["nao_lidas", "servidor", "estado", "esperando_desde"],
        agora=["alterado_em"],
    )
    antes = quieto.alterado_em
    for feito in (um, outro):
        lido = Atendimento.objects.get(pk=feito.pk)
        assert lido.nao_lidas == feito.nao_lidas
        assert lido.servidor == feito.servidor
        assert lido.estado == feito.estado
        assert lido.esperando_desde == feito.esperando_desde
        assert lido.alterado_em > antes
    quieto.refresh_from_db()
    assert (quieto.nao_lidas, quieto.alterado_em) == (0, antes)


def test_nothing_to_write_asks_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        inserir([])
        atualizar([], ["nome"])
