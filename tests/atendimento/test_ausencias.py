"""E-mail when somebody waits and nobody is there: rarely, and with nothing personal."""

import smtplib
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from atendimento import ausencias, rodadas
from atendimento.models import Atendimento
from prefeitura.tempo_real import presenca, valkey
from prefeitura.whatsapp.varredura import extras
from tests.factories import AtendimentoFactory, ParticipacaoFactory, ServidorFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _ninguem_visto():
    """Marks of other tests live in the same Valkey, under the same row numbers."""
    marcas = valkey.conexao().keys("visto:*")
    if marcas:
        valkey.conexao().delete(*marcas)


@pytest.fixture
def saude(saude):
    saude.avisar_por_email = "chefia@cidade.example, plantao@cidade.example"
    saude.save()
    return saude


@pytest.fixture
def esperando(atendimento):
    Atendimento.objects.update(esperando_desde=timezone.now() - timedelta(minutes=20))
    return atendimento


def test_team_that_is_away_is_told_without_anything_personal(esperando, ana, mailoutbox, settings):
    settings.ENDERECO_DO_SITE = "https://atendimento.cidade.example"
    AtendimentoFactory(equipe=esperando.equipe, esperando_desde=timezone.now())
    assert ausencias.avisar() == 1
    (carta,) = mailoutbox
    assert carta.to == ["chefia@cidade.example", "plantao@cidade.example"]
    assert "1 pessoa espera em Agendamento" in carta.subject
    assert "A espera mais longa é de 20 min." in carta.body
    assert "https://atendimento.cidade.example/atendimento/?aba=todas" in carta.body
    cidadao = esperando.conversa.cidadao
    for pessoal in (cidadao.como_chamar, cidadao.wa_id, esperando.protocolo, "consulta"):
        assert pessoal not in carta.subject + carta.body


def test_once_an_hour_at_most(esperando, saude, mailoutbox):
    assert [ausencias.avisar() for _ in range(3)] == [1, 0, 0]
    saude.avisada_em = timezone.now() - timedelta(minutes=61)
    saude.save()
    assert ausencias.avisar() == 1
    assert len(mailoutbox) == 2


def test_whoever_had_a_page_open_keeps_it_silent(esperando, ana, carla, mailoutbox):
    presenca.marcar_visto(carla.pk)
    assert ausencias.avisar() == 0
    valkey.conexao().delete(f"visto:{carla.pk}")
    assert ausencias.avisar() == 1


def test_who_only_reads_or_left_does_not_count_as_present(esperando, saude, bruno, mailoutbox):
    leitora, saiu = ServidorFactory(), ServidorFactory(is_active=False, em=saude)
    ParticipacaoFactory(servidor=leitora, equipe=saude, leitura=True)
    for fora in (leitora, saiu, bruno):
        presenca.marcar_visto(fora.pk)
    assert ausencias.avisar() == 1


@pytest.mark.parametrize("minutos", [21, 60])
def test_short_waits_are_not_told(esperando, saude, minutos, mailoutbox):
    saude.avisar_apos_minutos = minutos
    saude.save()
    assert ausencias.avisar() == 0


def test_closed_and_answered_ones_do_not_wait(esperando, mailoutbox):
    Atendimento.objects.update(esperando_desde=None)
    assert ausencias.avisar() == 0
    antes = timezone.now() - timedelta(hours=2)
    AtendimentoFactory(equipe=esperando.equipe, encerrado=True, esperando_desde=antes)
    assert ausencias.avisar() == 0


def test_team_without_addresses_and_house_without_mail_server_are_silent(
    esperando, saude, mailoutbox, settings
):
    settings.EMAIL_URL = ""
    assert ausencias.avisar() == 0
    settings.EMAIL_URL = "consolemail://"
    saude.avisar_por_email = ""
    saude.save()
    assert ausencias.avisar() == 0


def test_mail_server_that_refuses_is_tried_in_the_next_round(esperando, mailoutbox, monkeypatch):
    from django.core.mail import EmailMessage

    enviar = EmailMessage.send

    def recusar(self):
        raise smtplib.SMTPServerDisconnected

    monkeypatch.setattr(EmailMessage, "send", recusar)
    assert ausencias.avisar() == 0
    monkeypatch.setattr(EmailMessage, "send", enviar)
    assert ausencias.avisar() == 1


def test_without_valkey_nobody_can_tell_and_nothing_is_sent(
    esperando, ana, mailoutbox, monkeypatch
):
    import redis

    longe = redis.Redis.from_url("unix:///nao/existe.sock")
    monkeypatch.setattr(valkey, "_conexao", longe)
    presenca.marcar_visto(1)
    assert ausencias.avisar() == 0


def test_sweep_runs_the_jobs_of_this_app():
    assert {rodadas.acordar_bloqueios, rodadas.procurar_ausencias} <= {
        fazer for _, fazer in extras.registrados()
    }


@pytest.mark.parametrize(
    ("texto", "vale"),
    [("", True), ("a@b.example", True), ("a@b.example,  c@d.example ,", True), ("a@b, x", False)],
)
def test_addresses_are_checked(saude, texto, vale):
    saude.avisar_por_email = texto
    if vale:
        saude.full_clean()
    else:
        with pytest.raises(ValidationError):
            saude.full_clean()
