"""Apply a batch of what citizens did: messages, reactions, edits, calls, changed identities.

One message is a batch of one. Runs inside the transaction that marks the stored events as done,
touches the database only, and is harmless when repeated: the wamid decides.
"""

import logging
from collections.abc import Iterable
from datetime import timedelta
from functools import partial
from itertools import groupby

from django.db import transaction

from atendimento.acoes.abertura import dizer_protocolos
from atendimento.acoes.anotacoes import Anotacoes
from atendimento.acoes.comum import avisar_varios
from atendimento.acoes.juntar import juntar
from atendimento.acoes.lote import JANELA, SEM_LUGAR, Lote
from atendimento.models import Conversa, Mensagem
from prefeitura.ambiente import correlacao
from prefeitura.banco.linhas import inserir
from prefeitura.cadastro.acoes import Quem, conhecido, identificar, trocar_identidade
from prefeitura.whatsapp.entrada import Recebido
from prefeitura.whatsapp.leitura import Eco, IdentidadeMudou, Ligacao, Remetente
from prefeitura.whatsapp.metricas import contar_itens

registro = logging.getLogger(__name__)

FOLGA = timedelta(days=1)  # Meta may go on using an old name for a while


class SemRemetente(ValueError):
    """Meta gave neither number nor user id: nobody to attach the message to."""


@transaction.atomic
def receber(*, recebidos: Iterable[Recebido]) -> list[Mensagem]:
    """Store what is new among `recebidos`, in Meta's order, and return the new messages.

    Raises SemRemetente for an item without any identity; the gateway isolates it.
    """
    novas: list[Mensagem] = []
    for e_troca, grupo in groupby(recebidos, lambda r: isinstance(r.item, IdentidadeMudou)):
        if e_troca:
            for recebido in grupo:
                _trocar(recebido)
        else:
            novas += _receber_lote([r for r in grupo if not _aviso_sem_dono(r)])
    return novas


def _trocar(recebido: Recebido) -> None:
    item = recebido.item
    depois = _quem(item.depois)
    antes = _quem(item.antes) if item.antes.wa_id or item.antes.user_id else depois
    if _ja_e_de_outra_pessoa(antes, recebido):
        return
    resultado = trocar_identidade(antes=antes, depois=depois)
    for de, para in resultado.juntar:
        juntar(de=de, para=para)


def _ja_e_de_outra_pessoa(antes: Quem, recebido: Recebido) -> bool:
    """Whether somebody still writes by the old name days after it changed: the notice is an old
    one told again, and the number was given to another person since."""
    hoje = conhecido(antes)
    depois_disso = recebido.momento + JANELA + FOLGA
    return hoje is not None and hoje.conversas.filter(janela_ate__gt=depois_disso).exists()


def _aviso_sem_dono(recebido: Recebido) -> bool:
    """A notice of the system about somebody we do not know is shown nowhere, and must not create
    them: repeated after a change of number, it would bring the old number back."""
    sem_dono = getattr(recebido.item, "tipo", "") == "sistema" and not conhecido(
        _quem(_remetente(recebido))
    )
    if sem_dono:
        recebido.notas.append(SEM_LUGAR)
    return sem_dono


def _receber_lote(recebidos: list[Recebido]) -> list[Mensagem]:
    recebidos = _sem_repetidas(recebidos)
    if not recebidos:
        return []
    pessoas = {id(r): _quem(_remetente(r)) for r in recebidos}
    resultado = identificar(pessoas=pessoas.values())
    for de, para in resultado.juntar:
        juntar(de=de, para=para)
    pares = [(resultado.cidadaos[pessoas[id(r)]], r) for r in recebidos]
    conversas = _travar_conversas({(c.pk, r.numero.pk) for c, r in pares})
    for cidadao, recebido in pares:
        conversa = conversas[cidadao.pk, recebido.numero.pk]
        conversa.cidadao, conversa.numero = cidadao, recebido.numero
    lote = Lote(list(conversas.values()), [r for _, r in pares])
    for cidadao, recebido in sorted(pares, key=lambda par: par[1].momento):
        with correlacao.dentro_de(recebido.correlacao):
            lote.aplicar(conversas[cidadao.pk, recebido.numero.pk], recebido)
    lote.gravar()
    dizer_protocolos(lote.abertos(), lote.correlacoes)
    avisar_varios(lote.mudados())
    codigos = {r.evento_id: r.correlacao for r in recebidos}
    transaction.on_commit(partial(_registrar, lote.mensagens, codigos), robust=True)
    return lote.mensagens


def _registrar(mensagens: list[Mensagem], codigos: dict[int, str]) -> None:
    for mensagem in mensagens:
        registro.info(
            "mensagem_recebida",
            extra={
                "mensagem_id": mensagem.pk,
                "atendimento_id": mensagem.atendimento_id,
                "evento_id": mensagem.evento,
                "correlacao": codigos.get(mensagem.evento),
            },
        )


def _sem_repetidas(recebidos: list[Recebido]) -> list[Recebido]:
    """Leave out what is stored already, before its sender is looked at: in an old webhook sent
    again, the number may be somebody else's by now."""
    anotacoes = Anotacoes(recebidos)
    novas = [r for r in recebidos if not anotacoes.conhecida(r)]
    contar_itens("mensagem", aplicado=len(novas), repetido=len(recebidos) - len(novas))
    return novas


def _travar_conversas(chaves: set[tuple[int, int]]) -> dict[tuple[int, int], Conversa]:
    """Create what is missing and lock, in id order, the Conversa of each (cidadao, numero)."""
    conversas = _travar({cidadao for cidadao, _ in chaves})
    if faltam := sorted(chaves - conversas.keys()):
        inserir([Conversa(cidadao_id=c, numero_id=n) for c, n in faltam], repetidos="ignorar")
        conversas |= _travar({cidadao for cidadao, _ in faltam})
    return conversas


def _travar(cidadaos: set[int]) -> dict[tuple[int, int], Conversa]:
    travadas = Conversa.objects.filter(cidadao__in=cidadaos).order_by("pk").select_for_update()
    return {(c.cidadao_id, c.numero_id): c for c in travadas}


def _remetente(recebido: Recebido) -> Remetente:
    item = recebido.item
    if isinstance(item, Eco):
        return item.destinatario
    return item.pessoa if isinstance(item, Ligacao) else item.remetente


def _quem(remetente: Remetente) -> Quem:
    quem = Quem(
        wa_id=remetente.wa_id or "",
        user_id=remetente.user_id or "",
        parent_user_id=remetente.parent_user_id or "",
        username=remetente.username or "",
        nome=remetente.nome or "",
    )
    if not (quem.wa_id or quem.user_id):
        raise SemRemetente("A Meta não disse quem enviou.")
    return quem
