"""One shape for every refusal: {"erro": {"codigo", "mensagem", "campos"}}, in Portuguese."""

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.http import Http404, JsonResponse
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.views import set_rollback

from atendimento.api.corpo import GrandeDemais
from atendimento.erros import ErroDeAtendimento, NaoEncontrado

UM_POUCO = 10  # seconds to wait when the refusal does not say
NAO_ENCONTRADO = "Não encontramos o que você pediu."
FRASES = {
    exceptions.NotAuthenticated: ("sem_token", "Token ausente ou inválido."),
    exceptions.AuthenticationFailed: ("sem_token", "Token ausente ou inválido."),
    exceptions.ParseError: ("corpo_invalido", "O corpo da chamada não pôde ser lido."),
    exceptions.UnsupportedMediaType: ("tipo_nao_aceito", "Envie JSON ou multipart/form-data."),
    exceptions.NotAcceptable: ("formato_nao_oferecido", "A resposta é sempre em JSON."),
    exceptions.MethodNotAllowed: ("metodo", "Este endereço não aceita este método."),
    exceptions.PermissionDenied: ("proibido", "Este token não pode fazer isto."),
}


class CredenciaisErradas(exceptions.APIException):
    """The password, not the token, is wrong."""

    status_code = status.HTTP_401_UNAUTHORIZED
    default_detail = "Usuário ou senha não conferem."


def corpo(codigo: str, mensagem: str, campos: dict | None = None, **extra) -> dict:
    """Build the body of a refusal."""
    return {"erro": {"codigo": codigo, "mensagem": mensagem, "campos": campos or {}, **extra}}


def nao_existe(request, *args, **kwargs) -> JsonResponse:
    """Answer an address that is not in the API."""
    return JsonResponse(corpo("nao_encontrado", NAO_ENCONTRADO), status=404)


def responder_erro(exc: Exception, context: dict) -> Response | None:
    """Turn what a view raised into a Response; None for a fault of ours, which Django logs.

    Everything that one may not see gives the same 404 as what does not exist.
    """
    if isinstance(exc, ErroDeAtendimento) and not isinstance(exc, NaoEncontrado):
        set_rollback()
        campos = {exc.campo: [str(exc)]} if exc.campo else {}
        resposta = Response(corpo(exc.codigo, str(exc), campos, **exc.extra), status=exc.http)
        if exc.http == status.HTTP_429_TOO_MANY_REQUESTS:
            resposta["Retry-After"] = str(exc.extra.get("espera", UM_POUCO))
        return resposta
    if isinstance(exc, NaoEncontrado | Http404 | exceptions.NotFound):
        set_rollback()
        if isinstance(exc, exceptions.NotFound) and "ursor" in str(exc.detail):
            return Response(corpo("cursor", "Cursor inválido; comece de novo sem ele."), status=400)
        return Response(corpo("nao_encontrado", NAO_ENCONTRADO), status=404)
    if isinstance(exc, UnicodeDecodeError):  # a token that is not text, read by knox
        exc = exceptions.AuthenticationFailed()
    if isinstance(exc, PermissionDenied):
        exc = exceptions.PermissionDenied()
    if isinstance(exc, RequestDataTooBig):
        exc = GrandeDemais()
    if isinstance(exc, SuspiciousOperation):
        exc = exceptions.ParseError()
    if not isinstance(exc, exceptions.APIException):
        return None
    set_rollback()
    resposta = Response(_corpo_do_drf(exc), status=exc.status_code)
    if isinstance(exc, exceptions.Throttled) and exc.wait is not None:
        resposta["Retry-After"] = str(max(1, int(exc.wait)))
    if exc.status_code == status.HTTP_401_UNAUTHORIZED:
        resposta["WWW-Authenticate"] = getattr(exc, "auth_header", None) or "Token"
    return resposta


def _corpo_do_drf(exc: exceptions.APIException) -> dict:
    if isinstance(exc, CredenciaisErradas):
        return corpo("credenciais", str(exc.detail))
    if isinstance(exc, GrandeDemais):
        return corpo("grande_demais", str(exc.detail))
    if isinstance(exc, exceptions.Throttled):
        return corpo("limite", str(exc.detail))
    if isinstance(exc, exceptions.ValidationError):
        campos = exc.detail if isinstance(exc.detail, dict) else {"": exc.detail}
        return corpo("invalido", _primeira_frase(campos), {k: v for k, v in campos.items() if k})
    for classe, (codigo, frase) in FRASES.items():
        if isinstance(exc, classe):
            return corpo(codigo, frase)
    return corpo("erro", "Não foi possível atender.")


def _primeira_frase(campos: dict) -> str:
    """The first thing to put right; rules of one field say which."""
    campo, frases = next(iter(campos.items()))
    frase = str(frases[0] if isinstance(frases, list) else frases)
    return frase if not campo or frase[0].isupper() else f"{campo}: {frase}"
