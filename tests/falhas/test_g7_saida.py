"""G7: no send is accepted twice, and what Meta accepted is shown; with the files, states and
transactions of the same runs (G9, G10, G17)."""

import time

import pytest

from prefeitura.ambiente.processos import esperar
from prefeitura.whatsapp.models import Envio
from tests.falhas.apressado import PRAZO_S
from tests.falhas.casa import Casa
from tests.falhas.enviador import parar
from tests.falhas.juiz import duvidas_resolvidas, julgar_arquivos, julgar_entrada
from tests.falhas.medida import anotar, tamanho
from tests.falhas.mortes import Matador
from tests.falhas.relogio import sementes
from tests.falhas.trafego import Cidadaos, Fila, Servidores
from tests.falhas.vigia import Vigia

pytestmark = pytest.mark.lento

# Each line spoils one call in forty: a fifth of them in all. Meta took the first five.
FALHAS_NO_ENVIO = [
    {"tipo": "aceita_e_fecha"},
    {"tipo": "aceita_e_cala", "silencio_ms": 30_000},
    {"tipo": "500_html", "aceitar": True},
    {"tipo": "meio_json"},
    {"tipo": "corpo_lento", "intervalo_ms": 1_000},
    {"cortar": "antes"},
    {"tipo": "429"},
    {"http": 503, "codigo": 131016},
]
FALHAS_NO_ARQUIVO = [
    {"tipo": "meio_json"},
    {"cortar": "depois"},
    {"http": 404},
    {"http": 500},
]


def combinar(casa: Casa, onde: str, falhas: list[dict], parte: float) -> None:
    """Let a `parte` of the calls go wrong, each in one of these ways."""
    for falha in falhas:
        casa.pilha.controle(
            "POST",
            "falhas",
            json={"onde": onde, "vezes": 0, "prob": parte / len(falhas), **falha},
        )


@sementes("g7")
def test_g7_kills_and_faults_lose_nothing_and_send_nothing_twice(casa, acaso, record_property):
    todos = ["web", "trabalhador-entrada", "trabalhador-geral", "varredor", "postgres", "valkey"]
    cidadaos, servidores = Cidadaos(casa, acaso, pausa=0.3), Servidores(casa, acaso)
    fila = Fila(casa, tamanho(60, 6_000))
    combinar(casa, "messages", FALHAS_NO_ENVIO, 0.2)
    combinar(casa, "download", FALHAS_NO_ARQUIVO, 0.4)
    matador = Matador(casa, acaso, todos, prazo=tamanho(90, 480))
    with Vigia(casa) as vigia:
        for fio in (cidadaos, servidores, fila):
            fio.start()
        matador.matar(tamanho(18, 180))
        if tamanho(0, 1):
            fila.join(240)
        parar([cidadaos, servidores, fila])
        casa.em_paz()
    saida = duvidas_resolvidas(casa)
    entrada = julgar_entrada(cidadaos.wamids)
    arquivos = julgar_arquivos(cidadaos.fotos)
    chaves = set(
        Envio.objects.filter(servidor__isnull=False).values_list("chave_cliente", flat=True)
    )
    sumidas = {p.chave for p in servidores.feitas} - {str(c) for c in chaves}
    saida.exigir()
    assert {n: v for n, v in entrada.items() if n != "mensagens" and v} == {}
    assert arquivos["arquivos_errados"] == 0
    assert sumidas == set()
    assert vigia.maior < 35, "uma transação viveu mais de trinta segundos"
    assert "SemTransacao" not in casa.pilha.registros(100_000)
    casa.conferir()
    anotar(
        record_property,
        "G7",
        kills=matador.total,
        **{f"kills_de_{nome}": vezes for nome, vezes in matador.mortes.items()},
        envios=saida.envios,
        aceitos=saida.aceitos,
        aceitos_mais_de_1=saida.aceitos_mais_de_1,
        perdidos=saida.perdidos,
        inventados=saida.inventados,
        em_duvida=saida.incertas,
        respostas=len(servidores.feitas),
        respostas_perdidas=len(sumidas),
        **entrada,
    )
    anotar(record_property, "G9", **arquivos)
    anotar(record_property, "G10", violacoes=0)
    anotar(
        record_property,
        "G17",
        chamadas_em_transacao=0,
        transacoes_de_mais_de_30s=int(vigia.maior >= 30),
        max_transacao_s=round(vigia.maior, 1),
    )


def test_g7_a_worker_thawed_after_its_lease_sends_nothing_twice(casa, record_property):
    congelados = 0
    for _ in range(tamanho(1, 10)):
        fila = Fila(casa, 30, pessoas=30)
        casa.pilha.controle("POST", "config", json={"latencia_ms": 700})
        fila.start()
        assert esperar(lambda: Envio.objects.filter(estado="enviando").count() >= 4, 60)
        casa.pilha.congelar("trabalhador-geral")
        no_ar = set(Envio.objects.filter(estado="enviando").values_list("pk", flat=True))
        try:
            # Past the lease the sweep calls it a doubt; a status may say that it arrived.
            assert esperar(
                lambda: not Envio.objects.filter(pk__in=no_ar, estado="enviando").exists(),  # noqa: B023
                PRAZO_S + 60,
                passo=0.2,
            )
        finally:
            casa.pilha.descongelar("trabalhador-geral")
        fila.join(30)
        casa.em_paz()
        congelados += len(no_ar)
    saida = duvidas_resolvidas(casa)
    saida.exigir()
    casa.conferir()
    anotar(record_property, "G7", congelados=congelados, aceitos_mais_de_1=0, perdidos=0)


@sementes("rede")
def test_g7_a_bad_network_between_any_two_loses_nothing(casa, acaso, record_property):
    cidadaos, servidores = Cidadaos(casa, acaso, pausa=0.3), Servidores(casa, acaso)
    for fio in (cidadaos, servidores):
        fio.start()
    todos = [(p, comecar) for p in casa.proxies.values() for comecar in p.defeitos()]
    acaso.shuffle(todos)
    escolhidos = todos[: tamanho(8, len(todos))] * tamanho(1, 2)
    for proxy, comecar in escolhidos:
        comecar()
        time.sleep(acaso.uniform(0.3, tamanho(1, 4)))
        proxy.sarar()
        proxy.derrubar()
    parar([cidadaos, servidores])
    casa.em_paz()
    entrada = julgar_entrada(cidadaos.wamids)
    saida = duvidas_resolvidas(casa)
    saida.exigir()
    assert {n: v for n, v in entrada.items() if n != "mensagens" and v} == {}
    casa.conferir()
    anotar(
        record_property,
        "G7",
        defeitos_de_rede=len(escolhidos),
        aceitos_mais_de_1=saida.aceitos_mais_de_1,
        perdidos=saida.perdidos,
        **entrada,
    )
