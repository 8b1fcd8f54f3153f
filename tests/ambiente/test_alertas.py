"""Each rule is told when its condition is there, in rows, and not before; and stays written."""

import time
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings as configuracao
from django.core import mail
from django.utils import timezone

from prefeitura.ambiente import alertas, avisos, medidas, metricas, silencio
from prefeitura.ambiente.saude import PROCESSOS
from prefeitura.cadastro.models import RegistroDeAcesso
from prefeitura.whatsapp.erros import frase
from prefeitura.whatsapp.models import Alerta, Batimento, EventoRecebido, Medida, StatusOrfao
from prefeitura.whatsapp.webhook import RECEBIDOS, RECUSADOS
from tests import factories
from tests.ambiente.figuras import valor

pytestmark = pytest.mark.django_db

RAIZ = Path(__file__).resolve().parents[2]
MANUAL = (RAIZ / "docs/operacao.md").read_text()


@pytest.fixture(autouse=True)
def _tudo_bem(numero):
    """Every process alive, so that only what a test breaks is told."""
    for processo in PROCESSOS:
        Batimento.objects.create(processo=processo, quando=timezone.now())


def ha(**tempo) -> datetime:
    return timezone.now() - timedelta(**tempo)


def codigos() -> set[str]:
    alertas.conferir()
    return set(Alerta.objects.exclude(desde=None).values_list("codigo", flat=True))


def ditos() -> set[str]:
    return {dito.regra.codigo for dito in alertas.ditos()}


def passar(codigo: str, segundos: int) -> None:
    """Make an alert hold since long enough."""
    Alerta.objects.filter(codigo=codigo).update(desde=ha(seconds=segundos + 1))


def entrada_parada(numero, ana):
    factories.EventoRecebidoFactory(recebido_em=ha(seconds=70), nao_antes_de=ha(seconds=70))


def item_parado(numero, ana):
    factories.EventoRecebidoFactory(parado=True)


def muitas_duvidas(numero, ana):
    factories.EnvioFactory.create_batch(6, numero=numero, incerta=True)


def duvida_velha(numero, ana):
    factories.EnvioFactory(numero=numero, incerta=True, incerta_em=ha(minutes=16))


def resposta_lenta(numero, ana):
    factories.EnvioFactory(numero=numero, criado_em=ha(seconds=40), nao_antes_de=ha(seconds=40))


def token_recusado(numero, ana):
    numero.pausa_motivo = frase(190)
    numero.save()


def numero_pausado(numero, ana):
    numero.pausado_ate = timezone.now() + timedelta(minutes=10)
    numero.save()


def qualidade_vermelha(numero, ana):
    numero.qualidade = "RED"
    numero.save()


def envia_por_fora(numero, ana):
    for n in range(4):
        StatusOrfao.objects.create(numero=numero, wamid=f"wamid.{n}", dados={})
    StatusOrfao.objects.update(recebido_em=ha(minutes=2))


def processo_morto(numero, ana):
    Batimento.objects.filter(processo="resposta").update(quando=ha(seconds=70))


def processo_que_nunca_viveu(numero, ana):
    Batimento.objects.filter(processo="midia").delete()


def midia_atrasada(numero, ana):
    factories.MidiaFactory(numero=numero, criada_em=ha(hours=25))


def acesso_negado(numero, ana):
    for n in range(21):
        RegistroDeAcesso.objects.create(quem=ana, acao="acesso negado", objeto=f"atendimento {n}")


def certificado(numero, ana):
    Medida.objects.create(nome="tls_dias", valor=13, quando=timezone.now())


CASOS = {
    "entrada_parada": [entrada_parada],
    "item_parado": [item_parado],
    "envios_em_duvida": [muitas_duvidas, duvida_velha],
    "resposta_lenta": [resposta_lenta],
    "token_recusado": [token_recusado],
    "numero_pausado": [numero_pausado, qualidade_vermelha],
    "envia_por_fora": [envia_por_fora],
    "processo_morto": [processo_morto, processo_que_nunca_viveu],
    "midia_atrasada": [midia_atrasada],
    "acesso_negado": [acesso_negado],
    "certificado": [certificado],
}
# Those whose condition is not a row; each has its own test below.
DE_OUTRO_MODO = {
    "webhook_recusado", "webhook_indisponivel", "silencio", "copia_velha", "disco", "relogio",
}  # fmt: skip


def test_no_rule_is_left_without_a_test():
    assert {regra.codigo for regra in alertas.REGRAS} == set(CASOS) | DE_OUTRO_MODO


def test_nothing_is_told_while_all_is_well():
    assert codigos() == set()


@pytest.mark.parametrize(
    ("codigo", "preparar"), [(c, p) for c, preparos in CASOS.items() for p in preparos]
)
def test_condition_is_told_after_as_long_as_its_rule_asks(numero, ana, codigo, preparar):
    regra = next(r for r in alertas.REGRAS if r.codigo == codigo)
    preparar(numero, ana)
    assert codigos() == {codigo}
    assert (codigo in ditos()) is (regra.por == 0)
    passar(codigo, regra.por)
    [dito] = alertas.ditos()
    assert dito.regra is regra
    assert "{" not in dito.frase


def test_alert_goes_when_the_condition_does(numero, ana):
    item_parado(numero, ana)
    assert codigos() == {"item_parado"}
    passar("item_parado", 600)
    EventoRecebido.objects.update(estado="feito")
    assert codigos() == set()
    assert ditos() == set()
    item_parado(numero, ana)
    assert codigos() == {"item_parado"}
    assert ditos() == set(), "o prazo recomeça"


def test_sentence_names_which_ones(numero, ana):
    numero.exibicao = "+55 11 4002-8922"
    token_recusado(numero, ana)
    Batimento.objects.filter(processo__in=["midia", "geral"]).update(
        quando=ha(minutes=5, seconds=30)
    )
    codigos()
    passar("processo_morto", 30)
    frases = {d.regra.codigo: d.frase for d in alertas.ditos()}
    assert "+55 11 4002-8922" in frases["token_recusado"]
    assert "há 5 min" in frases["processo_morto"]
    assert "midia" in frases["processo_morto"]
    assert "geral" in frases["processo_morto"]


class Relogio:
    agora = 1_000.0

    def __call__(self) -> float:
        return self.agora


@pytest.mark.parametrize(
    ("codigo", "contar", "pouco", "muito"),
    [
        ("webhook_recusado", lambda n: RECUSADOS.labels("assinatura").inc(n), 200, 400),
        ("webhook_indisponivel", lambda n: RECEBIDOS.labels("indisponivel").inc(n), 0, 1),
    ],
)
def test_growth_of_a_counter_is_told_by_who_looks_often(codigo, contar, pouco, muito):
    relogio = Relogio()
    historico = alertas.Historico(relogio)

    def olhar() -> set[str]:
        alertas.conferir(historico)
        return ditos()

    contar(5_000)
    assert codigo not in olhar(), "o que houve antes não conta"
    for _ in range(9):
        relogio.agora += 30
        contar(pouco / 9)
        assert codigo not in olhar()
    for _ in range(10):
        relogio.agora += 30
        contar(muito / 10)
        olhar()
    assert codigo in ditos()
    alertas.conferir()
    assert codigo in ditos(), "a página não sabe de crescimento: deixa como está"
    relogio.agora += 301
    olhar()
    relogio.agora += 301
    assert codigo not in olhar()


def test_counter_that_began_anew_is_not_a_negative_growth():
    relogio = Relogio()
    historico = alertas.Historico(relogio)
    condicao = alertas._se("webhook_recusados_total", ">", 1, taxa=300)
    historico._passado.append((relogio.agora, {condicao: 1000.0}))
    relogio.agora += 100
    assert historico._taxa(condicao, 50.0, relogio.agora + 0) == 0.5


def test_silence_is_told_in_business_hours_against_the_usual_of_that_hour(monkeypatch, municipio):
    terca_10h = datetime(2026, 11, 24, 10, 0, tzinfo=timezone.get_default_timezone())
    for dias in (7, 14, 21, 28):
        for minuto in range(-29, 30, 4):
            factories.EventoRecebidoFactory(
                recebido_em=ha(days=dias) + timedelta(minutes=minuto), estado="feito"
            )
    monkeypatch.setattr(silencio.timezone, "localtime", lambda: terca_10h)
    factories.EventoRecebidoFactory(recebido_em=ha(minutes=5), estado="feito")
    assert "silencio" not in codigos()
    EventoRecebido.objects.filter(recebido_em__gt=ha(hours=1)).update(recebido_em=ha(minutes=30))
    assert "silencio" in codigos()
    assert 6 < valor("webhook_silencio_razao") < 9
    # What we sent to ourselves is not Meta speaking.
    factories.EventoRecebidoFactory(estado="feito", nota="não é do WhatsApp: verificacao")
    assert "silencio" in codigos()
    for calado in (terca_10h.replace(hour=22), terca_10h.replace(day=22)):
        monkeypatch.setattr(silencio.timezone, "localtime", lambda dia=calado: dia)
        assert valor("webhook_silencio_razao") == 0
    natal = terca_10h.replace(month=12, day=25)
    monkeypatch.setattr(silencio.timezone, "localtime", lambda: natal)
    assert valor("webhook_silencio_razao") == 0


def test_city_where_little_comes_is_never_told_of_silence(monkeypatch):
    terca_10h = datetime(2026, 11, 24, 10, 0, tzinfo=timezone.get_default_timezone())
    monkeypatch.setattr(silencio.timezone, "localtime", lambda: terca_10h)
    factories.EventoRecebidoFactory(recebido_em=ha(days=7), estado="feito")
    assert valor("webhook_silencio_razao") == 0


def test_old_backup_is_told_when_somebody_watches_over_it(settings, tmp_path):
    marca = tmp_path / "ultima-copia"
    settings.MARCA_DA_COPIA = str(marca)
    assert codigos() == {"copia_velha"}
    marca.touch()
    assert codigos() == set()
    import os

    os.utime(marca, (time.time() - 27 * 3600,) * 2)
    assert codigos() == {"copia_velha"}


def test_full_disk_and_wrong_clock_are_told(monkeypatch):
    monkeypatch.setattr(medidas, "disco_livre", lambda: 0.14)
    monkeypatch.setattr(medidas, "diferenca_do_relogio", lambda: 6.0)
    assert codigos() == {"disco", "relogio"}
    frases = {d.regra.codigo: d.frase for d in alertas.ditos()}
    assert "14%" in frases["disco"]
    assert "6 s" in frases["relogio"]


def test_each_rule_looks_at_a_figure_that_exists(settings, tmp_path):
    settings.MARCA_DA_COPIA = str(tmp_path / "copia")
    Medida.objects.create(nome="tls_dias", valor=90, quando=timezone.now())
    nomes = {m.name for m in metricas.coletar()}
    usadas = {c.medida.removesuffix("_total") for r in alertas.REGRAS for c in r.condicoes}
    assert usadas <= nomes


@pytest.mark.parametrize("regra", alertas.REGRAS, ids=lambda regra: regra.codigo)
def test_rule_is_in_the_manual_with_its_first_step(regra):
    for dito in (f"| {regra.titulo} |", f"`{regra.promql()}`", regra.passo):
        assert dito in MANUAL


def test_rules_for_prometheus_are_the_same():
    assert (RAIZ / "docs/alertas.yml").read_text().endswith(alertas.como_yaml())


# The e-mail ------------------------------------------------------------------------------------


@pytest.fixture
def caixa(settings, admin, monkeypatch):
    """What was sent; the thread of the sweep runs in place."""
    settings.EMAIL_URL = "smtp://x"
    monkeypatch.setattr(avisos, "_historico", alertas.Historico())

    class NaHora:
        def __init__(self, target, args, **_):
            self.start = lambda: target(*args)

    monkeypatch.setattr(avisos.threading, "Thread", NaHora)
    monkeypatch.setattr(avisos, "close_old_connections", lambda: None)
    return mail.outbox


def test_grave_alert_is_written_once_to_who_administers(caixa, numero, ana, admin):
    token_recusado(numero, ana)
    item_parado(numero, ana)
    avisos.vigiar()
    avisos.vigiar()
    [carta] = caixa
    assert carta.to == [admin.email]
    assert "Token recusado" in carta.subject
    assert "O que fazer: Gere um token novo" in carta.body
    assert f"{configuracao.ENDERECO_DO_SITE}/admin/whatsapp/alerta/" in carta.body
    assert "Item parado" not in carta.body


def test_alert_that_comes_and_goes_does_not_fill_the_mailbox(caixa, numero, ana):
    for _ in range(3):
        token_recusado(numero, ana)
        avisos.vigiar()
        numero.pausa_motivo = ""
        numero.save()
        avisos.vigiar()
    assert len(caixa) == 1
    Alerta.objects.update(avisado_em=ha(hours=2))
    token_recusado(numero, ana)
    avisos.vigiar()
    assert len(caixa) == 2


def test_alert_that_lasts_is_written_again_the_next_day(caixa, numero, ana):
    token_recusado(numero, ana)
    avisos.vigiar()
    Alerta.objects.update(desde=ha(hours=30), avisado_em=ha(hours=23))
    avisos.vigiar()
    assert len(caixa) == 1
    Alerta.objects.update(avisado_em=ha(hours=25))
    avisos.vigiar()
    assert len(caixa) == 2


def test_mail_server_away_is_tried_again(caixa, numero, ana, monkeypatch):
    def cair(_):
        raise OSError

    token_recusado(numero, ana)
    with monkeypatch.context() as remendo:
        remendo.setattr(avisos, "enviar", cair)
        avisos.vigiar()
    assert caixa == []
    avisos.vigiar()
    assert len(caixa) == 1


def test_without_a_mail_server_nothing_is_written(caixa, numero, ana, settings):
    settings.EMAIL_URL = ""
    token_recusado(numero, ana)
    avisos.vigiar()
    assert caixa == []
    assert ditos() == {"token_recusado"}
