"""One action on several atendimentos: each by itself, and told together."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect

from atendimento import acoes
from atendimento.erros import ErroDeAtendimento, Invalido
from atendimento.formularios import AdiarForm, TransferirForm
from atendimento.views.apoio import (
    acao,
    desfaziveis,
    ids_pedidos,
    inteiro,
    quer_json,
    vistas_pedidas,
)

MAXIMO = 100
# In the past, one and many.
FRASES = {
    "assumir": ("1 assumido", "{} assumidos"),
    "devolver": ("1 devolvido à fila", "{} devolvidos à fila"),
    "nao-lido": ("1 marcado como não lido", "{} marcados como não lidos"),
    "adiar": ("1 adiado", "{} adiados"),
    "prioridade": ("prioridade de 1 mudada", "prioridade de {} mudada"),
    "transferir": ("1 transferido", "{} transferidos"),
    "encerrar": ("1 encerrado", "{} encerrados"),
}
SAEM_DA_VISTA = {"adiar", "nao-lido", "transferir"}


@acao
def varios(request: HttpRequest, nome: str) -> HttpResponse:
    """Do `nome` to the atendimentos `ids`; what one refuses does not stop the others.

    When all refuse, the answer is the first refusal.
    """
    if nome not in FRASES:
        raise Http404
    ids = list(dict.fromkeys(ids_pedidos(request.POST)))
    if not ids:
        raise Invalido("Escolha ao menos um atendimento.", campo="ids")
    if len(ids) > MAXIMO:
        raise Invalido(f"Escolha até {MAXIMO} atendimentos de cada vez.", campo="ids")
    fazer = _preparar(nome, request)
    feitos, recusas = [], {}
    for pk in ids:
        try:
            fazer(pk)
            feitos.append(pk)
        except ErroDeAtendimento as erro:
            recusas[pk] = erro
    if not feitos:
        raise next(iter(recusas.values()))
    aviso = _contar(nome, len(feitos), list(recusas.values()))
    if not quer_json(request):
        messages.success(request, aviso)
        return redirect("atendimento:caixa")
    return JsonResponse(
        {
            "ids": [str(pk) for pk in feitos],
            "recusados": [{"id": str(pk), "frase": str(erro)} for pk, erro in recusas.items()],
            "aviso": aviso,
            "fechar": nome in SAEM_DA_VISTA,
            "desfazer": desfaziveis(request, feitos),
        }
    )


def _preparar(nome: str, request: HttpRequest) -> Callable[[int], object]:
    """Read the form once; return what does it to one atendimento."""
    dados, servidor = request.POST, request.user
    if nome == "encerrar":
        vistas, resultado = vistas_pedidas(dados), dados.get("resultado", "")
        return lambda pk: acoes.encerrar(
            atendimento_id=pk, servidor=servidor, resultado=resultado, vista=vistas.get(pk, 0)
        )
    # Read by need: each form is of one action.
    acao_de_um, ler = {
        "assumir": (acoes.assumir, dict),
        "devolver": (acoes.devolver, dict),
        "nao-lido": (acoes.marcar_nao_lida, dict),
        "prioridade": (acoes.priorizar, lambda: {"prioridade": inteiro(request, "prioridade")}),
        "adiar": (acoes.adiar, lambda: {"ate": AdiarForm.ler(dados)}),
        "transferir": (acoes.transferir, lambda: TransferirForm.ler(dados)),
    }[nome]
    argumentos = ler()
    return lambda pk: acao_de_um(atendimento_id=pk, servidor=servidor, **argumentos)


def _contar(nome: str, quantos: int, recusas: list[ErroDeAtendimento]) -> str:
    um, muitos = FRASES[nome]
    frase = (um if quantos == 1 else muitos.format(quantos)).capitalize()
    if not recusas:
        return f"{frase}."
    return f"{frase}. {len(recusas)} não: {recusas[0]}"
