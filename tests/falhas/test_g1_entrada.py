"""G1: a webhook answered 200 is in PostgreSQL for ever, whatever dies; else it is 503."""

import contextlib
import itertools
import json
import time

import pytest
import requests

from prefeitura.ambiente.processos import esperar
from tests.falhas.enviador import Enviador, enviar_por, parar
from tests.falhas.juiz import julgar_entrada
from tests.falhas.medida import anotar, tamanho
from tests.falhas.mortes import Matador
from tests.falhas.relogio import sementes
from tests.falhas.trafego import Cidadaos

pytestmark = pytest.mark.lento
_corpos = itertools.count(1, 10**9)


def guardados(casa, desde: int) -> set[int]:
    """The numbers of the stored bodies of one test."""
    with casa.conectar() as conexao:
        linhas = conexao.execute("SELECT corpo FROM whatsapp_eventorecebido")
        return {n for (corpo,) in linhas if (n := json.loads(bytes(corpo)).get("n", 0)) >= desde}


@sementes("g1")
def test_g1_what_was_answered_200_is_stored_for_ever(casa, acaso, record_property):
    desde = next(_corpos)
    numeros = itertools.count(desde)
    fios = [Enviador(casa.pilha.endereco, numeros) for _ in range(8)]
    for fio in fios:
        fio.start()
    matador = Matador(casa, acaso, ["web", "postgres"], prazo=tamanho(60, 300))
    matador.matar(tamanho(6, 60))
    quantos = tamanho(500, 60_000)
    esperar(lambda: sum(len(f.aceitos) for f in fios) >= quantos, tamanho(10, 240))
    parar(fios)
    aceitos = {n for fio in fios for n in fio.aceitos}
    perdidos = aceitos - guardados(casa, desde)
    assert {r for fio in fios for r in fio.respostas} <= {200, 503, 0}
    assert aceitos
    assert perdidos == set()
    casa.conferir()
    anotar(
        record_property,
        "G1",
        kills=matador.total,
        kills_de_postgres=matador.mortes["postgres"],
        aceitos_200=len(aceitos),
        perdidos=len(perdidos),
    )


def test_g1_without_valkey_every_webhook_is_answered_200(casa, record_property):
    numeros = itertools.count(next(_corpos))
    casa.pilha.matar("valkey")
    fios = [Enviador(casa.pilha.endereco, numeros) for _ in range(8)]
    enviar_por(fios, tamanho(2, 30))
    respostas = sum((fio.respostas for fio in fios), fios[0].respostas.__class__())
    assert set(respostas) == {200}
    casa.conferir()
    anotar(record_property, "G1", sem_valkey_200=respostas[200], sem_valkey_outras=0)


def test_g1_a_full_disk_is_503_and_what_was_refused_comes_again(casa, record_property):
    desde = next(_corpos)
    numeros = itertools.count(desde)
    with casa.conectar() as conexao:
        conexao.execute(
            "CREATE FUNCTION cheio() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE 'cheio' USING ERRCODE = '53100'; END $$"
        )
        conexao.execute(
            "CREATE TRIGGER cheio BEFORE INSERT ON whatsapp_eventorecebido"
            " FOR EACH ROW EXECUTE FUNCTION cheio()"
        )
        try:
            fios = [Enviador(casa.pilha.endereco, numeros) for _ in range(8)]
            for fio in fios:
                fio.start()
            esperar(lambda: sum(f.respostas[503] for f in fios) >= tamanho(50, 2_000), 60)
            assert {r for fio in fios for r in fio.respostas} == {503}
        finally:
            conexao.execute("DROP FUNCTION cheio() CASCADE")
    recusados = sum(fio.respostas[503] for fio in fios)
    assert esperar(lambda: all(len(fio.aceitos) > 1 for fio in fios), 60)
    parar(fios)
    assert {n for fio in fios for n in fio.aceitos} <= guardados(casa, desde)
    casa.conferir()
    anotar(record_property, "G1", disco_cheio_503=recusados, disco_cheio_200=0)


def test_g1_after_postgres_was_away_everybody_works_again_at_once(casa, acaso, record_property):
    """Site, workers and sweep: none may go on waiting for as long as the outage lasted."""
    gente = Cidadaos(casa, acaso)
    casa.pilha.matar("postgres")
    time.sleep(tamanho(4, 70))  # the length of the outage is the experiment
    casa.pilha.subir("postgres")
    volta = time.monotonic()
    gente.um()

    def respondeu() -> bool:
        with contextlib.suppress(requests.RequestException):
            return casa.web_trabalha()
        return False

    assert esperar(respondeu, 60, passo=0.2)
    site = time.monotonic() - volta
    casa.em_paz()
    tudo = time.monotonic() - volta
    assert site < 30
    assert julgar_entrada(gente.wamids)["mensagens_perdidas"] == 0
    casa.conferir()
    anotar(
        record_property,
        "G1",
        max_sem_banco_s=tamanho(4, 70),
        max_site_voltou_s=round(site, 1),
        max_tudo_voltou_s=round(tudo, 1),
    )
