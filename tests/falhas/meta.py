"""A Meta that accepts everything and remembers what it accepted: the judge of what was sent."""

import hashlib
import socket
import threading
from collections import Counter

from prefeitura.ambiente.processos import esperar
from prefeitura.whatsapp.cliente import transporte
from tests.whatsapp.servidor_falso import (
    Falso,
    Pedido,
    Reacao,
    _pedidos,
    aceitar,
    bruto,
    responder,
)

FOTO = b"\xff\xd8\xff\xe0" + bytes(range(256)) * 8
INFO = {
    "mime_type": "image/jpeg",
    "sha256": hashlib.sha256(FOTO).hexdigest(),
    "file_size": len(FOTO),
}


class Meta(Falso):
    """The Graph, with a ledger: `livro` counts how often each of our ids was accepted.

    `combinar` sets what the next messages meet instead of being accepted.
    """

    def __init__(self) -> None:
        self.livro: Counter[str] = Counter()
        self.encerradas = 0
        self._trava = threading.Lock()
        super().__init__()

    def zerar(self) -> None:
        """Forget everything."""
        self.livro.clear()
        self.pedidos.clear()
        self.roteiro.clear()

    def sossegar(self, *, com_mortos: bool = False) -> None:
        """Return when everything that was sent is dealt with; with `com_mortos`, also what came
        from a process that is no more."""
        sessao = transporte._do_fio.__dict__.pop("sessao", None)
        if sessao:
            sessao.close()
        elif not com_mortos:
            return
        # Connections are taken in order: once this one is answered, all before it were taken.
        with socket.create_connection(("127.0.0.1", self.porta), timeout=10) as ultima:
            ultima.sendall(b"GET /x HTTP/1.1\r\n\r\n")
            ultima.recv(1024)
        assert esperar(lambda: self.encerradas == self.conexoes, 10, passo=0.001)

    def aceitar(self, sock: socket.socket, pedido: Pedido) -> None:
        """Take the message, and say so."""
        self.anotar(pedido)
        aceitar(f"wamid.{pedido.json['biz_opaque_callback_data']}")(sock, pedido)

    def anotar(self, pedido: Pedido) -> None:
        """Take the message."""
        with self._trava:
            self.livro[pedido.json["biz_opaque_callback_data"]] += 1

    def _atender(self, sock: socket.socket) -> None:
        try:
            with sock:
                for pedido in _pedidos(sock):
                    self.pedidos.append(pedido)
                    self._reacao(pedido)(sock, pedido)
        except OSError:
            return
        finally:
            with self._trava:
                self.encerradas += 1

    def _reacao(self, pedido: Pedido) -> Reacao:
        fim = pedido.caminho.partition("?")[0].rpartition("/")[2]
        if fim == "messages" and "status" not in pedido.json:
            return self.roteiro.pop(0) if self.roteiro else self.aceitar
        if fim == "arquivo":
            cabeca = f"HTTP/1.1 200 OK\r\nContent-Length: {len(FOTO)}\r\n\r\n"
            return bruto(cabeca.encode() + FOTO)
        if fim == "message_templates":
            return responder({"data": [MODELO]})
        if fim == "media":
            return responder({"id": "900"})
        if fim in ("messages", "block_users"):
            return responder({"success": True})
        return responder({"url": f"{self.url}/arquivo"} | INFO)


MODELO = {
    "id": "77",
    "name": "aviso",
    "language": "pt_BR",
    "status": "APPROVED",
    "category": "UTILITY",
    "parameter_format": "POSITIONAL",
    "components": [{"type": "BODY", "text": "Olá."}],
}
