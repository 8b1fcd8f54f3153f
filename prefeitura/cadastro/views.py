"""Entering, leaving, choosing a password, and what the city says about personal data."""

from django.conf import settings
from django.contrib.auth.views import LoginView, LogoutView, PasswordResetConfirmView
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy
from django.views.decorators.http import require_safe

from prefeitura.cadastro import sessoes, tentativas, tokens
from prefeitura.cadastro.formularios import DefinirSenhaForm, EntrarForm

TERMINOU = "Sua sessão terminou. Entre de novo para continuar de onde parou."
PAGINA_VELHA = (
    "A página ficou aberta tempo demais. O que você escreveu foi guardado; recarregue e envie."
)


class Entrar(LoginView):
    """Login. Django spends the same time on a wrong password and on an unknown user, and follows
    `next` only within this site."""

    template_name = "cadastro/entrar.html"
    authentication_form = EntrarForm
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs):
        return super().get_context_data(fim_da_sessao=self._fim_da_sessao(), **kwargs)

    def _fim_da_sessao(self) -> str:
        """The sentence for somebody whose session ended; empty for who just arrives."""
        tinha_sessao = settings.SESSION_COOKIE_NAME in self.request.COOKIES
        if not (tinha_sessao and self.get_redirect_url()):
            return ""
        return sessoes.FRASES.get(self.request.session.get(sessoes.FIM, ""), TERMINOU)

    def post(self, request, *args, **kwargs):
        if tentativas.rede_insiste(request):
            return muitas_tentativas(request)
        resposta = super().post(request, *args, **kwargs)
        return muitas_tentativas(request) if tentativas.conta_bloqueada(request) else resposta


class Sair(LogoutView):
    """Logout, by POST alone; the browser forgets cached pages and the queue of unsent replies."""

    http_method_names = ["post", "options"]

    def post(self, request, *args, **kwargs):
        resposta = super().post(request, *args, **kwargs)
        resposta["Clear-Site-Data"] = '"cache", "storage"'
        return resposta


class DefinirSenha(PasswordResetConfirmView):
    """Choose a password by a link that works once and for one hour."""

    template_name = "cadastro/definir_senha.html"
    form_class = DefinirSenhaForm
    success_url = reverse_lazy("cadastro:entrar")

    def form_valid(self, form):
        resposta = super().form_valid(form)
        tokens.revogar(form.user.pk)
        return resposta


@require_safe
def entrar_no_admin(request: HttpRequest) -> HttpResponse:
    """Send to the one login page; to who is in and does not administer, there is no admin."""
    if request.user.is_authenticated:
        raise Http404
    return redirect(f"{reverse('cadastro:entrar')}?{request.GET.urlencode()}")


@require_safe
def privacidade(request: HttpRequest) -> HttpResponse:
    """Say to citizens who answers for their data (LGPD art. 41)."""
    return render(request, "cadastro/privacidade.html")


def muitas_tentativas(request: HttpRequest) -> HttpResponse:
    """Answer 429 to whoever guesses passwords."""
    resposta = render(
        request, "cadastro/muitas_tentativas.html", {"frase": tentativas.FRASE}, status=429
    )
    resposta["Retry-After"] = str(tentativas.ESPERA)
    return resposta


def pagina_velha(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a POST without a valid CSRF token; `reason` is Django's, for developers."""
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"codigo": "pagina_velha", "frase": PAGINA_VELHA}, status=403)
    return render(request, "cadastro/pagina_velha.html", {"frase": PAGINA_VELHA}, status=403)
