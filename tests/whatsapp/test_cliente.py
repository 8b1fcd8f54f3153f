"""The one HTTP client against a server that misbehaves byte by byte."""

import socket
import threading
import time

import pytest
from django.db import transaction

from prefeitura.whatsapp import cliente
from prefeitura.whatsapp.cliente import (
    Aceita,
    Adiada,
    DestinoProibido,
    ErroDoGraph,
    Incerta,
    NumeroParado,
    Quarentena,
    Recusada,
    SemTransacao,
    destinos,
    transporte,
)
from tests import factories
from tests.whatsapp.servidor_falso import (
    aceitar,
    bruto,
    cortar,
    falso_no_ar,
    gotejar,
    recusar,
    responder,
    silenciar,
)

CORPO = {"messaging_product": "whatsapp", "to": "+5511", "type": "text", "text": {"body": "Olá"}}


@pytest.fixture
def meu():
    """A number that is not saved: these tests need no database."""
    return factories.NumeroFactory.build(phone_number_id="111", conta__token="token-canario")


@pytest.fixture(autouse=True)
def _sessao_nova():
    transporte._do_fio.__dict__.clear()
    yield
    sessao = transporte._do_fio.__dict__.pop("sessao", None)
    if sessao:
        sessao.close()


def test_message_goes_whole_to_the_number_with_its_token(graph, meu):
    graph.combinar(aceitar("wamid.X", "5511999"))
    assert cliente.enviar(meu, CORPO) == Aceita("wamid.X", "5511999")
    (pedido,) = graph.pedidos
    assert (pedido.metodo, pedido.caminho) == ("POST", "/v25.0/111/messages")
    assert pedido.cabecalhos["authorization"] == "Bearer token-canario"
    assert pedido.json == CORPO


def test_nothing_leaves_once_the_deadline_is_over(graph, meu, monkeypatch):
    """A slow name server, or a process that was frozen: by now the send is a doubt of others."""

    def demorar(host, porta):
        transporte._do_fio.ate = time.monotonic() - 1
        return [(host, porta)]

    monkeypatch.setattr(transporte, "resolver", demorar)
    graph.combinar(aceitar("wamid.TARDE"))
    assert cliente.enviar(meu, CORPO) == Adiada()
    assert graph.pedidos == []


@pytest.mark.parametrize(
    ("reacao", "classe"),
    [
        (cortar, Incerta),
        (bruto(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{"), Incerta),
        (bruto(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"), Incerta),
        (bruto(b"lixo\r\n\r\n"), Incerta),
        (responder(b"<html>500</html>", 500), Incerta),
        (responder(b"", 200), Incerta),
        (responder(b"a" * (1024 * 1024 + 1), 200), Incerta),
        (responder({}, 302, Location="http://127.0.0.1:1/"), Incerta),
        (recusar(131000, 500), Quarentena),
        (recusar(131026), Recusada),
        (recusar(190, 401), NumeroParado),
        (recusar(130429, 429), Adiada),
    ],
    ids=lambda v: getattr(v, "__name__", "reacao"),
)
def test_what_came_back_decides(graph, meu, reacao, classe):
    def e_fecha(sock, pedido):
        reacao(sock, pedido)
        sock.close()

    graph.combinar(e_fecha)
    assert isinstance(cliente.enviar(meu, CORPO), classe)
    assert len(graph.pedidos) == 1


def test_silence_is_doubt_after_the_deadline(graph, meu, monkeypatch):
    monkeypatch.setattr(transporte, "LER", 0.3)
    graph.combinar(silenciar)
    assert isinstance(cliente.enviar(meu, CORPO), Incerta)


def test_drops_of_bytes_do_not_hold_the_worker(graph, meu):
    graph.combinar(gotejar)
    inicio = time.monotonic()
    troca = transporte.trocar("POST", f"{graph.url}/x", "t", prazo=0.6, json=CORPO)
    assert time.monotonic() - inicio < 3
    assert isinstance(cliente.classificar(troca), Incerta)


def test_refused_connection_means_nothing_left(settings, meu):
    with socket.create_server(("127.0.0.1", 0)) as livre:
        porta = livre.getsockname()[1]
    settings.WHATSAPP_GRAPH_URL = f"http://127.0.0.1:{porta}"
    assert cliente.enviar(meu, CORPO) == Adiada()


def test_unknown_host_means_nothing_left(settings, meu, monkeypatch):
    def falhar(*_, **__):
        raise socket.gaierror(-2, "x")

    monkeypatch.setattr(destinos.socket, "getaddrinfo", falhar)
    settings.WHATSAPP_GRAPH_URL = "https://graph.invalid"
    assert cliente.enviar(meu, CORPO) == Adiada()


def test_server_that_speaks_no_tls_means_nothing_left(settings, meu):
    with socket.create_server(("127.0.0.1", 0)) as surdo:

        def dizer_http():
            sock, _ = surdo.accept()
            with sock:
                sock.sendall(b"HTTP/1.1 400 X\r\n\r\n")
                sock.recv(65536)

        fio = threading.Thread(target=dizer_http)
        fio.start()
        settings.WHATSAPP_GRAPH_URL = f"https://127.0.0.1:{surdo.getsockname()[1]}"
        assert cliente.enviar(meu, CORPO) == Adiada()
        fio.join()


def test_nothing_is_tried_twice_by_itself(graph, meu):
    graph.combinar(cortar, aceitar("wamid.2"))
    cliente.enviar(meu, CORPO)
    assert len(graph.pedidos) == 1


def test_connection_is_reused_and_an_idle_one_is_dropped(graph, meu, monkeypatch):
    graph.combinar(*[aceitar(f"wamid.{n}") for n in range(3)])
    cliente.enviar(meu, CORPO)
    cliente.enviar(meu, CORPO)
    assert graph.conexoes == 1
    monkeypatch.setattr(transporte, "OCIOSA", -1.0)
    assert isinstance(cliente.enviar(meu, CORPO), Aceita)
    assert graph.conexoes == 2


def test_retry_after_and_usage_headers_are_read(graph, meu):
    uso = '{"1":[{"type":"whatsapp","estimated_time_to_regain_access":2}]}'
    graph.combinar(
        recusar(130429, 429, Retry_After="9"),
        recusar(80007, 429, x_business_use_case_usage=uso),
        recusar(4, 429, x_business_use_case_usage="lixo"),
    )
    assert cliente.enviar(meu, CORPO).aguardar == 9
    assert cliente.enviar(meu, CORPO).aguardar == 120
    assert cliente.enviar(meu, CORPO).aguardar is None


@pytest.mark.django_db
def test_call_inside_a_transaction_is_refused(graph, meu):
    with transaction.atomic(), pytest.raises(SemTransacao):
        cliente.enviar(meu, CORPO)
    assert graph.pedidos == []


def test_logs_carry_neither_token_nor_text(graph, meu, caplog):
    caplog.set_level("DEBUG")
    graph.combinar(recusar(100, 400, "CANARIO-da-meta"), cortar)
    for _ in range(2):
        cliente.enviar(meu, CORPO | {"text": {"body": "CANARIO-do-cidadao"}})
    assert "CANARIO" not in caplog.text
    assert "token-canario" not in caplog.text


# --- where it may connect (G22)


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:1/x", "https://127.0.0.1/x", "http://169.254.169.254/", "file:///etc/passwd",
     "https://lookaside.fbsbx.com.evil.example/x", "http://lookaside.fbsbx.com/x", "ftp://x",
     "https://lookaside.fbsbx.com:8443/x", "https://a:b@lookaside.fbsbx.com/x", "https://0x7f.1/",
     "https://evilwhatsapp.net/x", "https://[::1]/x", "nada", "https://x:99999999/"],
)  # fmt: skip
def test_addresses_outside_the_list_are_never_connected(url, graph, meu):
    with pytest.raises(DestinoProibido), cliente.baixar(meu, url, prazo=5):
        pass
    assert graph.conexoes == 0


@pytest.mark.parametrize(
    "url",
    ["https://mal.example\\@graph.facebook.com/x", "https://x@graph.facebook.com/x",
     "https://mal.example\\@lookaside.fbsbx.com/x", "https://graph.facebook.com\\.mal.example/x"],
)  # fmt: skip
def test_address_that_two_readers_may_read_as_two_hosts_is_refused(url, settings):
    """`urlsplit` sees Meta after the "@"; the library that connects would see the other."""
    settings.WHATSAPP_GRAPH_URL = "https://graph.facebook.com"
    with pytest.raises(DestinoProibido):
        destinos.exigir_permitido(url)


def test_whatever_the_address_said_only_known_hosts_are_resolved(settings, monkeypatch):
    settings.WHATSAPP_GRAPH_URL = "https://graph.facebook.com"
    monkeypatch.setattr(
        destinos.socket, "getaddrinfo", lambda *_, **__: [(2, 1, 6, "", ("8.8.8.8", 443))]
    )
    for host in ("graph.facebook.com", "lookaside.fbsbx.com", "mmg.whatsapp.net"):
        assert destinos.resolver(host, 443) == [("8.8.8.8", 443)]
    for host in ("mal.example", "fbcdn.net.mal.example", "8.8.8.8"):
        with pytest.raises(DestinoProibido):
            destinos.resolver(host, 443)


@pytest.mark.parametrize(
    "url",
    ["https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=1",
     "https://scontent.fbcdn.net/x", "https://mmg.whatsapp.net/x"],
)  # fmt: skip
def test_metas_file_hosts_are_allowed(url):
    destinos.exigir_permitido(url)


@pytest.mark.parametrize(
    "ip",
    ["127.0.0.1", "::1", "10.0.0.7", "192.168.1.1", "172.16.0.1", "169.254.169.254", "0.0.0.0",
     "100.64.0.1", "::ffff:127.0.0.1", "fe80::1", "fc00::1", "224.0.0.1"],
)  # fmt: skip
def test_metas_name_that_points_inside_is_refused(ip, settings, monkeypatch, meu):
    familia = socket.AF_INET6 if ":" in ip else socket.AF_INET
    monkeypatch.setattr(
        destinos.socket, "getaddrinfo", lambda *_, **__: [(familia, 1, 6, "", (ip, 443))]
    )
    settings.WHATSAPP_GRAPH_URL = "https://graph.facebook.com"
    with pytest.raises(DestinoProibido):
        destinos.resolver("graph.facebook.com", 443)
    assert cliente.enviar(meu, CORPO) == Adiada()


def test_name_is_resolved_once_per_connection(graph, meu, monkeypatch):
    vezes = []
    de_verdade = socket.getaddrinfo

    def contar(*partes, **nomes):
        vezes.append(partes[0])
        return de_verdade(*partes, **nomes)

    monkeypatch.setattr(destinos.socket, "getaddrinfo", contar)
    graph.combinar(aceitar("wamid.1"))
    cliente.enviar(meu, CORPO)
    assert vezes == ["127.0.0.1"] or vezes.count("127.0.0.1") <= 2  # our look-up and the connect


def test_redirect_of_a_download_is_not_followed(graph, meu):
    with falso_no_ar() as alvo:
        graph.combinar(responder(b"", 302, Location=f"{alvo.url}/segredo"))
        with pytest.raises(ErroDoGraph), cliente.baixar(meu, f"{graph.url}/m", prazo=5):
            pass
        assert alvo.conexoes == 0


# --- the other calls


def test_upload_streams_a_multipart_form(graph, meu, tmp_path):
    arquivo = tmp_path / "a.png"
    arquivo.write_bytes(b"\x89PNG" + bytes(200_000))
    graph.combinar(responder({"id": "900"}))
    assert (
        cliente.subir_midia(meu, arquivo, nome='se"gredo\r\n.png', tipo="image/png", prazo=20)
        == "900"
    )
    (pedido,) = graph.pedidos
    assert pedido.caminho == "/v25.0/111/media"
    assert b'name="messaging_product"\r\n\r\nwhatsapp' in pedido.corpo
    assert b'filename="segredo.png"\r\nContent-Type: image/png\r\n\r\n\x89PNG' in pedido.corpo
    assert pedido.corpo.endswith(b"--\r\n")


def test_refused_upload_is_definitive_and_a_limit_is_not(graph, meu, tmp_path):
    arquivo = tmp_path / "a"
    arquivo.write_bytes(b"x")
    graph.combinar(recusar(131053), recusar(80007, 429), recusar(190, 401), responder(b"x", 502))
    definitivos = []
    for _ in range(4):
        with pytest.raises(ErroDoGraph) as erro:
            cliente.subir_midia(meu, arquivo, nome="a", tipo="image/png", prazo=5)
        definitivos.append(erro.value.definitivo)
    assert definitivos == [True, False, False, False]


def test_media_address_is_asked_by_id(graph, meu):
    graph.combinar(
        responder(
            {"url": "https://x", "mime_type": "image/jpeg", "sha256": "ab", "file_size": "12"}
        )
    )
    info = cliente.consultar_midia(meu, "777")
    assert graph.pedidos[0].caminho == "/v25.0/777?phone_number_id=111"
    assert (info.url, info.tipo, info.sha256, info.tamanho) == ("https://x", "image/jpeg", "ab", 12)


@pytest.mark.parametrize("media_id", ["../../me", "1?x=", "a b", "", "1/2", "1#"])
def test_media_id_of_a_webhook_cannot_change_the_path(graph, meu, media_id):
    with pytest.raises(ErroDoGraph):
        cliente.consultar_midia(meu, media_id)
    assert graph.pedidos == []


def test_read_receipt_and_typing(graph, meu):
    graph.combinar(responder({"success": True}), recusar(131009))
    assert cliente.marcar_lida(meu, "wamid.IN", digitando=True)
    assert not cliente.marcar_lida(meu, "wamid.IN")
    assert graph.pedidos[0].json == {
        "messaging_product": "whatsapp",
        "status": "read",
        "message_id": "wamid.IN",
        "typing_indicator": {"type": "text"},
    }


def test_templates_are_listed_page_by_page(graph, meu):
    graph.combinar(
        responder(
            {
                "data": [{"name": "a"}],
                "paging": {"cursors": {"after": "C1"}, "next": "https://evil.example/"},
            }
        ),
        responder({"data": [{"name": "b"}, "lixo"], "paging": {"cursors": {"after": "C2"}}}),
    )
    assert [m["name"] for m in cliente.listar_modelos(meu.conta)] == ["a", "b"]
    assert "after=C1" in graph.pedidos[1].caminho
    assert "token" not in graph.pedidos[1].caminho


def test_threads_have_sessions_of_their_own(graph, meu):
    graph.combinar(*[aceitar(f"wamid.{n}") for n in range(4)])
    resultados = []

    def enviar():
        resultados.append(cliente.enviar(meu, CORPO))
        transporte._do_fio.sessao.close()

    fios = [threading.Thread(target=enviar) for _ in range(4)]
    for fio in fios:
        fio.start()
    for fio in fios:
        fio.join()
    assert all(isinstance(r, Aceita) for r in resultados)
    assert graph.conexoes == 4
