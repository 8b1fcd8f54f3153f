"""The state of the installation in sentences: the command, and what only the network shows."""

import datetime as dt
import ssl
import threading
from io import StringIO

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.core.management import call_command
from django.utils import timezone

from prefeitura.ambiente import diagnostico, medidas, provas, saude
from prefeitura.whatsapp import cliente, entrada
from prefeitura.whatsapp.models import Batimento, EventoRecebido, Medida
from prefeitura.whatsapp.webhook import Webhook
from tests import factories
from tests.ambiente.figuras import valor
from tests.whatsapp.servidor_web import no_ar


@pytest.fixture
def vivos(db):
    for processo in saude.PROCESSOS:
        Batimento.objects.create(processo=processo, quando=timezone.now())


def rodar(*argumentos: str) -> tuple[int, str]:
    saida = StringIO()
    try:
        call_command("saude", *argumentos, stdout=saida)
    except SystemExit as fim:
        return fim.code, saida.getvalue()
    return 0, saida.getvalue()


def test_command_says_that_all_is_well(vivos):
    codigo, dito = rodar("--sem-rede")
    assert codigo == 0, dito
    assert "FALHA" not in dito
    assert "O que chega da Meta é aplicado na hora." in dito


def test_command_says_what_is_wrong_and_what_to_do(vivos):
    Batimento.objects.filter(processo="resposta").delete()
    factories.EventoRecebidoFactory(
        recebido_em=timezone.now() - dt.timedelta(minutes=9, seconds=30),
        nao_antes_de=timezone.now() - dt.timedelta(minutes=9, seconds=30),
    )
    codigo, dito = rodar("--sem-rede")
    assert codigo == 1
    assert "FALHA O trabalhador que envia as respostas (resposta) nunca deu sinal de vida." in dito
    assert "→ Reinicie o processo" in dito
    assert "Há mensagem da Meta esperando há 9 min." in dito


def test_command_speaks_without_the_database(vivos, monkeypatch):
    from django.db import OperationalError

    def cair(*_):
        raise OperationalError

    monkeypatch.setattr(saude, "_examinar_banco", cair)
    monkeypatch.setattr(medidas, "diferenca_do_relogio", cair)
    codigo, dito = rodar()
    assert codigo == 1
    assert "O banco de dados não responde, ou só deixa ler." in dito
    assert "Suba o PostgreSQL" in dito


@pytest.mark.parametrize(
    ("exame", "frase"),
    [
        ({"valkey": False}, "não responde: as telas se atualizam devagar"),
        ({"valkey": True, "valkey_guarda": False}, "para jogar coisas fora"),
    ],
)
def test_broker_that_is_away_or_forgets_is_told(vivos, monkeypatch, exame, frase):
    monkeypatch.setattr(
        saude, "_examinar_valkey", lambda: (exame["valkey"], exame.get("valkey_guarda", True))
    )
    [linha] = [x for x in diagnostico.partes() if frase in x.frase]
    assert linha.marca == "falha"
    assert linha.fazer


def test_backup_clock_and_files_are_told(vivos, settings, tmp_path, monkeypatch):
    marca = tmp_path / "copia"
    settings.MARCA_DA_COPIA = str(marca)
    monkeypatch.setattr(medidas, "diferenca_do_relogio", lambda: 9.0)
    monkeypatch.setattr(saude, "_pode_escrever", lambda: False)
    frases = " ".join(x.frase for x in diagnostico.partes() if x.bem is False)
    assert "diferem 9 s" in frases
    assert "de mais tempo do que se sabe atrás" in frases
    assert "Não consigo escrever na pasta de arquivos." in frases
    marca.touch()
    assert any(
        x.bem and "cópia de segurança é de 0 s atrás" in x.frase for x in diagnostico.partes()
    )


def test_what_meta_says_of_a_number_is_told_with_what_to_do(numero, monkeypatch):
    monkeypatch.setattr(provas, "provar_caminho", lambda _: 0.4)

    def recusar(_):
        raise cliente.ErroDoGraph(190, "", 401, True)

    monkeypatch.setattr(cliente, "ler_numero", recusar)
    linhas = diagnostico.testes()
    assert linhas[0].marca == "falha"
    assert "A Meta recusou o token de acesso." in linhas[0].frase
    assert linhas[0].fazer
    assert linhas[-1].frase == "Uma mensagem de prova entrou e foi aplicada em 0.4 s."


# The certificate -------------------------------------------------------------------------------


def fazer_certificado(pasta, dias: float):
    chave = ec.generate_private_key(ec.SECP256R1())
    nome = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    agora = dt.datetime.now(dt.UTC)
    certificado = (
        x509.CertificateBuilder()
        .subject_name(nome)
        .issuer_name(nome)
        .public_key(chave.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(agora - dt.timedelta(days=100))
        .not_valid_after(agora + dt.timedelta(days=dias))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(chave, hashes.SHA256())
    )
    arquivo = pasta / "certificado.pem"
    arquivo.write_bytes(
        chave.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificado.public_bytes(serialization.Encoding.PEM)
    )
    return arquivo


@pytest.fixture
def com_https(tmp_path, monkeypatch, settings):
    """Return a function: `com_https(dias)` serves a certificate good for that long."""
    import socket

    abertos = []

    def servir(dias: float, confiar: bool = True) -> str:
        arquivo = fazer_certificado(tmp_path, dias)
        if confiar:
            monkeypatch.setenv("SSL_CERT_FILE", str(arquivo))
        else:
            monkeypatch.delenv("SSL_CERT_FILE", raising=False)
        contexto = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        contexto.load_cert_chain(arquivo)
        escuta = socket.create_server(("127.0.0.1", 0))
        abertos.append(escuta)

        def atender():
            try:
                while True:
                    cru, _ = escuta.accept()
                    try:
                        contexto.wrap_socket(cru, server_side=True).close()
                    except OSError:
                        cru.close()
            except OSError:
                return

        threading.Thread(target=atender, daemon=True).start()
        endereco = f"localhost:{escuta.getsockname()[1]}"
        settings.ENDERECO_DO_SITE, settings.PRODUCAO = f"https://{endereco}", True
        return endereco

    yield servir
    for escuta in abertos:
        escuta.close()


@pytest.mark.django_db
def test_days_of_the_certificate_are_measured(com_https):
    com_https(30.5)
    provas.medir_certificado()
    assert 30 < valor("tls_dias") < 31
    [linha] = diagnostico._certificado()
    assert (linha.marca, linha.frase) == ("ok", "O certificado do site vale mais 30 dias.")


@pytest.mark.django_db
def test_certificate_near_its_end_or_not_accepted_is_told(com_https):
    com_https(5.5)
    [linha] = diagnostico._certificado()
    assert (linha.marca, linha.frase) == ("falha", "O certificado do site vale só mais 5 dias.")
    com_https(90, confiar=False)
    provas.medir_certificado()
    assert Medida.objects.get().valor == 0
    [linha] = diagnostico._certificado()
    assert "não é aceito" in linha.frase


@pytest.mark.django_db
def test_site_that_cannot_be_reached_from_inside_proves_nothing(settings):
    settings.ENDERECO_DO_SITE, settings.PRODUCAO = "https://127.0.0.1:9", True
    provas.medir_certificado()
    assert not Medida.objects.exists()
    assert diagnostico._certificado()[0].marca == "duvida"
    settings.PRODUCAO = False
    assert "Sem HTTPS aqui" in diagnostico._certificado()[0].frase


# The way in ------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_proof_goes_in_by_the_public_address_and_is_applied(settings):
    with no_ar(Webhook()) as porta:
        settings.ENDERECO_DO_SITE = f"http://127.0.0.1:{porta}"
        parar = threading.Event()

        def trabalhar():
            from django.db import connection

            while not parar.wait(0.1):
                entrada.processar()
            connection.close()

        fio = threading.Thread(target=trabalhar)
        fio.start()
        try:
            [linha] = diagnostico._caminho()
        finally:
            parar.set()
            fio.join()
    assert linha.marca == "ok"
    evento = EventoRecebido.objects.get()
    assert (evento.estado, evento.nota) == ("feito", f"não é do WhatsApp: {provas.OBJETO}")


@pytest.mark.django_db(transaction=True)
def test_proof_that_nobody_applies_or_that_does_not_get_in_is_told(settings, monkeypatch):
    with no_ar(Webhook()) as porta:
        endereco = f"http://127.0.0.1:{porta}"
        assert provas.provar_caminho(endereco, prazo=0.5) is None
        settings.WHATSAPP_APP_SECRETS = ["outro", *settings.WHATSAPP_APP_SECRETS]
        monkeypatch.setattr("prefeitura.whatsapp.webhook.settings", _outros_segredos())
        settings.ENDERECO_DO_SITE = endereco
        assert diagnostico._caminho()[0].marca == "duvida"
    settings.ENDERECO_DO_SITE = "http://127.0.0.1:9"
    assert "não entrou" in diagnostico._caminho()[0].frase


def _outros_segredos():
    class Segredos:
        WHATSAPP_APP_SECRETS = ["nenhum destes"]

    return Segredos()
