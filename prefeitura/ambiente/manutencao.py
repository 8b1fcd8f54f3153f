"""The answer of the site while its tables are not those of its code."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string

from prefeitura.ambiente import partida

SEMPRE = ("/readyz", "/metrics", "/static/")
FRASE = "O sistema está em manutenção. Tente de novo em alguns minutos."


class Manutencao:
    """503 until the migrations are applied; afterwards it costs nothing."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(SEMPRE) or partida.migrado():
            return self.get_response(request)
        if request.path.startswith("/api/"):
            erro = {"codigo": "manutencao", "mensagem": FRASE, "campos": {}}
            resposta: HttpResponse = JsonResponse({"erro": erro}, status=503)
        else:
            resposta = HttpResponse(render_to_string("503.html", {"frase": FRASE}), status=503)
        resposta["Retry-After"] = "30"
        return resposta
