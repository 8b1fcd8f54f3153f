"""Accounts, numbers and templates. A token is written here and never read back."""

from functools import cached_property, partial

from django import forms
from django.contrib import admin, messages
from django.db import transaction
from django.utils import timezone

from prefeitura.cadastro.administracao import (
    ApagarComAviso,
    GravaSoOQueMudou,
    SoLeitura,
    coluna,
)
from prefeitura.whatsapp import consumo, modelos, tasks
from prefeitura.whatsapp.models import ConsumoMensal, Conta, ModeloDeMensagem, Numero


class ContaForm(forms.ModelForm):
    novo_token = forms.CharField(
        label="Novo token de acesso",
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="Cole o token permanente do usuário de sistema da Meta. Fica cifrado, e nunca "
        "mais é mostrado. Em branco: continua o atual.",
    )

    class Meta:
        model = Conta
        fields = ["nome", "waba_id", "portfolio"]
        help_texts = {
            "waba_id": "O número da conta do WhatsApp Business, no painel da Meta.",
            "portfolio": "O número do portfólio empresarial, se souber.",
        }

    @cached_property
    def changed_data(self):
        return [{"novo_token": "token"}.get(campo, campo) for campo in super().changed_data]

    def save(self, commit=True):
        if novo := self.cleaned_data["novo_token"].strip():
            self.instance.token = novo
        return super().save(commit)


@admin.register(Conta)
class ContaAdmin(GravaSoOQueMudou, ApagarComAviso, admin.ModelAdmin):
    form = ContaForm
    list_display = ["nome", "waba_id", "limite_diario", "situacao"]
    search_fields = ["nome", "waba_id"]
    readonly_fields = ["token_guardado", "limite_diario", "situacao", "situacao_detalhe"]
    actions = ["sincronizar_modelos", "encerrar_problema"]
    fieldsets = [
        (None, {"fields": ["nome", "waba_id", "portfolio"]}),
        ("Acesso à Meta", {"fields": ["token_guardado", "novo_token"]}),
        ("O que a Meta informa", {"fields": ["limite_diario", "situacao", "situacao_detalhe"]}),
    ]

    @admin.display(description="Token atual")
    def token_guardado(self, conta):
        """Four characters: enough to tell two tokens apart."""
        return f"••••{conta.token[-4:]}" if conta.token else "nenhum: informe abaixo"

    @admin.action(description="Dar por resolvido o problema na Meta", permissions=["change"])
    def encerrar_problema(self, request, contas):
        """Meta tells when it restricts an account, and not always when that is over."""
        quantas = contas.com_problema().update(situacao="", situacao_detalhe="")
        self.message_user(request, f"{quantas} aviso(s) encerrado(s).", messages.SUCCESS)

    @admin.action(description="Sincronizar modelos com a Meta", permissions=["change"])
    def sincronizar_modelos(self, request, contas):
        for conta in contas:
            transaction.on_commit(partial(tasks.sincronizar_modelos.delay, conta.pk), robust=True)
        self.message_user(
            request, "Sincronização pedida. Os modelos aparecem em instantes.", messages.SUCCESS
        )


@admin.register(Numero)
class NumeroAdmin(GravaSoOQueMudou, ApagarComAviso, admin.ModelAdmin):
    list_display = [
        "exibicao",
        "conta",
        "secretaria",
        "qualidade",
        "este_mes",
        "pausa",
        "ativo",
    ]
    list_filter = ["ativo", "qualidade", "conta", "secretaria"]
    list_select_related = ["conta", "secretaria"]
    search_fields = ["exibicao", "phone_number_id", "nome_verificado"]
    autocomplete_fields = ["conta", "secretaria", "equipe_de_triagem"]
    readonly_fields = [
        "nome_verificado",
        "qualidade",
        "estado_na_meta",
        "pausa",
        "pausa_motivo",
    ]
    actions = ["testar", "retomar"]
    pausa = coluna("pausado_ate", "pausado até")
    fieldsets = [
        (
            None,
            {
                "fields": ["conta", "phone_number_id", "exibicao", "ativo"],
                "description": "O phone_number_id é o identificador do número no painel da Meta, "
                "não o telefone.",
            },
        ),
        (
            "Para onde vão as mensagens",
            {"fields": ["secretaria", "equipe_de_triagem", "mensagens_por_segundo"]},
        ),
        (
            "O que a Meta informa",
            {
                "fields": [
                    "nome_verificado",
                    "qualidade",
                    "estado_na_meta",
                    "pausa",
                    "pausa_motivo",
                ]
            },
        ),
    ]

    @admin.display(description="este mês")
    def este_mes(self, numero):
        return str(consumo.do_mes(numero, timezone.localdate()))

    @admin.action(description="Testar número", permissions=["change"])
    def testar(self, request, numeros):
        for numero in numeros.select_related("conta"):
            for frase in modelos.testar_numero(numero):
                self.message_user(request, f"{numero}: {frase}", messages.INFO)

    @admin.action(description="Retomar os envios (tirar da pausa)", permissions=["change"])
    def retomar(self, request, numeros):
        quantos = numeros.update(pausado_ate=None, pausa_motivo="")
        self.message_user(request, f"{quantos} número(s) retomado(s).", messages.SUCCESS)


@admin.register(ModeloDeMensagem)
class ModeloDeMensagemAdmin(SoLeitura, admin.ModelAdmin):
    list_display = ["nome", "idioma", "categoria", "estado", "qualidade", "conta", "atualizado_em"]
    list_filter = ["estado", "categoria", "qualidade", "idioma", "conta", "fora_do_sistema"]
    list_select_related = ["conta"]
    search_fields = ["nome", "id_meta"]
    ordering = ["nome", "idioma"]

    def has_change_permission(self, request, obj=None):
        return False


@admin.register(ConsumoMensal)
class ConsumoMensalAdmin(SoLeitura, admin.ModelAdmin):
    list_display = ["mes", "do_numero", "tipo", "categoria", "quantidade", "custo"]
    list_filter = ["mes", "categoria", "numero"]
    list_select_related = ["numero"]
    ordering = ["-mes", "numero", "categoria"]
    do_numero = coluna("numero", "número")

    @admin.display(description="custo, cerca de")
    def custo(self, linha):
        valor = consumo.preco(linha.tipo, linha.categoria) * linha.quantidade
        return f"R$ {valor:.2f}".replace(".", ",")

    def has_change_permission(self, request, obj=None):
        return False
