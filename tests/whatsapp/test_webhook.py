"""The webhook over real HTTP and the real database: GUARANTEES 4.1, rows 1 to 25 and 49."""

import asyncio
import hashlib
import json
import threading
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from django.db import connection

from prefeitura.banco.endereco import parametros
from prefeitura.whatsapp.jornal import Jornal
from prefeitura.whatsapp.models import EventoRecebido
from prefeitura.whatsapp.webhook import RECEBIDOS, RECUSADOS, Webhook
from tests.whatsapp.servidor_web import assinar, montar_post, no_ar, pedir

pytestmark = pytest.mark.django_db

CORPO = b'{"object":"whatsapp_business_account","entry":[]}'
TOKEN = "verificacao-de-teste"


@pytest.fixture(autouse=True)
def _diario_limpo(db):
    """The server commits by itself; emptying one table is cheaper than flushing all."""
    yield
    with psycopg.connect(**parametros(), autocommit=True) as conexao:
        conexao.execute("DELETE FROM whatsapp_eventorecebido")


@pytest.fixture
def porta():
    with no_ar(Webhook(prazo_do_corpo=0.5)) as porta:
        yield porta


def postar(porta, corpo=CORPO, assinatura=None, *cabecalhos):
    assinatura = assinar(corpo) if assinatura is None else assinatura
    return pedir(porta, montar_post(corpo, f"X-Hub-Signature-256: {assinatura}", *cabecalhos))


def verificar(porta, consulta):
    linha = f"GET /webhook/whatsapp/?{consulta} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    return pedir(porta, linha.encode())


def recusas(motivo):
    return RECUSADOS.labels(motivo)._value.get()


def guardados():
    return [bytes(corpo) for corpo in EventoRecebido.objects.values_list("corpo", flat=True)]


def test_E001_right_token_echoes_the_challenge_exactly(porta):
    resposta = verificar(
        porta, f"hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token={TOKEN}"
    )
    assert (resposta.status, resposta.corpo) == (200, b"1158201444")
    assert resposta.cabecalhos["content-type"] == "text/plain"


@pytest.mark.parametrize(
    "consulta",
    [
        pytest.param("hub.mode=subscribe&hub.challenge=1&hub.verify_token=errado", id="E002"),
        pytest.param(f"hub.challenge=1&hub.verify_token={TOKEN}", id="E003-no-mode"),
        pytest.param(
            f"hub.mode=unsubscribe&hub.challenge=1&hub.verify_token={TOKEN}", id="E003-unsubscribe"
        ),
        pytest.param(
            f"hub.mode=subscribe&hub.challenge=1&hub.verify_token={TOKEN}&hub.verify_token=x",
            id="E005-repeated",
        ),
        pytest.param("hub.mode=subscribe&hub.challenge=1&hub.verify_token=%ff%00", id="bytes"),
        pytest.param("", id="nothing"),
    ],
)
def test_E002_E003_E005_wrong_verification_is_refused(porta, consulta):
    resposta = verificar(porta, consulta)
    assert (resposta.status, resposta.corpo) == (403, b"")


def test_E004_script_in_the_challenge_is_only_text(porta):
    resposta = verificar(
        porta,
        "hub.mode=subscribe&hub.challenge=%3Cscript%3Ealert(1)%3C/script%3E"
        f"&hub.verify_token={TOKEN}",
    )
    assert (resposta.status, resposta.corpo) == (200, b"<script>alert(1)</script>")
    assert resposta.cabecalhos["x-content-type-options"] == "nosniff"
    longo = verificar(
        porta, f"hub.mode=subscribe&hub.challenge={'1' * 257}&hub.verify_token={TOKEN}"
    )
    assert longo.status == 400


@pytest.mark.parametrize("metodo", ["PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"])
def test_E006_other_methods_are_405(porta, metodo):
    antes = recusas("metodo")
    resposta = pedir(porta, f"{metodo} /webhook/whatsapp/ HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    assert resposta.status == 405
    assert resposta.cabecalhos["allow"] == "get, post"
    assert recusas("metodo") == antes + 1


def test_bodies_being_received_fit_in_the_memory_set_apart(monkeypatch):
    """Whoever opens many requests at once has shown no signature yet."""
    monkeypatch.setattr("prefeitura.whatsapp.webhook.MEMORIA", 1_000)
    webhook, chegou, continuar = Webhook(), asyncio.Event(), asyncio.Event()
    respostas = {}

    def receber(nome, espera):
        partes = iter([b"x" * 900, b"x"])

        async def _receber():
            parte = next(partes)
            if parte == b"x":
                chegou.set()
                await continuar.wait()
            elif espera:
                await chegou.wait()
            return {"type": "http.request", "body": parte, "more_body": parte != b"x"}

        return _receber

    def enviar(nome):
        async def _enviar(mensagem):
            respostas.setdefault(nome, mensagem.get("status"))
            continuar.set()

        return _enviar

    async def correr():
        escopo = {"method": "POST", "headers": []}
        await asyncio.gather(
            *(webhook(escopo, receber(n, n == "b"), enviar(n)) for n in ("a", "b"))
        )

    asyncio.run(correr())
    assert respostas == {"a": 403, "b": 503}
    assert webhook._memoria == 0


def test_connection_that_cannot_be_prepared_is_closed(monkeypatch):
    class Meia:
        fechada = False

        async def execute(self, _):
            raise psycopg.OperationalError("the database system is shutting down")

        async def close(self):
            self.fechada = True

    meia = Meia()

    async def conectar(**_):
        return meia

    monkeypatch.setattr(psycopg.AsyncConnection, "connect", conectar)
    with pytest.raises(psycopg.OperationalError):
        asyncio.run(Jornal()._conectar())
    assert meia.fechada


def test_E007_no_signature_is_403(porta):
    antes = recusas("sem_assinatura")
    assert pedir(porta, montar_post(CORPO)).status == 403
    assert recusas("sem_assinatura") == antes + 1
    assert not EventoRecebido.objects.exists()


@pytest.mark.parametrize(
    "assinatura",
    ["sha1=" + "a" * 40, "", "   ", assinar(CORPO)[:-1], assinar(CORPO) + "0",
     assinar(CORPO)[:-1] + "g", assinar(CORPO).removeprefix("sha256="), "sha256=",
     "sha256= " + assinar(CORPO)[7:], "SHA256=" + assinar(CORPO)[7:]],
)  # fmt: skip
def test_E008_malformed_signature_is_403(porta, assinatura):
    assert postar(porta, CORPO, assinatura).status == 403
    assert not EventoRecebido.objects.exists()


def test_E008_two_signature_headers_are_403(porta):
    resposta = postar(porta, CORPO, assinar(CORPO), f"X-Hub-Signature-256: {assinar(CORPO)}")
    assert resposta.status == 403
    assert not EventoRecebido.objects.exists()


def test_E009_upper_case_signature_is_accepted(porta):
    assinatura = "sha256=" + assinar(CORPO)[7:].upper()
    assert postar(porta, CORPO, assinatura).status == 200
    assert guardados() == [CORPO]


def test_E010_old_secret_is_accepted_during_the_rotation(porta, settings):
    settings.WHATSAPP_APP_SECRETS = ["novo", "antigo"]
    assert postar(porta, CORPO, assinar(CORPO, "antigo")).status == 200
    assert postar(porta, CORPO, assinar(CORPO, "novo")).status == 200
    assert len(guardados()) == 2


def test_E011_old_secret_is_refused_after_the_rotation(porta, settings):
    settings.WHATSAPP_APP_SECRETS = ["novo"]
    assert postar(porta, CORPO, assinar(CORPO, "antigo")).status == 403


def test_E012_body_changed_by_one_space_is_refused(porta):
    antes = recusas("assinatura")
    assert postar(porta, CORPO + b" ", assinar(CORPO)).status == 403
    assert recusas("assinatura") == antes + 1


@pytest.mark.parametrize(
    "corpo",
    ["😀".encode(), b'"\\ud83d\\ude00"', b'"\\ud83d"', b'"\\u0000"', b"abc", b"", b"null", b"[]",
     b"1e999", b"[" * 100_000, b"\x00\xff", b'{"a":1,"a":2}', b"9" * 10_000],
)  # fmt: skip
def test_E013_to_E019_whatever_is_signed_is_stored_as_it_came(porta, corpo):
    resposta = postar(porta, corpo)
    assert (resposta.status, resposta.corpo) == (200, b"")
    assert guardados() == [corpo]


def test_E020_body_of_three_megabytes_is_stored(porta):
    corpo = json.dumps({"x": "a" * 3_000_000}).encode()
    assert postar(porta, corpo).status == 200
    assert guardados() == [corpo]


def test_E021_announced_size_over_the_limit_is_413_before_reading(porta):
    pedido = montar_post(b"", f"X-Hub-Signature-256: {assinar(b'')}", tamanho=5 * 1024 * 1024)
    resposta = pedir(porta, pedido)
    assert resposta.status == 413
    assert resposta.cabecalhos["connection"] == "close"


def test_E022_endless_chunked_body_is_413_and_closed(porta):
    cabeca = (
        b"POST /webhook/whatsapp/ HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
        b"X-Hub-Signature-256: sha256=" + b"0" * 64 + b"\r\n\r\n"
    )
    pedaco = b"10000\r\n" + b"a" * 65536 + b"\r\n"
    resposta = pedir(porta, cabeca, pedacos=(pedaco for _ in range(1_000)))
    assert resposta.status == 413


def test_E023_body_that_stops_is_408(porta):
    resposta = pedir(porta, montar_post(b"a" * 50, tamanho=100))
    assert resposta.status == 408
    assert not EventoRecebido.objects.exists()


def test_E024_slow_body_is_408_and_slows_nobody(porta):
    desistir = threading.Event()

    def gotas():
        while not desistir.wait(0.05):
            yield b"a"

    pedido = montar_post(b"", f"X-Hub-Signature-256: {assinar(CORPO)}", tamanho=1000)
    with ThreadPoolExecutor(1) as fios:
        lento = fios.submit(pedir, porta, pedido, pedacos=gotas())
        assert postar(porta).status == 200
        desistir.wait(0.8)
        desistir.set()
        assert lento.result().status == 408


def test_E025_compressed_body_is_415(porta):
    assert postar(porta, CORPO, None, "Content-Encoding: gzip").status == 415
    assert not EventoRecebido.objects.exists()


def test_E049_burst_gets_200_or_503_and_every_200_is_stored(porta):
    corpos = [json.dumps({"n": n}).encode() for n in range(300)]
    with ThreadPoolExecutor(32) as fios:
        respostas = list(fios.map(lambda corpo: postar(porta, corpo).status, corpos))
    assert set(respostas) <= {200, 503}
    aceitos = {c for c, status in zip(corpos, respostas, strict=True) if status == 200}
    assert aceitos == set(guardados())
    assert len(guardados()) == len(aceitos)


def test_E049_too_many_at_once_get_503_at_once(monkeypatch):
    monkeypatch.setattr("prefeitura.whatsapp.webhook.EM_CURSO", 0)
    with no_ar(Webhook()) as porta:
        resposta = postar(porta)
    assert (resposta.status, resposta.cabecalhos["retry-after"]) == (503, "30")
    assert not EventoRecebido.objects.exists()


def test_row_has_hash_and_starts_new_and_the_varredor_is_told(porta):
    with psycopg.connect(**parametros(), autocommit=True) as escuta:
        escuta.execute("LISTEN evento_recebido")
        assert postar(porta).status == 200
        avisos = list(escuta.notifies(timeout=5, stop_after=1))
    evento = EventoRecebido.objects.get()
    assert bytes(evento.sha256) == hashlib.sha256(CORPO).digest()
    assert (evento.estado, evento.tentativas, evento.erro) == ("novo", 0, "")
    assert [aviso.channel for aviso in avisos] == ["evento_recebido"]


def test_journal_commits_to_disk_even_when_the_server_does_not_by_default(porta):
    """The tests' server has synchronous_commit off; the journal's own connections have it on."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW synchronous_commit")
        assert cursor.fetchone()[0] == "off"

    async def perguntar():
        jornal = Jornal()
        conexao = await jornal._conectar()
        try:
            return await (await conexao.execute("SHOW synchronous_commit")).fetchone()
        finally:
            await conexao.close()

    assert asyncio.run(perguntar()) == ("on",)


def test_answers_and_counters_never_carry_the_body(porta, caplog):
    segredo = b'{"texto":"CANARIO-7731"}'
    assert postar(porta, segredo, "sha256=" + "0" * 64).status == 403
    assert "CANARIO-7731" not in caplog.text
    assert assinar(segredo)[7:] not in caplog.text


def test_accepted_ones_are_counted(porta):
    antes = RECEBIDOS.labels("aceito")._value.get()
    assert postar(porta).status == 200
    assert RECEBIDOS.labels("aceito")._value.get() == antes + 1
