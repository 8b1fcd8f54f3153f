"""Addresses of the API; all under /api/v1/."""

from django.urls import include, path, re_path
from rest_framework.routers import SimpleRouter

from atendimento.api.arquivos import MidiaView
from atendimento.api.documentacao import SchemaView, docs
from atendimento.api.entrada import TokenView
from atendimento.api.erros import nao_existe
from atendimento.api.etiquetas import EtiquetaViewSet
from atendimento.api.eventos import EventoViewSet
from atendimento.api.views import AtendimentoViewSet

router = SimpleRouter(use_regex_path=False)
router.register("atendimentos", AtendimentoViewSet, basename="atendimento")
router.register("etiquetas", EtiquetaViewSet, basename="etiqueta")
router.register("eventos", EventoViewSet, basename="evento")

app_name = "api"
urlpatterns = [
    path("token/", TokenView.as_view(), name="token"),
    path("schema/", SchemaView.as_view(), name="schema"),
    path("docs/", docs, name="docs"),
    path("midia/<uuid:pk>/", MidiaView.as_view(), name="midia"),
    path("", include(router.urls)),
    re_path(r"", nao_existe, name="nao_existe"),
]
