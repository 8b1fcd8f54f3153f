"""Addresses of the site. The webhook, the socket and /healthz are before Django: see asgi.py."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from prefeitura.ambiente import views as ambiente
from prefeitura.cadastro import views as cadastro

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="atendimento:caixa"), name="inicio"),
    path("", include("prefeitura.cadastro.urls")),
    path("", include("atendimento.urls")),
    path("api/v1/", include("atendimento.api.urls")),
    # One door to enter, with its limits, and one to leave: also for the admin.
    path("admin/login/", cadastro.entrar_no_admin, name="entrar_no_admin"),
    path("admin/logout/", cadastro.Sair.as_view(), name="sair_do_admin"),
    path("admin/", admin.site.urls),
    path("favicon.ico", ambiente.favicon, name="favicon"),
    path("readyz", ambiente.readyz, name="readyz"),
    path("metrics", ambiente.metrics, name="metrics"),
]
