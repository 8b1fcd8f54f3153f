"""What several actions share: the lock, the mark of change, the event line, the news to pages."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet
from django.db.models.functions import Now

from atendimento.erros import Conflito, NaoEncontrado
from atendimento.models import Atendimento, Conversa, Transicao
from prefeitura.cadastro.models import Servidor
from prefeitura.tempo_real.eventos import AtendimentoMudou, grupo_da_equipe, grupo_do_servidor
from prefeitura.tempo_real.publicar import publicar_varios

RELACIONADOS = ("equipe", "conversa__cidadao", "conversa__numero")
DE_VOLTA = {"adiado_em": None, "adiado_ate": None}


def travar(*, atendimento_id: int, servidor: Servidor) -> Atendimento:
    """Lock the Conversa, then the Atendimento, and return it if `servidor` may see it.

    Raises NaoEncontrado also when it was transferred away between the page and the click.
    """
    visiveis = Atendimento.objects.visiveis_para(servidor)
    atendimento = travar_o_de(visiveis.filter(pk=atendimento_id))
    if atendimento is None:
        raise NaoEncontrado
    return atendimento


def travar_o_de(um: QuerySet[Atendimento]) -> Atendimento | None:
    """Lock the Conversa, then the Atendimento, of the only row of `um`; None when there is none."""
    dele = Conversa.objects.filter(pk__in=um.values("conversa")).values_list("pk", flat=True)
    for conversa_id in iter(dele.select_for_update().first, None):
        # Seen again under the lock: it may have changed team, or thread, while we waited.
        atendimento = (
            um.filter(conversa=conversa_id)
            .select_for_update(of=["self"])
            .select_related(*RELACIONADOS)
            .first()
        )
        if atendimento is not None:
            return atendimento
    return None


def segurar_chave(servidor: Servidor, chave: UUID) -> None:
    """Make the repeats of one press wait for the first, whatever conversation they name.

    Until the commit, and before any row is locked.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(%s)", [(chave.int ^ servidor.pk) & 0x7FFFFFFFFFFFFFFF]
        )


def exigir_que_atenda(servidor: Servidor, atendimento: Atendimento) -> None:
    """Refuse the changes of who may only read."""
    if not servidor.atende(atendimento.equipe):
        raise Conflito(
            "Sua participação nesta equipe é somente de leitura.", codigo="somente_leitura"
        )


def exigir_aberto(atendimento: Atendimento) -> None:
    """Refuse what only an open matter takes."""
    if not atendimento.esta_aberto:
        raise Conflito("Este atendimento está encerrado.", codigo="encerrado")


def exigir_que_nao_seja_de_outro(servidor: Servidor, atendimento: Atendimento) -> None:
    """Refuse what is only of who has the matter, or of anybody while nobody has it."""
    if atendimento.servidor_id not in (None, servidor.pk):
        raise Conflito(f"Este atendimento está com {atendimento.servidor}.", codigo="de_outro")


def gravar(atendimento: Atendimento, *, nova_versao: bool = False, **campos) -> dict:
    """Write `campos`, move `alterado_em`, and raise `versao` when hands or state changed.

    What changes hands or state is no longer put off. Returns what was there before, for the
    `antes` of a Transicao.
    """
    if atendimento.adiado_em and campos.keys() & {"servidor", "estado"}:
        campos = {**DE_VOLTA, **campos}
    antes = _como_esta(atendimento, campos)
    if nova_versao:
        campos["versao"] = atendimento.versao + 1
    for nome, valor in campos.items():
        setattr(atendimento, nome, valor)
    Atendimento.objects.filter(pk=atendimento.pk).update(alterado_em=Now(), **campos)
    return antes


def _como_esta(atendimento: Atendimento, campos: Iterable[str]) -> dict:
    """Return the values of `campos` by column, as JSON has them."""
    colunas = [Atendimento._meta.get_field(nome).attname for nome in campos]
    valores = ((coluna, getattr(atendimento, coluna)) for coluna in colunas)
    return {c: v.isoformat() if isinstance(v, datetime) else v for c, v in valores}


def anotar(atendimento: Atendimento, tipo: str, **campos) -> Transicao:
    """Add one event line to the log of the atendimento.

    Args:
        antes: what `gravar` returned; with it the change can be undone (`acoes.desfazer`).
    """
    if campos.get("antes"):
        campos["versao"] = atendimento.versao
    return Transicao.objects.create(atendimento=atendimento, tipo=tipo, **campos)


def mudar(
    atendimento: Atendimento,
    tipo: str,
    *,
    quem: Servidor,
    campos: dict,
    nova_versao: bool = False,
    **linha,
) -> None:
    """Write `campos`, tell of it in the log so that `quem` can undo it, and tell the pages.

    Args:
        linha: what else the event line says.
    """
    antes = gravar(atendimento, nova_versao=nova_versao, **campos)
    anotar(atendimento, tipo, quem=quem, equipe=atendimento.equipe, antes=antes, **linha)
    avisar(atendimento)


def avisar(
    atendimento: Atendimento,
    *,
    mensagens: Iterable[int] = (),
    equipes: Iterable[int | None] = (),
) -> None:
    """Tell the pages of the team (and of `equipes`, ids it left) that this one changed."""
    publicar_varios([_aviso(atendimento, mensagens, equipes)])


def avisar_varios(mudados: Iterable[tuple[Atendimento, Iterable[int]]]) -> None:
    """Tell of many at once, each with the ids of its new or changed bubbles."""
    publicar_varios([_aviso(atendimento, mensagens) for atendimento, mensagens in mudados])


def _aviso(
    atendimento: Atendimento, mensagens: Iterable[int], equipes: Iterable[int | None] = ()
) -> tuple[list[str], AtendimentoMudou]:
    grupos = [grupo_da_equipe(e) for e in {atendimento.equipe_id, *equipes} if e]
    if atendimento.servidor_id:
        grupos.append(grupo_do_servidor(atendimento.servidor_id))
    evento: AtendimentoMudou = {
        "tipo": "atendimento",
        "id": atendimento.pk,
        "versao": atendimento.versao,
    }
    if mensagens := list(mensagens):
        evento["mensagens"] = mensagens
    return grupos, evento
