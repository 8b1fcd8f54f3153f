"""A simulator and a webhook receiver, both over real HTTP in threads of the test."""

import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import uvicorn

from prefeitura.whatsapp.simulador.aplicacao import criar_aplicacao
from prefeitura.whatsapp.simulador.configuracao import Configuracao

MARIA = "5511987650001"
NUMERO = "100000000000001"
WABA = "200000000000001"
APP = "300000000000001"
V = "/v25.0"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6360000002000001e221bc330000000049454e44ae426082"
)


def esperar(condicao: Callable[[], Any], prazo: float = 5) -> Any:
    """Return the first true value of `condicao`, or fail after `prazo` seconds."""
    fim, pausa = time.monotonic() + prazo, threading.Event()
    while time.monotonic() < fim:
        valor = condicao()
        if valor:
            return valor
        pausa.wait(0.01)
    raise AssertionError("a condição não se cumpriu no prazo")


class Receptor:
    """A webhook that records what arrives and answers what `respostas` says, else 200."""

    def __init__(self) -> None:
        self.recebidos: list[tuple[bytes, dict[str, str]]] = []
        self.desafios: list[dict[str, str]] = []
        self.respostas: list[int] = []
        self.token = "demo-verify-token"
        receptor = self

        class Atendente(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                consulta = {n: v[0] for n, v in parse_qs(urlsplit(self.path).query).items()}
                receptor.desafios.append(consulta)
                certo = consulta.get("hub.verify_token") == receptor.token
                self._responder(200 if certo else 403, consulta.get("hub.challenge", ""))

            def do_POST(self) -> None:
                corpo = self.rfile.read(int(self.headers["Content-Length"]))
                receptor.recebidos.append((corpo, dict(self.headers)))
                self._responder(receptor.respostas.pop(0) if receptor.respostas else 200, "ok")

            def _responder(self, http: int, texto: str) -> None:
                self.send_response(http)
                self.send_header("Content-Length", str(len(texto)))
                self.end_headers()
                self.wfile.write(texto.encode())

            def log_message(self, *args: Any) -> None:
                """Keep the test's output clean."""

        self._servidor = ThreadingHTTPServer(("127.0.0.1", 0), Atendente)
        self._servidor.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._servidor.server_port}/webhook/whatsapp/"
        self._linha = threading.Thread(target=self._servidor.serve_forever, args=(0.02,))
        self._linha.start()

    def valores(self, campo: str = "messages") -> list[dict[str, Any]]:
        """Return every `value` of that field, in order of arrival."""
        return [
            mudanca["value"]
            for corpo, _ in list(self.recebidos)
            for entrada in json.loads(corpo)["entry"]
            for mudanca in entrada["changes"]
            if mudanca["field"] == campo
        ]

    def mensagens(self) -> list[dict[str, Any]]:
        return [m for valor in self.valores() for m in valor.get("messages", [])]

    def statuses(self, wamid: str = "") -> list[dict[str, Any]]:
        todos = [s for valor in self.valores() for s in valor.get("statuses", [])]
        return [s for s in todos if not wamid or s["id"] == wamid]

    def fechar(self) -> None:
        self._servidor.shutdown()
        self._linha.join()
        self._servidor.server_close()


class Simulado:
    """A running simulator and the calls that tests make to it."""

    def __init__(self, config: Configuracao) -> None:
        self.config = config
        app = criar_aplicacao(config)
        self.sim = app.state.sim
        opcoes = {"log_level": "error", "access_log": False, "lifespan": "on"}
        self._servidor = uvicorn.Server(
            uvicorn.Config(app, host="127.0.0.1", port=0, timeout_graceful_shutdown=1, **opcoes)
        )
        self._linha = threading.Thread(target=self._servidor.run)
        self._linha.start()
        esperar(lambda: self._servidor.started)
        self.porta = self._servidor.servers[0].sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{self.porta}"
        token = {"Authorization": f"Bearer {config.access_token}"}
        self.graph = httpx.Client(base_url=self.url + V, headers=token, timeout=10)
        self.controle = httpx.Client(base_url=self.url + "/_simulador", timeout=10)

    def escrever(self, quem: str = MARIA, texto: str = "Bom dia", **mais: Any) -> str:
        """The citizen writes; returns the wamid."""
        corpo = {"type": "text", "text": {"body": texto}} | mais
        resposta = self.controle.post(f"/cidadaos/{quem}/mensagens", json=corpo)
        assert resposta.status_code == 201, resposta.text
        return resposta.json()["wamid"]

    def mandar(self, **corpo: Any) -> httpx.Response:
        """POST /messages to Maria, unless `corpo` says otherwise."""
        inteiro = {"messaging_product": "whatsapp", "to": MARIA} | corpo
        inteiro = {chave: valor for chave, valor in inteiro.items() if valor is not ...}
        return self.graph.post(f"/{NUMERO}/messages", json=inteiro)

    def texto(self, corpo: str = "Olá", **mais: Any) -> str:
        """Send a text that must be accepted; returns the wamid."""
        resposta = self.mandar(type="text", text={"body": corpo}, **mais)
        assert resposta.status_code == 200, resposta.text
        return resposta.json()["messages"][0]["id"]

    def tela(self, quem: str = MARIA, **consulta: Any) -> list[dict[str, Any]]:
        """Return what the phone shows."""
        return self.controle.get(f"/cidadaos/{quem}/mensagens", params=consulta).json()

    def subir(self, conteudo: bytes = PNG, mime: str = "image/png", nome: str = "a") -> str:
        """Upload a media and return its id."""
        resposta = self.graph.post(
            f"/{NUMERO}/media",
            data={"messaging_product": "whatsapp", "type": mime},
            files={"file": (nome, conteudo, mime)},
        )
        assert resposta.status_code == 200, resposta.text
        return resposta.json()["id"]

    def ritmo(self, **opcoes: Any) -> None:
        resposta = self.controle.post("/config", json=opcoes)
        assert resposta.status_code == 200, resposta.text

    @property
    def no_ar(self) -> bool:
        return self._linha.is_alive()

    def fechar(self) -> None:
        self.graph.close()
        self.controle.close()
        self._servidor.should_exit = True
        self._linha.join(10)
        assert not self._linha.is_alive()


def configurar(webhook: str = "", **opcoes: Any) -> Configuracao:
    """Return an exact, quick and seeded configuration."""
    config = Configuracao(webhook=webhook, semente=1, **opcoes)
    config.ritmo.ser_exato()
    config.ritmo.ajustar({"enviar": {"ms": 2}, "entregar": {"ms": 4}, "tentativas_s": [0.02, 0.05]})
    config.ritmo.ajustar({"revisao_ms": 20, "limite_por_par": False, "mps": 100_000})
    return config


def assinatura(corpo: bytes, segredo: str = "demo-app-secret") -> str:
    return "sha256=" + hmac.new(segredo.encode(), corpo, hashlib.sha256).hexdigest()
