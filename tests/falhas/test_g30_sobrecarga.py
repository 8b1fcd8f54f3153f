"""G30: under three times the load of a large city nothing accepted is lost, and answers go first.

The load is open: it does not wait for who is slow. A webhook that is refused (503) is posted again
when the storm ends, as Meta does.
"""

import itertools
import json
import statistics
import threading
import time
from collections import deque

import pytest

from prefeitura.whatsapp.models import Envio
from tests.chegada import corpo, mensagem, status, valor
from tests.falhas.casa import Casa
from tests.falhas.enviador import Enviador, parar
from tests.falhas.juiz import duvidas_resolvidas, julgar_entrada
from tests.falhas.medida import LONGA, anotar, tamanho
from tests.falhas.relogio import sementes
from tests.falhas.trafego import Fila, Servidores

pytestmark = pytest.mark.lento

NOMINAL = 80  # webhooks a second: twenty messages, and the statuses of twenty answers
VEZES = 3
CONEXOES = 8
SEGUNDOS = tamanho(60, 600)
APLICADO_EM_S = 600
WEBHOOK_P99_S = 1.0
RESPOSTA_P95_S = 5.0
_rodadas = itertools.count(1)


class Tempestade:
    """What Meta posts: one message to three statuses, of people and sends that exist."""

    def __init__(self, casa: Casa, acaso) -> None:
        self.acaso, self.numero = acaso, casa.numero
        assert self.numero.conta  # read here: the threads touch no database
        self.envios = list(Envio.objects.filter(estado="enviada").select_related("cidadao")[:300])
        self.pessoas = casa.telefones(200)
        casa.pilha.controle(
            "POST",
            "cidadaos",
            json={
                "cidadaos": [{"wa_id": t, "ultima_mensagem_ha_segundos": 60} for t in self.pessoas]
            },
        )
        self.rodada = next(_rodadas)
        self._conta = itertools.count(1)
        self._trava = threading.Lock()

    def proximo(self) -> tuple[str, bytes]:
        """The wamid of the message, or "" for a status, and the body."""
        with self._trava:
            n = next(self._conta)
            if n % 4:
                nome = ("sent", "delivered", "read")[n % 3]
                item = status(self.acaso.choice(self.envios), nome)
                return "", corpo(self.numero, valor(self.numero, statuses=[item]))
            wamid = f"wamid.TEMPESTADE{self.rodada}.{n}"
            de = self.pessoas[n // 4 % len(self.pessoas)]
            item = mensagem(f"urgente {n}", de=de, wamid=wamid)
            return wamid, corpo(self.numero, valor(self.numero, mensagens=[item]))


class Corrente(Enviador):
    """One connection that posts by the clock, whatever the answers."""

    def __init__(self, endereco: str, tempestade: Tempestade, por_segundo: float) -> None:
        super().__init__(endereco, itertools.count())
        self.tempestade, self.passo = tempestade, 1 / por_segundo
        self.segundos: list[float] = []
        self.wamids: list[str] = []
        self.devidos: deque[tuple[str, bytes]] = deque()

    def run(self) -> None:
        hora = time.monotonic()
        while not self.fim.wait(max(0.0, hora - time.monotonic())):
            hora += self.passo
            wamid, bruto = self.tempestade.proximo()
            inicio = time.monotonic()
            http = self.postar(bruto)
            self.segundos.append(time.monotonic() - inicio)
            self._anotar(http, wamid, bruto)
        self._largar()

    def _anotar(self, http: int, wamid: str, bruto: bytes) -> None:
        if http != 200:
            self.devidos.append((wamid, bruto))
        elif wamid:
            self.wamids.append(wamid)

    def pagar(self) -> None:
        """Post again what was refused."""
        for _ in range(len(self.devidos)):
            wamid, bruto = self.devidos.popleft()
            self._anotar(self.postar(bruto), wamid, bruto)
        self._largar()


def demora_das_respostas(casa: Casa, servidores: Servidores) -> list[float]:
    """Seconds from the press of Enviar to Meta's acceptance, of each answer of a servant."""
    horarios = {
        linha["opaco"]: linha["horario"] for linha in casa.pilha.controle("GET", "livro").json()
    }
    chaves = {p.chave: p.prometida_em for p in servidores.feitas}
    deles = Envio.objects.filter(chave_cliente__in=chaves).values_list("pk", "chave_cliente")
    return [horarios[str(pk)] - chaves[str(chave)] for pk, chave in deles if str(pk) in horarios]


def nivel(casa: Casa) -> int:
    """The level of load that the sweep measured last."""
    with casa.conectar() as conexao:
        linha = conexao.execute(
            "SELECT valor FROM whatsapp_medida WHERE nome = 'nivel_de_carga'"
        ).fetchone()
    return int(linha[0]) if linha else 0


@sementes("g30")
def test_g30_three_times_the_load_loses_nothing_and_answers_go_first(casa, acaso, record_property):
    fila = Fila(casa, 60, pessoas=30)
    fila.start()
    fila.join(60)
    casa.em_paz()
    tempestade = Tempestade(casa, acaso)
    fios = [
        Corrente(casa.pilha.endereco, tempestade, NOMINAL * VEZES / CONEXOES)
        for _ in range(CONEXOES)
    ]
    servidores, niveis = Servidores(casa, acaso), [0]
    for fio in (*fios, servidores):
        fio.start()
    fim = time.monotonic() + SEGUNDOS
    while time.monotonic() < fim:
        time.sleep(5)  # the length of the storm is the experiment
        niveis.append(nivel(casa))
    parar(fios)
    servidores.fim.set()
    servidores.join(30)
    acabou = time.monotonic()
    while devidos := [fio for fio in fios if fio.devidos]:
        assert time.monotonic() - acabou < APLICADO_EM_S
        for fio in devidos:
            fio.pagar()
    casa.em_paz(APLICADO_EM_S)
    aplicado_em = time.monotonic() - acabou
    respostas = sum((fio.respostas for fio in fios), fios[0].respostas.__class__())
    wamids = [w for fio in fios for w in fio.wamids]
    entrada = julgar_entrada(wamids)
    saida = duvidas_resolvidas(casa)
    saida.exigir()
    demoras = demora_das_respostas(casa, servidores)
    assert set(respostas) <= {200, 503}, json.dumps(respostas)
    assert entrada["mensagens_perdidas"] == entrada["mensagens_em_dobro"] == 0
    assert len(demoras) == len(servidores.feitas) > 0
    casa.conferir()
    p99 = statistics.quantiles([s for fio in fios for s in fio.segundos], n=100)[98]
    p95 = statistics.quantiles(demoras, n=20)[18]
    if LONGA:
        assert p99 <= WEBHOOK_P99_S or respostas[503]
        assert p95 <= RESPOSTA_P95_S
    anotar(
        record_property,
        "G30",
        webhooks=respostas.total(),
        adiados_503=respostas[503],
        respostas=len(demoras),
        mensagens_perdidas=0,
        max_webhook_p99_s=round(p99, 2),
        max_resposta_p95_s=round(p95, 2),
        max_nivel=max(niveis),
        max_aplicado_em_s=round(aplicado_em),
    )
