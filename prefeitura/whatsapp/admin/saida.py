"""What goes to citizens: sends and their doubts. Texts are shown only behind a permission."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html

from prefeitura.cadastro.acoes import registrar_acesso
from prefeitura.cadastro.administracao import (
    ComBotoes,
    SoLeitura,
    TabelaGrande,
    auditar,
    coluna,
    confirmar,
    ha_quanto_tempo,
)
from prefeitura.whatsapp import saida
from prefeitura.whatsapp.admin.scripts import Scripts
from prefeitura.whatsapp.erros import frase
from prefeitura.whatsapp.mensagens.resumo import resumo
from prefeitura.whatsapp.models import Envio, EnvioEmDuvida
from prefeitura.whatsapp.saida.pessoa import ESPERA_DA_DUVIDA

MAIOR_LOTE = 200


class Decide:
    """What a person may decide of a send, from either list."""

    @admin.action(
        description="Enviar de novo (o cidadão pode receber duas vezes)", permissions=["change"]
    )
    def enviar_de_novo(self, request, envios):
        if "confirmado" not in request.POST:
            return confirmar(
                self,
                request,
                acao="enviar_de_novo",
                linhas=[
                    (e.pk, f"Para {e.cidadao}, {_hora(e.criado_em)}") for e in envios[:MAIOR_LOTE]
                ],
                title="Enviar de novo",
                aviso="A mensagem pode ter chegado, e então o cidadão a recebe duas vezes. Se ele "
                "já respondeu, ou diz que recebeu, use “Marcar como enviada”.",
                rotulo="Enviar de novo",
            )
        self._decidir(
            request,
            envios,
            "enviou de novo",
            lambda envio: saida.reenviar(envio=envio, servidor=request.user),
        )
        return None

    @admin.action(description="Marcar como enviada (o cidadão recebeu)", permissions=["change"])
    def marcar_como_enviada(self, request, envios):
        self._decidir(
            request,
            envios,
            "marcou como enviada",
            lambda envio: saida.marcar_como_enviada(envio=envio, servidor=request.user),
        )

    @admin.action(description="Não enviar", permissions=["change"])
    def nao_enviar(self, request, envios):
        """Give up a doubt, or take a pending send out of the queue."""

        def parar(envio):
            if not saida.cancelar(envio=envio):
                saida.desistir(envio=envio, servidor=request.user)

        self._decidir(request, envios, "não enviou", parar)

    def _decidir(self, request, envios, acao, funcao) -> None:
        """Apply `funcao` to each send, telling which could not be decided and why."""
        feitos = []
        for envio in envios[:MAIOR_LOTE]:
            try:
                funcao(envio)
            except saida.NaoPodeReenviar as erro:
                self.message_user(request, f"{envio}: {erro}", messages.WARNING)
                continue
            registrar_acesso(quem=request.user, acao=acao, objeto=str(envio), cidadao=envio.cidadao)
            feitos.append(envio)
        auditar(request, feitos, f"{acao.capitalize()}.")
        if feitos:
            self.message_user(request, f"{len(feitos)} envio(s): feito.", messages.SUCCESS)


def _hora(quando) -> str:
    return f"{timezone.localtime(quando):%d/%m %H:%M}"


@admin.register(Envio)
class EnvioAdmin(ComBotoes, Decide, SoLeitura, TabelaGrande):
    list_display = [
        "criado_em",
        "para",
        "estado",
        "situacao_mostrada",
        "servidor",
        "prioridade",
        "por_numero",
        "tentativa",
    ]
    list_display_links = ["criado_em"]
    list_filter = ["estado", "prioridade", "numero", ("criado_em", admin.DateFieldListFilter)]
    list_select_related = ["numero", "cidadao", "servidor", "situacao"]
    search_fields = ["=id", "=wamid"]
    search_help_text = "Pelo número do envio ou pelo wamid."
    fields = [
        "id",
        "por_numero",
        "para",
        "servidor",
        "prioridade",
        "tipo",
        "estado",
        "situacao_mostrada",
        "tentativa",
        "rodadas",
        "criado_em",
        "nao_antes_de",
        "prazo_em",
        "incerta_em",
        "wamid",
        "por_que",
        "origem",
        "correlacao",
    ]
    ordering = ["-criado_em"]
    actions = ["enviar_de_novo", "marcar_como_enviada", "nao_enviar"]
    para = coluna("cidadao", "cidadão")
    por_numero = coluna("numero", "número")

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("situacao", "cidadao")

    @admin.display(description="o que o cidadão recebeu")
    def situacao_mostrada(self, envio):
        return envio.estado_mostrado

    @admin.display(description="tipo")
    def tipo(self, envio):
        return envio.corpo.get("type", "")

    @admin.display(description="por que falhou")
    def por_que(self, envio):
        codigo = envio.codigo_da_falha
        return f"{codigo}: {frase(codigo, envio.detalhe)}" if codigo else envio.detalhe or "-"


@admin.register(EnvioEmDuvida)
class EnvioEmDuvidaAdmin(ComBotoes, Decide, SoLeitura, Scripts, TabelaGrande):
    """Who it was for, when, what we know, and how long until a person may decide."""

    list_display = ["para_quem", "criado_em", "por_numero", "servidor", "sabemos", "quando_decidir"]
    list_filter = ["numero", "prioridade", ("criado_em", admin.DateFieldListFilter)]
    list_select_related = ["numero", "cidadao", "servidor", "situacao"]
    search_fields = ["=id"]
    search_help_text = "Pelo número do envio."
    fields = [
        "para_quem",
        "ver_texto",
        "criado_em",
        "incerta_em",
        "sabemos",
        "quando_decidir",
        "por_numero",
        "servidor",
        "prioridade",
        "id",
        "correlacao",
    ]
    ordering = ["incerta_em"]
    actions = ["enviar_de_novo", "marcar_como_enviada", "nao_enviar"]
    por_numero = coluna("numero", "número")

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("situacao", "cidadao")

    def get_fields(self, request, obj=None):
        pode = request.user.has_perm("whatsapp.ler_texto")
        return [c for c in self.fields if c != "ver_texto" or pode]

    @admin.display(description="para quem")
    def para_quem(self, envio):
        cidadao = envio.cidadao
        return " · ".join(dict.fromkeys(filter(None, (cidadao.como_chamar, cidadao.telefone))))

    @admin.display(description="o que sabemos")
    def sabemos(self, envio):
        texto = envio.detalhe or frase(envio.codigo)
        return f"{texto} (há {ha_quanto_tempo(envio.incerta_em)})"

    @admin.display(description="decisão", ordering="incerta_em")
    def quando_decidir(self, envio):
        """A receipt usually comes first: until then there is nothing to decide."""
        if envio.incerta_em is None:
            return "-"
        return format_html(
            '<time datetime="{}" data-falta="pode decidir em" data-depois="já pode decidir">'
            "a partir de {}</time>",
            (envio.incerta_em + ESPERA_DA_DUVIDA).isoformat(),
            _hora(envio.incerta_em + ESPERA_DA_DUVIDA),
        )

    @admin.display(description="texto")
    def ver_texto(self, envio):
        return format_html(
            '<a href="{}">Ler o texto</a> (a leitura fica registrada)',
            reverse("admin:whatsapp_envioemduvida_texto", args=[envio.pk]),
        )

    def get_urls(self):
        texto = path(
            "<uuid:pk>/texto/",
            self.admin_site.admin_view(self.texto),
            name="whatsapp_envioemduvida_texto",
        )
        return [texto, *super().get_urls()]

    def texto(self, request, pk):
        """Show what was to be said, to who may read it, and record the reading."""
        if not request.user.has_perm("whatsapp.ler_texto"):
            raise PermissionDenied
        envio = get_object_or_404(EnvioEmDuvida.objects.select_related("cidadao"), pk=pk)
        registrar_acesso(
            quem=request.user, acao="leu o texto", objeto=str(envio), cidadao=envio.cidadao
        )
        auditar(request, [envio], "Leu o texto.")
        contexto = self.admin_site.each_context(request) | {
            "title": "Texto do envio em dúvida",
            "opts": self.opts,
            "envio": envio,
            "para_quem": self.para_quem(envio),
            "texto": resumo(envio.corpo),
        }
        return TemplateResponse(request, "admin/whatsapp/texto.html", contexto)
