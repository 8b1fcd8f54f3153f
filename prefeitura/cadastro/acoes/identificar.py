"""Find or create the citizen behind what Meta tells of a sender.

The business-scoped user id (BSUID) comes first; the phone is compared with and without the ninth
digit. Two people are never joined by guess: only when Meta itself names both in one payload.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import transaction

from prefeitura.banco.linhas import atualizar, inserir
from prefeitura.cadastro.models import Cidadao, Identidade
from prefeitura.cadastro.telefone import chave

BSUID, BSUID_PAI, TELEFONE = (
    Identidade.Tipo.BSUID,
    Identidade.Tipo.BSUID_PAI,
    Identidade.Tipo.TELEFONE,
)


MOSTRADOS = ["wa_id", "user_id", "username", "nome_no_whatsapp"]


@dataclass(frozen=True, slots=True)
class Quem:
    """How Meta named somebody: at least one of `wa_id` and `user_id` is there."""

    wa_id: str = ""
    user_id: str = ""
    parent_user_id: str = ""
    username: str = ""
    nome: str = ""

    @property
    def telefone(self) -> str:
        """The form in which numbers are compared; what is no number is only equal to itself."""
        return chave(self.wa_id) if self.wa_id.isdecimal() else self.wa_id

    def identidades(self) -> list[tuple[str, str, str]]:
        """Return (tipo, valor, como_veio) of each name, strongest first."""
        nomes = [(BSUID, self.user_id, self.user_id), (BSUID_PAI, self.parent_user_id, "")]
        if self.wa_id:
            nomes.append((TELEFONE, self.telefone, self.wa_id))
        return [n for n in nomes if n[1]]


@dataclass(slots=True)
class Identificados:
    """The citizen of each Quem, and the pairs (from, into) that proved to be one account."""

    cidadaos: dict[Quem, Cidadao] = field(default_factory=dict)
    juntar: list[tuple[Cidadao, Cidadao]] = field(default_factory=list)


def conhecido(quem: Quem) -> Cidadao | None:
    """Return the citizen who holds the strongest of these names now, creating nobody."""
    for tipo, valor, _ in quem.identidades():
        dona = Identidade.objects.filter(tipo=tipo, valor=valor, ativa=True).first()
        if dona is not None:
            return dona.cidadao
    return None


@transaction.atomic
def identificar(*, pessoas: Iterable[Quem]) -> Identificados:
    """Return the Cidadao of each of `pessoas`, creating who is new, and lock them by id.

    A known phone that comes with another BSUID is a recycled number: the phone moves to a new
    citizen and the history stays with the old one (WHATSAPP.md §3). The order of `pessoas` is
    that of arrival: the last to come with a phone has it.
    """
    distintas = list(dict.fromkeys(pessoas))
    donas = _carregar(distintas)
    resultado, agora = Identificados(), dict(donas)
    novos: list[Cidadao] = []
    mudados: dict[int, Cidadao] = {}
    for quem in distintas:
        cidadao = _achar(quem, agora, resultado)
        if cidadao is None:
            cidadao = Cidadao()
            novos.append(cidadao)
        for mudado in _nomear(quem, cidadao, agora):
            mudados[id(mudado)] = mudado
        resultado.cidadaos[quem] = cidadao
    inserir(novos)
    criados = {c.pk for c in novos}
    atualizar([c for c in mudados.values() if c.pk not in criados], MOSTRADOS)
    _gravar_identidades(resultado, agora, donas)
    _seguir_juncoes(resultado)
    _descartar_sobras(novos, resultado)
    return resultado


def _carregar(pessoas: list[Quem]) -> dict[tuple[str, str], Cidadao]:
    valores = {valor for quem in pessoas for _, valor, _ in quem.identidades()}
    achadas = list(
        Identidade.objects.filter(valor__in=valores, ativa=True).values_list(
            "tipo", "valor", "cidadao_id"
        )
    )
    cidadaos = {
        c.pk: c
        for c in Cidadao.objects.filter(pk__in={dono for _, _, dono in achadas})
        .select_for_update(no_key=True)
        .order_by("pk")
    }
    return {(tipo, valor): cidadaos[dono] for tipo, valor, dono in achadas}


def _achar(quem: Quem, conhecidas: dict, resultado: Identificados) -> Cidadao | None:
    por_bsuid = conhecidas.get((BSUID, quem.user_id)) if quem.user_id else None
    por_telefone = conhecidas.get((TELEFONE, quem.telefone)) if quem.wa_id else None
    if por_bsuid is None and por_telefone is not None:
        reciclado = quem.user_id and por_telefone.user_id and quem.user_id != por_telefone.user_id
        return None if reciclado else por_telefone
    if por_bsuid and por_telefone and por_bsuid is not por_telefone and not por_telefone.user_id:
        resultado.juntar.append((por_telefone, por_bsuid))
    return por_bsuid


def _nomear(quem: Quem, cidadao: Cidadao, conhecidas: dict) -> list[Cidadao]:
    """Give `cidadao` these names in memory; return who looks different now."""
    mudados = []
    for tipo, valor, _ in quem.identidades():
        antes = conhecidas.get((tipo, valor))
        if tipo == TELEFONE and antes is not None and antes is not cidadao:
            antes.wa_id = ""
            mudados.append(antes)
        conhecidas[tipo, valor] = cidadao
    agora = {
        "wa_id": quem.wa_id,
        "user_id": quem.user_id,
        "username": quem.username.lstrip("@")[:60],
        "nome_no_whatsapp": quem.nome[:200],
    }
    novos = {nome: valor for nome, valor in agora.items() if valor}
    if any(getattr(cidadao, nome) != valor for nome, valor in novos.items()):
        mudados.append(cidadao)
    for nome, valor in novos.items():
        setattr(cidadao, nome, valor)
    return mudados


def _gravar_identidades(resultado: Identificados, agora: dict, donas: dict) -> None:
    """Write whose each name is, in one order for everybody, so that batches cannot deadlock."""
    como_vieram = {
        (tipo, valor): como_veio or valor
        for quem in resultado.cidadaos
        for tipo, valor, como_veio in quem.identidades()
    }
    novas = []
    for tipo, valor in sorted(como_vieram):
        dona, antes = agora[tipo, valor], donas.get((tipo, valor))
        if antes is dona or (antes is not None and tipo == BSUID_PAI):
            continue
        if antes is not None:
            Identidade.objects.filter(tipo=tipo, valor=valor, ativa=True).update(ativa=False)
        novas.append(
            Identidade(cidadao=dona, tipo=tipo, valor=valor, como_veio=como_vieram[tipo, valor])
        )
    if not novas:
        return
    inserir(novas, repetidos="ignorar")
    nomes = {(i.tipo, i.valor): i for i in novas}
    gravadas = Identidade.objects.filter(valor__in=[v for _, v in nomes], ativa=True)
    cedidos: set[int] = set()
    de_outros = [
        pk
        for pk, tipo, valor, dono in gravadas.values_list("pk", "tipo", "valor", "cidadao_id")
        if (tipo, valor) in nomes and nomes[tipo, valor].cidadao_id != dono and tipo != BSUID_PAI
    ]
    if not de_outros:
        return
    for gravada in gravadas.filter(pk__in=de_outros).order_by("tipo"):  # the BSUID decides first
        nossa = nomes[gravada.tipo, gravada.valor]
        if nossa.cidadao_id not in cedidos and _ceder(resultado, nossa, gravada):
            cedidos.add(nossa.cidadao_id)


def _ceder(resultado: Identificados, nossa: Identidade, deles: Identidade) -> bool:
    """Somebody else stored this name a moment ago; return whether theirs is the one to keep."""
    dono = Cidadao.objects.select_for_update(no_key=True).get(pk=deles.cidadao_id)
    if nossa.tipo == TELEFONE and nossa.cidadao.user_id:
        if dono.user_id:
            mover_telefone(deles, nossa.cidadao, nossa.como_veio)
        else:
            resultado.juntar.append((dono, nossa.cidadao))
        return False
    Identidade.objects.filter(cidadao=nossa.cidadao, ativa=True).update(cidadao=dono)
    resultado.juntar.append((nossa.cidadao, dono))
    return True


def mover_telefone(dona: Identidade, cidadao: Cidadao, como_veio: str) -> None:
    """The number has a new owner; the history of the old one stays theirs."""
    Identidade.objects.filter(pk=dona.pk).update(ativa=False)
    Cidadao.objects.filter(pk=dona.cidadao_id).update(wa_id="")
    Identidade.objects.create(cidadao=cidadao, tipo=TELEFONE, valor=dona.valor, como_veio=como_veio)


def _seguir_juncoes(resultado: Identificados) -> None:
    for de, para in resultado.juntar:
        for quem, cidadao in resultado.cidadaos.items():
            if cidadao.pk == de.pk:
                resultado.cidadaos[quem] = para


def _descartar_sobras(novos: list[Cidadao], resultado: Identificados) -> None:
    """Who was created for nothing has nothing to be joined either."""
    usados = {c.pk for c in resultado.cidadaos.values()}
    sobras = {c.pk for c in novos} - usados
    if sobras:
        resultado.juntar = [par for par in resultado.juntar if par[0].pk not in sobras]
        Cidadao.objects.filter(pk__in=sobras, identidades=None).delete()
