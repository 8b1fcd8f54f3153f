"""The load generator of `webhook`, in a process of its own: `python -m benchmarks.carga …`.

Keeps a number of connections busy with signed status webhooks, one request at a time on each, as
Meta's do. Bodies are signed before the clock starts. Prints one line of JSON.
"""

import argparse
import asyncio
import hashlib
import hmac
import json
import statistics
import time
import uuid
from collections import Counter

import uvloop

CORPOS = 2_000


class Conexao(asyncio.Protocol):
    """One connection of Meta's."""

    def __init__(self, pedidos: list[bytes], primeiro: int, medidas: "Medidas") -> None:
        self.pedidos, self.proximo, self.medidas = pedidos, primeiro, medidas
        self.recebido, self.saiu = b"", 0.0

    def connection_made(self, transporte) -> None:
        self.transporte = transporte
        self.pedir()

    def pedir(self) -> None:
        self.saiu = time.perf_counter()
        self.transporte.write(self.pedidos[self.proximo % len(self.pedidos)])
        self.proximo += 1

    def data_received(self, dados: bytes) -> None:
        self.recebido += dados
        cabeca, separador, corpo = self.recebido.partition(b"\r\n\r\n")
        if not separador or len(corpo) < _tamanho(cabeca):
            return
        self.recebido = b""
        inteira = cabeca.startswith(b"HTTP/1.1 ") and b"chunked" not in cabeca.lower()
        if self.medidas.anotar(int(cabeca[9:12]) if inteira else 0, self.saiu) and inteira:
            self.pedir()
        else:
            self.transporte.close()

    def connection_lost(self, erro) -> None:
        if not self.medidas.acabou:
            self.medidas.respostas[0] += 1


class Medidas:
    """What came back between the warm-up and the end."""

    def __init__(self, aquecer: float, segundos: float) -> None:
        self.inicio = time.perf_counter() + aquecer
        self.fim = self.inicio + segundos
        self.acabou = False
        self.esperas: list[float] = []
        self.respostas: Counter[int] = Counter()

    def anotar(self, http: int, saiu: float) -> bool:
        """Count one answer; return whether to go on."""
        agora = time.perf_counter()
        if self.inicio <= agora < self.fim:
            self.respostas[http] += 1
            self.esperas.append(agora - saiu)
        self.acabou = agora >= self.fim
        return not self.acabou


def _tamanho(cabeca: bytes) -> int:
    for linha in cabeca.lower().split(b"\r\n"):
        if linha.startswith(b"content-length:"):
            return int(linha[15:])
    return 0


def montar_pedidos(caminho: str, segredo: str) -> list[bytes]:
    """Distinct receipts as Meta sends them, signed, ready for the wire."""
    return [_pedido(corpo, caminho, segredo) for corpo in map(_recibo, range(CORPOS))]


def _recibo(n: int) -> bytes:
    recibo = {
        "id": f"wamid.HBgM{uuid.uuid4().hex}",
        "status": ("sent", "delivered", "read")[n % 3],
        "timestamp": str(int(time.time())),
        "recipient_id": f"55119{60_000_000 + n}",
        "biz_opaque_callback_data": str(uuid.uuid4()),
        "conversation": {"id": uuid.uuid4().hex, "origin": {"type": "service"}},
        "pricing": {"billable": True, "pricing_model": "PMP", "category": "service"},
    }
    valor = {
        "messaging_product": "whatsapp",
        "metadata": {
            "display_phone_number": "5511990000001",
            "phone_number_id": "100000000000001",
        },
        "statuses": [recibo],
    }
    evento = {
        "object": "whatsapp_business_account",
        "entry": [{"id": "200000000000001", "changes": [{"value": valor, "field": "messages"}]}],
    }
    return json.dumps(evento, separators=(",", ":")).encode()


def _pedido(corpo: bytes, caminho: str, segredo: str) -> bytes:
    assinatura = hmac.new(segredo.encode(), corpo, hashlib.sha256).hexdigest()
    linhas = (
        f"POST {caminho} HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: facebookexternalua\r\n"
        f"Accept: */*\r\nContent-Type: application/json\r\nContent-Length: {len(corpo)}\r\n"
        f"X-Hub-Signature-256: sha256={assinatura}\r\n\r\n"
    )
    return linhas.encode() + corpo


async def carregar(opcoes: argparse.Namespace) -> dict:
    """Keep all connections busy for so long; return rate, waits and answers by status."""
    pedidos = montar_pedidos(opcoes.caminho, opcoes.segredo)
    medidas, laco = Medidas(opcoes.aquecer, opcoes.segundos), asyncio.get_running_loop()
    passo = CORPOS // opcoes.conexoes
    for n in range(opcoes.conexoes):
        await laco.create_connection(
            lambda n=n: Conexao(pedidos, n * passo, medidas), "127.0.0.1", opcoes.porta
        )
    await asyncio.sleep(opcoes.aquecer + opcoes.segundos + 0.5)
    centis = statistics.quantiles(medidas.esperas, n=100)
    return {
        "por_segundo": len(medidas.esperas) / opcoes.segundos,
        "p50_ms": 1000 * centis[49],
        "p99_ms": 1000 * centis[98],
        "respostas": dict(medidas.respostas),
    }


def main() -> None:
    """Run the command."""
    leitor = argparse.ArgumentParser()
    leitor.add_argument("--porta", type=int, required=True)
    leitor.add_argument("--caminho", default="/webhook/whatsapp/")
    leitor.add_argument("--segredo", required=True)
    leitor.add_argument("--conexoes", type=int, default=64)
    leitor.add_argument("--segundos", type=float, default=5.0)
    leitor.add_argument("--aquecer", type=float, default=1.0)
    print(json.dumps(uvloop.run(carregar(leitor.parse_args()))))


if __name__ == "__main__":
    main()
