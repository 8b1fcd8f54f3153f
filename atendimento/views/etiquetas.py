"""The tags of one matter: choosing them, and making one on the spot for who supervises."""

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from atendimento import acoes
from atendimento.models import Atendimento, Etiqueta
from atendimento.views.apoio import acao, buscar_visivel, feito, inteiros, mostrar_dialogo
from prefeitura.cadastro.models import Servidor


@login_required
@require_GET
def dialogo(request: HttpRequest, pk: int) -> HttpResponse:
    """All that can be put on this matter; those that are on it come marked."""
    atendimento = buscar_visivel(request, pk)
    postas = set(atendimento.etiquetas_postas.a_mostrar().values_list("etiqueta", flat=True))
    do_lugar = Etiqueta.objects.que_servem_a(atendimento).select_related(
        "equipe__secretaria", "secretaria"
    )
    contexto = {
        "atendimento": atendimento,
        "postas": postas,
        "opcoes": [e for e in do_lugar if e.ativa or e.pk in postas],
        "cores": Etiqueta.Cor.choices,
        "alcances": alcances(request.user, atendimento),
    }
    return mostrar_dialogo(request, "etiquetas", contexto)


@acao
def mudar(request: HttpRequest, pk: int) -> HttpResponse:
    """Put what was chosen and take what was let go, both counted from what the page had shown.

    What a colleague put meanwhile stays: it was neither chosen nor let go here.
    """
    atendimento = buscar_visivel(request, pk)
    tinha, escolhidas = (set(inteiros(request, nome)) for nome in ("tinha", "escolhida"))
    quem = {"atendimento_id": pk, "servidor": request.user}
    with transaction.atomic():
        if nome := request.POST.get("nova", "").strip():
            dono = alcances(request.user, atendimento).get(request.POST.get("alcance", ""), {})
            nova = acoes.criar_etiqueta(
                servidor=request.user, nome=nome, cor=request.POST.get("cor", ""), **dono
            )
            escolhidas.add(nova.pk)
        acoes.etiquetar(etiquetas=escolhidas - tinha, **quem)
        acoes.desetiquetar(etiquetas=tinha - escolhidas, **quem)
    return feito(request, pk, "Etiquetas guardadas.")


def alcances(servidor: Servidor, atendimento: Atendimento) -> dict[str, dict]:
    """Whose tags `servidor` may make for this matter; empty for who does not supervise."""
    equipe = atendimento.equipe
    if equipe is None:
        return {}
    equipes, secretarias = servidor.supervisiona()
    pode = {"equipe": {"equipe": equipe}} if equipes.filter(pk=equipe.pk).exists() else {}
    if secretarias.filter(pk=equipe.secretaria_id).exists():
        pode["secretaria"] = {"secretaria": equipe.secretaria}
    return pode
