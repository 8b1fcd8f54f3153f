"""The webhook behind a real HTTP server, in a thread on a free port."""

import contextlib
import hashlib
import hmac
import socket
import threading
import time

import uvicorn

SEGREDO = "segredo-de-teste"


def assinar(corpo: bytes, segredo: str = SEGREDO) -> str:
    """The header that Meta would send."""
    return "sha256=" + hmac.new(segredo.encode(), corpo, hashlib.sha256).hexdigest()


@contextlib.contextmanager
def no_ar(aplicacao, *, ws: str = "none", **opcoes):
    """Run the Webhook `aplicacao`, with its lifespan, and yield its port."""

    async def raiz(scope, receive, send):
        if scope["type"] == "lifespan":
            await aplicacao.lifespan(receive, send)
        else:
            await aplicacao(scope, receive, send)

    escuta = socket.socket()
    escuta.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    escuta.bind(("127.0.0.1", 0))
    servidor = uvicorn.Server(
        uvicorn.Config(
            raiz,
            http="httptools",
            ws=ws,
            lifespan="on",
            log_level="error",
            access_log=False,
            timeout_graceful_shutdown=2,
            **opcoes,
        )
    )
    fio = threading.Thread(target=servidor.run, kwargs={"sockets": [escuta]}, daemon=True)
    fio.start()
    prazo = time.monotonic() + 10
    while not servidor.started:
        assert time.monotonic() < prazo, "o servidor não subiu"
        time.sleep(0.01)
    try:
        yield escuta.getsockname()[1]
    finally:
        servidor.should_exit = True
        fio.join(10)
        escuta.close()


class Resposta:
    """What came back on the wire."""

    def __init__(self, bruto: bytes) -> None:
        self.bruto = bruto
        cabeca, _, self.corpo = bruto.partition(b"\r\n\r\n")
        linhas = cabeca.decode("latin-1").split("\r\n")
        self.status = int(linhas[0].split()[1]) if linhas[0] else 0
        self.cabecalhos = dict(linha.lower().split(": ", 1) for linha in linhas[1:])


def pedir(porta: int, pedido: bytes, *, pedacos=(), limite: float = 15) -> Resposta:
    """Send raw bytes, then each of `pedacos`, and read until the other side closes."""
    with socket.create_connection(("127.0.0.1", porta), timeout=limite) as sock:
        sock.sendall(pedido)
        for pedaco in pedacos:
            try:
                sock.sendall(pedaco)
            except OSError:
                break
        recebido = bytearray()
        with contextlib.suppress(ConnectionResetError):
            while parte := sock.recv(65536):
                recebido += parte
        return Resposta(bytes(recebido))


def montar_post(corpo: bytes, *cabecalhos: str, tamanho: int | None = None) -> bytes:
    """The bytes of a POST; without `X-Hub-Signature-256` unless it is among `cabecalhos`."""
    linhas = [
        "POST /webhook/whatsapp/ HTTP/1.1",
        "Host: prefeitura",
        "Connection: close",
        f"Content-Length: {len(corpo) if tamanho is None else tamanho}",
        *cabecalhos,
    ]
    return "\r\n".join(linhas).encode() + b"\r\n\r\n" + corpo
