"""What a search finds: people, protocols, and the words of messages, files and notes."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from atendimento.models import Atendimento, Mensagem, Nota
from prefeitura.banco import busca
from prefeitura.banco.busca import Vetor, VetorGuardado
from prefeitura.cadastro.models import Cidadao
from prefeitura.cadastro.telefone import formas_iguais, normalizar_digitado
from prefeitura.whatsapp.models import Midia

MENOR_BUSCA = 3
# A word that everybody writes stands in millions of messages: its newest are enough.
MAIS_NOVAS = 2_000
ANTES, DEPOIS = 25, 120
TAMANHO_DA_SEQUENCIA = 6


@dataclass(frozen=True)
class Trecho:
    """The piece of a conversation that a search hit, and the id of its bubble."""

    ancora: str
    texto: str
    icone: str = "search"


def que_casam(q: str, servidor) -> QuerySet:
    """Return the ids of the atendimentos with `q`; texts only of those that `servidor` sees."""
    # Each by an index of its own: one condition with OR would read the tables whole.
    achados = [
        Atendimento.objects.filter(conversa__cidadao__in=pessoas).values("pk")
        for pessoas in (_com_nome(q), *_com_telefone(q))
    ]
    if any(c.isdecimal() for c in q):
        achados.append(_com_protocolo(q).order_by("-pk").values("pk")[:MAIS_NOVAS])
    if busca.palavras(q):
        visiveis = Mensagem.objects.visiveis_para(servidor)
        achados += [
            _com_texto(visiveis, q).order_by("-pk").values("atendimento_id")[:MAIS_NOVAS],
            visiveis.filter(midia__in=_arquivos(q)).values("atendimento_id"),
            _notas(Nota.objects.visiveis_para(servidor), q).values("atendimento_id"),
        ]
    return achados[0].union(*achados[1:], all=True)


def trechos(q: str, atendimentos: Iterable[int]) -> dict[int, Trecho]:
    """Return the newest hit of `q` in what was written in each of `atendimentos` that has one."""
    ids = list(atendimentos)
    if not ids or not busca.palavras(q):
        return {}
    mensagens = Mensagem.objects.filter(atendimento__in=ids)
    com_texto = _com_texto(mensagens, q)
    com_arquivo = mensagens.filter(midia__in=_arquivos(q), apagada_em=None)
    achadas = (com_texto | com_arquivo).select_related("midia").order_by("momento", "pk")
    lidos = {
        nota.atendimento_id: Trecho(f"nota-{nota.pk}", _recortar(nota.texto, q), "sticky-note")
        for nota in _notas(Nota.objects.filter(atendimento__in=ids), q).order_by("criada_em", "pk")
    }
    for mensagem in achadas:
        no_texto = busca.realces(mensagem.texto, q) or mensagem.midia is None
        lidos[mensagem.atendimento_id] = Trecho(
            f"m-{mensagem.pk}",
            _recortar(mensagem.texto if no_texto else mensagem.midia.nome, q),
            "search" if no_texto else "paperclip",
        )
    return lidos


def digitos_de_telefone(q: str) -> str:
    """Return the digits of a search that may be a phone, or empty.

    With a letter it is a name or a protocol: "Rua 100" must not bring every phone with a 100.
    """
    digitos = re.sub(r"\D", "", q)
    return digitos if len(digitos) >= MENOR_BUSCA and not re.search(r"[^\W\d_]", q) else ""


def _com_nome(q: str) -> QuerySet:
    nomes = Vetor("nome", "nome_no_whatsapp", "username", config="simple")
    com_palavras = Cidadao.objects.alias(palavras=nomes)
    return com_palavras.filter(palavras=busca.consulta(q, "simple")).values("pk")


def _com_telefone(q: str) -> list[QuerySet]:
    digitos = digitos_de_telefone(q)
    if not digitos:
        return []
    casa = Q(wa_id__contains=digitos)
    if inteiro := normalizar_digitado(q):
        casa |= Q(wa_id__in=formas_iguais(inteiro))
    return [Cidadao.objects.filter(casa).values("pk")]


def _com_protocolo(q: str) -> QuerySet:
    """Those with the parts of a protocol; its sequence alone may come without the zeros."""
    casa = Q(palavras=busca.consulta(q, "simple"))
    if q.isdecimal() and len(q) < TAMANHO_DA_SEQUENCIA:
        casa |= Q(palavras=busca.consulta(q.zfill(TAMANHO_DA_SEQUENCIA), "simple"))
    return Atendimento.objects.alias(palavras=Vetor("protocolo", config="simple")).filter(casa)


def _com_texto(mensagens: QuerySet, q: str) -> QuerySet:
    return mensagens.alias(palavras=VetorGuardado("texto")).filter(
        palavras=busca.consulta(q), apagada_em=None
    )


def _arquivos(q: str) -> QuerySet:
    return (
        Midia.objects.alias(palavras=Vetor("nome")).filter(palavras=busca.consulta(q)).values("pk")
    )


def _notas(notas: QuerySet, q: str) -> QuerySet:
    return notas.alias(palavras=Vetor("texto")).filter(palavras=busca.consulta(q))


def _recortar(texto: str, q: str) -> str:
    """Return one line of `texto` with the first hit in sight."""
    linha = " ".join(texto.split())
    inicio = next(iter(busca.realces(linha, q)), (0, 0))[0]
    if inicio > ANTES:
        corte = linha.find(" ", inicio - ANTES, inicio) + 1 or inicio
        return f"…{linha[corte : corte + DEPOIS]}"
    return linha[:DEPOIS]
