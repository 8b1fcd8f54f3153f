"""The whole city in one transaction: `semear`."""

import gc
import random
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import connection, models, transaction
from django.db.models import OuterRef, Subquery
from django.utils import timezone

from atendimento import protocolo
from atendimento.demonstracao import estrutura, etiquetas, pessoas, recibos, textos
from atendimento.demonstracao.arquivos import Arquivos
from atendimento.demonstracao.bolhas import Redator
from atendimento.demonstracao.elenco import Elenco
from atendimento.demonstracao.encenacao import Caso
from atendimento.demonstracao.linhas import Linhas, Narrador, focar
from atendimento.models import Atendimento, Conversa, Mensagem, Rascunho, Reacao, Transicao
from prefeitura.cadastro.models import Cidadao, Identidade, Municipio
from prefeitura.whatsapp.models import ConsumoMensal, Envio, EventoRecebido, SituacaoDoEnvio

SEMENTE = 20261124
LOTE = 1000
FALHAS, DUVIDAS, RASCUNHOS = 3, 2, 7
_COMECOS = ["Bom dia! Já consultei e", "Vou confirmar com o setor e", "Recebi sua foto. O prazo é"]


@transaction.atomic
def semear(cidade: str, dizer: Callable[[str], None]) -> bool:
    """Write the demonstration city, or nothing when a city is already there.

    Args:
        cidade: "demo" with conversations, "vazia" with structure, accounts and number only.
        dizer: called with one Portuguese line for each step.

    Returns:
        Whether something was written.
    """
    if Municipio.objects.exists():
        dizer("A cidade já existe: nada a fazer.")
        return False
    base = estrutura.montar()
    dizer(
        f"{base.municipio}: {len(base.equipes)} equipes, {len(base.servidores)} contas, "
        f"{len(base.modelos)} modelos."
    )
    if cidade == "demo":
        with _sem_coleta():
            _conversas(base, timezone.now(), dizer)
        with connection.cursor() as cursor:
            # Until autovacuum comes by, the planner would take these tables for empty ones.
            cursor.execute("ANALYZE")
    return True


@contextmanager
def _sem_coleta() -> Iterator[None]:
    """Hold the garbage collector: a quarter of the time would go on rows that all stay alive."""
    ligada = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if ligada:
            gc.enable()


def _conversas(base: estrutura.Cidade, agora: datetime, dizer: Callable[[str], None]) -> None:
    acaso = random.Random(SEMENTE)  # noqa: S311 (texts and moments, no secret)
    roteiros = textos.ler_roteiros()
    gente = pessoas.criar(acaso, base, [r.nome for r in roteiros])
    dizer(f"{len(gente)} cidadãos.")
    casos = Elenco(acaso, base, gente, textos.ler_temas(), agora).todos(roteiros)
    casos.sort(key=lambda c: c.comeco)
    arquivos = Arquivos(acaso, base.numero)
    narrador = Narrador(acaso, base, Redator(acaso, base, arquivos), agora)
    for caso, pk, numero in zip(
        casos, _reservar(Atendimento, len(casos)), _protocolos(casos), strict=True
    ):
        narrador.contar(caso, pk, numero)
    linhas = narrador.linhas
    _acidentes(acaso, linhas, agora)
    dizer(f"{len(casos)} atendimentos, {len(linhas.mensagens)} mensagens: gravando…")
    consumo = recibos.cobrar(linhas.envios, base.numero)
    _numerar(linhas)
    _gravar(gente.values(), linhas, arquivos)
    _criar(ConsumoMensal, consumo)
    _criar(Rascunho, _rascunhos(acaso, linhas.atendimentos))
    etiquetas.por(random.Random(SEMENTE), linhas.atendimentos)  # noqa: S311
    _desde_quando()
    dizer("Cidade pronta.")


def _reservar(modelo: type[models.Model], quantos: int) -> list[int]:
    """Take ids from the table's own sequence, so that what comes later never repeats them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [modelo._meta.db_table, quantos],
        )
        return [linha[0] for linha in cursor.fetchall()]


def _protocolos(casos: list[Caso]) -> list[str]:
    """Protocols in the order of opening, each with the year in which its matter was opened."""
    return [
        protocolo.montar(timezone.localtime(caso.comeco).year, int(gerado.split("-")[1]))
        for caso, gerado in zip(casos, protocolo.gerar(len(casos)), strict=True)
    ]


def _acidentes(acaso: random.Random, linhas: Linhas, agora: datetime) -> None:
    """Some last answers that failed or are in doubt, so that each state can be seen."""
    ultimas = [
        m
        for a, m in linhas.ultimas
        if m.autor and a.esta_aberto and agora - m.momento > timedelta(minutes=30)
    ]
    acaso.shuffle(ultimas)
    # The oldest stand with the window closed: there Meta refuses for that reason.
    ultimas.sort(key=lambda m: agora - m.momento < timedelta(days=1))
    for i, mensagem in enumerate(ultimas[:FALHAS]):
        recibos.falhar(mensagem, recibos.JANELA_FECHADA, na_hora=i % 2 == 0)
    for i, mensagem in enumerate(ultimas[-FALHAS:]):
        recibos.falhar(mensagem, recibos.NUMERO_SEM_WHATSAPP, na_hora=i % 2 == 0)
    for mensagem in ultimas[-FALHAS - DUVIDAS : -FALHAS]:
        recibos.duvidar(mensagem)


def _numerar(linhas: Linhas) -> None:
    """Give messages their ids in the order of the clock, and point rows at each other."""
    linhas.mensagens.sort(key=lambda m: m.momento)
    linhas.envios.sort(key=lambda e: e.criado_em)
    linhas.transicoes.sort(key=lambda t: t.momento)
    for mensagem, pk in zip(
        linhas.mensagens, _reservar(Mensagem, len(linhas.mensagens)), strict=True
    ):
        mensagem.pk = pk
    entradas = [m for m in linhas.mensagens if not m.da_prefeitura]
    eventos = _reservar(EventoRecebido, len(entradas))
    for mensagem, evento in zip(entradas, eventos, strict=True):
        mensagem.evento, mensagem.indice = evento, 0
    for mensagem, alvo in linhas.respostas:
        mensagem.resposta_a_id = alvo.pk
    for atendimento, ultima in linhas.ultimas:
        atendimento.ultima_mensagem_id = ultima.pk


def _gravar(gente: Iterable[pessoas.Pessoa], linhas: Linhas, arquivos: Arquivos) -> None:
    conversas = []
    for pessoa in gente:
        movimentos = linhas.movimentos.get(id(pessoa.conversa))
        if movimentos:
            pessoa.conversa.criada_em = min(quando for quando, _, _ in movimentos)
            focar(pessoa.conversa, movimentos)
            conversas.append(pessoa.conversa)
    _criar(Conversa, conversas)
    _criar(Atendimento, linhas.atendimentos)
    arquivos.gravar()
    _criar(Envio, linhas.envios)
    _criar(SituacaoDoEnvio, linhas.situacoes)
    _criar(Mensagem, linhas.mensagens)
    _criar(Transicao, linhas.transicoes)
    _criar(Reacao, linhas.reacoes)


def _criar(modelo: type[models.Model], linhas: list) -> None:
    modelo.objects.bulk_create(linhas, batch_size=LOTE)


def _rascunhos(acaso: random.Random, atendimentos: list[Atendimento]) -> list[Rascunho]:
    esperam = [a for a in atendimentos if a.servidor_id and a.esperando_desde]
    return [
        Rascunho(servidor=a.servidor, atendimento=a, texto=acaso.choice(_COMECOS))
        for a in acaso.sample(esperam, RASCUNHOS)
    ]


def _desde_quando() -> None:
    """Citizens are known since their first thread, not since the seeding (`auto_now_add`)."""
    conversa = Conversa.objects.filter(cidadao=OuterRef("pk")).values("criada_em")
    Cidadao.objects.exclude(conversas=None).update(criado_em=Subquery(conversa[:1]))
    cidadao = Cidadao.objects.filter(pk=OuterRef("cidadao")).values("criado_em")
    Identidade.objects.update(criada_em=Subquery(cidadao[:1]))
