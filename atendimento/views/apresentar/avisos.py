"""What stands above the inbox for who can do something about it."""

from prefeitura.cadastro.models import Participacao, Servidor
from prefeitura.whatsapp.models import Conta, Numero


def da_meta(servidor: Servidor) -> list[str]:
    """Sentences about what Meta restricts, to supervisors and administrators."""
    problemas = [f"do número: {c.problema}" for c in Conta.objects.com_problema() if c.problema]
    problemas += [f"do número {n}: {n.problema}" for n in Numero.objects.com_problema()]
    if not problemas:
        return []
    supervisiona = servidor.participacoes.filter(papel=Participacao.Papel.SUPERVISOR)
    if not (servidor.is_staff or supervisiona.exists()):
        return []
    return [f"A Meta mudou a situação {problema}." for problema in problemas]
