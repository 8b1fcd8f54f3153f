"""Tell colleagues something about a matter, and call them to it."""

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from atendimento.acoes.comum import avisar, gravar, segurar_chave, travar
from atendimento.erros import Demais, Invalido
from atendimento.models import Atendimento, Mencao, Nota, Rascunho
from prefeitura.cadastro.models import Servidor
from prefeitura.whatsapp.mensagens.base import limpar, milhar, tamanho, vazio

MAIOR_NOTA = 4096  # characters
MAIS_CHAMADOS = 50
POR_MINUTO = 60
NAO_VE = (
    "Alguém que você mencionou não tem acesso a este atendimento. Tire a menção e guarde de novo."
)


@transaction.atomic
def escrever_nota(
    *,
    atendimento_id: int,
    servidor: Servidor,
    chave_cliente: UUID,
    texto: str,
    pessoas: Collection[int] = (),
    equipes: Collection[int] = (),
) -> Nota:
    """Keep `texto` where only servants see it; one `chave_cliente` is one note.

    Whoever sees the matter may write, also in a closed one and to a closed window: nothing of the
    matter itself changes, so `versao` stays. `pessoas` and `equipes` are the ids of who is called.

    Raises NaoEncontrado; Invalido for a text or a mention that cannot be; Demais above 60 notes a
    minute.
    """
    segurar_chave(servidor, chave_cliente)
    atendimento = travar(atendimento_id=atendimento_id, servidor=servidor)
    limpo = _texto(texto)
    if repetida := Nota.objects.filter(autor=servidor, chave_cliente=chave_cliente).first():
        if (repetida.atendimento_id, repetida.texto) != (atendimento_id, limpo):
            raise Invalido(
                "Esta nota já foi guardada com outro texto. Recarregue a conversa.",
                campo="chave_cliente",
            )
        return repetida
    _exigir_ritmo(servidor)
    chamados = _chamados(atendimento, servidor, set(pessoas), set(equipes))
    nota = Nota.objects.create(
        atendimento=atendimento,
        equipe=atendimento.equipe,
        autor=servidor,
        texto=limpo,
        chave_cliente=chave_cliente,
    )
    for mencao in chamados:
        mencao.nota = nota
    Mencao.objects.bulk_create(chamados)
    Rascunho.objects.filter(
        servidor=servidor, atendimento=atendimento, modo=Rascunho.Modo.NOTA
    ).delete()
    gravar(atendimento)
    avisar(atendimento)
    return nota


def _texto(texto: str) -> str:
    limpo = limpar(texto)
    if vazio(limpo):
        raise Invalido("Escreva a nota antes de guardar.", campo="texto")
    if tamanho(limpo) > MAIOR_NOTA:
        raise Invalido(
            f"A nota tem {milhar(tamanho(limpo))} caracteres; cabem {milhar(MAIOR_NOTA)}. "
            "Divida em duas.",
            campo="texto",
        )
    return limpo


def _exigir_ritmo(servidor: Servidor) -> None:
    minuto = Now() - timedelta(minutes=1)
    if Nota.objects.filter(autor=servidor, criada_em__gt=minuto).count() >= POR_MINUTO:
        raise Demais("Você guardou muitas notas em pouco tempo. Espere alguns segundos.")


def _chamados(
    atendimento: Atendimento, autor: Servidor, pessoas: set[int], equipes: set[int]
) -> list[Mencao]:
    """Return one Mencao, still without its note, for each person to be called; who writes knows.

    Who does not exist is refused with the same words as who may not see the matter: a note must
    not tell who works elsewhere.
    """
    if not pessoas and not equipes:
        return []
    if len(pessoas) > MAIS_CHAMADOS:
        raise Invalido(f"Uma nota menciona até {MAIS_CHAMADOS} pessoas.", campo="mencoes")
    equipe = atendimento.equipe
    veem = set(Servidor.objects.que_veem(equipe).values_list("pk", flat=True))
    if not (pessoas <= veem and equipes <= {equipe.pk}):
        raise Invalido(NAO_VE, campo="mencoes")
    chamados = [Mencao(servidor_id=p) for p in sorted(pessoas - {autor.pk})]
    if equipes:
        chamados += [Mencao(servidor_id=p, equipe=equipe) for p in sorted(veem - {autor.pk})]
    return chamados
