"""Stored webhooks as a busy day leaves them, each with one item, as Meta mostly sends them.

Each call makes people, sends and events that no other round has, so that nothing needs cleaning.
"""

import hashlib
import itertools
import random
import uuid
from types import SimpleNamespace

import psycopg

from tests import chegada

MENSAGENS_POR_PESSOA = 3
BOLHAS_POR_PESSOA = 3
RECIBOS = ("sent", "delivered", "read")
COM_ARQUIVO = 0.1
PRECO = {"billable": True, "pricing_model": "PMP", "category": "service", "type": "regular"}
_pessoas = itertools.count(20_000_000)

_ATENDIDAS = """
WITH gente AS (
    INSERT INTO cadastro_cidadao
        (nome, nome_no_whatsapp, username, wa_id, user_id, criado_em)
    SELECT '', 'Maria Souza', '', t, u, now()
    FROM unnest(%(telefones)s::text[], %(ids)s::text[]) AS x(t, u)
    RETURNING id, wa_id, user_id
), nomes AS (
    INSERT INTO cadastro_identidade (tipo, valor, como_veio, ativa, criada_em, cidadao_id)
    SELECT tipo, valor, veio, true, now(), id FROM gente, LATERAL (
        VALUES ('telefone', wa_id, wa_id), ('bsuid', user_id, user_id)
    ) AS n(tipo, valor, veio)
), conversas AS (
    INSERT INTO atendimento_conversa (cidadao_id, numero_id, janela_ate)
    SELECT id, %(numero)s, now() + interval '1 day' FROM gente RETURNING id, cidadao_id
), abertos AS (
    INSERT INTO atendimento_atendimento
        (protocolo, estado, em_triagem, prioridade, resultado, nao_lidas, versao, conversa_id,
         equipe_id)
    SELECT 'B' || id, 'na_fila', false, 2, '', 0, 1, id, %(equipe)s FROM conversas
    RETURNING id, conversa_id
), envios AS (
    INSERT INTO whatsapp_envio
        (id, corpo, prioridade, estado, tentativa, rodadas, wamid, detalhe, cidadao_id, numero_id)
    SELECT gen_random_uuid(), '{"type":"text"}', 0, 'enviada', 1, 0,
        'wamid.BENCH' || gen_random_uuid(), '', cidadao_id, %(numero)s
    FROM conversas, generate_series(1, %(bolhas)s) RETURNING id, wamid, cidadao_id
), situacoes AS (
    INSERT INTO whatsapp_situacaodoenvio (envio_id, posto, preco_tipo, preco_categoria)
    SELECT id, 1, '', '' FROM envios
), bolhas AS (
    INSERT INTO atendimento_mensagem
        (direcao, origem, tipo, texto, dados, citada_wamid, momento, com_atraso, atendimento_id,
         envio_id, equipe_id, numero_id)
    SELECT 'saida', '', 'texto', 'Bom dia', '{}', '', now(), false, a.id, e.id, %(equipe)s,
        %(numero)s
    FROM envios e JOIN conversas c USING (cidadao_id) JOIN abertos a ON a.conversa_id = c.id
)
SELECT e.id, e.wamid, g.wa_id FROM envios e JOIN gente g ON g.id = e.cidadao_id
"""


def preparar(
    conexao: psycopg.Connection, numero, acaso: random.Random, *, status: int, mensagens: int
) -> None:
    """Store so many webhooks, in any order: `status` receipts of sends that are known, and
    `mensagens` of people who never wrote before, three each, a tenth of them with a file."""
    corpos = _recibos(conexao, numero, status) if status else []
    corpos += _mensagens(numero, acaso, mensagens)
    acaso.shuffle(corpos)
    conexao.execute(
        "INSERT INTO whatsapp_eventorecebido (corpo, sha256, correlacao)"
        " SELECT c, h, k FROM unnest(%s::bytea[], %s::bytea[], %s::text[]) AS x(c, h, k)",
        [
            corpos,
            [hashlib.sha256(c).digest() for c in corpos],
            [uuid.uuid4().hex for _ in corpos],
        ],
    )
    # As autovacuum would: the planner must know the tables for both.
    conexao.execute("VACUUM ANALYZE")


def _gente(quantas: int) -> list[tuple[str, str]]:
    return [(f"55119{n}", f"BR.{n}") for n in itertools.islice(_pessoas, quantas)]


def _recibos(conexao: psycopg.Connection, numero, quantos: int) -> list[bytes]:
    por_pessoa = BOLHAS_POR_PESSOA * len(RECIBOS)
    gente = _gente(-(-quantos // por_pessoa))
    envios = conexao.execute(
        _ATENDIDAS,
        {
            "telefones": [t for t, _ in gente],
            "ids": [u for _, u in gente],
            "numero": numero.pk,
            "equipe": numero.equipe_de_triagem_id,
            "bolhas": BOLHAS_POR_PESSOA,
        },
    ).fetchall()
    corpos = []
    for envio_id, wamid, wa_id in envios:
        envio = SimpleNamespace(pk=envio_id, wamid=wamid, cidadao=SimpleNamespace(wa_id=wa_id))
        for nome in RECIBOS:
            recibo = chegada.status(envio, nome, pricing=PRECO)
            corpos.append(chegada.corpo(numero, chegada.valor(numero, statuses=[recibo])))
    return corpos[:quantos]


def _mensagens(numero, acaso: random.Random, quantas: int) -> list[bytes]:
    corpos = []
    for telefone, user_id in _gente(-(-quantas // MENSAGENS_POR_PESSOA)):
        for _ in range(MENSAGENS_POR_PESSOA):
            partes = {}
            if acaso.random() < COM_ARQUIVO:
                foto = {"id": str(acaso.getrandbits(50)), "mime_type": "image/jpeg", "sha256": "x"}
                partes = {"type": "image", "image": foto}
            mensagem = chegada.mensagem(
                "Bom dia, quero a segunda via do IPTU", de=telefone, user_id=user_id,
                wamid=f"wamid.{uuid.uuid4().hex}", **partes,
            )  # fmt: skip
            corpos.append(chegada.corpo(numero, chegada.valor(numero, mensagens=[mensagem])))
    return corpos[:quantas]
