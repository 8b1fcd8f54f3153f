"""Pictures of the main states of the inbox, for the docs and for our own eyes.

    python -m tests.retratos

Starts a demo of its own on free ports, with the demo city, and writes docs/imagens/*.png.
"""

import contextlib
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import requests
from playwright.sync_api import Page, sync_playwright

from prefeitura.ambiente.opcoes import RAIZ
from prefeitura.ambiente.processos import esperar
from tests.chromium import ao_lancar
from tests.pilha import _duas_portas_livres

IMAGENS = RAIZ / "docs" / "imagens"
MESA, CELULAR = {"width": 1366, "height": 768}, {"width": 390, "height": 844}
INICIO_S = 300


def _aba(pagina: Page, nome: str) -> None:
    pagina.locator(".abas").get_by_role("link", name=nome).click()
    pagina.locator(".abas [aria-current]", has_text=nome).wait_for()


def _abrir_a_primeira(pagina: Page) -> None:
    pagina.locator("#linhas .linha > a").first.click()
    pagina.locator("#topo h2").wait_for()


def _vazia(pagina: Page) -> None:
    pagina.locator("#busca-lista").fill("ninguém com este nome")
    pagina.locator("#lista-vazia").wait_for()


def _conversa(pagina: Page) -> None:
    _aba(pagina, "Todas")
    _abrir_a_primeira(pagina)


def _busca(pagina: Page) -> None:
    pagina.keyboard.press("Control+k")
    pagina.keyboard.type("vacina")
    pagina.locator("#linhas mark").first.wait_for()
    _abrir_a_primeira(pagina)
    pagina.locator("#itens .realce").wait_for()


def _prontas(pagina: Page) -> None:
    _conversa(pagina)
    pagina.get_by_role("button", name="Respostas prontas").first.click()
    pagina.locator("#prontas [role=option]").first.wait_for()


def _nota(pagina: Page) -> None:
    _conversa(pagina)
    pagina.locator("#conversa").focus()
    pagina.keyboard.press("n")
    pagina.keyboard.type("Conferi no cadastro: o endereço é o da rua antiga. ")


def _encerrar(pagina: Page) -> None:
    _conversa(pagina)
    pagina.locator("#topo").get_by_role("link", name="Encerrar").first.click()
    pagina.get_by_role("dialog").wait_for()


def _menu(pagina: Page) -> None:
    _conversa(pagina)
    pagina.locator("#linhas .linha").nth(2).click(button="right")
    pagina.locator("#menu-solto .menu-titulo").wait_for()


def _varias(pagina: Page) -> None:
    _aba(pagina, "Todas")
    for n in (0, 2, 3):
        linha = pagina.locator("#linhas .linha").nth(n)
        linha.hover()
        linha.locator("[data-marca]").check()


def _filtros(pagina: Page) -> None:
    _aba(pagina, "Todas")
    pagina.get_by_role("link", name="Filtrar a lista").click()
    pagina.get_by_label("Prioridade").wait_for()


def _adiar(pagina: Page) -> None:
    _aba(pagina, "Minhas")
    pagina.locator("#linhas .linha").first.click(button="right")
    pagina.locator("#menu-solto").get_by_role("link", name="Adiar").click()
    pagina.get_by_role("dialog").wait_for()


def _etiquetas(pagina: Page) -> None:
    _conversa(pagina)
    pagina.locator("#topo").get_by_role("button", name="Mais ações").click()
    pagina.locator("#menu-acoes").get_by_role("link", name="Etiquetas").click()
    pagina.get_by_role("dialog").wait_for()


def _compor(pagina: Page) -> None:
    _conversa(pagina)
    pagina.get_by_role("button", name="Botões, lista, localização ou contato").click()
    pagina.get_by_role("button", name="Botões", exact=True).click()
    janela = pagina.get_by_role("dialog")
    janela.get_by_label("Texto").fill("A vacina é para quem?")
    janela.get_by_label("Botão 1").fill("Para mim")
    janela.get_by_label("Botão 2").fill("Para uma criança")


def _sem_rede(pagina: Page) -> None:
    _conversa(pagina)
    pagina.context.set_offline(True)
    pagina.locator("#sem-conexao").wait_for()


# Name of the file → what to do first, how large the screen is, and which colours.
ESTADOS: dict[str, tuple[Callable[[Page], None], dict, str]] = {
    "conversa": (_conversa, MESA, "claro"),
    "conversa-escura": (_conversa, MESA, "escuro"),
    "conversa-contraste": (_conversa, MESA, "contraste"),
    "conversa-celular": (_conversa, CELULAR, "claro"),
    "lista-celular": (lambda pagina: _aba(pagina, "Todas"), CELULAR, "claro"),
    "lista-vazia": (_vazia, MESA, "claro"),
    "busca": (_busca, MESA, "claro"),
    "respostas-prontas": (_prontas, MESA, "claro"),
    "nota": (_nota, MESA, "claro"),
    "encerrar": (_encerrar, MESA, "claro"),
    "menu-da-linha": (_menu, MESA, "claro"),
    "varias": (_varias, MESA, "claro"),
    "filtros": (_filtros, MESA, "claro"),
    "adiar": (_adiar, MESA, "escuro"),
    "etiquetas": (_etiquetas, MESA, "claro"),
    "botoes": (_compor, MESA, "claro"),
    "sem-rede": (_sem_rede, MESA, "claro"),
}


def main() -> int:
    """Write all pictures, or those named on the command line."""
    nomes = sys.argv[1:] or list(ESTADOS)
    with _demo() as endereco, sync_playwright() as playwright:
        navegador = playwright.chromium.launch(**ao_lancar())
        entrada = _entrar(navegador, endereco)
        for nome in nomes:
            preparar, tela, tema = ESTADOS[nome]
            contexto = navegador.new_context(
                storage_state=entrada, viewport=tela, locale="pt-BR", reduced_motion="reduce"
            )
            pagina = contexto.new_page()
            pagina.goto(f"{endereco}/atendimento/")
            pagina.wait_for_selector("html[data-ready]", state="attached")
            pagina.evaluate("(tema) => { document.documentElement.dataset.tema = tema }", tema)
            preparar(pagina)
            pagina.screenshot(path=IMAGENS / f"{nome}.png")
            contexto.close()
            print(f"docs/imagens/{nome}.png")
        navegador.close()
    return 0


def _entrar(navegador, endereco: str) -> dict:
    """Return what a browser keeps of somebody who is logged in."""
    contexto = navegador.new_context()
    pagina = contexto.new_page()
    pagina.goto(f"{endereco}/entrar/")
    pagina.get_by_label("Usuário").fill("servidor.saude")
    pagina.get_by_label("Senha").fill("demo")
    pagina.get_by_role("button", name="Entrar").click()
    pagina.wait_for_url(re.compile("/atendimento/"))
    return contexto.storage_state()


@contextlib.contextmanager
def _demo() -> Iterator[str]:
    """A demo in a folder that goes away; yields its address."""
    porta = _duas_portas_livres()
    with tempfile.TemporaryDirectory(prefix="retratos-") as pasta:
        ambiente = os.environ | {"PORT": str(porta), "DADOS": str(Path(pasta) / "dados")}
        comando = [sys.executable, "-m", "prefeitura.ambiente.demo"]
        with subprocess.Popen(
            comando, cwd=RAIZ, env=ambiente, stdout=subprocess.DEVNULL
        ) as processo:
            try:
                if not esperar(lambda: _responde(porta), INICIO_S, passo=0.5):
                    raise RuntimeError("a demonstração não ficou pronta")
                yield f"http://127.0.0.1:{porta}"
            finally:
                processo.terminate()
                processo.wait(30)


def _responde(porta: int) -> bool:
    with contextlib.suppress(requests.RequestException):
        return requests.get(f"http://127.0.0.1:{porta}/readyz?trabalho=1", timeout=5).ok
    return False


if __name__ == "__main__":
    sys.exit(main())
