"""The OpenAPI document, and a page that lists its operations without any outside script."""

from django.shortcuts import render
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.views import SpectacularJSONAPIView

METODOS = ("get", "post", "put", "patch", "delete")


class SchemaView(SpectacularJSONAPIView):
    """OpenAPI 3.1 in JSON; it tells names, never data, so it asks for no token."""

    authentication_classes = []
    permission_classes = []
    throttle_classes = []


@require_safe
def docs(request):
    """Show every operation: what it does, what it takes."""
    documento = SchemaGenerator().get_schema(request=None, public=True)
    operacoes = [
        {
            "metodo": metodo.upper(),
            "caminho": caminho,
            "resumo": operacao.get("summary", ""),
            "detalhe": operacao.get("description", ""),
            "parametros": operacao.get("parameters", []),
            "campos": _campos(documento, operacao),
        }
        for caminho, item in documento["paths"].items()
        for metodo, operacao in item.items()
        if metodo in METODOS
    ]
    contexto = {"titulo": documento["info"]["title"], "operacoes": operacoes}
    return render(request, "api/docs.html", contexto)


def _campos(documento: dict, operacao: dict) -> list[dict]:
    """Fields of the JSON body, from the components of the document."""
    corpo = operacao.get("requestBody", {}).get("content", {}).get("application/json", {})
    nome = corpo.get("schema", {}).get("$ref", "").rpartition("/")[2]
    componente = documento["components"]["schemas"].get(nome, {})
    exigidos = componente.get("required", [])
    return [
        {"nome": n, "exigido": n in exigidos, "descricao": campo.get("description", "")}
        for n, campo in componente.get("properties", {}).items()
    ]
