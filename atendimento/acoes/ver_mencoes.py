"""Mark as seen what called a person to a matter: the matter was opened."""

from django.db import transaction
from django.db.models.functions import Now

from atendimento.models import Atendimento, Mencao
from prefeitura.cadastro.models import Servidor
from prefeitura.tempo_real.eventos import AtendimentoMudou, grupo_do_servidor
from prefeitura.tempo_real.publicar import publicar


def ver_mencoes(*, atendimento: Atendimento, servidor: Servidor) -> None:
    """Mark the mentions of `servidor` in `atendimento` as seen; their own pages count again.

    Nearly always there is none, and this runs at every opening: asking is cheaper than locking.
    """
    novas = Mencao.objects.filter(servidor=servidor, vista_em=None, nota__atendimento=atendimento)
    if not novas.exists():
        return
    with transaction.atomic():
        if novas.update(vista_em=Now()):
            mudou: AtendimentoMudou = {"tipo": "atendimento", "id": atendimento.pk}
            publicar([grupo_do_servidor(servidor.pk)], mudou)
