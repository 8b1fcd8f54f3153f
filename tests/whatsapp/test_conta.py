"""Accounts, numbers and templates stay as Meta's notices tell them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from atendimento.views.apresentar.avisos import da_meta
from prefeitura.whatsapp import entrada
from prefeitura.whatsapp.models import EventoRecebido, ModeloDeMensagem
from tests import factories
from tests.chegada import corpo, guardar

pytestmark = pytest.mark.django_db


@pytest.fixture
def avisar(numero):
    """Return a function: one notice of the account of `numero`, applied; its event."""

    def _avisar(campo: str, **valor) -> EventoRecebido:
        evento = guardar(corpo(numero, valor, campo=campo))
        entrada.processar()
        evento.refresh_from_db()
        numero.refresh_from_db()
        numero.conta.refresh_from_db()
        assert (evento.estado, evento.erro) == ("feito", "")
        return evento

    return _avisar


def restringir(avisar, **quando):
    fim = int((timezone.now() + timedelta(**quando)).timestamp())
    tipo = "RESTRICTED_BIZ_INITIATED_MESSAGING"
    avisar(
        "account_update",
        event="ACCOUNT_RESTRICTION",
        restriction_info=[{"restriction_type": tipo, "expiration": fim}],
    )


def test_restriction_says_what_and_until_when(avisar, numero):
    restringir(avisar, days=2)
    problema = numero.conta.problema
    assert problema.startswith("os envios estão restritos (não é possível escrever primeiro até ")


def test_restriction_that_ended_is_no_longer_told(avisar, numero, carla):
    restringir(avisar, days=-2)
    assert numero.conta.situacao == "ACCOUNT_RESTRICTION"
    assert (numero.conta.problema, da_meta(carla)) == ("", [])


@pytest.mark.parametrize(
    "aviso",
    [
        {"campo": "account_update", "event": "VOLUME_BASED_PRICING_TIER_UPDATE"},
        {"campo": "account_update", "event": "PARTNER_APP_INSTALLED"},
        {"campo": "account_alerts", "alert_info": {"alert_type": "X", "alert_severity": "INFO"}},
        {"campo": "business_capability_update", "max_daily_conversations_per_business": 2000},
    ],
)
def test_other_notices_leave_the_trouble_standing(avisar, numero, aviso):
    restringir(avisar, days=2)
    avisar(**aviso)
    assert numero.conta.problema.startswith("os envios estão restritos")


def test_return_of_the_account_ends_the_trouble(avisar, numero):
    avisar("account_update", event="DISABLED_UPDATE", ban_info={"waba_ban_state": "DISABLE"})
    assert numero.conta.problema == "a conta foi ou vai ser desativada (DISABLE)"
    avisar("account_update", event="DISABLED_UPDATE", ban_info={"waba_ban_state": "REINSTATE"})
    assert numero.conta.problema == ""


@pytest.mark.parametrize(
    ("dito", "guardado"),
    [(2000, "2000"), ("TIER_10K", "10000"), (-1, "TIER_UNLIMITED")],
)
def test_daily_limit_is_kept_in_words_of_meta(avisar, numero, dito, guardado):
    avisar("business_capability_update", max_daily_conversations_per_business=dito)
    assert numero.conta.limite_diario == guardado


def test_flagged_number_is_told_to_who_can_act_until_it_is_well(avisar, numero, ana, carla):
    aviso = {"display_phone_number": numero.exibicao, "current_limit": "TIER_1K"}
    avisar("phone_number_quality_update", event="FLAGGED", **aviso)
    assert (numero.estado_na_meta, numero.conta.limite_diario) == ("FLAGGED", "TIER_1K")
    [frase] = da_meta(carla)
    assert frase.startswith(f"A Meta mudou a situação do número {numero.exibicao}: a qualidade")
    assert da_meta(ana) == []
    avisar("phone_number_quality_update", event="UNFLAGGED", **aviso)
    assert da_meta(carla) == []


@pytest.mark.parametrize("dito", ["5511999000001", "+55 11 99900-0001", "551199000001"])
def test_number_is_found_with_or_without_the_ninth_digit(avisar, numero, dito):
    type(numero).objects.filter(pk=numero.pk).update(exibicao="+55 11 99900-0001")
    avisar("phone_number_quality_update", event="THROUGHPUT_UPGRADE", display_phone_number=dito)
    assert numero.mensagens_por_segundo == 1_000


def test_notice_without_an_id_touches_only_the_template_of_its_name(avisar, numero):
    outro = factories.ModeloDeMensagemFactory(
        conta=numero.conta, nome="outro", id_meta="", estado="APPROVED"
    )
    este = factories.ModeloDeMensagemFactory(
        conta=numero.conta, nome="este", id_meta="", estado="APPROVED"
    )
    avisar(
        "message_template_status_update",
        event="PAUSED",
        message_template_name="este",
        message_template_language=este.idioma,
    )
    este.refresh_from_db()
    outro.refresh_from_db()
    assert (este.estado, outro.estado) == ("PAUSED", "APPROVED")


def test_notice_with_the_id_alone_of_an_unknown_template_creates_no_nameless_one(avisar, numero):
    avisar("message_template_status_update", event="APPROVED", message_template_id=77)
    assert not ModeloDeMensagem.objects.filter(conta=numero.conta).exists()


def test_notice_by_name_learns_the_id_and_keeps_it(avisar, numero):
    modelo = factories.ModeloDeMensagemFactory(conta=numero.conta, nome="este", id_meta="")
    nome = {"message_template_name": "este", "message_template_language": "pt-BR"}
    avisar("message_template_status_update", event="PAUSED", message_template_id=77, **nome)
    avisar("message_template_status_update", event="APPROVED", **nome)
    modelo.refresh_from_db()
    assert (modelo.id_meta, modelo.estado) == ("77", "APPROVED")


def test_change_of_quality_under_the_field_of_another_notice(avisar, numero):
    modelo = factories.ModeloDeMensagemFactory(conta=numero.conta, id_meta="77", qualidade="GREEN")
    avisar(
        "message_template_status_update",
        previous_quality_score="GREEN",
        new_quality_score="RED",
        message_template_id=77,
    )
    modelo.refresh_from_db()
    assert modelo.qualidade == "RED"


@pytest.mark.parametrize(
    ("campo", "valor", "nota"),
    [
        ("history", {"history": []}, "campo que o sistema não usa: history"),
        ("novidade", {"x": 1}, "campo novo da Meta, guardado sem efeito: novidade"),
        ("business_username_update", {"username": "x"}, "guardado sem efeito no sistema"),
        (
            "messages",
            {"errors": [{"code": 130429, "title": "Rate limit hit"}]},
            "a Meta avisou um erro do aplicativo: código 130429",
        ),
    ],
)
def test_event_without_an_effect_says_so(avisar, campo, valor, nota):
    assert avisar(campo, **valor).nota == nota


def test_notice_of_an_account_that_is_not_ours_says_so(numero):
    numero.conta.waba_id = "999"  # not saved: only what the body says
    evento = guardar(corpo(numero, {"event": "ACCOUNT_DELETED"}, campo="account_update"))
    entrada.processar()
    evento.refresh_from_db()
    assert evento.nota == "conta do WhatsApp não cadastrada neste sistema"
