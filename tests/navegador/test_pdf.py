"""PDFs in the conversation: their first page, in both directions, and the tab they open."""

import pytest
from playwright.sync_api import expect

from atendimento.demonstracao.desenhos import pdf
from tests.navegador.test_acessibilidade import TEMAS, conferir, vestir
from tests.navegador.test_cuidados import abrir, bolha

GUIA = pdf("Guia do IPTU", ["Vence em 10/12"])


def manda_pdf(elenco, nome: str, dados: bytes) -> None:
    elenco.pilha.controle(
        "POST",
        f"cidadaos/{elenco.maria.wa_id}/mensagens",
        files={"arquivo": (nome, dados, "application/pdf")},
        data={"nome": elenco.maria.nome},
    )


@pytest.fixture
def ana(elenco, entrar):
    """Ana's page with Maria's conversation open."""
    elenco.maria.escreve("segue a guia")
    pagina = entrar(elenco.ana)
    abrir(pagina)
    return pagina


def folha(pagina, nome: str):
    return bolha(pagina, nome).locator("img.folha")


def test_the_first_page_shows_in_its_bubble_and_a_click_opens_it(ana, elenco):
    manda_pdf(elenco, "guia.pdf", GUIA)
    expect(folha(ana, "guia.pdf")).to_have_js_property("naturalWidth", 256)
    expect(bolha(ana, "guia.pdf")).to_contain_text("PDF · ")
    elo = bolha(ana, "guia.pdf").get_by_role("link", name="guia.pdf")
    expect(elo).to_have_attribute("target", "_blank")
    resposta = ana.request.get(elenco.pilha.endereco + elo.get_attribute("href"))
    assert resposta.body() == GUIA
    assert resposta.headers["content-type"] == "application/pdf"
    assert resposta.headers["content-disposition"].startswith("inline")
    for tema in TEMAS:
        vestir(ana, tema)
        conferir(ana)


def test_what_the_servant_sends_has_it_too(ana):
    arquivo = {"name": "segunda-via.pdf", "mimeType": "application/pdf", "buffer": GUIA}
    ana.set_input_files("#arquivo", arquivo)
    ana.get_by_role("button", name="Enviar", exact=True).click()
    expect(folha(ana, "segunda-via.pdf")).to_have_js_property("naturalWidth", 256)


def test_what_cannot_be_drawn_is_as_high_and_keeps_its_icon(ana, elenco, logo):
    manda_pdf(elenco, "guia.pdf", GUIA)
    manda_pdf(elenco, "quebrado.pdf", b"%PDF-1.4\nlixo")
    expect(folha(ana, "guia.pdf")).to_be_visible()
    quebrado = bolha(ana, "quebrado.pdf").locator(".arquivo")
    expect(quebrado.locator(".arquivo-figura")).to_be_visible()

    def desistiu() -> bool:
        from prefeitura.whatsapp.models import Midia

        with elenco.pilha.no_banco():
            return Midia.objects.get(nome="quebrado.pdf").miniatura == "falhou"

    logo(desistiu)
    inteiro = bolha(ana, "guia.pdf").locator(".arquivo")
    assert quebrado.bounding_box()["height"] == inteiro.bounding_box()["height"]
    expect(folha(ana, "quebrado.pdf")).to_have_count(0)
