""" "Nova conversa": choosing whom to write to first, by which number, and with which template."""

from uuid import uuid4

from django.contrib.auth.decorators import login_required
from django.db.models import Max, Q
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from atendimento import acoes
from atendimento.acoes.iniciar import PROTOCOLO, Autorizacao, conhecidos_de, numeros_de
from atendimento.busca import MENOR_BUSCA
from atendimento.formularios import NovaConversaForm
from atendimento.models import Atendimento
from atendimento.views.apoio import acao, mostrar_dialogo, quer_json
from atendimento.views.modelos import da_conta, modelo_do_formulario
from prefeitura.cadastro.models import AutorizacaoDeContato, Cidadao, Equipe, Servidor
from prefeitura.cadastro.telefone import mostrar, normalizar_digitado
from prefeitura.whatsapp.models import Numero

PESSOAS_NA_TELA = 6


@login_required
@require_GET
def nova(request: HttpRequest) -> HttpResponse:
    """The dialog."""
    equipes = equipes_em_que_atende(request.user)
    numeros = _numeros(equipes)
    contexto = {
        "equipes": equipes,
        "numeros": numeros,
        "como": AutorizacaoDeContato.Como.choices,
        "hoje": timezone.localdate(),
        "chave": uuid4(),
    }
    escolhido = numeros[0] if numeros else None
    return mostrar_dialogo(request, "nova", contexto | _modelos(request, escolhido))


@login_required
@require_GET
def pessoas(request: HttpRequest) -> HttpResponse:
    """Who `?quem=` may be: citizens that this person knows, or the number that was typed."""
    digitado = " ".join(request.GET.get("quem", "").replace("\x00", "").split())[:60]
    numero = normalizar_digitado(digitado)
    achados = _conhecidos(request.user, digitado, numero)
    contexto = {
        "pessoas": achados,
        "digitado": digitado,
        "curta": len(digitado) < MENOR_BUSCA,
        "numero": mostrar(numero) if numero else "",
        "novo": bool(numero) and not achados,
    }
    return render(request, "atendimento/partes/nova_pessoas.html", contexto)


@login_required
@require_GET
def modelos(request: HttpRequest) -> HttpResponse:
    """The templates of `?numero=`; `?modelo=` chooses one, `?valor-…=` fills its preview."""
    equipes = equipes_em_que_atende(request.user)
    pedido = request.GET.get("numero", "")
    numero = next((n for n in _numeros(equipes) if str(n.pk) == pedido), None)
    contexto = _modelos(request, numero)
    if request.headers.get("HX-Target") == "nova-previa":
        return render(request, "atendimento/partes/previa.html", contexto)
    return render(request, "atendimento/partes/nova_modelos.html", contexto)


@acao
def iniciar(request: HttpRequest) -> HttpResponse:
    """Start the conversation, and open it."""
    dados = NovaConversaForm.ler(request.POST)
    preenchidos = request.POST.copy()
    preenchidos[f"valor-{PROTOCOLO}"] = "…"  # where the template has it, the action fills it in
    conteudo = modelo_do_formulario(preenchidos, dados["numero"].conta_id)
    atendimento = acoes.iniciar_conversa(
        servidor=request.user,
        numero=dados["numero"],
        equipe=dados["equipe"],
        assunto=dados["assunto"],
        modelo=conteudo.modelo,
        valores=conteudo.valores,
        autorizacao=Autorizacao(dados["como"], dados["autorizacao"], dados["dia"]),
        telefone=dados["quem"],
        cidadao_id=dados["cidadao"],
        nome=dados["nome"],
        chave_cliente=dados["chave_cliente"],
        confirmar=dados["confirmar"],
    )
    if quer_json(request):
        return JsonResponse({"id": str(atendimento.pk), "abrir": True, "aviso": ""})
    return redirect("atendimento:abrir", atendimento.pk)


def equipes_em_que_atende(servidor: Servidor) -> list[Equipe]:
    """Return the active teams in which `servidor` answers, with their subjects."""
    ativas = servidor.equipes_em_que_atende().ativas()
    return list(ativas.select_related("secretaria").prefetch_related("assuntos"))


def _numeros(equipes: list[Equipe]) -> list[Numero]:
    ids = {n.pk for equipe in equipes for n in numeros_de(equipe)}
    return list(Numero.objects.filter(pk__in=ids).select_related("secretaria").order_by("pk"))


def _modelos(request: HttpRequest, numero: Numero | None) -> dict:
    todos = da_conta(numero.conta_id, request.GET) if numero else []
    todos = [m for m in todos if m.serve_aqui]
    for modelo in todos:
        modelo.valores[PROTOCOLO] = "(o protocolo deste atendimento)"
    pedido = request.GET.get("modelo", "")
    escolhido = next((m for m in todos if str(m.modelo.pk) == pedido), todos[0] if todos else None)
    return {"modelos": todos, "escolhido": escolhido, "id_previa": "nova-previa"}


def _conhecidos(servidor: Servidor, digitado: str, numero: str | None) -> list[Cidadao]:
    if len(digitado) < MENOR_BUSCA:
        return []
    visiveis = Atendimento.objects.visiveis_para(servidor)
    casa = (
        Q(nome__icontains=digitado)
        | Q(nome_no_whatsapp__icontains=digitado)
        | Q(username__icontains=digitado.removeprefix("@"))
        | Q(conversas__atendimentos__in=visiveis.filter(protocolo=digitado))
    )
    if numero:
        casa |= Q(identidades__valor=numero, identidades__ativa=True)
    return list(
        conhecidos_de(servidor)
        .filter(casa)
        .annotate(ultima=Max("conversas__atendimentos__ultima_em"))
        .order_by("-ultima", "pk")[:PESSOAS_NA_TELA]
    )
