"""GUARANTEES 4.4, rows 96 and 97: a daemon that plays ClamAV, and what comes of each answer."""

import hashlib
import os
import socket
import struct
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from prefeitura.whatsapp import midia
from prefeitura.whatsapp.midia import antivirus
from prefeitura.whatsapp.midia.antivirus import Veredito, verificar
from prefeitura.whatsapp.midia.limpar import limpar_sobras
from prefeitura.whatsapp.models import Envio, Midia
from tests import factories
from tests.entradas.test_arquivos import anexar  # noqa: F401 (a fixture)
from tests.falhas.meta import FOTO, Meta
from tests.test_permissoes import PNG

pytestmark = pytest.mark.django_db
# The test virus, in halves: whole, a real antivirus would take this file away.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE!$H+H*"
FORA = "O antivírus não respondeu. Tente em instantes."


class Clamd:
    """Answers INSTREAM as the real one; `como` makes it ill."""

    def __init__(self, caminho: Path) -> None:
        self.como, self.vistos = "sadio", []
        self._escuta = socket.socket(socket.AF_UNIX)
        self._escuta.bind(str(caminho))
        self._escuta.listen()
        threading.Thread(target=self._atender, daemon=True).start()

    def fechar(self) -> None:
        self._escuta.shutdown(socket.SHUT_RDWR)
        self._escuta.close()

    def _atender(self) -> None:
        while True:
            try:
                conexao, _ = self._escuta.accept()
            except OSError:
                return
            with conexao:
                try:
                    self._responder(conexao)
                except OSError:
                    continue

    def _responder(self, conexao: socket.socket) -> None:
        if self.como == "fecha ao abrir":
            return
        assert conexao.recv(10, socket.MSG_WAITALL) == b"zINSTREAM\0"
        if self.como == "fecha no comando":
            return
        dados = b""
        while tamanho := struct.unpack("!I", conexao.recv(4, socket.MSG_WAITALL))[0]:
            dados += conexao.recv(tamanho, socket.MSG_WAITALL)
            if self.como == "fecha no meio":
                return
        self.vistos.append(dados)
        if self.como == "cala":
            conexao.recv(1)
            return
        respostas = {
            "sadio": b"stream: Eicar-Signature FOUND\0" if EICAR in dados else b"stream: OK\0",
            "erra": b"stream: Can't allocate memory ERROR\0",
            "passou do limite": b"INSTREAM size limit exceeded. ERROR\0",
            "metade da resposta": b"stream: O",
            "fecha sem responder": b"",
        }
        conexao.sendall(respostas[self.como])


@contextmanager
def no_ar(caminho: Path):
    clamd = Clamd(caminho)
    try:
        yield clamd
    finally:
        clamd.fechar()


@pytest.fixture(autouse=True)
def _ajustes(settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT = tmp_path / "midia"
    settings.ANTIVIRUS = "obrigatorio"
    settings.ANTIVIRUS_SOCKET = str(tmp_path / "clamd.ctl")
    monkeypatch.setattr(antivirus, "PRAZO_S", 0.3)


@pytest.fixture
def clamd(tmp_path):
    with no_ar(tmp_path / "clamd.ctl") as clamd:
        yield clamd


DOENTES = [
    "fecha ao abrir", "fecha no comando", "fecha no meio", "fecha sem responder", "cala", "erra",
    "passou do limite", "metade da resposta",
]  # fmt: skip


def guardados(pasta: Path) -> list[Path]:
    return [p for p in pasta.rglob("*") if p.is_file()]


def test_clean_file_is_read_whole_and_passes(clamd, anexar):  # noqa: F811
    assert anexar(PNG)[0] == 200
    assert clamd.vistos == [PNG]


def test_E096_infected_upload_is_refused_and_nothing_of_it_stays(
    clamd,
    anexar,  # noqa: F811
    settings,
):
    assert anexar(EICAR, "nota.txt", "text/plain") == (422, "O antivírus bloqueou este arquivo.")
    assert not Midia.objects.exists()
    assert not Envio.objects.filter(prioridade=Envio.Prioridade.RESPOSTA).exists()
    assert guardados(settings.MEDIA_ROOT) == []


@pytest.fixture
def da_meta(settings, numero):
    """Return a function: fetch one picture of the citizen, whose bytes are these."""
    meta = Meta()
    settings.WHATSAPP_GRAPH_URL = meta.url
    yield lambda: _baixar(numero)
    meta.sossegar()
    meta.fechar()


def _baixar(numero) -> Midia:
    foto = factories.MidiaFactory(numero=numero, media_id="555", nome="foto.jpg")
    factories.MensagemFactory(
        atendimento__conversa__numero=numero,
        atendimento__equipe=numero.equipe_de_triagem,
        midia=foto,
        tipo="imagem",
    )
    midia.baixar(foto.pk)
    foto.refresh_from_db()
    return foto


def test_E096_infected_file_of_a_citizen_goes_to_quarantine(
    clamd, da_meta, numero, municipio, settings, entrar, monkeypatch
):
    monkeypatch.setattr("tests.entradas.test_antivirus.EICAR", FOTO[:40])
    foto = da_meta()
    assert (foto.estado, foto.erro) == ("recusada", "O antivírus bloqueou este arquivo.")
    assert foto.sha256 == hashlib.sha256(FOTO).hexdigest()
    [isolado] = guardados(settings.MEDIA_ROOT)
    assert isolado == settings.MEDIA_ROOT / "quarentena" / foto.pk.hex
    navegador = entrar(factories.ServidorFactory(em=numero.equipe_de_triagem))
    assert navegador.get(f"/midia/{foto.pk}/").status_code == 404
    mensagem = foto.mensagens.get()
    pagina = navegador.get(f"/atendimento/{mensagem.atendimento_id}/").content.decode()
    assert "O antivírus bloqueou este arquivo." in pagina
    for dias, fica in ((29, True), (31, False)):
        os.utime(isolado, (time.time() - dias * 86400,) * 2)
        limpar_sobras()
        assert isolado.exists() is fica


@pytest.mark.parametrize("como", DOENTES)
def test_E097_upload_without_an_answer_is_503_and_can_be_tried_again(
    clamd,
    anexar,  # noqa: F811
    settings,
    como,
):
    clamd.como = como
    assert anexar(PNG) == (503, FORA)
    assert guardados(settings.MEDIA_ROOT) == []
    clamd.como = "sadio"
    assert anexar(PNG)[0] == 200


def test_E097_without_the_daemon_an_upload_waits_no_longer(anexar):  # noqa: F811
    assert anexar(PNG) == (503, FORA)


@pytest.mark.parametrize("como", ["cala", "erra"])
def test_E097_file_of_a_citizen_waits_and_cannot_be_opened(clamd, da_meta, settings, como):
    clamd.como = como
    foto = da_meta()
    assert (foto.estado, foto.arquivo) == ("pendente", "")
    assert foto.erro == "O antivírus não respondeu. Vamos tentar de novo."
    assert guardados(settings.MEDIA_ROOT) == []


@pytest.mark.parametrize("como", DOENTES)
def test_E095_E097_where_it_may_be_missing_the_file_says_that_it_was_not_verified(
    clamd, da_meta, numero, municipio, settings, entrar, como
):
    settings.ANTIVIRUS = "tentar"
    clamd.como = como
    foto = da_meta()
    assert (foto.estado, foto.erro) == ("baixada", "Arquivo não verificado pelo antivírus.")
    navegador = entrar(factories.ServidorFactory(em=numero.equipe_de_triagem))
    pagina = navegador.get(f"/atendimento/{foto.mensagens.get().atendimento_id}/")
    assert "Arquivo não verificado pelo antivírus." in pagina.content.decode()


def test_where_there_is_no_daemon_nothing_is_asked(settings, tmp_path):
    settings.ANTIVIRUS = "tentar"
    arquivo = tmp_path / "x"
    arquivo.write_bytes(PNG)
    assert verificar(arquivo) is Veredito.DESLIGADO
    settings.ANTIVIRUS = "desligado"
    assert verificar(arquivo) is Veredito.DESLIGADO


def test_E091_received_program_is_labelled_and_only_downloaded(
    atendimento, ana, entrar, municipio, settings
):
    programa = factories.MidiaFactory(
        pronta=True,
        numero=atendimento.conversa.numero,
        tipo="application/octet-stream",
        nome="nota.exe",
        erro="Arquivo que pode conter programas.",
    )
    caminho = Path(settings.MEDIA_ROOT) / programa.arquivo
    caminho.parent.mkdir(parents=True)
    caminho.write_bytes(b"MZ" + b"\0" * 100)
    factories.MensagemFactory(atendimento=atendimento, midia=programa, tipo="documento")
    navegador = entrar(ana)
    pagina = navegador.get(f"/atendimento/{atendimento.pk}/").content.decode()
    assert "Arquivo que pode conter programas." in pagina
    resposta = navegador.get(f"/midia/{programa.pk}/")
    assert resposta["Content-Disposition"].startswith("attachment")
    assert resposta["Content-Type"] == "application/octet-stream"
