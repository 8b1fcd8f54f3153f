"""`pesquisa`: a fixed mix of 200 searches of the inbox, in few messages and in many.

Real HTTP to the site; the words are drawn as people use them, few very often and many hardly ever.
"""

import itertools
import random
import statistics
import time
from collections.abc import Iterator

import requests

from benchmarks.bancada import Bancada
from benchmarks.figura import Figura
from benchmarks.gente import sessoes

PEQUENA, GRANDE = 100_000, 1_000_000  # messages; `--tamanho 10` makes the large one ten millions
POR_ATENDIMENTO = 10
BUSCAS = 200
LIMITE_MS, VEZES_A_PEQUENA = 500, 4
COMUNS = (
    "bom dia boa tarde obrigado preciso quero iptu segunda via boleto consulta exame vacina "
    "certidão alvará matrícula escola creche lâmpada buraco coleta lixo protocolo agendamento"
).split()
SILABAS = [c + v for c in "b c d f g l m n p r s t v z".split() for v in "a e i o u ão".split()]
NOMES = "Maria José Antônio Ana João Francisca Luís Márcia Sebastião Tereza Conceição Íris".split()
SOBRENOMES = "Souza Silva Gonçalves Araújo Conceição Lima Brandão Assunção Prado Nóbrega".split()

# One matter in twenty is of the small team; a person has one thread with some matters in it.
_ENCHER = """
WITH gente AS (
    INSERT INTO cadastro_cidadao
        (nome, nome_no_whatsapp, username, wa_id, user_id, criado_em)
    SELECT '', (%(nomes)s::text[])[1 + n %% %(quantos_nomes)s] || ' ' || n, '',
        '55' || (11900000000 + n), 'B' || n, now()
    FROM generate_series(%(desde)s + 1, %(ate)s, 3) AS n
    RETURNING id
), conversas AS (
    INSERT INTO atendimento_conversa (cidadao_id, numero_id)
    SELECT id, %(numero)s FROM gente RETURNING id
), abertos AS (
    INSERT INTO atendimento_atendimento
        (protocolo, estado, em_triagem, prioridade, resultado, nao_lidas, versao, conversa_id,
         equipe_id, ultima_em)
    SELECT 'P' || id || '-' || vez, 'encerrado', false, 2, '', 0, 1, id,
        CASE WHEN random() < 0.05 THEN %(pequena)s ELSE %(equipe)s END,
        now() - random() * interval '3 years'
    FROM conversas, generate_series(1, 3) AS vez RETURNING id, equipe_id, ultima_em
)
INSERT INTO atendimento_mensagem
    (direcao, origem, tipo, texto, dados, citada_wamid, momento, com_atraso, atendimento_id,
     equipe_id, numero_id)
SELECT 'entrada', '', 'texto', (%(textos)s::text[])[1 + (random() * %(ultimo)s)::int], '{}', '',
    ultima_em, false, id, equipe_id, %(numero)s
FROM abertos, generate_series(1, %(por_atendimento)s)
"""


def medir(bancada: Bancada) -> Iterator[Figura]:
    """Yield the p95 of the searches in the large city, beside that in the small one."""
    bancada.so("web")
    acaso = random.Random(bancada.semente)
    vocabulario = _vocabulario(acaso)
    pequena = _outra_equipe(bancada)
    cookies = sessoes(bancada)
    tempos, feitas = {}, 0
    with bancada.conectar() as conexao:
        for nome, tamanho in (("pequena", PEQUENA), ("grande", int(GRANDE * bancada.tamanho))):
            _encher(conexao, bancada, acaso, vocabulario, pequena, feitas, tamanho)
            feitas = tamanho
            buscas = _buscas(random.Random(bancada.semente), vocabulario)
            tempos[nome] = _medir(bancada, cookies, buscas)
    p95 = {nome: _p95([t for _, t in lidos]) for nome, lidos in tempos.items()}
    razao = p95["grande"] / p95["pequena"]
    yield Figura(
        "pesquisa",
        p95["grande"],
        "ms (p95)",
        teto=p95["pequena"],
        razao=razao,
        meta=f"< {LIMITE_MS} ms, < {VEZES_A_PEQUENA} × a de {PEQUENA:,}".replace(",", "."),
        alcancada=p95["grande"] < LIMITE_MS and razao < VEZES_A_PEQUENA,
        nota=f"{feitas:,} mensagens".replace(",", "."),
        detalhe={"p95_por_tipo": {nome: _por_tipo(lidos) for nome, lidos in tempos.items()}},
    )


def _vocabulario(acaso: random.Random) -> list[str]:
    raras = {"".join(acaso.choices(SILABAS, k=acaso.randint(2, 4))) for _ in range(12_000)}
    return [*COMUNS, *sorted(raras)]


def _outra_equipe(bancada: Bancada) -> int:
    """Return a second team, in which the second half of the servants works alone."""
    from prefeitura.cadastro.models import Participacao
    from tests import factories

    with bancada.pilha.no_banco():
        equipe = factories.EquipeFactory()
        metade = bancada.pessoas[len(bancada.pessoas) // 2 :]
        Participacao.objects.filter(servidor__in=metade).update(
            equipe=equipe, secretaria=equipe.secretaria
        )
        return equipe.pk


def _encher(conexao, bancada, acaso, vocabulario, pequena, desde: int, ate: int) -> None:
    pesos = list(itertools.accumulate(1 / (n + 1) for n in range(len(vocabulario))))
    textos = [
        " ".join(acaso.choices(vocabulario, cum_weights=pesos, k=acaso.randint(2, 14)))
        for _ in range(40_000)
    ]
    nomes = [f"{nome} {sobrenome}" for nome in NOMES for sobrenome in SOBRENOMES]
    conexao.execute(
        _ENCHER,
        {
            "nomes": nomes,
            "quantos_nomes": len(nomes),
            "desde": desde // POR_ATENDIMENTO,
            "ate": ate // POR_ATENDIMENTO,
            "numero": bancada.numero.pk,
            "equipe": bancada.numero.equipe_de_triagem_id,
            "pequena": pequena,
            "textos": textos,
            "ultimo": len(textos) - 1,
            "por_atendimento": POR_ATENDIMENTO,
        },
    )
    conexao.execute("VACUUM ANALYZE")


def _buscas(acaso: random.Random, vocabulario: list[str]) -> list[tuple[str, str]]:
    def rara() -> str:
        return acaso.choice(vocabulario[2_000:])

    def comum() -> str:
        return acaso.choice(COMUNS)

    feitios = {
        "nome": lambda: f"{acaso.choice(NOMES)} {acaso.choice(SOBRENOMES)}",
        "telefone": lambda: f"9{acaso.randrange(10_000):07d}",
        "protocolo": lambda: f"P{acaso.randrange(1, 3_000)}-2",
        "rara": rara,
        "comum": comum,
        "duas": lambda: f"{comum()} {rara()}",
        "comuns": lambda: f"{comum()} {comum()}",
        "comeco": lambda: comum()[:3],
    }
    tipos = itertools.islice(itertools.cycle(feitios), BUSCAS)
    return [(tipo, feitios[tipo]()) for tipo in tipos]


def _medir(bancada: Bancada, cookies: list[str], buscas) -> list[tuple[str, float]]:
    lidos = []
    with requests.Session() as sessao:
        for n, (tipo, q) in enumerate(buscas):
            # By both teams, each kind: eight kinds and an odd step.
            cookie = cookies[(n // 8 * 11) % len(cookies)]
            inicio = time.perf_counter()
            resposta = sessao.get(
                f"{bancada.pilha.endereco}/atendimento/",
                params={"aba": "tudo", "q": q},
                headers={"Cookie": f"sessionid={cookie}", "HX-Request": "true"},
                timeout=60,
            )
            lidos.append((tipo, (time.perf_counter() - inicio) * 1_000))
            if resposta.status_code != 200 or 'id="linhas"' not in resposta.text:
                raise RuntimeError(f"a busca por {q} respondeu {resposta.status_code}")
    return lidos


def _p95(valores: list[float]) -> float:
    return statistics.quantiles(valores, n=20)[-1]


def _por_tipo(lidos) -> dict[str, float]:
    tipos = {tipo for tipo, _ in lidos}
    return {t: round(_p95([v for tipo, v in lidos if tipo == t])) for t in sorted(tipos)}
