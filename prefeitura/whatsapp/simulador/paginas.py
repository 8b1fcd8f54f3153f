"""The phone page, its files, the media it shows and the stream of events that keeps it live."""

from pathlib import Path

from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from prefeitura.whatsapp.simulador.controle import Recusa
from prefeitura.whatsapp.simulador.simulador import Simulador

PASTA = Path(__file__).parent / "telefone"
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; "
    "media-src 'self' blob:; connect-src 'self'; font-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)
CABECALHOS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
    "Permissions-Policy": "microphone=(self), geolocation=()",
}
# Shown inside the page; anything else is offered as a download.
NA_PAGINA = ("image/jpeg", "image/png", "image/webp", "image/gif", "audio/", "video/")


class ComCabecalhos:
    """Adds the page's security headers to static files."""

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def enviar(mensagem: Message) -> None:
            if mensagem["type"] == "http.response.start":
                extras = [(n.lower().encode(), v.encode()) for n, v in CABECALHOS.items()]
                mensagem["headers"] = list(mensagem["headers"]) + extras
            await send(mensagem)

        await self.app(scope, receive, enviar)


def rotas(sim: Simulador) -> list[BaseRoute]:
    """Return the routes of the page; `sim` gives media and events."""

    async def pagina(request: Request) -> Response:
        return FileResponse(PASTA / "index.html", headers=CABECALHOS)

    async def midia(request: Request) -> Response:
        """Serve a media to the phone, which needs no token: it is the citizen's own."""
        guardada = sim.estado.midias.get(request.path_params["midia_id"])
        if guardada is None:
            raise Recusa("Este arquivo não está mais no simulador.", 404)
        mostra = guardada.mime.startswith(NA_PAGINA)
        cabecalhos = {
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "X-Content-Type-Options": "nosniff",
            "Content-Disposition": "inline" if mostra else "attachment",
            "Accept-Ranges": "none",
        }
        return Response(guardada.conteudo, media_type=guardada.mime, headers=cabecalhos)

    async def eventos(request: Request) -> Response:
        return StreamingResponse(
            sim.ao_vivo.ouvir(),
            media_type="text/event-stream",
            headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
        )

    return [
        Route("/", pagina),
        Route("/_simulador/midia/{midia_id}", midia),
        Route("/_simulador/eventos", eventos),
        Mount(
            "/telefone",
            app=StaticFiles(directory=PASTA),
            middleware=[Middleware(ComCabecalhos)],
        ),
    ]
