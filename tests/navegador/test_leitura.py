"""Reading a conversation: days, voices, what is new, what is older, and where one was."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from atendimento.models import Atendimento
from tests import factories
from tests.navegador.test_cuidados import abrir, bolha, escrever

VER_CITACAO = "el => el.querySelector('.responder-a').click()"


def atendimentos_de(elenco):
    return Atendimento.objects.filter(conversa__cidadao__wa_id=elenco.maria.wa_id)


def antigas(elenco, quantas: int, *, ha: timedelta) -> None:
    """Messages of Maria from before, the last of them `ha` ago."""
    with elenco.pilha.no_banco():
        atendimento = atendimentos_de(elenco).get()
        fim = timezone.now() - ha
        for i in range(quantas):
            factories.MensagemFactory(
                atendimento=atendimento,
                texto=f"antiga {i}",
                momento=fim - timedelta(minutes=10 * (quantas - i)),
            )


def lugar(pagina: Page, texto: str) -> float:
    return bolha(pagina, texto).bounding_box()["y"]


@pytest.fixture
def maria(elenco, logo):
    """Maria has written once, and it arrived."""
    elenco.maria.escreve("oi")
    with elenco.pilha.no_banco():
        logo(lambda: atendimentos_de(elenco).exists())
    return elenco.maria


def test_each_day_is_headed_by_its_name_and_stays_in_sight(maria, elenco, entrar):
    antigas(elenco, 1, ha=timedelta(days=40))
    antigas(elenco, 1, ha=timedelta(days=1))
    ana = entrar(elenco.ana)
    abrir(ana)
    dias = ana.locator("#itens .dia")
    expect(dias.last).to_have_text("Hoje")
    expect(dias.nth(1)).to_have_text("Ontem")
    expect(dias.first).to_contain_text(" de ")
    assert ana.locator("#itens .dia").first.evaluate("el => getComputedStyle(el).position") == (
        "sticky"
    )


def test_bubbles_of_one_voice_stand_together_and_each_tells_its_moment(maria, elenco, entrar):
    maria.escreve("queria uma informação")
    ana = entrar(elenco.ana)
    abrir(ana)
    expect(bolha(ana, "queria uma informação")).to_have_class("msg msg-entra msg-seg")
    expect(bolha(ana, "oi").first).to_have_class("msg msg-entra")
    quando = bolha(ana, "queria uma informação").locator(".pe time")
    assert " às " in quando.get_attribute("title") or ":" in quando.get_attribute("title")


def test_older_messages_come_above_without_moving_what_is_read(maria, elenco, entrar):
    antigas(elenco, 150, ha=timedelta(minutes=5))
    ana = entrar(elenco.ana)
    abrir(ana)
    expect(bolha(ana, "oi").last).to_be_in_viewport()
    expect(bolha(ana, "antiga 0")).to_have_count(0)
    ana.route("**/mensagens/?antes=*", lambda rota: rota.fulfill(status=503))
    topo = ana.locator("#itens .msg").first
    topo.scroll_into_view_if_needed()
    texto = topo.locator(".texto").inner_text()
    antes = lugar(ana, texto)
    ana.unroute("**/mensagens/?antes=*")
    ana.locator("#ha-mais button").evaluate("botao => botao.click()")
    expect(ana.locator("#itens .msg").first).not_to_contain_text(texto)
    assert abs(lugar(ana, texto) - antes) <= 1


def test_who_reads_above_is_told_of_news_and_follows_only_at_the_end(maria, elenco, entrar):
    antigas(elenco, 40, ha=timedelta(minutes=5))
    ana = entrar(elenco.ana)
    abrir(ana)
    maria.escreve("estou no fim")
    expect(bolha(ana, "estou no fim")).to_be_in_viewport()
    ana.locator("#registro").evaluate("el => el.scrollTo(0, -el.scrollHeight)")
    expect(ana.locator("#descer")).to_have_text("Ir ao fim")
    maria.escreve("e mais isto")
    expect(ana.locator("#descer")).to_have_text("1 nova")
    expect(bolha(ana, "e mais isto")).not_to_be_in_viewport()
    ana.locator("#descer").click()
    expect(bolha(ana, "e mais isto")).to_be_in_viewport()
    expect(ana.locator("#descer")).to_be_hidden()


def test_an_answer_quotes_the_message_and_the_quote_leads_to_it(maria, elenco, entrar, logo):
    pedida = maria.escreve("qual o horário do posto?")
    antigas(elenco, 30, ha=timedelta(minutes=5))
    maria.escreve("e o da escola?")
    ana = entrar(elenco.ana)
    abrir(ana)
    bolha(ana, "qual o horário do posto?").evaluate(VER_CITACAO)
    expect(ana.locator("#citando")).to_contain_text("qual o horário do posto?")
    escrever(ana, "das 7h às 19h")
    logo(lambda: any("das 7h às 19h" in texto for texto in maria.recebidas()))
    enviada = next(m for m in maria.mostra() if "das 7h às 19h" in str(m))
    assert pedida in str(enviada)
    expect(bolha(ana, "das 7h às 19h").locator(".citada")).to_contain_text("horário do posto")
    ana.locator("#registro").evaluate("el => el.scrollTo(0, 0)")
    bolha(ana, "das 7h às 19h").locator(".citada").click()
    expect(ana.locator("#itens .msg.realce")).to_contain_text("qual o horário do posto?")


def test_whatsapps_marks_are_drawn_and_links_say_where_they_go(maria, elenco, entrar):
    maria.escreve("*forte* _leve_ ~riscado~ ```fixo``` https://exemplo.gov.br/iptu?x=1")
    ana = entrar(elenco.ana)
    abrir(ana)
    texto = bolha(ana, "riscado")
    expect(texto.locator("strong")).to_have_text("forte")
    expect(texto.locator("em")).to_have_text("leve")
    expect(texto.locator("s, del")).to_have_text("riscado")
    expect(texto.locator("code")).to_have_text("fixo")
    elo = texto.locator(".texto a")
    expect(elo).to_have_attribute("href", "https://exemplo.gov.br/iptu?x=1")
    expect(elo).to_have_attribute("target", "_blank")
    assert "noopener" in elo.get_attribute("rel")
    expect(elo).to_contain_text("exemplo.gov.br")
