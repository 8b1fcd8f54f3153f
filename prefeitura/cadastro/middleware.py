"""Who is still there to see a page, from which networks, and who knocks at doors of others."""

import ipaddress

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import Http404

from prefeitura.cadastro import sessoes
from prefeitura.cadastro.acoes import registrar_acesso
from prefeitura.cadastro.metricas import ACESSO_NEGADO

ADMINISTRACAO = "/admin/"


class SessaoComPrazo:
    """Ask for the password again after an hour without anybody, and after twelve hours."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view_func, view_args, view_kwargs):
        if not request.user.is_authenticated:
            return None
        na_administracao = request.path.startswith(ADMINISTRACAO)
        parada = sessoes.PARADA_NA_ADMINISTRACAO_S if na_administracao else sessoes.PARADA_S
        if motivo := sessoes.motivo_do_fim(request.session, parada_s=parada):
            logout(request)
            request.session[sessoes.FIM] = motivo
            return redirect_to_login(request.get_full_path())
        if request.resolver_match.view_name not in settings.PEDIDOS_AUTOMATICOS:
            sessoes.marcar_uso(request.session)
        return None


class SoDestasRedes:
    """Outside the networks of settings.REDES_DA_ADMINISTRACAO there is no administration."""

    def __init__(self, get_response):
        self.get_response = get_response
        self.redes = [ipaddress.ip_network(r) for r in settings.REDES_DA_ADMINISTRACAO]

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view_func, view_args, view_kwargs):
        if self.redes and request.path.startswith(ADMINISTRACAO) and not self._daqui(request):
            raise Http404
        return None

    def _daqui(self, request) -> bool:
        """The address is the socket's, which a proxy of ours corrects: never a plain header."""
        try:
            endereco = ipaddress.ip_address(request.META.get("REMOTE_ADDR", ""))
        except ValueError:
            return False
        return any(endereco in rede for rede in self.redes)


class AcessoNegado:
    """Record who asks for what is not theirs, or does not exist: from outside the two are alike.

    One object counts once in ten minutes, so an old page that goes on asking is not a crowd.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if response.status_code == 404:
            _registrar_negado(request)
        return response


def _registrar_negado(request) -> None:
    achada, quem = request.resolver_match, getattr(request, "user", None)
    if achada is None or "pk" not in achada.kwargs or not getattr(quem, "is_authenticated", False):
        return
    especie = next((e for e in ("midia", "evento") if e in achada.url_name), "atendimento")
    objeto = f"{especie} {achada.kwargs['pk']}"[:60]
    if registrar_acesso(quem=quem, acao="acesso negado", objeto=objeto):
        ACESSO_NEGADO.labels(achada.view_name).inc()
