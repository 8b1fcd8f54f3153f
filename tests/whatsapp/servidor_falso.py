"""A Graph that misbehaves byte by byte: what the simulator, a proper HTTP server, cannot do."""

import json
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Pedido:
    """One request as it came."""

    def __init__(self, cabeca: bytes, corpo: bytes) -> None:
        linhas = cabeca.decode("latin-1").split("\r\n")
        self.metodo, self.caminho, _ = linhas[0].split(" ", 2)
        self.cabecalhos = {
            nome.lower(): valor for nome, valor in (linha.split(": ", 1) for linha in linhas[1:])
        }
        self.corpo = corpo

    @property
    def json(self) -> dict:
        return json.loads(self.corpo)


Reacao = Callable[[socket.socket, "Pedido"], None]


def bruto(dados: bytes) -> Reacao:
    """Answer these bytes and keep the connection."""
    return lambda sock, pedido: sock.sendall(dados)


def responder(corpo, status: int = 200, **cabecalhos: str) -> Reacao:
    """Answer JSON (or bytes) with its length."""
    dados = corpo if isinstance(corpo, bytes) else json.dumps(corpo).encode()
    linhas = [f"HTTP/1.1 {status} X", f"Content-Length: {len(dados)}"]
    linhas += [f"{nome.replace('_', '-')}: {valor}" for nome, valor in cabecalhos.items()]
    return bruto("\r\n".join(linhas).encode() + b"\r\n\r\n" + dados)


def aceitar(wamid: str, wa_id: str = "") -> Reacao:
    """Meta's answer to an accepted message."""
    return responder(
        {
            "messaging_product": "whatsapp",
            "contacts": [{"input": "+x", "wa_id": wa_id}],
            "messages": [{"id": wamid}],
        }
    )


def recusar(codigo: int, status: int = 400, detalhe: str = "", **cabecalhos: str) -> Reacao:
    """Meta's error object."""
    erro = {"message": f"(#{codigo}) x", "type": "OAuthException", "code": codigo}
    if detalhe:
        erro["error_data"] = {"messaging_product": "whatsapp", "details": detalhe}
    return responder({"error": erro}, status, **cabecalhos)


def cortar(sock: socket.socket, pedido: "Pedido") -> None:
    """Read the request, then reset the connection."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()


def silenciar(sock: socket.socket, pedido: "Pedido") -> None:
    """Read the request and never answer."""
    sock.settimeout(30)
    while sock.recv(1024):
        pass


def gotejar(sock: socket.socket, pedido: "Pedido") -> None:
    """Answer one byte every 50 ms, for ever."""
    sock.sendall(b"HTTP/1.1 200 OK\r\nX: ")
    while True:
        time.sleep(0.05)
        sock.sendall(b"a")


class Falso:
    """Listens on a free port; each request takes the next reaction of `roteiro`."""

    def __init__(self) -> None:
        self.pedidos: list[Pedido] = []
        self.conexoes = 0
        self.roteiro: list[Reacao] = []
        self._abertas: list[socket.socket] = []
        self._escuta = socket.create_server(("127.0.0.1", 0))
        self.porta = self._escuta.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.porta}"
        threading.Thread(target=self._aceitar, daemon=True).start()

    def combinar(self, *reacoes: Reacao) -> None:
        """Set what the next requests meet."""
        self.roteiro = list(reacoes)

    def fechar(self) -> None:
        """Stop listening and drop every connection."""
        self._escuta.shutdown(socket.SHUT_RDWR)
        self._escuta.close()
        for sock in self._abertas:
            sock.close()

    def _aceitar(self) -> None:
        while True:
            try:
                sock, _ = self._escuta.accept()
            except OSError:
                return
            self.conexoes += 1
            self._abertas.append(sock)
            threading.Thread(target=self._atender, args=[sock], daemon=True).start()

    def _atender(self, sock: socket.socket) -> None:
        try:
            with sock:
                for pedido in _pedidos(sock):
                    self.pedidos.append(pedido)
                    reacao = self.roteiro.pop(0)
                    reacao(sock, pedido)
        except OSError:
            return


def _pedidos(sock: socket.socket) -> Iterator[Pedido]:
    """Read by hand: a `makefile` would keep the socket open after its close."""
    lido = b""
    while True:
        while b"\r\n\r\n" not in lido:
            parte = sock.recv(65536)
            if not parte:
                return
            lido += parte
        cabeca, _, lido = lido.partition(b"\r\n\r\n")
        pedido = Pedido(cabeca, b"")
        tamanho = int(pedido.cabecalhos.get("content-length", 0))
        while len(lido) < tamanho:
            parte = sock.recv(65536)
            if not parte:
                return
            lido += parte
        pedido.corpo, lido = lido[:tamanho], lido[tamanho:]
        yield pedido


@contextmanager
def falso_no_ar():
    falso = Falso()
    try:
        yield falso
    finally:
        falso.fechar()
