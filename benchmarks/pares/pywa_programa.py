"""What runs inside pywa's own environment: `servir PORT` or `enviar URL TO N`. Knows no house."""

import os
import sys
import time


def servir(porta: str) -> None:
    """Receive webhooks and store nothing."""
    import uvicorn
    from fastapi import FastAPI
    from pywa import WhatsApp

    aplicacao = FastAPI()
    cliente = WhatsApp(
        phone_id="100000000000001",
        token="demo-token",
        server=aplicacao,
        webhook_endpoint="/webhook/whatsapp/",
        verify_token=os.environ["WHATSAPP_VERIFY_TOKEN"],
        app_secret=os.environ["WHATSAPP_APP_SECRET"],
        skip_duplicate_updates=False,
    )

    @cliente.on_message_status
    def recibo(_cliente, _status):
        return None

    uvicorn.run(
        aplicacao,
        host="127.0.0.1",
        port=int(porta),
        loop="uvloop",
        http="httptools",
        access_log=False,
        log_level="warning",
    )


def enviar(simulador: str, telefone: str, quantas: str) -> None:
    """Send texts one by one; print messages a second."""
    from pywa import WhatsApp

    cliente = WhatsApp(phone_id="100000000000001", token="demo-token")
    cliente.api._session.base_url = f"{simulador}/v25.0"
    cliente.send_message(telefone, "aquecer")
    inicio = time.perf_counter()
    for n in range(int(quantas)):
        cliente.send_message(telefone, f"Bom dia {n}")
    print(int(quantas) / (time.perf_counter() - inicio))


if __name__ == "__main__":
    {"servir": servir, "enviar": enviar}[sys.argv[1]](*sys.argv[2:])
