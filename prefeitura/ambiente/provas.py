"""What only a test over the network shows: the token, the certificate, the way in from outside.

Asked by a person, by `manage.py saude` or once an hour by the sweep; never while a page is shown
by itself.
"""

import hashlib
import hmac
import http.client
import json
import secrets
import socket
import ssl
import time
from datetime import UTC, datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models.functions import Now

from prefeitura.whatsapp import modelos
from prefeitura.whatsapp.models import EventoRecebido, Medida, Numero

PRAZO_S = 10
OBJETO = "verificacao_do_caminho"


def site_com_certificado() -> str:
    """Return the host of the site when it is served over HTTPS, else empty."""
    partes = urlsplit(settings.ENDERECO_DO_SITE)
    return partes.netloc if partes.scheme == "https" and settings.PRODUCAO else ""


def dias_do_certificado(endereco: str) -> float:
    """Return the days for which the certificate of `host[:port]` is still good.

    Raises OSError when nobody answers, ssl.SSLCertVerificationError when it is not good at all.
    """
    partes = urlsplit(f"//{endereco}")
    contexto = ssl.create_default_context()
    destino = (partes.hostname, partes.port or 443)
    with (
        socket.create_connection(destino, timeout=PRAZO_S) as bruto,
        contexto.wrap_socket(bruto, server_hostname=partes.hostname) as seguro,
    ):
        certificado = seguro.getpeercert() or {}
    fim = datetime.fromtimestamp(ssl.cert_time_to_seconds(str(certificado["notAfter"])), UTC)
    return (fim - datetime.now(UTC)).total_seconds() / 86_400


def medir_certificado() -> None:
    """Keep `tls_dias` for `/metrics`; a certificate that is refused has no days left."""
    endereco = site_com_certificado()
    if not endereco:
        return
    try:
        dias = dias_do_certificado(endereco)
    except ssl.SSLCertVerificationError:
        dias = 0.0
    except OSError:  # from inside, the site's own address may not answer: that proves nothing
        return
    Medida.objects.update_or_create(nome="tls_dias", defaults={"valor": dias, "quando": Now()})


def provar_numeros() -> list[tuple[Numero, list[str]]]:
    """Ask Meta about each active number: token, quality, subscription of the webhook."""
    numeros = Numero.objects.filter(ativo=True).select_related("conta").order_by("pk")
    return [(numero, modelos.testar_numero(numero)) for numero in numeros]


def provar_caminho(endereco: str, prazo: float = PRAZO_S) -> float | None:
    """Send a signed webhook through the public address and wait until it was applied.

    Returns the seconds that it took, None when it was not applied in time. Raises OSError or
    http.client.HTTPException when it did not get in at all. It names no citizen and no number:
    the house stores it, sees that it is not WhatsApp's, and is done.
    """
    corpo = json.dumps({"object": OBJETO, "id": secrets.token_hex(8)}).encode()
    antes = EventoRecebido.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    minha = EventoRecebido.objects.filter(
        pk__gt=antes, sha256=hashlib.sha256(corpo).digest(), estado=EventoRecebido.Estado.FEITO
    )
    inicio = time.monotonic()
    _postar(endereco, corpo)
    while time.monotonic() - inicio < prazo:
        if minha.exists():
            return time.monotonic() - inicio
        time.sleep(0.2)
    return None


def _postar(endereco: str, corpo: bytes) -> None:
    partes = urlsplit(endereco)
    tipo = http.client.HTTPSConnection if partes.scheme == "https" else http.client.HTTPConnection
    conexao = tipo(partes.hostname, partes.port, timeout=PRAZO_S)
    chave = settings.WHATSAPP_APP_SECRETS[0].encode()
    assinatura = hmac.new(chave, corpo, hashlib.sha256).hexdigest()
    try:
        conexao.request(
            "POST",
            "/webhook/whatsapp/",
            corpo,
            {"X-Hub-Signature-256": f"sha256={assinatura}", "Content-Type": "application/json"},
        )
        resposta = conexao.getresponse()
        resposta.read(1024)
    finally:
        conexao.close()
    if resposta.status != 200:
        raise http.client.HTTPException(f"HTTP {resposta.status}")
