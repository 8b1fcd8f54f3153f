"""Reactions: left, changed and taken back on what the citizen wrote, and seen on her phone."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from atendimento.models import Conversa
from prefeitura.cadastro.models import Participacao
from tests.navegador.test_acessibilidade import TEMAS, conferir, vestir
from tests.navegador.test_cuidados import abrir, bolha


@pytest.fixture
def ana(elenco, entrar):
    """Ana's page with Maria's conversation."""
    elenco.wamid = elenco.maria.escreve("muito obrigada pela ajuda")
    pagina = entrar(elenco.ana)
    abrir(pagina)
    return pagina


@pytest.fixture
def dela(ana):
    return bolha(ana, "muito obrigada")


@pytest.fixture
def no_telefone(elenco, logo):
    """Return a function that waits until the phone shows this reaction of the city, or none."""

    def _no_telefone(emoji: str) -> None:
        def reacoes() -> list[str]:
            dita = next(m for m in elenco.maria.mostra() if m["wamid"] == elenco.wamid)
            return [r["emoji"] for r in dita["reacoes"] if r["de"] == "cidade"]

        logo(lambda: reacoes() == ([emoji] if emoji else []))

    return _no_telefone


def pedir(dela) -> None:
    dela.hover()
    dela.get_by_role("button", name="Reagir a esta mensagem").click()


def test_one_press_leaves_it_and_the_same_one_takes_it_back(ana, dela, elenco, entrar, no_telefone):
    beto = entrar(elenco.beto)
    abrir(beto)
    pedir(dela)
    ana.get_by_role("dialog", name="Reagir à mensagem").get_by_role(
        "button", name="Coração"
    ).click()
    expect(dela.locator(".reacao")).to_contain_text("A prefeitura reagiu com ❤️")
    expect(bolha(beto, "muito obrigada").locator(".reacao")).to_contain_text("❤️")
    no_telefone("❤️")
    pedir(dela)
    janela = ana.locator("#reagir")
    expect(janela.get_by_role("button", name="Coração")).to_have_attribute("aria-pressed", "true")
    janela.get_by_role("button", name="Joinha").click()
    expect(dela.locator(".reacao")).to_contain_text("👍")
    expect(dela.locator(".reacao")).to_have_count(1)
    pedir(dela)
    janela.get_by_role("button", name="Joinha").click()
    expect(dela.locator(".reacao")).to_have_count(0)
    expect(bolha(beto, "muito obrigada").locator(".reacao")).to_have_count(0)
    no_telefone("")


def test_any_emoji_by_the_picker_and_by_keyboard_alone(ana, dela, no_telefone):
    ana.locator("#texto").fill("Bom dia")
    dela.get_by_role("button", name="Reagir a esta mensagem").focus()
    ana.keyboard.press("Enter")
    expect(ana.get_by_role("button", name="Joinha")).to_be_focused()
    ana.keyboard.press("ArrowLeft")
    expect(ana.get_by_role("button", name="Outro emoji")).to_be_focused()
    ana.keyboard.press("Enter")
    expect(ana.get_by_role("combobox", name="Procurar emoji")).to_be_focused()
    ana.keyboard.type("seringa")
    expect(ana.locator("#emojis").get_by_role("option")).to_have_count(1)
    ana.keyboard.press("Enter")
    expect(dela.locator(".reacao")).to_contain_text("💉")
    expect(ana.locator("#texto")).to_have_value("Bom dia")
    expect(dela.get_by_role("button", name="Reagir a esta mensagem")).to_be_focused()
    no_telefone("💉")
    ana.keyboard.press("Enter")
    ana.locator("#reagir").get_by_role("button", name="Retirar 💉").press("Enter")
    expect(dela.locator(".reacao")).to_have_count(0)
    no_telefone("")
    # The picker of the composer writes again.
    ana.get_by_role("button", name="Emoji", exact=True).click()
    expect(ana.get_by_role("combobox", name="Procurar emoji")).to_be_focused()
    ana.keyboard.type("seringa")
    expect(ana.locator("#emojis").get_by_role("option")).to_have_count(1)
    ana.keyboard.press("Enter")
    expect(ana.locator("#texto")).to_have_value("Bom dia💉")


def test_outside_the_24_hours_it_says_why_not(ana, dela, elenco, no_telefone):
    with elenco.pilha.no_banco():
        Conversa.objects.filter(cidadao__wa_id=elenco.maria.wa_id).update(
            janela_ate=timezone.now() - timedelta(minutes=1)
        )
    pedir(dela)
    ana.locator("#reagir").get_by_role("button", name="Joinha").click()
    expect(ana.locator(".brinde")).to_contain_text("O prazo de 24 horas terminou")
    expect(dela.locator(".reacao")).to_have_count(0)
    no_telefone("")


def test_it_is_offered_on_what_the_citizen_wrote_and_to_who_may_answer(ana, dela, elenco, entrar):
    expect(dela.get_by_role("button", name="Reagir a esta mensagem")).to_have_count(1)
    expect(ana.locator("#itens .msg-sai [data-reage]")).to_have_count(0)
    with elenco.pilha.no_banco():
        Participacao.objects.filter(servidor=elenco.beto).update(papel=Participacao.Papel.LEITURA)
    beto = entrar(elenco.beto)
    abrir(beto)
    expect(bolha(beto, "muito obrigada").locator("[data-reage]")).to_be_hidden()


def test_it_is_accessible_and_fits_a_phone(ana, dela, elenco, entrar):
    elenco.maria.escreve("ficou muito bom, e bem mais rápido do que da outra vez, viu? " * 2)
    pedir(dela)
    for tema in TEMAS:
        vestir(ana, tema)
        conferir(ana)
    vestir(ana, "claro")
    celular = entrar(
        elenco.ana, viewport={"width": 320, "height": 640}, has_touch=True, is_mobile=True
    )
    abrir(celular)
    oi = bolha(celular, "ficou muito bom")
    expect(oi.locator("[data-reage]")).to_be_hidden()
    oi.locator(".texto").tap()
    oi.get_by_role("button", name="Reagir a esta mensagem").tap()
    caixa = celular.locator("#reagir").bounding_box()
    assert caixa["x"] >= 0 and caixa["x"] + caixa["width"] <= 320
    assert caixa["y"] >= 0 and caixa["y"] + caixa["height"] <= 640
    celular.locator("#reagir").get_by_role("button", name="Joinha").tap()
    expect(oi.locator(".reacao")).to_contain_text("👍")
    sobra = "(r) => r.scrollWidth - r.clientWidth"
    assert celular.locator("#registro").evaluate(sobra) <= 0
