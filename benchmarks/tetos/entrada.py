"""The ceiling of `entrada`: claim, json.loads, set-based statements, and the same rows at the end.

It trusts everything: no repetition, no bad item, no other worker, nobody to tell.
Run as `python -m benchmarks.tetos.entrada`; prints {"eventos": n, "segundos": s}.
"""

import json
import os
import time
import uuid
from datetime import UTC, datetime

import psycopg

LOTE = 300

REIVINDICAR = """
SELECT id, corpo, recebido_em, correlacao FROM whatsapp_eventorecebido WHERE estado = 'novo'
ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED
"""
CONCLUIR = """
UPDATE whatsapp_eventorecebido SET estado = 'feito', aplicado_em = now(), tentativas = 1
WHERE id = ANY(%s)
"""
STATUS = """
WITH x AS (
    SELECT id, max(posto) AS posto, min(momento) FILTER (WHERE posto = 2) AS enviado,
        min(momento) FILTER (WHERE posto = 3) AS entregue,
        min(momento) FILTER (WHERE posto = 4) AS lido
    FROM unnest(%s::uuid[], %s::int[], %s::timestamptz[]) AS t(id, posto, momento) GROUP BY id
), andou AS (
    UPDATE whatsapp_situacaodoenvio s SET posto = GREATEST(s.posto, x.posto),
        enviado_em = LEAST(s.enviado_em, x.enviado),
        entregue_em = LEAST(s.entregue_em, x.entregue),
        lido_em = LEAST(s.lido_em, x.lido), preco_tipo = 'regular', preco_categoria = 'service'
    FROM x WHERE s.envio_id = x.id RETURNING s.envio_id, x.entregue
), consumo AS (
    INSERT INTO whatsapp_consumomensal (numero_id, mes, tipo, categoria, quantidade)
    SELECT e.numero_id, date_trunc('month', now())::date, 'regular', 'service', count(*)
    FROM andou JOIN whatsapp_envio e ON e.id = andou.envio_id WHERE entregue IS NOT NULL GROUP BY 1
    ON CONFLICT (numero_id, mes, tipo, categoria)
    DO UPDATE SET quantidade = whatsapp_consumomensal.quantidade + EXCLUDED.quantidade
)
UPDATE atendimento_atendimento SET alterado_em = now() WHERE id IN (
    SELECT m.atendimento_id FROM atendimento_mensagem m JOIN andou ON andou.envio_id = m.envio_id
)
"""
CONHECIDOS = """
SELECT i.valor, a.id, c.id FROM cadastro_identidade i
JOIN atendimento_conversa c ON c.cidadao_id = i.cidadao_id
JOIN atendimento_atendimento a ON a.conversa_id = c.id
WHERE i.tipo = 'bsuid' AND i.ativa AND i.valor = ANY(%s) AND a.estado <> 'encerrado'
"""
ABRIR = """
WITH gente AS (
    INSERT INTO cadastro_cidadao (nome, nome_no_whatsapp, username, wa_id, user_id, criado_em)
    SELECT '', nome, '', telefone, bsuid, now()
    FROM unnest(%(telefones)s::text[], %(bsuids)s::text[], %(nomes)s::text[])
        AS t(telefone, bsuid, nome)
    RETURNING id, wa_id, user_id
), nomes AS (
    INSERT INTO cadastro_identidade (tipo, valor, como_veio, ativa, criada_em, cidadao_id)
    SELECT tipo, valor, veio, true, now(), id FROM gente, LATERAL (
        VALUES ('telefone', wa_id, wa_id), ('bsuid', user_id, user_id)
    ) AS n(tipo, valor, veio)
), conversas AS (
    INSERT INTO atendimento_conversa (cidadao_id, numero_id)
    SELECT id, %(numero)s FROM gente RETURNING id, cidadao_id
), abertos AS (
    INSERT INTO atendimento_atendimento
        (protocolo, estado, em_triagem, prioridade, resultado, nao_lidas, versao, conversa_id,
         equipe_id)
    SELECT 'T' || nextval('atendimento_protocolo'), 'na_fila', true, 2, '', 0, 1, id, %(equipe)s
    FROM conversas RETURNING id, conversa_id
), transicoes AS (
    INSERT INTO atendimento_transicao (atendimento_id, tipo, nota, equipe_id)
    SELECT id, 'aberto', '', %(equipe)s FROM abertos
), envios AS (
    INSERT INTO whatsapp_envio
        (id, corpo, prioridade, estado, tentativa, rodadas, detalhe, cidadao_id, numero_id)
    SELECT gen_random_uuid(), '{"type":"text","text":{"body":"recebemos sua mensagem"}}', 1,
        'pendente', 0, 0, '', cidadao_id, %(numero)s
    FROM conversas RETURNING id, cidadao_id
), situacoes AS (
    INSERT INTO whatsapp_situacaodoenvio (envio_id, posto, preco_tipo, preco_categoria)
    SELECT id, 0, '', '' FROM envios
), bolhas AS (
    INSERT INTO atendimento_mensagem
        (direcao, origem, tipo, texto, dados, citada_wamid, momento, com_atraso, atendimento_id,
         envio_id, equipe_id, numero_id)
    SELECT 'saida', 'robo', 'texto', 'recebemos sua mensagem', '{}', '', now(), false, a.id, e.id,
        %(equipe)s, %(numero)s
    FROM envios e JOIN conversas c USING (cidadao_id) JOIN abertos a ON a.conversa_id = c.id
)
SELECT g.user_id, a.id, c.id FROM gente g JOIN conversas c ON c.cidadao_id = g.id
JOIN abertos a ON a.conversa_id = c.id
"""
MIDIAS = """
INSERT INTO whatsapp_midia (id, media_id, declarado, sha256_declarado, nome, estado, tentativas,
    erro, arquivo, tipo, sha256, numero_id)
SELECT id, media, 'image/jpeg', '', '', 'pendente', 0, '', '', '', '', %s
FROM unnest(%s::uuid[], %s::text[]) AS t(id, media)
"""
MENSAGENS = """
WITH novas AS (
    INSERT INTO atendimento_mensagem
        (wamid, direcao, origem, tipo, texto, dados, citada_wamid, momento, recebida_em, com_atraso,
         evento, indice, atendimento_id, equipe_id, midia_id, numero_id)
    SELECT wamid, 'entrada', '', tipo, texto, '{}', '', momento, recebida, false, evento, 0,
        atendimento, %(equipe)s, midia, %(numero)s
    FROM unnest(%(wamids)s::text[], %(tipos)s::text[], %(textos)s::text[],
        %(momentos)s::timestamptz[], %(recebidas)s::timestamptz[], %(eventos)s::bigint[],
        %(atendimentos)s::bigint[], %(midias)s::uuid[])
        AS t(wamid, tipo, texto, momento, recebida, evento, atendimento, midia)
    RETURNING id, atendimento_id, momento
), ultimas AS (
    SELECT atendimento_id, count(*) AS quantas, max(id) AS id, max(momento) AS momento,
        min(momento) AS primeira FROM novas GROUP BY 1
), conversas AS (
    UPDATE atendimento_conversa c SET foco_id = a.id, janela_ate = u.momento + interval '1 day'
    FROM ultimas u JOIN atendimento_atendimento a ON a.id = u.atendimento_id
    WHERE c.id = a.conversa_id
)
UPDATE atendimento_atendimento a SET ultima_mensagem_id = u.id, ultima_em = u.momento,
    nao_lidas = a.nao_lidas + u.quantas, alterado_em = now(),
    esperando_desde = LEAST(a.esperando_desde, u.primeira)
FROM ultimas u WHERE a.id = u.atendimento_id
"""
POSTOS = {"sent": 2, "delivered": 3, "read": 4}


def aplicar_status(cursor, status: list[dict]) -> None:
    """Move the sends, count what was delivered, mark the matters."""
    cursor.execute(
        STATUS,
        [
            [s["biz_opaque_callback_data"] for s in status],
            [POSTOS[s["status"]] for s in status],
            [_momento(s) for s in status],
        ],
    )


def aplicar_mensagens(cursor, mensagens: list[tuple], numero: int, equipe: int) -> None:
    """Find or create people and matters, note files, store the messages."""
    bsuids = {m["from_user_id"]: (m["from"], nome) for m, nome, *_ in mensagens}
    cursor.execute(CONHECIDOS, [list(bsuids)])
    lugares = {bsuid: atendimento for bsuid, atendimento, _ in cursor.fetchall()}
    novos = [b for b in bsuids if b not in lugares]
    comuns = {"numero": numero, "equipe": equipe}
    if novos:
        telefones, nomes = zip(*(bsuids[b] for b in novos), strict=True)
        gente = {"telefones": list(telefones), "nomes": list(nomes), "bsuids": novos}
        cursor.execute(ABRIR, comuns | gente)
        lugares |= {bsuid: atendimento for bsuid, atendimento, _ in cursor.fetchall()}
    midias = [uuid.uuid4() if "image" in m else None for m, *_ in mensagens]
    arquivos = [(i, m["image"]["id"]) for i, (m, *_) in zip(midias, mensagens, strict=True) if i]
    if arquivos:
        cursor.execute(MIDIAS, [numero, [i for i, _ in arquivos], [a for _, a in arquivos]])
    colunas = {
        "wamids": [m["id"] for m, *_ in mensagens],
        "tipos": ["imagem" if "image" in m else "texto" for m, *_ in mensagens],
        "textos": [m.get("text", {}).get("body", "") for m, *_ in mensagens],
        "momentos": [_momento(m) for m, *_ in mensagens],
        "recebidas": [recebido for _, _, recebido, _ in mensagens],
        "eventos": [evento for *_, evento in mensagens],
        "atendimentos": [lugares[m["from_user_id"]] for m, *_ in mensagens],
        "midias": midias,
    }
    cursor.execute(MENSAGENS, comuns | colunas)


def lote(conexao: psycopg.Connection, numero: int, equipe: int) -> int:
    """Apply one batch in one transaction; return how many events it had."""
    with conexao.transaction(), conexao.cursor() as cursor:
        cursor.execute(REIVINDICAR, [LOTE])
        eventos = cursor.fetchall()
        status, mensagens = [], []
        for evento, corpo, recebido, _ in eventos:
            valor = json.loads(corpo)["entry"][0]["changes"][0]["value"]
            status += valor.get("statuses", ())
            for mensagem in valor.get("messages", ()):
                nome = valor["contacts"][0]["profile"]["name"]
                mensagens.append((mensagem, nome, recebido, evento))
        if status:
            aplicar_status(cursor, status)
        if mensagens:
            aplicar_mensagens(cursor, mensagens, numero, equipe)
        cursor.execute(CONCLUIR, [[e[0] for e in eventos]])
    return len(eventos)


def _momento(item: dict) -> datetime:
    return datetime.fromtimestamp(int(item["timestamp"]), UTC)


def main() -> None:
    """Apply all that waits."""
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as conexao:
        numero, equipe = conexao.execute(
            "SELECT id, equipe_de_triagem_id FROM whatsapp_numero LIMIT 1"
        ).fetchone()
        total, inicio = 0, time.perf_counter()
        while feitos := lote(conexao, numero, equipe):
            total += feitos
        segundos = time.perf_counter() - inicio
    print(json.dumps({"eventos": total, "segundos": segundos}))


if __name__ == "__main__":
    main()
