"""G22: this server connects only to where it was told to, whatever Meta's answers say.

Every connection and every name asked for in this process is overheard while the real download
follows each address.
"""

import ipaddress
import socket
import sys
import threading
from contextlib import contextmanager

import pytest
from django.db.models.functions import Now

from prefeitura.whatsapp import midia
from prefeitura.whatsapp.cliente import destinos
from prefeitura.whatsapp.models import Midia
from tests.falhas.medida import anotar
from tests.test_arquitetura import importados
from tests.whatsapp.conftest import graph  # noqa: F401 (a fixture)
from tests.whatsapp.servidor_falso import responder
from tests.whatsapp.test_midia_baixar import acordadas, foto, info  # noqa: F401 (fixtures)

DE_DENTRO = (
    "127.0.0.1", "localhost", "[::1]", "0.0.0.0", "127.1", "0x7f.1", "2130706433", "017700000001",
    "[::ffff:127.0.0.1]", "10.0.0.7", "172.16.0.1", "192.168.0.1", "100.64.0.1", "169.254.169.254",
    "[fe80::1]", "[fc00::1]", "[fd00:ec2::254]", "metadata.google.internal", "valkey", "postgres",
)  # fmt: skip
DE_FORA = (
    "mal.example", "lookaside.fbsbx.com.mal.example", "mal.example#lookaside.fbsbx.com",
    "lookaside.fbsbx.com@mal.example", "mal.example\\@lookaside.fbsbx.com", "8.8.8.8",
    "evilwhatsapp.net", "fbcdn.net.mal.example", "lookaside.fbsbx.com:8443", "xn--mal-example.test",
)  # fmt: skip
ESTRANHOS = (
    "file:///etc/passwd", "ftp://lookaside.fbsbx.com/x", "gopher://127.0.0.1:6379/_FLUSHALL",
    "unix:///var/run/x.sock", "data:text/plain,oi", "//mal.example/x", "javascript:1", "", "nada",
    "http+unix://%2Fvar%2Frun%2Fx.sock/", "http://lookaside.fbsbx.com/x",
)  # fmt: skip
URLS = [
    *(f"{esquema}://{host}/x" for host in (*DE_DENTRO, *DE_FORA) for esquema in ("http", "https")),
    *ESTRANHOS,
]

_ouvidos: list[list] = []


def _ouvir(evento: str, argumentos: tuple) -> None:
    if _ouvidos and evento in ("socket.connect", "socket.getaddrinfo"):
        _ouvidos[-1].append((evento, argumentos))


sys.addaudithook(_ouvir)  # cannot be taken away: it hears only inside `escutar`


@contextmanager
def escutar():
    """Give the list of (host, port) that are connected to or asked for by name meanwhile."""
    _ouvidos.append([])
    ditos: list[tuple[str, int]] = []
    try:
        yield ditos
    finally:
        for evento, argumentos in _ouvidos.pop():
            if evento == "socket.getaddrinfo":
                ditos.append((str(argumentos[0]), argumentos[1]))
            elif isinstance(argumentos[1], tuple):  # a path is a socket of this machine
                ditos.append(argumentos[1][:2])


@pytest.fixture
def vizinho():
    """Port of somebody else's server on this machine, and who came to it."""
    vindos = []
    with socket.create_server(("127.0.0.1", 0)) as servidor:

        def atender():
            while True:
                try:
                    vindos.append(servidor.accept()[1])
                except OSError:
                    return

        fio = threading.Thread(target=atender, daemon=True)
        fio.start()
        yield servidor.getsockname()[1], vindos
        servidor.shutdown(socket.SHUT_RDWR)
    fio.join(5)


def tentar(foto) -> Midia:  # noqa: F811
    Midia.objects.update(nao_antes_de=Now(), estado="pendente", arquivo="")
    midia.baixar(foto.pk)
    foto.refresh_from_db()
    return foto


@pytest.fixture(autouse=True)
def _pasta(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.mark.django_db
def test_G22_address_of_a_file_outside_the_list_is_not_even_asked_for(
    graph,  # noqa: F811
    foto,  # noqa: F811
    acordadas,  # noqa: F811
    vizinho,
    record_property,
):
    porta, vindos = vizinho
    urls = [*URLS, f"http://127.0.0.1:{porta}/x", f"http://localhost:{porta}/x"]
    with escutar() as ditos:
        for url in urls:
            graph.combinar(info(graph, url=url))
            assert tentar(foto).estado != "baixada", url
    assert {(h, int(p)) for h, p in ditos} == {("127.0.0.1", graph.porta)}
    assert vindos == []
    anotar(record_property, "G22", enderecos=len(urls), conexoes_a_mais=0)


@pytest.mark.django_db
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_G22_redirects_lead_nowhere(
    graph,  # noqa: F811
    foto,  # noqa: F811
    acordadas,  # noqa: F811
    vizinho,
    status,
):
    porta, vindos = vizinho
    with escutar() as ditos:
        for url in (f"http://127.0.0.1:{porta}/x", "file:///etc/passwd", *URLS[:6]):
            graph.combinar(info(graph), responder(b"", status, Location=url))
            assert tentar(foto).estado != "baixada", url
            graph.combinar(responder(b"", status, Location=url))
            assert tentar(foto).estado != "baixada", url
    assert {(h, int(p)) for h, p in ditos} == {("127.0.0.1", graph.porta)}
    assert vindos == []


@pytest.mark.django_db
def test_G22_name_of_metas_that_changes_between_two_questions_is_not_believed(
    graph,  # noqa: F811
    foto,  # noqa: F811
    acordadas,  # noqa: F811
    vizinho,
    monkeypatch,
):
    """Whatever a name gives each time, what is connected to is what was checked."""
    porta, vindos = vizinho
    de_verdade, respostas = socket.getaddrinfo, iter(["127.0.0.1", "10.0.0.7", "::1"] * 3)

    def resolver(host, *args, **kwargs):
        if host != "lookaside.fbsbx.com":
            return de_verdade(host, *args, **kwargs)
        ip = next(respostas)
        familia = socket.AF_INET6 if ipaddress.ip_address(ip).version == 6 else socket.AF_INET
        return [(familia, socket.SOCK_STREAM, 6, "", (ip, porta))]

    monkeypatch.setattr(destinos.socket, "getaddrinfo", resolver)
    with escutar() as ditos:
        for _ in range(5):
            graph.combinar(info(graph, url="https://lookaside.fbsbx.com/x"))
            assert tentar(foto).estado != "baixada"
    assert {h for h, _ in ditos} <= {"127.0.0.1"}
    assert {p for h, p in ditos} == {graph.porta}
    assert vindos == []


def test_G22_no_other_module_opens_connections_of_its_own():
    """Whoever needs one more says here to whom it talks."""
    permitidos = {
        "prefeitura/ambiente/avisos.py",  # the mail server of EMAIL_URL
        "atendimento/ausencias.py",  # the same
        "prefeitura/ambiente/provas.py",  # `manage.py saude`, by hand: Meta, and our own address
        "prefeitura/ambiente/diagnostico.py",
        "prefeitura/ambiente/supervisor.py",  # the demo's own processes
        "prefeitura/ambiente/valkey.py",
        "prefeitura/ambiente/opcoes.py",
        "prefeitura/whatsapp/midia/antivirus.py",  # a Unix socket
    }
    de_rede = {"socket", "socketserver", "smtplib", "ftplib", "telnetlib", "imaplib", "poplib",
               "ssl", "urllib.request", "http.client", "xmlrpc.client"}  # fmt: skip
    usam = {
        caminho
        for caminho, _, nome in importados(fora=("prefeitura/whatsapp/simulador",))
        if nome in de_rede and not caminho.startswith("prefeitura/whatsapp/cliente/")
    }
    assert usam == permitidos
