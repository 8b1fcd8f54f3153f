"""Files of citizens: whole, checked, or visibly not there (G9)."""

import base64
import hashlib
import io
import os
import uuid
import zipfile
from datetime import timedelta
from importlib import import_module
from pathlib import Path

import pytest
from django.conf import settings as configuracao
from django.db import connection
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from prefeitura.whatsapp import midia, sinais
from prefeitura.whatsapp.leitura import MidiaRecebida
from prefeitura.whatsapp.midia.nomes import lugar
from prefeitura.whatsapp.models import Midia
from tests import factories
from tests.falhas.medida import anotar, tamanho
from tests.whatsapp.servidor_falso import bruto, cortar, recusar, responder

pytestmark = pytest.mark.django_db

FOTO = b"\xff\xd8\xff\xe0" + bytes(range(256)) * 40
SOMA = hashlib.sha256(FOTO)


@pytest.fixture(autouse=True)
def _pasta(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture(autouse=True)
def acordadas(monkeypatch):
    ids = []
    monkeypatch.setattr(
        "prefeitura.whatsapp.tasks.baixar_midia.apply_async",
        lambda args, *_, **__: ids.append(args[0]),
    )
    monkeypatch.setattr(
        "prefeitura.whatsapp.tasks.repartir.apply_async",
        lambda args, *_, **__: ids.extend(args[1]),
    )
    return ids


@pytest.fixture
def avisadas():
    ids = []

    def ouvir(midias, **_):
        ids.extend(midias)

    sinais.midias_mudaram.connect(ouvir)
    yield ids
    sinais.midias_mudaram.disconnect(ouvir)


@pytest.fixture
def foto(numero):
    return factories.MidiaFactory(
        numero=numero,
        media_id="777",
        nome="foto.jpg",
        declarado="image/jpeg",
        sha256_declarado=base64.b64encode(SOMA.digest()).decode(),
    )


def info(graph, **campos):
    """The answer that names the file's address; a None leaves the field out."""
    dados = {"url": f"{graph.url}/arquivo", "mime_type": "image/jpeg", "file_size": len(FOTO)}
    return responder({k: v for k, v in (dados | campos).items() if v is not None})


def arquivos():
    return [c for c in Path(configuracao.MEDIA_ROOT).rglob("*") if c.is_file()]


def test_file_comes_whole_and_is_told_by_its_bytes(graph, foto, avisadas):
    graph.combinar(info(graph), responder(FOTO))
    midia.baixar(foto.pk)
    foto.refresh_from_db()
    assert (foto.estado, foto.tipo, foto.tamanho) == ("baixada", "image/jpeg", len(FOTO))
    assert foto.sha256 == SOMA.hexdigest()
    assert [c.read_bytes() for c in arquivos()] == [FOTO]
    assert foto.arquivo == f"{foto.pk.hex[:2]}/{foto.pk.hex[2:4]}/{foto.pk.hex}"
    assert avisadas == [foto.pk]
    assert graph.pedidos[1].cabecalhos["authorization"] == "Bearer token-de-teste"


def test_second_task_does_nothing(graph, foto):
    graph.combinar(info(graph), responder(FOTO))
    for _ in range(3):
        midia.baixar(str(foto.pk))
    assert len(graph.pedidos) == 2


CORTES = sorted({0, 1, 4, 100, 5000, len(FOTO) - 1} | set(range(7, len(FOTO), tamanho(5000, 220))))


@pytest.mark.parametrize("corte", CORTES)
@pytest.mark.parametrize("anunciado", [True, False])
def test_truncation_is_noticed_wherever_it_happens(graph, foto, corte, anunciado, record_property):
    def entregar(sock, pedido):
        tamanho = f"Content-Length: {len(FOTO)}" if anunciado else "Connection: close"
        sock.sendall(f"HTTP/1.1 200 OK\r\n{tamanho}\r\n\r\n".encode() + FOTO[:corte])
        sock.close()

    graph.combinar(info(graph, file_size=None), entregar)
    midia.baixar(foto.pk)
    foto.refresh_from_db()
    assert foto.estado == "pendente"
    assert foto.erro
    assert arquivos() == []
    anotar(record_property, "G9", truncamentos=1, aceitos_errados=0)


@pytest.mark.parametrize(
    "reacoes",
    [
        [cortar],
        [recusar(131000, 500)],
        [recusar(190, 401)],
        [responder(b"<html>", 200)],
        ["info", responder(b"", 404)],
        ["info", responder(b"<html>", 401)],
        ["info", responder(b"", 500)],
        ["info", cortar],
        ["info", responder(FOTO + b"a")],
        ["info", responder(FOTO[:-1] + b"a")],
        ["info", bruto(b"lixo\r\n\r\n")],
    ],
    ids=range(11),
)
def test_every_fault_is_tried_again_with_a_new_address(graph, foto, reacoes, avisadas):
    def e_fecha(reacao):
        def atender(sock, pedido):
            reacao(sock, pedido)
            sock.close()

        return atender

    graph.combinar(*[info(graph) if r == "info" else e_fecha(r) for r in reacoes])
    midia.baixar(foto.pk)
    foto.refresh_from_db()
    assert foto.estado == "pendente"
    assert foto.nao_antes_de > timezone.now() + timedelta(seconds=5)
    assert foto.erro.endswith("Vamos tentar de novo.")
    assert avisadas == [foto.pk]
    Midia.objects.update(nao_antes_de=Now())
    graph.combinar(info(graph), responder(FOTO))
    midia.baixar(foto.pk)
    foto.refresh_from_db()
    assert (foto.estado, foto.erro) == ("baixada", "")


def test_hash_in_hexadecimal_is_understood(graph, numero):
    foto = factories.MidiaFactory(numero=numero, media_id="7")
    graph.combinar(info(graph, sha256=SOMA.hexdigest().upper()), responder(FOTO))
    midia.baixar(foto.pk)
    foto.refresh_from_db()
    assert foto.estado == "baixada"


@pytest.mark.parametrize("declarado", ["", "4654+8g=", "não é um resumo", "ab" * 20, "z" * 64])
def test_hash_that_is_none_leaves_that_of_the_media_endpoint_to_decide(graph, numero, declarado):
    foto = factories.MidiaFactory(numero=numero, media_id="7", sha256_declarado=declarado)
    graph.combinar(info(graph, sha256=SOMA.hexdigest()), responder(FOTO))
    midia.baixar(foto.pk)
    foto.refresh_from_db()
    assert foto.estado == "baixada"


def test_much_bigger_than_declared_is_cut_and_over_100_mb_is_refused(graph, foto):
    graph.combinar(info(graph, file_size=10), responder(FOTO))
    midia.baixar(foto.pk)
    foto.refresh_from_db()
    assert (foto.estado, arquivos()) == ("pendente", [])
    Midia.objects.update(nao_antes_de=Now())
    graph.combinar(info(graph, file_size=100 * 1024 * 1024 + 1))
    midia.baixar(foto.pk)
    foto.refresh_from_db()
    assert (foto.estado, foto.erro) == ("recusada", "O arquivo passa de 100 MB.")


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:1/x", "http://169.254.169.254/", "https://evil.example/x", "file:///x"],
)
def test_address_outside_metas_hosts_is_refused(graph, foto, url):
    graph.combinar(info(graph, url=url))
    midia.baixar(foto.pk)
    foto.refresh_from_db()
    assert foto.estado == "recusada"
    assert len(graph.pedidos) == 1


def test_patience_grows_from_ten_seconds_to_six_hours(graph, foto):
    esperas = []
    for _ in range(9):
        Midia.objects.update(nao_antes_de=Now())
        graph.combinar(cortar)
        midia.baixar(foto.pk)
        foto.refresh_from_db()
        esperas.append((foto.nao_antes_de - timezone.now()).total_seconds())
    assert 9 < esperas[0] <= 12
    assert 38 < esperas[1] <= 48
    assert 21_500 < esperas[8] <= 6 * 3600 * 1.2
    assert esperas == sorted(esperas[:7]) + esperas[7:]


def test_gone_at_meta_is_lost_after_three_answers(graph, foto, avisadas):
    for vez in range(3):
        Midia.objects.update(nao_antes_de=Now())
        graph.combinar(recusar(100))
        midia.baixar(foto.pk)
        foto.refresh_from_db()
        assert foto.estado == ("perdida" if vez == 2 else "pendente")
    assert foto.erro == "A Meta não tem mais este arquivo."


def test_after_seven_days_it_is_lost_and_may_be_asked_again(graph, foto, acordadas):
    Midia.objects.update(criada_em=Now() - timedelta(days=7, seconds=1))
    graph.combinar(cortar)
    midia.baixar(foto.pk)
    foto.refresh_from_db()
    assert foto.estado == "perdida"
    assert midia.tentar_de_novo(midia=foto)
    assert acordadas == [str(foto.pk)]
    graph.combinar(info(graph), responder(FOTO))
    midia.baixar(foto.pk)
    foto.refresh_from_db()
    assert foto.estado == "baixada"
    assert not midia.tentar_de_novo(midia=foto)


def test_kill_between_rename_and_record_leaves_nothing_behind(graph, foto):
    destino = Path(configuracao.MEDIA_ROOT) / foto.pk.hex[:2] / foto.pk.hex[2:4] / foto.pk.hex
    destino.parent.mkdir(parents=True)
    destino.write_bytes(b"resto de antes")
    graph.combinar(info(graph), responder(FOTO))
    midia.baixar(foto.pk)
    assert [c.read_bytes() for c in arquivos()] == [FOTO]


def test_disk_full_is_tried_again_and_leaves_nothing(graph, foto, monkeypatch):
    def cheio(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("prefeitura.whatsapp.midia.arquivo.os.fsync", cheio)
    graph.combinar(info(graph), responder(FOTO))
    midia.baixar(foto.pk)
    foto.refresh_from_db()
    assert foto.estado == "pendente"
    assert "não conseguiu guardar" in foto.erro
    assert arquivos() == []


@pytest.mark.parametrize(
    ("nome", "corpo"),
    [("a.html", b"<html><script>1</script>"), ("a.jpg", b"<svg onload=x>"), ("a.exe", b"MZ\x90"),
     ("foto.jpg", b"MZ\x90\x00\x03"), ("a.js", b"alert(1)")],
)  # fmt: skip
def test_what_may_carry_programs_is_kept_only_for_download(graph, numero, nome, corpo):
    recebida = factories.MidiaFactory(numero=numero, media_id="7", nome=nome)
    graph.combinar(info(graph, file_size=None), responder(corpo))
    midia.baixar(recebida.pk)
    recebida.refresh_from_db()
    assert (recebida.estado, recebida.tipo) == ("baixada", "application/octet-stream")
    assert recebida.erro == "Arquivo que pode conter programas."


# --- noting, waking, cleaning


def test_received_files_are_noted_in_order_and_fetched_after_the_commit(numero, acordadas):
    a, b = midia.registrar_recebidas(
        [
            (numero, MidiaRecebida(media_id="1", mime="image/jpeg", nome="../../etc/passwd")),
            (numero, MidiaRecebida(media_id="2")),
        ]
    )
    assert (a.nome, a.estado, b.media_id) == ("passwd", "pendente", "2")
    assert acordadas == [str(a.pk), str(b.pk)]
    assert midia.pendentes() == [a.pk, b.pk]


def test_leftovers_go_after_an_hour_and_owned_files_stay(numero, settings):
    raiz = Path(settings.MEDIA_ROOT)
    dono = factories.MidiaFactory(numero=numero, pronta=True)
    dono.arquivo = lugar(dono.pk)
    dono.save()
    factories.EnvioFactory(numero=numero, midia=dono)
    sem_linha = lugar(uuid.uuid4())
    for nome, idade in (
        (dono.arquivo, 7200), (sem_linha, 7200), ("aa/bb/velho", 7200), ("temporarios/novo", 60)
    ):  # fmt: skip
        (raiz / nome).parent.mkdir(parents=True, exist_ok=True)
        (raiz / nome).write_bytes(b"x")
        quando = timezone.now().timestamp() - idade
        os.utime(raiz / nome, (quando, quando))
    with CaptureQueriesContext(connection) as captura:
        assert midia.limpar_sobras() == 2
    assert {c.name for c in arquivos()} == {dono.pk.hex, "novo"}
    assert '"whatsapp_midia"."id" IN' in captura[-1]["sql"], "só a chave tem índice"


def test_what_was_uploaded_with_a_refused_answer_goes_after_an_hour(numero, settings):
    recusada, recente = factories.MidiaFactory.create_batch(2, numero=numero, pronta=True)
    enviada, recebida = factories.MidiaFactory.create_batch(2, numero=numero, pronta=True)
    factories.EnvioFactory(numero=numero, midia=enviada)
    factories.MensagemFactory(midia=recebida)
    Midia.objects.exclude(pk=recente.pk).update(criada_em=Now() - timedelta(minutes=61))
    for dela in (recusada, recente):
        dela.arquivo = lugar(dela.pk)
        dela.save(update_fields=["arquivo"])
        arquivo = Path(settings.MEDIA_ROOT) / dela.arquivo
        arquivo.parent.mkdir(parents=True, exist_ok=True)
        arquivo.write_bytes(b"x")
        os.utime(arquivo, (timezone.now().timestamp() - 3_700,) * 2)
    assert midia.limpar_sobras() == 1
    assert set(Midia.objects.values_list("pk", flat=True)) == {recente.pk, enviada.pk, recebida.pk}
    assert [c.name for c in arquivos()] == [recente.pk.hex]
    assert not Midia.objects.filter(pk=recusada.pk).exists()


def test_file_that_our_own_reader_fails_on_does_not_wait_for_ever(graph, foto, monkeypatch):
    def quebrar(*_, **__):
        raise RuntimeError("defeito nosso")

    modulo = import_module("prefeitura.whatsapp.midia.baixar")
    monkeypatch.setattr(modulo, "reconhecer", quebrar)
    Midia.objects.update(criada_em=Now() - timedelta(days=8))
    graph.combinar(info(graph), responder(FOTO))
    midia.baixar(foto.pk)
    foto.refresh_from_db()
    assert foto.estado == "perdida"
    assert arquivos() == []


def test_archive_that_cannot_be_looked_into_is_kept_all_the_same(graph, numero):
    saida = io.BytesIO()
    with zipfile.ZipFile(saida, "w") as pacote:
        pacote.writestr("mimetype", "application/vnd.oasis.opendocument.text")
    fechado = bytearray(saida.getvalue())
    for marca, onde in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        fechado[fechado.index(marca) + onde] |= 1  # "encrypted"
    recebida = factories.MidiaFactory(numero=numero, media_id="7", nome="a.odt")
    graph.combinar(info(graph, file_size=None), responder(bytes(fechado)))
    midia.baixar(recebida.pk)
    recebida.refresh_from_db()
    assert (recebida.estado, recebida.tipo) == ("baixada", "application/zip")
