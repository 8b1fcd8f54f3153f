"""Writing first and blocking, in the browser: dialogs, live notices, and what the phone gets."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from prefeitura.cadastro.models import Participacao
from prefeitura.whatsapp.models import Conta, ModeloDeMensagem
from prefeitura.whatsapp.simulador.iniciais import MODELOS
from tests.pilha import WABA


@pytest.fixture
def modelo(pilha):
    """The template that the simulator has approved, with the protocol in it."""
    dados = next(m for m in MODELOS if "{{protocolo}}" in str(m["componentes"]))
    with pilha.no_banco():
        conta = Conta.objects.get(waba_id=WABA)
        return ModeloDeMensagem.objects.get_or_create(
            conta=conta,
            nome=dados["nome"],
            idioma="pt_BR",
            defaults={
                "estado": "APPROVED",
                "formato": "NAMED",
                "componentes": dados["componentes"],
            },
        )[0]


def conferir(pagina: Page) -> None:
    achados = Axe().run(pagina).response["violations"]
    assert [(a["id"], [n["html"][:160] for n in a["nodes"]][:3]) for a in achados] == []


def preencher(pagina: Page, quem: str) -> None:
    pagina.get_by_role("link", name="Nova conversa").click()
    dialogo = pagina.get_by_role("dialog")
    dialogo.get_by_label("Com quem").fill(quem)
    dialogo.get_by_label("Nome", exact=True).fill("Rosa")
    dialogo.get_by_label("Como a pessoa autorizou").select_option(label="Por telefone")
    dialogo.get_by_label("O que ela pediu ou autorizou").fill("Ligou e pediu retorno por aqui.")


def test_a_servant_writes_first_and_the_phone_gets_the_protocol(elenco, entrar, logo, modelo):
    rosa = elenco.outra_pessoa("Rosa")
    ana = entrar(elenco.ana)
    digitado = f"({rosa.wa_id[2:4]}) {rosa.wa_id[4:9]}-{rosa.wa_id[9:]}"
    preencher(ana, digitado)
    dialogo = ana.get_by_role("dialog")
    expect(dialogo.locator("#nova-pessoas")).to_contain_text(digitado)
    expect(dialogo.locator("#nova-previa")).to_contain_text("Olá, Rosa")
    conferir(ana)
    dialogo.get_by_role("button", name="Enviar e abrir").click()
    expect(ana.locator("#itens .msg-sai")).to_have_attribute("data-estado", "entregue")
    expect(ana.locator("#itens .evento").first).to_contain_text("Você começou a conversa")
    protocolo = ana.locator("#topo .prot").get_attribute("data-copia")
    logo(lambda: any(protocolo in str(m) for m in rosa.mostra()))

    preencher(ana, digitado)
    dialogo.get_by_role("button", name="Enviar e abrir").click()
    expect(dialogo.get_by_role("alert")).to_contain_text(f"aberto com esta pessoa: {protocolo}")
    dialogo.get_by_role("link", name="Abrir o que já existe").click()
    expect(dialogo).to_have_count(0)
    expect(ana.locator("#topo .prot")).to_have_attribute("data-copia", protocolo)
    rosa.escreve("Pode falar!")
    expect(ana.locator("#itens .msg-entra")).to_contain_text("Pode falar!")


def test_the_supervision_blocks_and_unblocks(elenco, entrar):
    with elenco.pilha.no_banco():
        Participacao.objects.filter(servidor=elenco.ana).update(papel="supervisor")
    elenco.maria.escreve("ameaça")
    ana, beto = entrar(elenco.ana), entrar(elenco.beto)
    for pagina in (ana, beto):
        pagina.locator(".abas").get_by_role("link", name="Sem atendente").click()
        pagina.locator("#linhas .linha", has_text="Maria Souza").locator("a").click()
    ana.get_by_role("button", name="Mais ações").click()
    ana.get_by_role("link", name="Bloquear contato").click()
    dialogo = ana.get_by_role("dialog")
    dialogo.get_by_label("Motivo").fill("Ameaçou a equipe.")
    conferir(ana)
    dialogo.get_by_role("button", name="Bloquear").click()
    frase = "Este contato está bloqueado. Desbloqueie para responder."
    for pagina in (ana, beto):
        expect(pagina.locator("#rodape")).to_contain_text(frase)
        expect(pagina.locator("#texto")).to_be_hidden()
    expect(ana.locator("#itens")).to_contain_text("Você bloqueou este contato")
    conferir(ana)
    ana.locator("#rodape").get_by_role("link", name="Desbloquear").click()
    dialogo.get_by_role("button", name="Desbloquear").click()
    expect(beto.locator("#texto")).to_be_visible()
    beto.locator("#texto").fill("Podemos conversar com calma.")
    beto.locator("#texto").press("Enter")
    expect(beto.locator("#itens .msg-sai:not(.msg-robo)")).to_have_attribute(
        "data-estado", "entregue"
    )
