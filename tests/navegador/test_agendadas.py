"""A message for later: written, seen by a colleague, held by a new message, and received once."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from atendimento.models import MensagemAgendada
from tests.navegador.test_acessibilidade import TEMAS, conferir, vestir
from tests.navegador.test_cuidados import abrir, atendimento_de


@pytest.fixture
def ana(elenco, entrar):
    elenco.maria.escreve("bom dia")
    pagina = entrar(elenco.ana)
    abrir(pagina)
    return pagina


def agendar(pagina, texto: str) -> None:
    """For one hour from now, by the city's clock."""
    pagina.locator("#texto").fill(texto)
    pagina.get_by_role("link", name="Enviar mais tarde…").click()
    dialogo = pagina.get_by_role("dialog")
    expect(dialogo.get_by_label("Mensagem para Maria Souza")).to_have_value(texto)
    dialogo.get_by_role("radio", name="Outro dia e hora").check()
    daqui_a_pouco = timezone.localtime() + timedelta(hours=1)
    dialogo.get_by_label("Dia", exact=True).fill(f"{daqui_a_pouco:%Y-%m-%d}")
    dialogo.get_by_label("Hora", exact=True).fill(f"{daqui_a_pouco:%H:%M}")
    dialogo.get_by_role("button", name="Agendar").click()
    expect(dialogo).to_have_count(0)


def chegou_a_hora(elenco) -> None:
    with elenco.pilha.no_banco():
        MensagemAgendada.objects.filter(atendimento__equipe=elenco.equipe).update(
            enviar_em=timezone.now()
        )


def test_it_leaves_the_field_waits_in_sight_of_all_and_goes_at_its_hour(ana, elenco, entrar, logo):
    beto = entrar(elenco.beto)
    abrir(beto)
    agendar(ana, "Seu exame está pronto.")
    expect(ana.locator("#texto")).to_have_value("")
    expect(ana.locator("#agendadas")).to_contain_text("por você")
    expect(beto.locator("#agendadas")).to_contain_text("Seu exame está pronto.")
    expect(beto.locator("#agendadas")).to_contain_text("por Ana Souza")
    chegou_a_hora(elenco)
    logo(lambda: "Seu exame está pronto." in elenco.maria.recebidas(), 40)
    expect(ana.locator("#itens .msg-sai .texto").last).to_have_text("Seu exame está pronto.")
    expect(ana.locator("#agendadas article")).to_have_count(0)
    expect(beto.locator("#agendadas")).to_be_hidden()
    assert elenco.maria.recebidas().count("Seu exame está pronto.") == 1


def test_a_new_message_of_the_citizen_holds_it_until_somebody_sends(ana, elenco, logo):
    agendar(ana, "Pode vir amanhã.")
    elenco.maria.escreve("não posso ir")
    espera = ana.locator("#agendadas article")
    expect(espera).to_contain_text("Não sairá sozinha.")
    for tema in TEMAS:
        vestir(ana, tema)
        conferir(ana)
    chegou_a_hora(elenco)
    expect(espera).to_contain_text("Não foi enviada. O cidadão escreveu depois.")
    assert "Pode vir amanhã." not in elenco.maria.recebidas()
    espera.get_by_role("link", name="Editar").click()
    dialogo = ana.get_by_role("dialog")
    expect(dialogo.get_by_label("Mensagem para Maria Souza")).to_have_value("Pode vir amanhã.")
    ana.keyboard.press("Escape")
    espera.get_by_role("button", name="Enviar agora").click()
    logo(lambda: "Pode vir amanhã." in elenco.maria.recebidas(), 30)
    expect(espera).to_have_count(0)


def test_it_is_accessible_and_fits_a_phone(ana, elenco):
    agendar(ana, "Até sexta. " * 20)
    for tema in TEMAS:
        vestir(ana, tema)
        conferir(ana)
    ana.get_by_role("link", name="Enviar mais tarde…").click()
    expect(ana.get_by_role("dialog")).to_be_visible()
    for tema in TEMAS:
        vestir(ana, tema)
        conferir(ana)
    ana.set_viewport_size({"width": 320, "height": 568})
    caixa = ana.get_by_role("dialog").bounding_box()
    assert caixa["x"] >= 0 and caixa["x"] + caixa["width"] <= 320
    ana.keyboard.press("Escape")
    for parte in ("#rodape", "#agendadas"):
        sobra = ana.evaluate(
            "(s) => { const e = document.querySelector(s); return e.scrollWidth - e.clientWidth }",
            parte,
        )
        assert sobra <= 0, parte
    assert atendimento_de(elenco)
    ana.get_by_role("button", name="Cancelar").click()
    expect(ana.locator("#agendadas")).to_be_hidden()
