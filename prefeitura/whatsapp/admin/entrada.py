"""What Meta delivered: stored events, what could not be applied, statuses without a send."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models.functions import Now
from django.http import HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html

from prefeitura.cadastro.acoes import registrar_acesso
from prefeitura.cadastro.administracao import (
    ComBotoes,
    SoLeitura,
    TabelaGrande,
    auditar,
    confirmar,
    dobrado,
    ha_quanto_tempo,
)
from prefeitura.whatsapp import entrada, pendencias, reprocesso, saida
from prefeitura.whatsapp.admin.scripts import Scripts
from prefeitura.whatsapp.models import EventoRecebido, ItemParado, StatusOrfao

MAIOR_LOTE = 500


def _reprocessar(request, eventos) -> dict[str, int]:
    """Reprocess each event, count what became of them, and keep who asked."""
    resultados: dict[str, int] = {}
    for evento_id in eventos:
        frase = entrada.reprocessar(evento_id=evento_id)
        registrar_acesso(quem=request.user, acao="reprocessou", objeto=f"evento {evento_id}")
        resultados[frase] = resultados.get(frase, 0) + 1
    return resultados


class Reprocessa:
    """The action of the two lists; `ids_dos_eventos` and `eventos` say which events."""

    def eventos(self, consulta):
        return consulta

    def ids_dos_eventos(self, consulta):
        return list(consulta.order_by("pk").values_list("pk", flat=True)[:MAIOR_LOTE])

    @admin.action(description="Reprocessar", permissions=["change"])
    def reprocessar(self, request, consulta):
        if consulta[: MAIOR_LOTE + 1].count() > MAIOR_LOTE:
            self._reprocessar_muitos(request, consulta)
            return
        linhas = list(consulta[:MAIOR_LOTE])
        for frase, quantos in _reprocessar(request, self.ids_dos_eventos(consulta)).items():
            parado = frase.startswith("Continua")
            self.message_user(
                request,
                f"{quantos} evento(s): {frase}",
                messages.WARNING if parado else messages.SUCCESS,
            )
        auditar(request, linhas, "Mandou reprocessar.")

    def _reprocessar_muitos(self, request, consulta) -> None:
        """More than a page can wait for: the worker does them, and the list tells how it goes."""
        eventos = self.eventos(consulta)
        quantos = reprocesso.reprocessar_muitos(eventos=eventos)
        registrar_acesso(quem=request.user, acao="reprocessou", objeto=f"{quantos} eventos")
        self.message_user(
            request,
            f"Reprocessando {_milhar(quantos)} eventos em segundo plano. "
            "Recarregue a lista de eventos para acompanhar.",
            messages.SUCCESS,
        )


def _milhar(numero: int) -> str:
    return f"{numero:,}".replace(",", ".")


@admin.register(EventoRecebido)
class EventoRecebidoAdmin(ComBotoes, Reprocessa, SoLeitura, TabelaGrande):
    list_display = ["id", "recebido_em", "estado", "tentativas", "erro", "nota"]
    list_filter = ["estado", ("recebido_em", admin.DateFieldListFilter)]
    search_fields = ["=id"]
    search_help_text = "Pelo número do evento."
    fields = [
        "id",
        "recebido_em",
        "estado",
        "tentativas",
        "nao_antes_de",
        "aplicado_em",
        "erro",
        "nota",
        "correlacao",
        "o_que_fazer",
        "ver_corpo",
    ]
    ordering = ["-id"]
    actions = ["reprocessar"]

    def get_queryset(self, request):
        return super().get_queryset(request).defer("corpo", "sha256")

    def changelist_view(self, request, extra_context=None):
        if request.method == "GET" and (faltam := reprocesso.faltam()):
            self.message_user(request, f"Reprocessando: faltam {_milhar(faltam)} eventos.")
        return super().changelist_view(request, extra_context)

    @admin.display(description="O que fazer")
    def o_que_fazer(self, evento):
        return o_que_fazer(evento)

    @admin.display(description="Corpo recebido")
    def ver_corpo(self, evento):
        return link_do_corpo(evento.pk)

    def get_urls(self):
        corpo = path(
            "<int:pk>/corpo/",
            self.admin_site.admin_view(self.corpo),
            name="whatsapp_eventorecebido_corpo",
        )
        return [corpo, *super().get_urls()]

    def corpo(self, request, pk):
        """Give the bytes as text: citizens' words, so by a permission of its own."""
        if not request.user.has_perm("whatsapp.ler_corpo"):
            raise PermissionDenied
        evento = get_object_or_404(EventoRecebido, pk=pk)
        registrar_acesso(quem=request.user, acao="leu o corpo", objeto=f"evento {pk}")
        auditar(request, [evento], "Abriu o corpo cru.")
        return HttpResponse(
            bytes(evento.corpo).decode(errors="replace"),
            content_type="text/plain; charset=utf-8",
            headers={"X-Content-Type-Options": "nosniff"},
        )


def o_que_fazer(evento: EventoRecebido):
    """What helps this event: register its number, or try again after the cause is mended."""
    numero = entrada.numero_desconhecido(evento_id=evento.pk)
    if not numero:
        return "Reprocessar, depois de resolver o motivo." if evento.erro else "Nada."
    return format_html(
        '<a class="button" href="{}?phone_number_id={}">Cadastrar número</a>',
        reverse("admin:whatsapp_numero_add"),
        numero,
    )


def link_do_corpo(evento_id: int):
    return format_html(
        '<a href="{}">Abrir o corpo cru</a> (a abertura fica registrada)',
        reverse("admin:whatsapp_eventorecebido_corpo", args=[evento_id]),
    )


class Pendencia(admin.SimpleListFilter):
    """Shows what waits for a person unless something else is asked."""

    title = "situação"
    parameter_name = "situacao"

    def lookups(self, request, model_admin):
        return [("resolvido", "resolvidos"), ("todos", "todos")]

    def choices(self, changelist):
        todas = list(super().choices(changelist))
        todas[0]["display"] = "esperando uma pessoa"
        return todas

    def queryset(self, request, queryset):
        if self.value() == "todos":
            return queryset
        return queryset.filter(resolvido_em__isnull=self.value() is None)


@admin.register(ItemParado)
class ItemParadoAdmin(ComBotoes, Reprocessa, SoLeitura, Scripts, TabelaGrande):
    change_list_template = "admin/whatsapp/itens_parados.html"
    list_display = ["criado_em", "tipo", "motivo", "tentativas", "evento_id", "resolucao"]
    list_filter = [Pendencia, "tipo", ("criado_em", admin.DateFieldListFilter)]
    search_fields = ["motivo", "=evento__id"]
    search_help_text = "Por uma parte do motivo, ou pelo número do evento."
    fields = [
        "tipo",
        "criado_em",
        "tentativas",
        "motivo",
        "detalhe_tecnico",
        "cidadao",
        "o_que_fazer",
        "ver_corpo",
        "evento_id",
        "indice",
        "resolvido_em",
        "resolucao",
    ]
    ordering = ["-id"]
    actions = ["reprocessar", "descartar"]

    def eventos(self, consulta):
        pendentes = consulta.filter(resolvido_em=None)
        return EventoRecebido.objects.filter(pk__in=pendentes.values("evento_id"))

    def changelist_view(self, request, extra_context=None):
        grupos = pendencias.por_erro() if self.has_change_permission(request) else []
        return super().changelist_view(request, {"grupos": grupos} | (extra_context or {}))

    def get_fields(self, request, obj=None):
        """Who the item is about shows to those who may see citizens at all."""
        pode = request.user.has_perm("cadastro.view_cidadao")
        return [c for c in self.fields if c != "cidadao" or pode]

    @admin.display(description="detalhe técnico")
    def detalhe_tecnico(self, item):
        return dobrado("Para quem dá suporte", item.detalhe)

    @admin.display(description="de quem")
    def cidadao(self, item):
        cidadao = pendencias.de_quem(item)
        if cidadao is None:
            return "Não se sabe, ou ainda não escreveu antes."
        return " · ".join(filter(None, (cidadao.como_chamar, cidadao.telefone)))

    @admin.display(description="o que fazer")
    def o_que_fazer(self, item):
        return o_que_fazer(item.evento) if item.resolvido_em is None else "Nada: está resolvido."

    @admin.display(description="corpo recebido")
    def ver_corpo(self, item):
        return link_do_corpo(item.evento_id)

    def ids_dos_eventos(self, consulta):
        pendentes = consulta.filter(resolvido_em=None)
        return sorted(set(pendentes.values_list("evento_id", flat=True)[:MAIOR_LOTE]))

    @admin.action(description="Descartar com motivo…", permissions=["change"])
    def descartar(self, request, itens):
        """Ask why, then close the items; they stay readable until the events are dropped."""
        itens = itens.filter(resolvido_em=None)
        motivo = request.POST.get("motivo", "").strip()[:280]
        if not motivo:
            return confirmar(
                self,
                request,
                acao="descartar",
                linhas=[(item.pk, f"{item}: {item.motivo}") for item in itens[:MAIOR_LOTE]],
                title="Descartar itens parados",
                aviso="Estes itens não serão aplicados. Ninguém os verá na conversa. O motivo fica "
                "registrado com o seu nome.",
                rotulo="Descartar",
                motivo=True,
                faltou="motivo" in request.POST,
            )
        descartados = pendencias.descartar(
            itens=itens.values_list("pk", flat=True)[:MAIOR_LOTE], motivo=motivo
        )
        for item in descartados:
            registrar_acesso(
                quem=request.user, acao="descartou", objeto=f"item parado {item.pk}", motivo=motivo
            )
        auditar(request, descartados, f"Descartou: {motivo}")
        self.message_user(request, f"{len(descartados)} item(ns) descartado(s).", messages.SUCCESS)
        return None

    def get_urls(self):
        erro = path(
            "erro/", self.admin_site.admin_view(self.todos_do_erro), name="whatsapp_itemparado_erro"
        )
        return [erro, *super().get_urls()]

    def todos_do_erro(self, request):
        """Try again all items of one error, one stretch for each POST: the page asks for the next
        one by itself, and leaving it stops."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not self.has_change_permission(request):
            raise PermissionDenied
        motivo = request.POST.get("motivo", "")[:500]
        total = _inteiro(request, "total") or pendencias.pendentes(erro=motivo).count()
        depois_de = _inteiro(request, "depois_de")
        esperavam = list(pendencias.pendentes(erro=motivo).filter(evento_id__gt=depois_de))
        andamento = pendencias.reprocessar_trecho(erro=motivo, depois_de=depois_de)
        tentados = [item for item in esperavam if item.evento_id <= andamento.ate]
        auditar(request, tentados, "Mandou reprocessar todos deste erro.")
        aplicados = sum(
            quantos
            for frase, quantos in andamento.resultados.items()
            if not frase.startswith("Continua")
        )
        contexto = self.admin_site.each_context(request) | {
            "title": "Reprocessar todos deste erro",
            "opts": self.opts,
            "motivo": motivo,
            "total": total,
            "depois_de": andamento.ate,
            "feitos": _inteiro(request, "feitos") + len(tentados),
            "aplicados": _inteiro(request, "aplicados") + aplicados,
            "acabou": not andamento.quantos,
            "media": self.media,
        }
        return TemplateResponse(request, "admin/whatsapp/reprocessando.html", contexto)


def _inteiro(request, nome: str) -> int:
    valor = request.POST.get(nome, "")
    return int(valor) if valor.isdecimal() and len(valor) < 19 else 0


@admin.register(StatusOrfao)
class StatusOrfaoAdmin(ComBotoes, SoLeitura, TabelaGrande):
    list_display = ["wamid", "opaco", "numero", "idade", "ignorado_em"]
    list_filter = [
        ("ignorado_em", admin.EmptyFieldListFilter),
        ("recebido_em", admin.DateFieldListFilter),
    ]
    list_select_related = ["numero"]
    search_fields = ["=wamid", "=opaco"]
    search_help_text = "Pelo wamid, ou pelo número do envio que a Meta devolveu."
    fields = ["numero", "wamid", "opaco", "recebido_em", "idade", "ignorado_em"]
    ordering = ["-id"]
    actions = ["reaplicar", "ignorar"]

    @admin.display(description="há quanto tempo", ordering="recebido_em")
    def idade(self, orfao):
        return ha_quanto_tempo(orfao.recebido_em)

    @admin.action(description="Reaplicar", permissions=["change"])
    def reaplicar(self, request, orfaos):
        linhas = list(orfaos[:MAIOR_LOTE])
        auditar(request, linhas, "Mandou reaplicar.")
        quais = StatusOrfao.objects.filter(pk__in=[orfao.pk for orfao in linhas])
        achados = saida.conferir_orfaos(quais=quais)
        self.message_user(
            request,
            f"{achados} status encontraram o seu envio."
            if achados
            else "Nenhum destes é de um envio que conhecemos.",
            messages.SUCCESS if achados else messages.WARNING,
        )

    @admin.action(description="Ignorar", permissions=["change"])
    def ignorar(self, request, orfaos):
        linhas = list(orfaos.filter(ignorado_em=None)[:MAIOR_LOTE])
        StatusOrfao.objects.filter(pk__in=[o.pk for o in linhas]).update(ignorado_em=Now())
        auditar(request, linhas, "Ignorou.")
        self.message_user(request, f"{len(linhas)} status ignorado(s).", messages.SUCCESS)
