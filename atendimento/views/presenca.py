"""Who else is here: "Carlos está digitando"."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods

from atendimento import acoes
from atendimento.models import Atendimento
from prefeitura.cadastro.models import Servidor
from prefeitura.tempo_real import presenca as marcas


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def presenca(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `digitando` = 0, 1 or saiu renews one's mark; GET shows the others'."""
    atendimento = get_object_or_404(Atendimento.objects.visiveis_para(request.user), pk=pk)
    if request.method == "POST":
        estado = request.POST.get("digitando", "0")
        acoes.marcar_presenca(atendimento=atendimento, servidor=request.user, estado=estado)
        return HttpResponse(status=204)
    estao = marcas.quem_esta(pk)
    estao.pop(request.user.pk, None)
    nomes = Servidor.objects.filter(pk__in=estao).order_by("nome") if estao else []
    contexto = {
        "digitam": [s for s in nomes if estao[s.pk]],
        "veem": [s for s in nomes if not estao[s.pk]],
    }
    return render(request, "atendimento/partes/presenca.html", contexto)
