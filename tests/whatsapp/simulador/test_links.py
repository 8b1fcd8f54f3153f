"""Media sent by link: fetched on this machine, believed elsewhere."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.whatsapp.simulador.apoio import PNG, esperar


@pytest.fixture
def arquivos():
    """A tiny file server: /a.png is an image, /a.zip is not, the rest is missing."""

    class Atendente(BaseHTTPRequestHandler):
        def do_GET(self):
            tipos = {"/a.png": "image/png", "/a.zip": "application/zip"}
            tipo = tipos.get(self.path)
            self.send_response(200 if tipo else 404)
            self.send_header("Content-Type", tipo or "text/html")
            self.end_headers()
            self.wfile.write(PNG)

        def log_message(self, *args):
            """Keep the test's output clean."""

    servidor = ThreadingHTTPServer(("127.0.0.1", 0), Atendente)
    linha = threading.Thread(target=servidor.serve_forever, args=(0.02,))
    linha.start()
    yield f"http://127.0.0.1:{servidor.server_port}"
    servidor.shutdown()
    linha.join()
    servidor.server_close()


def enviar(simulado, receptor, link):
    simulado.escrever()
    resposta = simulado.mandar(type="image", image={"link": link})
    wamid = resposta.json()["messages"][0]["id"]
    return esperar(lambda: receptor.statuses(wamid))[0]


def test_image_on_this_machine_is_fetched_and_shown(simulado, receptor, arquivos):
    assert enviar(simulado, receptor, f"{arquivos}/a.png")["status"] == "sent"
    midia = simulado.tela()[-1]["image"]["id"]
    assert simulado.controle.get(f"/midia/{midia}").content == PNG


@pytest.mark.parametrize("caminho", ["/nada.png", "/a.zip"])
def test_link_that_does_not_serve_fails_later_with_131053(simulado, receptor, arquivos, caminho):
    status = enviar(simulado, receptor, arquivos + caminho)
    assert (status["status"], status["errors"][0]["code"]) == ("failed", 131053)


def test_link_to_nobody_fails_later_with_131053(simulado, receptor):
    assert enviar(simulado, receptor, "http://127.0.0.1:9/a.png")["errors"][0]["code"] == 131053


def test_link_to_another_host_is_never_opened(simulado, receptor):
    assert enviar(simulado, receptor, "https://x.gov.br/a.png")["status"] == "sent"
    assert simulado.tela()[-1]["image"] == {"link": "https://x.gov.br/a.png"}
