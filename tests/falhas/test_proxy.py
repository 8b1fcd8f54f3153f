"""The instruments themselves: a proxy that does not hurt proves nothing."""

import socket
import threading
import time

import pytest

from tests.falhas.proxy import IDA, VOLTA, Proxy


@pytest.fixture
def eco():
    """A server that gives back what it gets; yields its address."""
    with socket.create_server(("127.0.0.1", 0)) as escuta:
        abertas = []

        def servir(sock):
            with sock:
                try:
                    while dados := sock.recv(65536):
                        sock.sendall(dados)
                except OSError:
                    return

        def aceitar():
            while True:
                try:
                    sock, _ = escuta.accept()
                except OSError:
                    return
                abertas.append(sock)
                threading.Thread(target=servir, args=[sock], daemon=True).start()

        fio = threading.Thread(target=aceitar, daemon=True)
        fio.start()
        yield escuta.getsockname()
        escuta.shutdown(socket.SHUT_RDWR)
        fio.join(5)
        for sock in abertas:
            sock.close()


@pytest.fixture
def proxy(eco):
    proxy = Proxy(eco)
    yield proxy
    proxy.fechar()


def ligar(proxy) -> socket.socket:
    return socket.create_connection(("127.0.0.1", proxy.porta), timeout=5)


def ida_e_volta(sock, dados=b"bom dia") -> bytes:
    sock.sendall(dados)
    recebido = b""
    while len(recebido) < len(dados) and (parte := sock.recv(65536)):
        recebido += parte
    return recebido


def test_without_faults_everything_passes(proxy):
    with ligar(proxy) as sock:
        grande = bytes(range(256)) * 4_000
        assert ida_e_volta(sock, grande) == grande
    assert proxy.conexoes == 1


def test_a_unix_socket_can_be_behind_it(tmp_path):
    with socket.socket(socket.AF_UNIX) as escuta:
        escuta.bind(str(tmp_path / "s"))
        escuta.listen()
        proxy = Proxy(tmp_path / "s")
        with ligar(proxy) as sock:
            sock.sendall(b"oi")
            outro, _ = escuta.accept()
            with outro:
                assert outro.recv(10) == b"oi"
        proxy.fechar()


def test_latency_delays_both_ways(proxy):
    with ligar(proxy) as sock:
        proxy.latencia(60, 10)
        inicio = time.monotonic()
        assert ida_e_volta(sock) == b"bom dia"
        assert time.monotonic() - inicio >= 0.1


def test_a_narrow_band_takes_its_time(proxy):
    with ligar(proxy) as sock:
        proxy.banda(100_000)
        inicio = time.monotonic()
        assert len(ida_e_volta(sock, b"x" * 20_000)) == 20_000
        assert time.monotonic() - inicio >= 0.3


def test_the_answer_is_cut_after_so_many_bytes(proxy):
    proxy.cortar_apos(3, VOLTA)
    with ligar(proxy) as sock:
        sock.sendall(b"bom dia")
        recebido = b""
        with pytest.raises(ConnectionResetError):
            while True:
                parte = sock.recv(1)
                assert parte, "fechou em vez de cortar"
                recebido += parte
        assert recebido in (b"bom", b"bo", b"b", b"")


def test_the_request_is_cut_after_so_many_bytes(proxy):
    proxy.cortar_apos(0, IDA)
    with ligar(proxy) as sock:
        sock.sendall(b"bom dia")
        with pytest.raises(ConnectionResetError):
            sock.recv(10)


def test_a_black_hole_takes_all_and_never_answers(proxy):
    with ligar(proxy) as sock:
        assert ida_e_volta(sock) == b"bom dia"
        proxy.buraco_negro()
        sock.sendall(b"tem gente?")
        sock.settimeout(0.3)
        with pytest.raises(TimeoutError):
            sock.recv(10)
        proxy.sarar()
        sock.settimeout(5)
        with pytest.raises(ConnectionResetError):
            sock.recv(10)
    with ligar(proxy) as sock:
        assert ida_e_volta(sock) == b"bom dia"


def test_refusing_closes_the_port_and_healing_opens_the_same(proxy):
    with ligar(proxy) as aberta:
        assert ida_e_volta(aberta) == b"bom dia"
        proxy.recusar()
        with pytest.raises(ConnectionResetError):
            aberta.recv(10)
    with pytest.raises(ConnectionRefusedError):
        ligar(proxy)
    proxy.sarar()
    with ligar(proxy) as sock:
        assert ida_e_volta(sock) == b"bom dia"


def test_resetting_spares_nobody(proxy):
    with ligar(proxy) as aberta:
        assert ida_e_volta(aberta) == b"bom dia"
        proxy.resetar()
        with pytest.raises(ConnectionResetError):
            aberta.recv(10)
    with pytest.raises(ConnectionResetError), ligar(proxy) as sock:
        sock.recv(10)


def test_half_closed_hears_no_more(proxy):
    with ligar(proxy) as sock:
        assert ida_e_volta(sock) == b"bom dia"
        proxy.meio_fechado()
        assert sock.recv(10) == b""
        sock.sendall(b"ainda falo")


def test_nobody_behind_it_is_a_reset(tmp_path):
    proxy = Proxy(tmp_path / "nada")
    with pytest.raises(ConnectionResetError), ligar(proxy) as sock:
        sock.recv(10)
    proxy.fechar()
