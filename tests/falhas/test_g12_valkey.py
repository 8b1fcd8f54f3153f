"""G12: Valkey may lose everything at any time; nothing is lost, and work resumes by itself."""

import time

import pytest
import redis
from django.utils import timezone

from prefeitura.ambiente.processos import esperar
from prefeitura.ambiente.saude import PROCESSOS
from prefeitura.whatsapp.models import Batimento, Envio
from tests.falhas.apressado import SILENCIO_S
from tests.falhas.enviador import parar
from tests.falhas.juiz import duvidas_resolvidas, julgar_entrada, julgar_saida
from tests.falhas.medida import anotar, tamanho
from tests.falhas.relogio import sementes
from tests.falhas.trafego import Cidadaos, Servidores

pytestmark = pytest.mark.lento

ESPERAM_O_BATIMENTO = """
SELECT count(*) FROM pg_stat_activity
WHERE wait_event_type = 'Lock' AND query LIKE '%whatsapp_batimento%'
"""


@sementes("g12")
def test_g12_valkey_emptied_again_and_again_loses_nothing(casa, acaso, record_property):
    cidadaos, servidores = Cidadaos(casa, acaso, pausa=0.3), Servidores(casa, acaso)
    for fio in (cidadaos, servidores):
        fio.start()
    vezes = tamanho(5, 30)
    with redis.Redis.from_url(casa.servicos.redis_url) as valkey:
        for _ in range(vezes):
            time.sleep(acaso.uniform(0.3, 2 * tamanho(1, 2) - 0.3))
            valkey.flushall()
    parar([cidadaos, servidores])
    casa.em_paz()
    entrada = julgar_entrada(cidadaos.wamids)
    duvidas_resolvidas(casa).exigir()
    assert {n: v for n, v in entrada.items() if n != "mensagens" and v} == {}
    casa.conferir()
    anotar(record_property, "G12", flushall=vezes, **entrada)


@sementes("g12-morte")
def test_g12_after_each_death_of_valkey_work_resumes_by_itself(casa, acaso, record_property):
    ciclos, wamids, maior = tamanho(2, 60), [], 0.0
    gente = Cidadaos(casa, acaso)
    for _ in range(ciclos):
        casa.pilha.matar("valkey")
        wamids += [gente.um() for _ in range(3)]
        time.sleep(acaso.uniform(0.05, 0.6))
        casa.pilha.subir("valkey")
        volta = time.monotonic()
        wamids.append(gente.um())
        casa.em_paz(90)
        maior = max(maior, time.monotonic() - volta)
    entrada = julgar_entrada(wamids)
    assert {n: v for n, v in entrada.items() if n != "mensagens" and v} == {}
    casa.conferir()
    anotar(
        record_property,
        "G12",
        kills=ciclos,
        kills_de_valkey=ciclos,
        max_escoado_s=round(maior, 1),
        **entrada,
    )


@sementes("g12-rede")
def test_g12_after_any_fault_on_the_way_to_valkey_every_worker_works_on(
    casa, acaso, record_property
):
    cidadaos, servidores = Cidadaos(casa, acaso, pausa=0.3), Servidores(casa, acaso)
    for fio in (cidadaos, servidores):
        fio.start()
    proxy, vezes = casa.proxies["valkey"], tamanho(1, 20)
    for _ in range(vezes):
        for comecar in acaso.sample(proxy.defeitos(), len(proxy.defeitos())):
            comecar()
            time.sleep(acaso.uniform(0.3, 2))
            proxy.sarar()
            proxy.derrubar()
        sarou = timezone.now()
        # The sweep would do the work alone and hide it: each queue must be read by its worker.
        bateram = Batimento.objects.filter(quando__gt=sarou)
        assert esperar(lambda: bateram.count() == len(PROCESSOS), 60, passo=0.3), (  # noqa: B023
            f"só {list(bateram)}\n{casa.pilha.registros()}"
        )
    parar([cidadaos, servidores])
    casa.em_paz()
    entrada = julgar_entrada(cidadaos.wamids)
    assert {n: v for n, v in entrada.items() if n != "mensagens" and v} == {}
    casa.conferir()
    anotar(record_property, "G12", defeitos_de_rede=vezes * len(proxy.defeitos()), **entrada)


def test_g12_an_acknowledgement_lost_on_the_way_does_not_stop_the_worker(casa):
    proxy, registro = casa.proxies["valkey"], casa.pilha.processos["trabalhador-entrada"].registro
    with casa.conectar() as olho, casa.conectar() as conexao, conexao.transaction():
        # The worker is held in the middle of a task, until the time limit of a lock.
        conexao.execute("SELECT 1 FROM whatsapp_batimento WHERE processo = 'entrada' FOR UPDATE")
        assert esperar(lambda: olho.execute(ESPERAM_O_BATIMENTO).fetchone()[0], 30, passo=0.05)
        inicio = registro.stat().st_size
        proxy.recusar()
        assert esperar(lambda: b"Couldn't ack" in registro.read_bytes()[inicio:], 30)
    proxy.sarar()
    sarou = timezone.now()
    assert esperar(
        lambda: Batimento.objects.filter(processo="entrada", quando__gt=sarou).exists(), 60
    ), casa.pilha.registros()
    casa.conferir()


def test_g12_while_valkey_is_away_messages_are_listed_and_answers_leave(
    casa, acaso, record_property
):
    gente, pessoa = Cidadaos(casa, acaso), casa.pessoas[0]
    casa.pilha.matar("valkey")
    fim = time.monotonic() + tamanho(0, 90)
    while True:
        gente.um()
        if time.monotonic() >= fim:
            break
        time.sleep(1)
    pagina = casa.navegador(pessoa)

    def listada() -> bool:
        html = pagina.get(f"{casa.pilha.endereco}/atendimento/?aba=todas", timeout=20).text
        return gente.ultimo_nome in html

    assert esperar(listada, SILENCIO_S + 60, passo=0.5)
    [atendimento] = gente.atendimentos()[-1:]
    postar, chave = casa.porta_da_api(pessoa, atendimento)
    postar(casa.pilha.endereco)
    assert esperar(
        lambda: Envio.objects.filter(chave_cliente=chave, estado="enviada").exists(),
        SILENCIO_S + 60,
        passo=0.5,
    )
    assert casa.servicos.valkey_pid is None
    casa.pilha.subir("valkey")
    casa.conferir()
    entrada = julgar_entrada(gente.wamids)
    assert {n: v for n, v in entrada.items() if n != "mensagens" and v} == {}
    julgar_saida(casa).exigir()
    anotar(record_property, "G12", fora_s=tamanho(10, 90), listadas_sem_valkey=len(gente.wamids))
