"""Pieces of the admin pages of every app: read-only tables, bounded counts, safe deletion,
buttons, and the history of who did what."""

from collections.abc import Iterable
from datetime import datetime
from functools import cached_property

from django.contrib import admin
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.paginator import Paginator
from django.db.models import PROTECT, Model
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.html import format_html


class PaginadorBarato(Paginator):
    """Counts up to ten thousand rows, so that a page never counts a huge table."""

    MAIOR_CONTA = 10_000

    @cached_property
    def count(self):
        return self.object_list[: self.MAIOR_CONTA].count()


class TabelaGrande(admin.ModelAdmin):
    """A list that may have millions of rows."""

    paginator = PaginadorBarato
    show_full_result_count = False
    list_per_page = 50


class GravaSoOQueMudou:
    """Writes only the fields that the person changed: the machine may be writing the others."""

    def save_model(self, request, obj, form, change):
        if not change:
            return super().save_model(request, obj, form, change)
        campos = {campo.name for campo in obj._meta.concrete_fields}
        return obj.save(update_fields=campos.intersection(form.changed_data))


def coluna(campo: str, nome: str, **opcoes):
    """Show `campo` under `nome`: as people call it, with its accents."""

    @admin.display(description=nome, ordering=campo, **opcoes)
    def mostrar(self, linha):
        return getattr(linha, campo)

    return mostrar


class SoLeitura:
    """Rows that are the work of the machine: seen by support, changed only by actions."""

    def has_add_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def get_readonly_fields(self, request, obj=None):
        if self.fields:
            return self.fields
        return [campo.name for campo in self.model._meta.fields]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        sem_salvar = {
            "show_save": False,
            "show_save_and_continue": False,
            "show_save_and_add_another": False,
        }
        return super().change_view(request, object_id, form_url, sem_salvar | (extra_context or {}))


class ApagarComAviso:
    """Says what still uses a row, and how much, instead of loading all of it."""

    def get_deleted_objects(self, objs, request):
        avisos = [aviso for obj in objs for aviso in o_que_usa(obj)]
        if avisos:
            return [str(obj) for obj in objs], {}, set(), avisos
        return super().get_deleted_objects(objs, request)


def o_que_usa(obj) -> list[str]:
    """Return a sentence for each kind of row that keeps `obj` from being deleted."""
    avisos = []
    for relacao in obj._meta.related_objects:
        if relacao.on_delete is not PROTECT:
            continue
        usam = relacao.related_model._default_manager.filter(**{relacao.field.name: obj})
        nomes = relacao.related_model._meta
        if hasattr(usam, "abertos") and (abertos := usam.abertos().count()):
            um = abertos == 1
            avisos.append(
                f"{obj}: {abertos} {nomes.verbose_name if um else nomes.verbose_name_plural} "
                f"{'aberto' if um else 'abertos'}: transfira antes."
            )
        elif usam.exists():
            avisos.append(
                f"{obj}: ainda há {nomes.verbose_name_plural} daqui. Desative em vez de apagar."
            )
    return avisos


class ComBotoes:
    """Shows the actions of the list as buttons, too, on the page of each row."""

    change_form_template = "admin/ficha.html"

    def change_view(self, request, object_id, form_url="", extra_context=None):
        botoes = [
            {"acao": nome, "rotulo": descricao}
            for nome, (_, _, descricao) in self.get_actions(request).items()
        ]
        contexto = {"botoes": botoes} | (extra_context or {})
        return super().change_view(request, object_id, form_url, contexto)


def auditar(request, linhas: Iterable[Model], frase: str) -> None:
    """Write in the history of each row what this person did with it."""
    if linhas := list(linhas):
        LogEntry.objects.log_actions(request.user.pk, linhas, CHANGE, frase)


def confirmar(modelo_admin, request, *, acao: str, linhas, **contexto) -> TemplateResponse:
    """Return the page that says what an action will do, and asks for its reason when `motivo`.

    Args:
        contexto: `title`, `aviso` and `rotulo` (of the button); `motivo`, `faltou` when asked.
    """
    contexto = modelo_admin.admin_site.each_context(request) | {
        "opts": modelo_admin.opts,
        "acao": acao,
        "linhas": linhas,
        "motivo": False,
        "faltou": False,
        **contexto,
    }
    return TemplateResponse(request, "admin/confirmar.html", contexto)


def dobrado(titulo: str, texto: str) -> str:
    """Return `texto`, for technicians, folded under `titulo`; a dash when there is none."""
    if not texto:
        return "-"
    return format_html("<details><summary>{}</summary><pre>{}</pre></details>", titulo, texto)


def ha_quanto_tempo(quando: datetime | None) -> str:
    """Return an age as people say it: "3 min", "5 h", "2 dias"."""
    if quando is None:
        return "-"
    segundos = max(0, int((timezone.now() - quando).total_seconds()))
    if segundos < 60:
        return "agora"
    if segundos < 3600:
        return f"{segundos // 60} min"
    if segundos < 48 * 3600:
        return f"{segundos // 3600} h"
    return f"{segundos // 86400} dias"
