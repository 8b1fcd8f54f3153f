"""Atendimentos for support: who has what, since when. Never what was said."""

from datetime import timedelta

from django.contrib import admin, messages
from django.db.models import Prefetch
from django.utils import timezone

from atendimento import acoes, prontas
from atendimento.acoes.guardar_artigo import guardar_versao
from atendimento.erros import ErroDeAtendimento
from atendimento.models import (
    Artigo,
    Atendimento,
    Etiqueta,
    EtiquetaPosta,
    Mensagem,
    MensagemAgendada,
    MidiaPerdida,
    PedidoDeBloqueio,
    RespostaPronta,
    Transicao,
    VersaoDeArtigo,
)
from prefeitura.cadastro.acoes import registrar_acesso
from prefeitura.cadastro.administracao import (
    ApagarComAviso,
    ComBotoes,
    SoLeitura,
    TabelaGrande,
    auditar,
)
from prefeitura.whatsapp import midia


class TransicaoInline(admin.TabularInline):
    model = Transicao
    fk_name = "atendimento"
    fields = ["momento", "tipo", "quem", "de_equipe", "equipe", "servidor"]
    readonly_fields = fields
    ordering = ["momento", "id"]
    extra = 0
    can_delete = False

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False


class EtiquetaPostaInline(TransicaoInline):
    model = EtiquetaPosta
    fk_name = "atendimento"
    fields = ["etiqueta", "posta_em", "posta_por", "tirada_em", "tirada_por"]
    readonly_fields = fields
    ordering = ["posta_em", "id"]


@admin.register(Atendimento)
class AtendimentoAdmin(SoLeitura, TabelaGrande):
    list_display = ["protocolo", "equipe", "servidor", "estado", "aberto_em", "encerrado_em"]
    list_filter = ["estado", "em_triagem", "prioridade", "equipe__secretaria", "equipe"]
    list_select_related = ["equipe__secretaria", "servidor"]
    search_fields = ["=protocolo", "=id"]
    search_help_text = "Pelo protocolo inteiro ou pelo número."
    fields = [
        "protocolo",
        "equipe",
        "servidor",
        "estado",
        "em_triagem",
        "prioridade",
        "assunto",
        "aberto_em",
        "esperando_desde",
        "primeira_resposta_em",
        "encerrado_em",
        "encerrado_por",
        "resultado",
        "prazo_em",
        "nao_lidas",
        "versao",
    ]
    inlines = [TransicaoInline, EtiquetaPostaInline]
    ordering = ["-id"]

    def has_change_permission(self, request, obj=None):
        return False


@admin.register(PedidoDeBloqueio)
class PedidoDeBloqueioAdmin(SoLeitura, TabelaGrande):
    list_display = ["pedido_em", "cidadao", "bloquear", "estado", "quem", "atendimento"]
    list_filter = ["estado", "bloquear", ("pedido_em", admin.DateFieldListFilter)]
    list_select_related = ["cidadao", "quem", "atendimento"]
    search_fields = ["=atendimento__protocolo", "quem__username"]
    search_help_text = "Pelo protocolo inteiro ou por quem pediu."
    fields = [
        "atendimento",
        "cidadao",
        "bloquear",
        "motivo",
        "quem",
        "pedido_em",
        "estado",
        "codigo",
        "tentativas",
        "concluido_em",
    ]
    ordering = ["-id"]

    def has_change_permission(self, request, obj=None):
        return False


@admin.register(MensagemAgendada)
class MensagemAgendadaAdmin(SoLeitura, TabelaGrande):
    """For support: when, whose and why it waits. Never the text."""

    list_display = ["enviar_em", "atendimento", "autor", "estado", "motivo"]
    list_filter = ["estado", ("enviar_em", admin.DateFieldListFilter), "equipe__secretaria"]
    list_select_related = ["atendimento", "autor"]
    search_fields = ["=atendimento__protocolo", "autor__username"]
    search_help_text = "Pelo protocolo inteiro ou por quem agendou."
    fields = [
        "atendimento",
        "autor",
        "equipe",
        "enviar_em",
        "estado",
        "motivo",
        "criada_em",
        "encerrada_em",
        "encerrada_por",
    ]
    ordering = ["-id"]

    def has_change_permission(self, request, obj=None):
        return False


@admin.register(MidiaPerdida)
class MidiaPerdidaAdmin(ComBotoes, SoLeitura, TabelaGrande):
    """Files that did not come: why, and until when Meta still has them."""

    list_display = ["arquivo_mostrado", "criada_em", "estado", "motivo", "na_meta", "protocolo"]
    list_filter = ["estado", "numero", ("criada_em", admin.DateFieldListFilter)]
    list_select_related = ["numero"]
    search_fields = ["=id"]
    fields = [
        "arquivo_mostrado",
        "protocolo",
        "criada_em",
        "estado",
        "motivo",
        "tentativas",
        "na_meta",
        "nao_antes_de",
        "numero",
        "id",
    ]
    ordering = ["-criada_em"]
    actions = ["tentar_agora", "pedir_ao_cidadao"]

    def get_queryset(self, request):
        mensagens = Mensagem.objects.select_related("atendimento")
        return super().get_queryset(request).prefetch_related(Prefetch("mensagens", mensagens))

    @admin.display(description="arquivo")
    def arquivo_mostrado(self, perdida):
        return perdida.nome or perdida.declarado or "sem nome"

    @admin.display(description="motivo")
    def motivo(self, perdida):
        return perdida.erro or "-"

    @admin.display(description="ainda na Meta", ordering="criada_em")
    def na_meta(self, perdida):
        resto = perdida.criada_em + timedelta(days=midia.DIAS_NA_META) - timezone.now()
        if resto <= timedelta(0):
            return "não: passaram os 7 dias"
        return f"{resto.days} dia(s)" if resto.days else f"{resto.seconds // 3600} h"

    @admin.display(description="atendimento")
    def protocolo(self, perdida):
        return next((m.atendimento.protocolo for m in perdida.mensagens.all()), "-")

    @admin.action(description="Tentar agora", permissions=["change"])
    def tentar_agora(self, request, perdidas):
        """Ask Meta again, from the first try on."""
        pedidas = [p for p in perdidas[:200] if midia.tentar_de_novo(midia=p)]
        auditar(request, pedidas, "Pediu o arquivo à Meta outra vez.")
        if pedidas:
            self.message_user(
                request, f"{len(pedidas)} arquivo(s) pedido(s) à Meta.", messages.SUCCESS
            )
        else:
            self.message_user(
                request,
                "Um arquivo recusado não se pede à Meta de novo: peça ao cidadão.",
                messages.WARNING,
            )

    @admin.action(description="Pedir ao cidadão", permissions=["change"])
    def pedir_ao_cidadao(self, request, perdidas):
        """Send the canned text, once for each file."""
        pedidas = []
        for perdida in perdidas[:200]:
            try:
                mensagem = acoes.pedir_arquivo(midia_id=perdida.pk)
            except ErroDeAtendimento as erro:
                self.message_user(
                    request, f"{self.arquivo_mostrado(perdida)}: {erro}", messages.WARNING
                )
                continue
            registrar_acesso(
                quem=request.user,
                acao="pediu o arquivo",
                objeto=f"midia {perdida.pk}",
                cidadao=mensagem.envio.cidadao,
            )
            pedidas.append(perdida)
        auditar(request, pedidas, "Pediu ao cidadão que envie de novo.")
        if pedidas:
            self.message_user(request, f"{len(pedidas)} pedido(s) enviado(s).", messages.SUCCESS)


@admin.register(RespostaPronta)
class RespostaProntaAdmin(admin.ModelAdmin):
    list_display = ["atalho", "titulo", "equipe", "secretaria", "dono", "ativa"]
    list_editable = ["ativa"]
    list_filter = ["ativa", "secretaria", "equipe__secretaria"]
    list_select_related = ["equipe__secretaria", "secretaria", "dono"]
    search_fields = ["atalho", "titulo", "texto"]
    autocomplete_fields = ["secretaria", "equipe", "dono"]
    fieldsets = [
        (
            None,
            {
                "fields": ["atalho", "titulo", "texto", "ativa"],
                "description": "Preenchem-se sozinhos: "
                + ", ".join(f"{{{nome}}} ({ajuda})" for nome, ajuda in prontas.VARIAVEIS.items())
                + ". Qualquer outra palavra entre chaves fica para o servidor preencher.",
            },
        ),
        (
            "Quem usa",
            {
                "fields": ["equipe", "secretaria", "dono"],
                "description": "Escolha uma. Em branco as três: toda a prefeitura.",
            },
        ),
    ]


@admin.register(Etiqueta)
class EtiquetaAdmin(ApagarComAviso, admin.ModelAdmin):
    """A tag in use is turned off, not deleted."""

    list_display = ["nome", "cor", "equipe", "secretaria", "ativa"]
    list_editable = ["ativa"]
    list_filter = ["ativa", "cor", "secretaria", "equipe__secretaria", "equipe"]
    list_select_related = ["equipe__secretaria", "secretaria"]
    search_fields = ["nome", "chave"]
    autocomplete_fields = ["secretaria", "equipe"]
    fieldsets = [
        (None, {"fields": ["nome", "cor", "ativa"]}),
        (
            "De quem é",
            {
                "fields": ["equipe", "secretaria"],
                "description": "Escolha uma: a equipe, ou a secretaria inteira.",
            },
        ),
    ]


class VersaoDeArtigoInline(TransicaoInline):
    model = VersaoDeArtigo
    fk_name = "artigo"
    fields = ["quando", "quem", "titulo", "publicado"]
    readonly_fields = fields
    ordering = ["-id"]


@admin.register(Artigo)
class ArtigoAdmin(admin.ModelAdmin):
    """Of a team, of a secretaria, or, only here, of the whole city."""

    list_display = ["titulo", "equipe", "secretaria", "assunto", "publicado", "alterado_em"]
    list_filter = ["publicado", "secretaria", "equipe__secretaria"]
    list_select_related = ["equipe__secretaria", "secretaria", "assunto"]
    search_fields = ["titulo", "texto"]
    autocomplete_fields = ["secretaria", "equipe", "assunto"]
    fields = [
        "titulo",
        "texto",
        "resposta_curta",
        "endereco",
        "equipe",
        "secretaria",
        "assunto",
        "publicado",
    ]
    inlines = [VersaoDeArtigoInline]

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        guardar_versao(obj, request.user)
