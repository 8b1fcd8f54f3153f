"""Mark as seen what called a person to a matter: the matter was opened."""

from django.db import transaction
from django.db.models.functions import Now

from atendimento.models import Atendimento, Mencao
from prefeitura.cadastro.models import Servidor
from prefeitura.tempo_real.eventos import AtendimentoMudou, grupo_do_servidor
from prefeitura.tempo_real.publicar import publicar


@transaction.atomic
def ver_mencoes(*, atendimento: Atendimento, servidor: Servidor) -> None:
    """Mark the mentions of `servidor` in `atendimento` as seen; their own pages count again."""
    delas = Mencao.objects.filter(servidor=servidor, nota__atendimento=atendimento)
    if delas.filter(vista_em=None).update(vista_em=Now()):
        mudou: AtendimentoMudou = {"tipo": "atendimento", "id": atendimento.pk}
        publicar([grupo_do_servidor(servidor.pk)], mudou)
