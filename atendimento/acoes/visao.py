"""Keep and drop named lists: one's own, and those of the teams that one supervises."""

from django.core.exceptions import NON_FIELD_ERRORS
from django.db import transaction
from django.db.models import Q

from atendimento.acoes.salvar import salvar
from atendimento.erros import Invalido, NaoEncontrado
from atendimento.models import Visao
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
    if not servidor.supervisiona_tudo(equipe):
        raise Invalido("Você não supervisiona esta equipe.", campo="equipe")
    visao = Visao(nome=nome, endereco=endereco, equipe=equipe, dono=None if equipe else servidor)
    if Visao.objects.filter(equipe=visao.equipe, dono=visao.dono).count() >= MAXIMO:
        raise Invalido(f"Já há {MAXIMO} visões aqui. Apague uma antes.", campo="nome")
    salvar(
        visao,
        campos={NON_FIELD_ERRORS: "nome"},
        repetido="Já existe uma visão com este nome aqui.",
    )
    return visao


@transaction.atomic
def apagar_visao(*, servidor: Servidor, visao_id: int) -> None:
    """Drop a name; the list is still there. Raises NaoEncontrado for what is not theirs."""
    equipes, _ = servidor.supervisiona()
    apagaveis = Visao.objects.filter(Q(dono=servidor) | Q(equipe__in=equipes))
    if not apagaveis.filter(pk=visao_id).delete()[0]:
        raise NaoEncontrado("Não encontramos esta visão.")
