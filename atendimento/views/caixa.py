"""The inbox: the whole page, one conversation in it, and the pieces that change live."""

from django.contrib.auth.decorators import login_required
from django.db.models import BooleanField, ExpressionWrapper, Q
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_GET

from atendimento import acoes, mostradas
from atendimento.acoes.bloquear import pode_bloquear
from atendimento.models import Atendimento, Rascunho
from atendimento.tempo import agora_do_banco
from atendimento.views.apoio import acao, buscar_visivel, feito, ids_pedidos
from atendimento.views.apresentar import agendada, avisos, lista, registro, tempo
from atendimento.views.apresentar.filtro import Filtro
from prefeitura.cadastro.models import Equipe, Participacao


@login_required
@require_GET
def caixa(request: HttpRequest) -> HttpResponse:
    """The list, with nothing open; to the page's scripts only the list."""
    contexto = _da_lista(request)
    if request.htmx or request.headers.get("X-Parte") == "lista":
        return render(request, "atendimento/partes/lista.html", contexto)
    return _pagina(request, contexto, cursor_de_agora())


@login_required
@require_GET
def mais(request: HttpRequest) -> HttpResponse:
    """The next rows of the list, for "Mostrar mais"."""
    filtro = Filtro.do_pedido(request.GET)
    montada = lista.montar(filtro, request.user, depois=request.GET.get("depois", ""))
    return render(request, "atendimento/partes/linhas.html", {"lista": montada})


@login_required
@require_GET
def abrir(request: HttpRequest, pk: int) -> HttpResponse:
    """One conversation: inside the whole page, or only its pane for the page's scripts."""
    vivo = cursor_de_agora()
    atendimento = buscar_visivel(request, pk)
    contexto = do_painel(request, atendimento)
    _ler(request, atendimento)
    mostradas.notar(contexto["registro"].mensagens, servidor_id=request.user.pk, ao_vivo=False)
    if request.headers.get("X-Parte") == "painel":
        return render(request, "atendimento/partes/painel.html", contexto)
    return _pagina(request, _da_lista(request) | contexto, vivo)


@login_required
@require_GET
def partes(request: HttpRequest, pk: int) -> HttpResponse:
    """The header, the foot and the citizen's panel again, for an open page to compare."""
    atendimento = buscar_visivel(request, pk)
    contexto = do_cabecalho(request, atendimento)
    return render(request, "atendimento/partes/partes.html", contexto)


@login_required
@require_GET
def menu(request: HttpRequest, pk: int) -> HttpResponse:
    """The actions of a row of the list."""
    contexto = do_menu(request, buscar_visivel(request, pk))
    return render(request, "atendimento/partes/menu.html", contexto | {"da_linha": True})


@acao
def lida(request: HttpRequest, pk: int) -> HttpResponse:
    """The person is looking at what just arrived."""
    _ler(request, buscar_visivel(request, pk))
    return feito(request, pk)


@login_required
@require_GET
def linhas(request: HttpRequest) -> HttpResponse:
    """The rows `?ids=` again, which of them left this list, and the counts of the tabs."""
    filtro = Filtro.do_pedido(request.GET)
    ids = ids_pedidos(request.GET)
    achados = list(filtro.consulta(request.user).filter(pk__in=ids).para_a_lista())
    da_lista = lista.enfeitar(filtro, achados, request.user)
    ultimas = [a.ultima_mensagem for a in achados if a.ultima_mensagem]
    mostradas.notar(ultimas, servidor_id=request.user.pk, ao_vivo=True)
    html = render_to_string(
        "atendimento/partes/linhas.html", {"lista": lista.Lista(filtro, da_lista)}, request
    )
    ficaram = {a.pk for a in achados}
    fora = [str(i) for i in ids if i not in ficaram]
    return JsonResponse({"linhas": html, "fora": fora, "contagens": lista.contar(request.user)})


def _ler(request: HttpRequest, atendimento: Atendimento) -> None:
    """Mark as read what is in front of the person: messages that are theirs, notes that call."""
    acoes.abrir_leitura(atendimento=atendimento, servidor=request.user)
    if atendimento.mencionado:
        acoes.ver_mencoes(atendimento=atendimento, servidor=request.user)


def do_painel(request: HttpRequest, atendimento: Atendimento) -> dict:
    """Return the context of a whole conversation, unread line included."""
    contexto = do_cabecalho(request, atendimento)
    outros = contexto["outros_da_conversa"]
    lido = registro.registro(atendimento, request.user.pk, outros=outros)
    lido.marcar_nao_lidas(atendimento.nao_lidas)
    escritos = Rascunho.objects.filter(servidor=request.user, atendimento=atendimento)
    rascunhos = dict(escritos.values_list("modo", "texto"))
    return contexto | {
        "registro": lido,
        "rascunho": rascunhos.get(Rascunho.Modo.RESPOSTA, ""),
        "rascunho_de_nota": rascunhos.get(Rascunho.Modo.NOTA, ""),
    }


def do_cabecalho(request: HttpRequest, atendimento: Atendimento) -> dict:
    """Return the context of what surrounds the log."""
    cidadao = atendimento.conversa.cidadao
    dele = (
        Atendimento.objects.filter(conversa__cidadao=cidadao)
        .exclude(pk=atendimento.pk)
        .annotate(
            visivel=ExpressionWrapper(
                Q(equipe__in=Equipe.objects.visiveis_para(request.user)),
                output_field=BooleanField(),
            )
        )
        .select_related("equipe__secretaria", "assunto")
        .order_by("-aberto_em", "-pk")[:60]
    )
    outros = list(dele)
    da_conversa = [o for o in outros if o.conversa_id == atendimento.conversa_id]
    for outro in outros:
        outro.rotulo = registro.rotulo_do_outro(outro)
    janela = atendimento.conversa.janela_ate
    return do_menu(request, atendimento) | {
        "outros_da_conversa": da_conversa,
        "abertos_da_conversa": [o for o in da_conversa if o.esta_aberto],
        "anteriores": [o for o in outros if o.visivel and not o.esta_aberto],
        "janela_ate": janela if janela and janela > timezone.now() else None,
        "postas": list(atendimento.etiquetas_postas.a_mostrar()),
        "agendadas": agendada.da_conversa(atendimento, request.user.pk),
    }


def do_menu(request: HttpRequest, atendimento: Atendimento) -> dict:
    """Return what tells which actions this person has on it."""
    papeis = request.user.papeis_em(atendimento.equipe)
    return {
        "atendimento": atendimento,
        "cidadao": atendimento.conversa.cidadao,
        "modo": _modo(papeis, atendimento),
        "pode_bloquear": pode_bloquear(request.user, papeis),
        "e_meu": atendimento.servidor_id == request.user.pk,
        "prioridades": Atendimento.Prioridade.choices[::-1],
    }


def cursor_de_agora() -> str:
    """Return the cursor of a page rendered now; it is taken before the page is read."""
    return f"{tempo.micros(agora_do_banco())}-0"


def _modo(papeis: set[str], atendimento: Atendimento) -> str:
    """What the foot offers: writing, reopening, a template, or nothing to who only reads."""
    if not papeis - {Participacao.Papel.LEITURA}:
        return "leitura"
    if not atendimento.esta_aberto:
        return "encerrado"
    if atendimento.conversa.cidadao.bloqueado_em:
        return "bloqueado"
    janela = atendimento.conversa.janela_ate
    return "aberto" if janela and janela > timezone.now() else "fechada"


def _pagina(request: HttpRequest, contexto: dict, cursor_vivo: str) -> HttpResponse:
    contexto |= {"cursor_vivo": cursor_vivo, "avisos_da_meta": avisos.da_meta(request.user)}
    return render(request, "atendimento/caixa.html", contexto)


def _da_lista(request: HttpRequest) -> dict:
    filtro = Filtro.do_pedido(request.GET)
    montada = lista.montar(filtro, request.user)
    montada.contagens = lista.contar(request.user)
    return {
        "atendimento": None,
        "lista": montada,
        "filtro": filtro,
        "partes": filtro.partes(request.user),
        "contagens": montada.contagens,
    }
