"""Put tags on a matter, take them off, and make new ones. The log stays quiet: rows remember."""

from collections.abc import Collection

from django.core.exceptions import NON_FIELD_ERRORS
from django.db import transaction
from django.db.models.functions import Now

from atendimento.acoes.comum import avisar, exigir_que_atenda, gravar, travar
from atendimento.acoes.salvar import salvar
from atendimento.erros import Conflito, Invalido, NaoEncontrado
from atendimento.models import Atendimento, Etiqueta, EtiquetaPosta
from prefeitura.cadastro.models import Equipe, Secretaria, Servidor

NAO_HA = "Não encontramos esta etiqueta."
MAIS_ETIQUETAS = 20


@transaction.atomic
def etiquetar(
    *, atendimento_id: int, servidor: Servidor, etiquetas: Collection[int]
) -> Atendimento:
    """Put the tags of these ids; one that is there already stays as it is.

    Raises NaoEncontrado for a tag of another team or secretaria, also one that `servidor` knows
    from elsewhere; Conflito for one that was turned off; Invalido above twenty on one matter.
    """
    atendimento = _travar(atendimento_id, servidor)
    pedidas = _do_lugar(atendimento, set(etiquetas))
    postas = set(atendimento.etiquetas_postas.a_mostrar().values_list("etiqueta", flat=True))
    novas = [e for e in pedidas if e.pk not in postas]
    for nova in novas:
        if not nova.ativa:
            raise Conflito(f"A etiqueta “{nova}” foi desligada. Escolha outra.", codigo="desligada")
    if len(postas) + len(novas) > MAIS_ETIQUETAS:
        raise Invalido(f"Um atendimento pode ter até {MAIS_ETIQUETAS} etiquetas.")
    if novas:
        EtiquetaPosta.objects.bulk_create(
            EtiquetaPosta(atendimento=atendimento, etiqueta=nova, posta_por=servidor)
            for nova in novas
        )
        gravar(atendimento)
        avisar(atendimento)
    return atendimento


@transaction.atomic
def desetiquetar(
    *, atendimento_id: int, servidor: Servidor, etiquetas: Collection[int]
) -> Atendimento:
    """Take the tags of these ids off; one that is not there is harmless. Raises NaoEncontrado."""
    atendimento = _travar(atendimento_id, servidor)
    pedidas = _do_lugar(atendimento, set(etiquetas))
    tiradas = atendimento.etiquetas_postas.filter(etiqueta__in=pedidas, tirada_em=None).update(
        tirada_em=Now(), tirada_por=servidor
    )
    if tiradas:
        gravar(atendimento)
        avisar(atendimento)
    return atendimento


@transaction.atomic
def criar_etiqueta(
    *,
    servidor: Servidor,
    nome: str,
    cor: str = Etiqueta.Cor.CINZA,
    equipe: Equipe | None = None,
    secretaria: Secretaria | None = None,
) -> Etiqueta:
    """Make a tag of a team, or of a whole secretaria, that `servidor` supervises.

    Raises Invalido, with its field, for a name that cannot be or that stands there already.
    """
    de_alguem = equipe is not None or secretaria is not None
    if not (de_alguem and servidor.supervisiona_tudo(equipe, secretaria)):
        raise Invalido("Só a supervisão da equipe cria etiquetas.", campo="nova")
    etiqueta = Etiqueta(nome=nome, cor=cor, equipe=equipe, secretaria=secretaria)
    salvar(
        etiqueta,
        campos={"nome": "nova", NON_FIELD_ERRORS: "nova"},
        repetido="Já existe aqui uma etiqueta com este nome.",
    )
    return etiqueta


def _travar(atendimento_id: int, servidor: Servidor) -> Atendimento:
    atendimento = travar(atendimento_id=atendimento_id, servidor=servidor)
    exigir_que_atenda(servidor, atendimento)
    return atendimento


def _do_lugar(atendimento: Atendimento, ids: set[int]) -> list[Etiqueta]:
    achadas = list(Etiqueta.objects.que_servem_a(atendimento).filter(pk__in=ids))
    if len(achadas) != len(ids):
        raise NaoEncontrado(NAO_HA)
    return achadas
