"""One try of one send: the claim, its file, and what each answer leaves."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models.functions import Now
from django.utils import timezone

from prefeitura.whatsapp import saida
from prefeitura.whatsapp.models import MidiaNaMeta
from tests import factories
from tests.whatsapp.envios import passar, seguinte
from tests.whatsapp.servidor_falso import aceitar, cortar, recusar, responder

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("acordados", "sem_limites"),
]


def test_accepted_send_has_wamid_and_first_step(graph, envio, avisados):
    graph.combinar(aceitar("wamid.A", envio.cidadao.wa_id))
    saida.enviar(envio.pk)
    envio.refresh_from_db()
    assert (envio.estado, envio.wamid, envio.tentativa) == ("enviada", "wamid.A", 1)
    assert envio.prazo_em is None
    assert envio.situacao.posto == 1
    assert avisados == [envio.pk]
    corpo = graph.pedidos[0].json
    assert corpo["biz_opaque_callback_data"] == str(envio.pk)
    assert corpo["to"] == f"+{envio.cidadao.wa_id}"


def test_id_as_text_and_unknown_ids_are_harmless(graph, envio):
    graph.combinar(aceitar("wamid.A"))
    saida.enviar(str(envio.pk))
    saida.enviar(envio.pk)
    saida.enviar("00000000-0000-4000-8000-000000000000")
    assert len(graph.pedidos) == 1


def test_id_that_meta_gave_before_is_a_doubt_and_not_a_crash(graph, envio, numero):
    factories.EnvioFactory(numero=numero, enviada=True, wamid="wamid.REPETIDO")
    graph.combinar(aceitar("wamid.REPETIDO"))
    saida.enviar(envio.pk)
    envio.refresh_from_db()
    assert (envio.estado, envio.wamid) == ("incerta", None)


@pytest.mark.django_db(transaction=True)
def test_ten_workers_make_one_post(graph, envio):
    graph.combinar(*[aceitar(f"wamid.{n}") for n in range(10)])
    largada = threading.Barrier(10)

    def trabalhar():
        largada.wait()
        saida.enviar(envio.pk)
        connection.close()

    fios = [threading.Thread(target=trabalhar) for _ in range(10)]
    for fio in fios:
        fio.start()
    for fio in fios:
        fio.join()
    assert len(graph.pedidos) == 1


def test_permanent_refusal_fails_with_code_and_detail(graph, envio, avisados):
    graph.combinar(recusar(131026, 400, "Undeliverable"))
    saida.enviar(envio.pk)
    envio.refresh_from_db()
    assert (envio.estado, envio.codigo, envio.detalhe) == ("falhou", 131026, "Undeliverable")
    assert avisados == [envio.pk]


def test_lost_answer_is_doubt_and_is_never_sent_again(graph, envio, avisados):
    graph.combinar(cortar, aceitar("wamid.B"))
    saida.enviar(envio.pk)
    saida.enviar(envio.pk)
    saida.vencer_prazos()
    assert envio.pk not in saida.pendentes_vencidos()
    envio.refresh_from_db()
    assert envio.estado == "incerta"
    assert envio.incerta_em is not None
    assert len(graph.pedidos) == 1
    assert avisados == [envio.pk]


def test_no_network_puts_it_back_with_growing_patience(settings, envio):
    settings.WHATSAPP_GRAPH_URL = "http://127.0.0.1:9"
    esperas = []
    for _ in range(7):
        passar(envio, nao_antes_de=Now())
        saida.enviar(envio.pk)
        envio.refresh_from_db()
        assert envio.estado == "pendente"
        esperas.append((envio.nao_antes_de - timezone.now()).total_seconds())
    assert 0 < esperas[0] < 2
    assert 10 < esperas[2] < 21
    assert 55 < esperas[6] <= 76
    assert envio.tentativa == 7


def test_momentary_trouble_is_tried_six_times_then_fails(graph, envio):
    for vez in range(1, 7):
        graph.combinar(recusar(131016))
        passar(envio, nao_antes_de=Now())
        saida.enviar(envio.pk)
        envio.refresh_from_db()
        assert envio.estado == ("pendente" if vez < 6 else "falhou")
    assert envio.codigo == 131016


def test_limit_of_the_number_slows_it_and_never_costs_the_message(graph, envio, numero):
    for _ in range(8):
        graph.combinar(recusar(130429, 429, Retry_After="3"))
        passar(envio, nao_antes_de=Now())
        type(numero).objects.update(pausado_ate=None)
        saida.enviar(envio.pk)
    envio.refresh_from_db()
    numero.refresh_from_db()
    assert envio.estado == "pendente"
    assert numero.pausado_ate > timezone.now()
    assert numero.pausa_motivo == ""


def test_retry_after_is_honoured(graph, envio):
    graph.combinar(recusar(131016, 400, Retry_After="90"))
    saida.enviar(envio.pk)
    envio.refresh_from_db()
    assert 85 < (envio.nao_antes_de - timezone.now()).total_seconds() <= 90


def test_pair_limit_makes_only_this_citizen_wait(graph, envio, numero):
    graph.combinar(recusar(131056))
    saida.enviar(envio.pk)
    envio.refresh_from_db()
    numero.refresh_from_db()
    assert envio.estado == "pendente"
    assert envio.nao_antes_de > timezone.now()
    assert numero.pausado_ate is None


@pytest.mark.parametrize(("codigo", "http"), [(190, 401), (131042, 400), (133010, 400), (0, 401)])
def test_trouble_of_the_channel_pauses_the_number_and_keeps_the_message(
    graph, envio, numero, codigo, http
):
    graph.combinar(recusar(codigo, http))
    saida.enviar(envio.pk)
    envio.refresh_from_db()
    numero.refresh_from_db()
    assert envio.estado == "pendente"
    assert numero.pausado_ate > timezone.now()
    assert numero.pausa_motivo
    saida.enviar(envio.pk)
    assert len(graph.pedidos) == 1


def test_bad_token_pauses_every_number_of_the_account(graph, envio, numero):
    irmao = factories.NumeroFactory(conta=numero.conta)
    outro = factories.NumeroFactory()
    graph.combinar(recusar(190, 401))
    saida.enviar(envio.pk)
    irmao.refresh_from_db()
    outro.refresh_from_db()
    assert irmao.pausado_ate is not None
    assert outro.pausado_ate is None


def test_accepted_send_ends_the_pause(graph, envio, numero):
    type(numero).objects.update(pausado_ate=Now() - timedelta(seconds=1), pausa_motivo="x")
    graph.combinar(aceitar("wamid.A"))
    saida.enviar(envio.pk)
    numero.refresh_from_db()
    assert (numero.pausado_ate, numero.pausa_motivo) == (None, "")


def test_5xx_waits_in_quarantine_twice_and_then_is_doubt(graph, envio, avisados):
    for rodada in (1, 2, 3):
        graph.combinar(recusar(131000, 500))
        passar(envio, nao_antes_de=Now())
        saida.enviar(envio.pk)
        envio.refresh_from_db()
        assert envio.rodadas == rodada
        if rodada < 3:
            assert envio.estado == "pendente"
            assert 110 < (envio.nao_antes_de - timezone.now()).total_seconds() <= 120
    assert envio.estado == "incerta"


def test_citizen_without_address_fails_with_a_sentence(graph, numero):
    envio = factories.EnvioFactory(numero=numero, cidadao__wa_id="", cidadao__user_id="")
    saida.enviar(envio.pk)
    envio.refresh_from_db()
    assert envio.estado == "falhou"
    assert "não tem número" in envio.detalhe
    assert graph.pedidos == []


def test_citizen_known_only_by_bsuid_is_addressed_by_it(graph, numero):
    envio = factories.EnvioFactory(numero=numero, cidadao__so_bsuid=True)
    graph.combinar(aceitar("wamid.A"))
    saida.enviar(envio.pk)
    assert graph.pedidos[0].json["recipient"] == envio.cidadao.user_id


def test_address_that_meta_corrects_is_kept(graph, numero):
    envio = factories.EnvioFactory(numero=numero, cidadao__wa_id="5534998887766")
    graph.combinar(aceitar("wamid.A", "553498887766"))
    saida.enviar(envio.pk)
    envio.cidadao.refresh_from_db()
    assert envio.cidadao.wa_id == "553498887766"


def test_address_of_somebody_else_is_not_taken(graph, envio):
    antes = envio.cidadao.wa_id
    graph.combinar(aceitar("wamid.A", "5521911112222"))
    saida.enviar(envio.pk)
    envio.cidadao.refresh_from_db()
    assert envio.cidadao.wa_id == antes


# --- files


@pytest.fixture
def com_arquivo(numero, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    midia = factories.MidiaFactory(numero=numero, pronta=True, arquivo="foto")
    (tmp_path / "foto").write_bytes(b"\x89PNG")
    return factories.EnvioFactory(
        numero=numero, midia=midia, corpo={"type": "image", "image": {"caption": "oi"}}
    )


def test_file_goes_up_once_and_its_id_is_reused(graph, com_arquivo):
    graph.combinar(responder({"id": "900"}), aceitar("wamid.A"), aceitar("wamid.B"))
    saida.enviar(com_arquivo.pk)
    depois = seguinte(com_arquivo, midia=com_arquivo.midia, corpo={"type": "image", "image": {}})
    saida.enviar(depois.pk)
    assert [p.caminho.rpartition("/")[2] for p in graph.pedidos] == [
        "media",
        "messages",
        "messages",
    ]
    assert graph.pedidos[1].json["image"] == {"caption": "oi", "id": "900"}
    assert graph.pedidos[2].json["image"] == {"id": "900"}


def test_id_that_is_too_old_is_uploaded_again(graph, com_arquivo):
    MidiaNaMeta.objects.create(
        midia=com_arquivo.midia,
        numero=com_arquivo.numero,
        media_id="velho",
        vale_ate=timezone.now() - timedelta(seconds=1),
    )
    graph.combinar(responder({"id": "novo"}), aceitar("wamid.A"))
    saida.enviar(com_arquivo.pk)
    assert graph.pedidos[1].json["image"]["id"] == "novo"


def test_upload_cut_in_the_middle_leaves_no_doubt(graph, com_arquivo):
    graph.combinar(cortar)
    saida.enviar(com_arquivo.pk)
    com_arquivo.refresh_from_db()
    assert (com_arquivo.estado, com_arquivo.tentativa) == ("pendente", 0)
    assert com_arquivo.nao_antes_de > timezone.now()


def test_refused_file_fails_with_its_code(graph, com_arquivo, avisados):
    graph.combinar(recusar(131053))
    saida.enviar(com_arquivo.pk)
    com_arquivo.refresh_from_db()
    assert (com_arquivo.estado, com_arquivo.codigo) == ("falhou", 131053)
    assert avisados == [com_arquivo.pk]


def test_file_refused_by_the_message_is_uploaded_anew_next_time(graph, com_arquivo):
    graph.combinar(responder({"id": "900"}), recusar(131053))
    saida.enviar(com_arquivo.pk)
    assert not MidiaNaMeta.objects.exists()


def test_file_that_vanished_fails_with_a_sentence(graph, com_arquivo, tmp_path):
    (tmp_path / "foto").unlink()
    saida.enviar(com_arquivo.pk)
    com_arquivo.refresh_from_db()
    assert com_arquivo.estado == "falhou"
    assert "não está mais guardado" in com_arquivo.detalhe
