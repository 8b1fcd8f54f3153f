"""What every answer of this house says to a browser, pages and machines' doors alike.

GUARANTEES 5.2. Django's own middleware write some of them, but not when they are who refuses;
and the webhook and `/healthz` answer before Django.
"""

from django.conf import settings
from django.http import HttpRequest, HttpResponse

PERMISSOES = "camera=(), geolocation=(), payment=(), usb=(), display-capture=(), microphone=(self)"
SEM_CONTEUDO = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
DE_TODOS = {
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": settings.SECURE_CROSS_ORIGIN_OPENER_POLICY,
    "Permissions-Policy": PERMISSOES,
    "Referrer-Policy": settings.SECURE_REFERRER_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": settings.X_FRAME_OPTIONS,
}


def para_maquinas(hsts_segundos: int) -> tuple[tuple[bytes, bytes], ...]:
    """Return the headers of an answer that no browser should show, as ASGI wants them.

    `hsts_segundos` is how long browsers must insist on HTTPS; 0 says nothing about it.
    """
    textos = DE_TODOS | {"Content-Security-Policy": SEM_CONTEUDO}
    if hsts_segundos:
        textos["Strict-Transport-Security"] = f"max-age={hsts_segundos}; includeSubDomains; preload"
    return tuple((nome.lower().encode(), texto.encode()) for nome, texto in textos.items())


DAS_MAQUINAS = para_maquinas(settings.SECURE_HSTS_SECONDS)


class Cabecalhos:
    """Adds what is missing, around all that may answer.

    Pages hold personal data and stay out of the browser's cache: the Back button after logout
    asks again. Whoever says otherwise (static files, files of conversations) is believed.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for nome, texto in DE_TODOS.items():
            response.setdefault(nome, texto)
        return response
