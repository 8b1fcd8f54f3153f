"""The page "Saúde do sistema": alerts, each part in a sentence, and tests on demand."""

from django.contrib import admin
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseNotAllowed
from django.template.response import TemplateResponse
from django.urls import path

from prefeitura.ambiente import alertas, diagnostico
from prefeitura.cadastro.administracao import SoLeitura
from prefeitura.whatsapp.models import Alerta


@admin.register(Alerta)
class SaudeAdmin(SoLeitura, admin.ModelAdmin):
    """The rows are what holds now; the page says it in words, so there is no page for a row."""

    def has_change_permission(self, request, obj=None):
        return False

    def get_urls(self):
        testar = path(
            "testar/", self.admin_site.admin_view(self.testar), name="whatsapp_alerta_testar"
        )
        return [testar, *super().get_urls()]

    def changelist_view(self, request, extra_context=None):
        if not self.has_view_permission(request):
            raise PermissionDenied
        return self._pagina(request)

    def testar(self, request):
        """Ask Meta, the certificate and the way in, now; who asked is kept."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not self.has_view_permission(request):
            raise PermissionDenied
        LogEntry.objects.create(
            user=request.user,
            content_type=ContentType.objects.get_for_model(Alerta),
            object_repr="saúde do sistema",
            action_flag=CHANGE,
            change_message="Testou agora.",
        )
        return self._pagina(request, testes=diagnostico.testes())

    def _pagina(self, request, testes=()):
        alertas.conferir()
        contexto = self.admin_site.each_context(request) | {
            "title": "Saúde do sistema",
            "opts": self.opts,
            "alertas": alertas.ditos(),
            "partes": diagnostico.partes(),
            "testes": testes,
        }
        return TemplateResponse(request, "admin/whatsapp/saude.html", contexto)
