"""Keep and drop named lists: one's own, and those of the teams that one supervises."""

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q

from atendimento.erros import Invalido, NaoEncontrado
from atendimento.models import Visao
from atendimento.models.resposta_pronta import supervisiona
from prefeitura.cadastro.models import Equipe, Servidor

MAXIMO = 50


@transaction.atomic
def guardar_visao(
    *, servidor: Servidor, nome: str, endereco: str, equipe: Equipe | None = None
) -> Visao:
    """Give a name to a list; with `equipe` all of the team see the name.

    Args:
        endereco: query string of the list, as `Filtro.endereco` writes it.

    Raises Invalido, with its field, for a name that is taken or empty, for a team that they do
    not supervise, and above 50 of one owner.
    """
    if equipe and not supervisiona(servidor)[0].filter(pk=equipe.pk).exists():
        raise Invalido("Você não supervisiona esta equipe.", campo="equipe")
    visao = Visao(nome=nome, endereco=endereco, equipe=equipe, dono=None if equipe else servidor)
    if Visao.objects.filter(equipe=visao.equipe, dono=visao.dono).count() >= MAXIMO:
        raise Invalido(f"Já há {MAXIMO} visões aqui. Apague uma antes.", campo="nome")
    try:
        visao.full_clean()
        with transaction.atomic():
            visao.save()
    except ValidationError as erro:
        campo, frases = next(iter(erro.message_dict.items()))
        raise Invalido(frases[0], campo="nome" if campo == NON_FIELD_ERRORS else campo) from erro
    except IntegrityError as erro:
        raise Invalido("Já existe uma visão com este nome aqui.", campo="nome") from erro
    return visao


@transaction.atomic
def apagar_visao(*, servidor: Servidor, visao_id: int) -> None:
    """Drop a name; the list is still there. Raises NaoEncontrado for what is not theirs."""
    equipes, _ = supervisiona(servidor)
    apagaveis = Visao.objects.filter(Q(dono=servidor) | Q(equipe__in=equipes))
    if not apagaveis.filter(pk=visao_id).delete()[0]:
        raise NaoEncontrado("Não encontramos esta visão.")
