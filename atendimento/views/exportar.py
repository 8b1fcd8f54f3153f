"""One atendimento to take away: the PDF."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from atendimento.erros import ErroDeAtendimento, Ocupado
from atendimento.pdf import gerar
from atendimento.views.apoio import buscar_visivel, recusado
from prefeitura.cadastro.acoes import registrar_acesso
from prefeitura.tempo_real import carga

FRASE_DO_APERTO = (
    "O sistema está com muito movimento e atende primeiro os cidadãos. "
    "As exportações voltam em instantes: tente de novo em alguns minutos."
)


@login_required
@require_GET
def pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole conversation with its files; who took it is recorded."""
    atendimento = buscar_visivel(request, pk)
    try:
        if carga.atual().nivel >= carga.APERTO:
            raise Ocupado(FRASE_DO_APERTO)
        conteudo = gerar(atendimento=atendimento, quem=request.user)
    except ErroDeAtendimento as erro:
        return recusado(request, erro)
    registrar_acesso(
        quem=request.user,
        acao="exportou",
        objeto=f"atendimento {atendimento.pk}",
        cidadao=atendimento.conversa.cidadao,
    )
    resposta = HttpResponse(conteudo, content_type="application/pdf")
    nome = f"atendimento-{atendimento.protocolo}.pdf"
    resposta["Content-Disposition"] = f'attachment; filename="{nome}"'
    return resposta
