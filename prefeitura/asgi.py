"""The ASGI application: the webhook in front, then the one WebSocket, then Django.

Meta's calls never touch Django (see `prefeitura.whatsapp.webhook`); `/healthz` only shows that
the event loop turns.
"""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "prefeitura.settings")
os.environ.setdefault("PAPEL", "web")

from django.core.asgi import get_asgi_application  # noqa: E402

django = get_asgi_application()

from channels.auth import AuthMiddlewareStack  # noqa: E402
from channels.security.websocket import AllowedHostsOriginValidator  # noqa: E402
from django.conf import settings  # noqa: E402

from prefeitura.ambiente import partida  # noqa: E402
from prefeitura.ambiente.saude import healthz  # noqa: E402
from prefeitura.tempo_real.consumers import PaginaAberta  # noqa: E402
from prefeitura.whatsapp.webhook import Webhook  # noqa: E402

if settings.PAPEL == "web":
    partida.conferir()

webhook = Webhook()
pagina_aberta = AllowedHostsOriginValidator(AuthMiddlewareStack(PaginaAberta.as_asgi()))


async def application(scope, receive, send):
    """Route one connection to the webhook, the socket or Django."""
    caminho = scope.get("path", "")
    if scope["type"] == "lifespan":
        return await webhook.lifespan(receive, send)
    if scope["type"] == "http" and caminho == "/webhook/whatsapp/":
        return await webhook(scope, receive, send)
    if scope["type"] == "http" and caminho == "/healthz":
        return await healthz(scope, receive, send)
    if scope["type"] == "websocket" and caminho == "/ws/":
        return await pagina_aberta(scope, receive, send)
    if scope["type"] == "websocket":
        return await send({"type": "websocket.close", "code": 4404})
    return await django(scope, receive, send)
