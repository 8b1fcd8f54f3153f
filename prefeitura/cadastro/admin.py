"""Admin of who is who. Accounts are deactivated, never deleted: the history is theirs."""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from knox.models import get_token_model

from prefeitura.cadastro import tokens
from prefeitura.cadastro.administracao import ApagarComAviso, SoLeitura, TabelaGrande, coluna
from prefeitura.cadastro.models import (
    Assunto,
    AutorizacaoDeContato,
    Equipe,
    Municipio,
    Participacao,
    RegistroDeAcesso,
    Secretaria,
    Servidor,
)
from prefeitura.cadastro.sinais import servidor_desligado

# Tokens are made by the API and end with the password; nothing to administer by hand.
admin.site.unregister(get_token_model())

SEM_ADMIN = "Precisa existir ao menos uma pessoa administradora ativa."


@admin.register(Municipio)
class MunicipioAdmin(admin.ModelAdmin):
    fieldsets = [
        (None, {"fields": ["nome", "uf", "ibge", "cnpj", "fuso"]}),
        (
            "Proteção de dados (LGPD)",
            {
                "fields": ["encarregado_nome", "encarregado_contato"],
                "description": "Publicado em /privacidade/ para qualquer cidadão.",
            },
        ),
    ]

    def has_add_permission(self, request):
        return super().has_add_permission(request) and not Municipio.objects.exists()

    def has_delete_permission(self, request, obj=None):
        return False


class EquipeInline(admin.TabularInline):
    model = Equipe
    fields = ["nome", "slug", "ativa"]
    extra = 0
    prepopulated_fields = {"slug": ["nome"]}
    can_delete = False


@admin.register(Secretaria)
class SecretariaAdmin(ApagarComAviso, admin.ModelAdmin):
    list_display = ["nome", "sigla", "slug", "discreta", "ativa"]
    list_filter = ["ativa", "discreta"]
    search_fields = ["nome", "sigla", "slug"]
    prepopulated_fields = {"slug": ["nome"]}
    inlines = [EquipeInline]


@admin.register(Equipe)
class EquipeAdmin(ApagarComAviso, admin.ModelAdmin):
    list_display = ["nome", "secretaria", "slug", "ativa"]
    list_filter = ["ativa", "secretaria"]
    list_select_related = ["secretaria"]
    search_fields = ["nome", "slug", "secretaria__nome", "secretaria__sigla"]
    autocomplete_fields = ["secretaria"]
    prepopulated_fields = {"slug": ["nome"]}
    fieldsets = [
        (None, {"fields": ["secretaria", "nome", "slug", "ativa"]}),
        (
            "Aviso de quem espera",
            {
                "fields": ["avisar_por_email", "avisar_apos_minutos"],
                "description": "No máximo um e-mail por hora, sem nome nem texto de ninguém.",
            },
        ),
    ]


@admin.register(Assunto)
class AssuntoAdmin(ApagarComAviso, admin.ModelAdmin):
    list_display = ["nome", "equipe", "prazo_em_dias", "sensivel", "ativo"]
    list_filter = ["ativo", "sensivel", "equipe__secretaria"]
    list_select_related = ["equipe__secretaria"]
    search_fields = ["nome", "slug"]
    autocomplete_fields = ["equipe"]
    prepopulated_fields = {"slug": ["nome"]}


class ServidorNovoForm(AdminUserCreationForm):
    class Meta(AdminUserCreationForm.Meta):
        model = Servidor
        fields = ["username", "nome", "email"]


class ServidorForm(UserChangeForm):
    class Meta(UserChangeForm.Meta):
        model = Servidor
        fields = "__all__"  # noqa: DJ007 (ServidorAdmin chooses them)
        labels = {"is_staff": "Administra o sistema"}

    def clean(self):
        dados = super().clean()
        era = self.instance.is_active and self.instance.is_superuser
        ainda_e = dados.get("is_active", era) and dados.get("is_superuser", era)
        if era and not ainda_e and not _outros_administram(self.instance):
            raise forms.ValidationError(SEM_ADMIN)
        return dados


class ParticipacaoInline(admin.TabularInline):
    model = Participacao
    extra = 1
    autocomplete_fields = ["secretaria", "equipe"]


@admin.register(Servidor)
class ServidorAdmin(UserAdmin):
    form = ServidorForm
    add_form = ServidorNovoForm
    inlines = [ParticipacaoInline]
    list_display = ["nome", "username", "email", "is_active", "administra", "last_login"]
    list_filter = [
        "is_active",
        ("participacoes__secretaria", admin.RelatedOnlyFieldListFilter),
        "participacoes__papel",
    ]
    search_fields = ["username", "nome", "email"]
    ordering = ["nome", "username"]
    readonly_fields = ["last_login", "date_joined"]
    # Django calls it "membro da equipe", which here would be another thing.
    administra = coluna("is_staff", "administra", boolean=True)
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        ("Pessoa", {"fields": ["nome", "email", "tema", "enter_envia"]}),
        (
            "Acesso",
            {
                "fields": ["is_active", "is_staff", "is_superuser", "groups", "user_permissions"],
                "description": "Quem atende não precisa de nada disto: basta a participação numa "
                "equipe, abaixo. “Administra o sistema” abre estas páginas.",
            },
        ),
        ("Datas", {"fields": ["last_login", "date_joined"]}),
    ]
    add_fieldsets = [
        (
            None,
            {
                "classes": ["wide"],
                "fields": [
                    "username",
                    "nome",
                    "email",
                    "usable_password",
                    "password1",
                    "password2",
                ],
            },
        )
    ]

    def get_readonly_fields(self, request, obj=None):
        """Only who administers everything can hand out power."""
        proibidos = [] if request.user.is_superuser else _PODERES
        return [*super().get_readonly_fields(request, obj), *proibidos]

    def has_change_permission(self, request, obj=None):
        if obj is not None and obj.is_superuser and not request.user.is_superuser:
            return False
        return super().has_change_permission(request, obj)

    def has_delete_permission(self, request, obj=None):
        return False

    def get_inlines(self, request, obj):
        return self.inlines if obj else []

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        if "is_active" in form.changed_data and not form.instance.is_active:
            for _, frase in servidor_desligado.send(sender=Servidor, servidor=form.instance):
                if frase:
                    self.message_user(request, frase, messages.WARNING)

    def user_change_password(self, request, id, form_url=""):
        resposta = super().user_change_password(request, id, form_url)
        if request.method == "POST" and resposta.status_code == 302:
            tokens.revogar(unquote(id))
        return resposta


_PODERES = ["is_staff", "is_superuser", "groups", "user_permissions"]


def _outros_administram(servidor: Servidor) -> bool:
    return (
        Servidor.objects.filter(is_active=True, is_superuser=True).exclude(pk=servidor.pk).exists()
    )


@admin.register(RegistroDeAcesso)
class RegistroDeAcessoAdmin(SoLeitura, TabelaGrande):
    list_display = ["quando", "quem", "acao", "objeto", "motivo"]
    list_filter = ["acao", ("quando", admin.DateFieldListFilter)]
    list_select_related = ["quem"]
    search_fields = ["objeto", "quem__username"]
    search_help_text = "Pelo objeto (“atendimento 42”) ou pelo usuário."
    fields = ["quando", "quem", "acao", "objeto", "cidadao", "motivo"]
    ordering = ["-id"]

    def has_change_permission(self, request, obj=None):
        return False


@admin.register(AutorizacaoDeContato)
class AutorizacaoDeContatoAdmin(SoLeitura, TabelaGrande):
    list_display = ["registrada_em", "como", "autorizada_em", "registrada_por"]
    list_filter = ["como", ("registrada_em", admin.DateFieldListFilter)]
    list_select_related = ["registrada_por"]
    search_fields = ["=cidadao__wa_id", "registrada_por__username"]
    search_help_text = "Pelo número no WhatsApp (só algarismos, com 55) ou por quem registrou."
    fields = ["cidadao", "como", "texto", "autorizada_em", "registrada_por", "registrada_em"]
    ordering = ["-id"]

    def has_change_permission(self, request, obj=None):
        return False
