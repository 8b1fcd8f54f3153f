"""Note the files that a batch of messages brings; each is fetched by a task of its own."""

from prefeitura.banco.linhas import inserir
from prefeitura.whatsapp.leitura import MidiaRecebida
from prefeitura.whatsapp.midia.nomes import limpar_nome
from prefeitura.whatsapp.models import Midia, Numero
from prefeitura.whatsapp.tasks import baixar_midia, pedir_para_cada


def registrar_recebidas(recebidas: list[tuple[Numero, MidiaRecebida]]) -> list[Midia]:
    """Create one Midia per file, in order, inside the caller's transaction.

    Each must have an id at Meta: without one there is nothing to fetch.
    """
    midias = [_nova(numero, recebida) for numero, recebida in recebidas]
    inserir(midias)
    pedir_para_cada(baixar_midia, [str(midia.pk) for midia in midias])
    return midias


def _nova(numero: Numero, recebida: MidiaRecebida) -> Midia:
    return Midia(
        numero=numero,
        media_id=recebida.media_id[:255],
        declarado=recebida.mime[:120],
        sha256_declarado=recebida.sha256[:100],
        nome=limpar_nome(recebida.nome),
    )
