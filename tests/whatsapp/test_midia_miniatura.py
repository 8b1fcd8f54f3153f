"""The first page of a PDF: drawn once, apart from the house, whatever the file is (E094)."""

import io
import zlib
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models.functions import Now
from django.http import Http404
from django.test import RequestFactory
from PIL import Image
from pypdf import PdfReader, PdfWriter

from atendimento.demonstracao.desenhos import pdf
from prefeitura.whatsapp import midia, sinais
from prefeitura.whatsapp.midia import folha, miniatura, servir
from prefeitura.whatsapp.midia.nomes import lugar, lugar_da_miniatura
from prefeitura.whatsapp.models import Midia
from tests import factories

GUIA = pdf("Guia do IPTU", ["Vence em 10/12", "R$ 120,00"])


def montado(*objetos: bytes) -> bytes:
    """A PDF without a table of places, which readers rebuild: object 1 is the catalogue."""
    corpo = b"".join(b"%d 0 obj\n%s\nendobj\n" % (n, o) for n, o in enumerate(objetos, 1))
    return b"%PDF-1.4\n" + corpo + b"trailer<</Root 1 0 R>>\n%%EOF\n"


def de_uma_pagina(caixa: bytes, *resto: bytes, conteudo=b"") -> bytes:
    fluxo = b"<</Length %d>>stream\n%s\nendstream" % (len(conteudo), conteudo)
    return montado(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[%s]/Contents 4 0 R"
        b"/Resources<</XObject<</F 5 0 R>>>>>>" % caixa,
        fluxo,
        *resto,
    )


def cifrado(com: str) -> bytes:
    escritor, saida = PdfWriter(clone_from=PdfReader(io.BytesIO(GUIA))), io.BytesIO()
    escritor.encrypt(com, owner_password="dono", algorithm="AES-128")
    escritor.write(saida)
    return saida.getvalue()


def de_dez_mil_paginas() -> bytes:
    paginas = [b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>"] * 10_000
    filhas = b" ".join(b"%d 0 R" % n for n in range(3, 10_003))
    return montado(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[%s]/Count 10000>>" % filhas,
        *paginas,
    )


def com_programa() -> bytes:
    return montado(
        b"<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(while\\(1\\);)>>>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>",
    )


def bomba_de_pontos() -> bytes:
    """A picture of 400 million points that takes a few hundred kilobytes."""
    compressor, partes = zlib.compressobj(9), []
    for _ in range(400):
        partes.append(compressor.compress(bytes(1_000_000)))
    dados = b"".join([*partes, compressor.flush()])
    imagem = (
        b"<</Type/XObject/Subtype/Image/Width 20000/Height 20000/ColorSpace/DeviceGray"
        b"/BitsPerComponent 8/Filter/FlateDecode/Length %d>>stream\n%s\nendstream"
    ) % (len(dados), dados)
    return de_uma_pagina(b"0 0 595 842", imagem, conteudo=b"q 595 0 0 842 0 0 cm /F Do Q")


@pytest.fixture
def em(tmp_path):
    """Return a function: write these bytes, return what is drawn of them."""

    def _em(dados: bytes) -> bytes:
        arquivo = tmp_path / "arquivo"
        arquivo.write_bytes(dados)
        return miniatura.desenhar(arquivo)

    return _em


def test_the_first_page_is_drawn(em):
    imagem = Image.open(io.BytesIO(em(GUIA)))
    assert (imagem.format, imagem.size) == ("WEBP", (256, 363))
    claro, escuro = imagem.convert("L").getextrema()[::-1]
    assert claro > 240 and escuro < 120


@pytest.mark.parametrize(
    "dados",
    [b"%PDF-1.4\nlixo", GUIA[:200], b"%PDF-", montado(b"<</Type/Catalog>>"), cifrado("senha")],
    ids=["estragado", "cortado", "vazio", "sem-pagina", "cifrado"],
)
def test_E094_what_cannot_be_read_has_no_picture(em, dados):
    assert em(dados) == b""


@pytest.mark.parametrize(
    "dados",
    [
        cifrado(""),
        com_programa(),
        de_dez_mil_paginas(),
        de_uma_pagina(b"0 0 1000000 1000000"),
        de_uma_pagina(b"0 0 1 14400"),
        de_uma_pagina(b"0 0 14400 1"),
        de_uma_pagina(b"0 0 0.001 0.001"),
    ],
    ids=["so-do-dono", "programa", "dez-mil", "gigante", "fina", "larga", "minuscula"],
)
def test_E094_strange_pages_end_in_a_small_picture(em, dados):
    imagem = Image.open(io.BytesIO(em(dados)))
    assert imagem.width <= folha.LARGURA
    assert imagem.height <= folha.ALTURA_MAXIMA


def test_E094_a_bomb_takes_no_more_than_its_process(em, monkeypatch):
    dados = em(bomba_de_pontos())
    assert dados == b"" or Image.open(io.BytesIO(dados)).width == 256


@pytest.mark.parametrize(
    "programa",
    [
        "while True: pass",
        "import os; os.write(1, b'RIFF' + bytes(4) + b'WEBP' + bytes(10**6)); os._exit(1)",
        "print('<svg onload=alert(1)>')",
        "raise MemoryError",
        "import os; os.kill(os.getpid(), 11)",
    ],
    ids=["sem-fim", "erro", "outra-coisa", "memoria", "morto"],
)
def test_E094_whatever_happens_in_its_process_is_no_picture(em, programa, tmp_path, monkeypatch):
    falso = tmp_path / "falso.py"
    falso.write_text(programa)
    monkeypatch.setattr(folha, "__file__", str(falso))
    monkeypatch.setattr(miniatura, "PRAZO_S", 1)
    assert em(GUIA) == b""


def test_its_process_gets_nothing_of_ours_and_has_limits(tmp_path, monkeypatch):
    falso, visto = tmp_path / "falso.py", tmp_path / "visto"
    falso.write_text(
        f"import os, sys; sys.path.insert(0, {str(tmp_path)!r}); import folha, resource\n"
        "folha.limitar()\n"
        f"limites = [resource.getrlimit(q)[1] for q in folha.LIMITES]\n"
        f"resto = [n for n in os.environ if n != 'LC_CTYPE']\n"
        f"onde = os.open({str(visto)!r}, os.O_CREAT | os.O_WRONLY)\n"
        "os.write(onde, repr((limites, resto)).encode())\n"
    )
    with open(folha.__file__) as verdadeiro:
        (tmp_path / "folha.py").write_text(verdadeiro.read())
    monkeypatch.setenv("DATABASE_URL", "segredo")
    monkeypatch.setattr(folha, "__file__", str(falso))
    arquivo = tmp_path / "a.pdf"
    arquivo.write_bytes(GUIA)
    assert miniatura.desenhar(arquivo) == b""
    assert visto.read_text() == repr((list(folha.LIMITES.values()), []))


# --- the row is the queue


@pytest.fixture
def avisadas():
    ids = []

    def ouvir(midias, **_):
        ids.extend(midias)

    sinais.midias_mudaram.connect(ouvir)
    yield ids
    sinais.midias_mudaram.disconnect(ouvir)


@pytest.fixture
def guia(numero, settings, tmp_path):
    """A PDF that came and waits to be drawn."""
    settings.MEDIA_ROOT = tmp_path
    guia = factories.MidiaFactory(
        numero=numero, pronta=True, tipo="application/pdf", nome="guia.pdf", miniatura="pendente"
    )
    guia.arquivo = lugar(guia.pk)
    guia.save()
    (tmp_path / guia.arquivo).parent.mkdir(parents=True)
    (tmp_path / guia.arquivo).write_bytes(GUIA)
    return guia


@pytest.mark.django_db
def test_it_is_drawn_once_kept_beside_the_file_and_told(guia, avisadas, tmp_path):
    midia.fazer_miniaturas()
    midia.fazer_miniaturas()
    guia.refresh_from_db()
    assert (guia.miniatura, guia.miniatura_tentativas) == ("pronta", 1)
    assert (tmp_path / lugar_da_miniatura(guia.pk)).read_bytes()[:4] == b"RIFF"
    assert avisadas == [guia.pk]
    assert not midia.ha_miniaturas()


@pytest.mark.django_db
def test_what_cannot_be_drawn_is_not_tried_again(guia, avisadas, tmp_path):
    (tmp_path / guia.arquivo).write_bytes(b"%PDF-1.4\nlixo")
    midia.fazer_miniaturas()
    guia.refresh_from_db()
    assert (guia.miniatura, avisadas) == ("falhou", [guia.pk])
    assert not midia.ha_miniaturas()


@pytest.mark.django_db
def test_a_worker_that_dies_leaves_it_to_the_next_and_three_deaths_end_it(guia, monkeypatch):
    class Morte(BaseException):
        pass

    def morrer(_):
        raise Morte

    with monkeypatch.context() as m:
        m.setattr(miniatura, "desenhar", morrer)
        for vez in range(1, 4):
            with pytest.raises(Morte):
                midia.fazer_miniaturas()
            guia.refresh_from_db()
            assert (guia.miniatura, guia.miniatura_tentativas) == ("pendente", vez)
            assert not midia.ha_miniaturas()  # it is still in the dead one's hands
            Midia.objects.update(nao_antes_de=Now() - timedelta(seconds=1))
            assert midia.ha_miniaturas()
    midia.fazer_miniaturas()
    guia.refresh_from_db()
    assert guia.miniatura == "falhou"


@pytest.mark.django_db
def test_a_disk_in_trouble_is_not_the_files_fault(guia, monkeypatch, tmp_path):
    (tmp_path / guia.arquivo).unlink()
    midia.fazer_miniaturas()
    guia.refresh_from_db()
    assert guia.miniatura == "pendente"


@pytest.mark.django_db
def test_only_pdfs_wait_for_a_picture(numero, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    for nome, dados, espera in (("guia.pdf", GUIA, "pendente"), ("a.txt", b"oi", "")):
        guardada = midia.guardar_enviada(numero=numero, arquivo=SimpleUploadedFile(nome, dados))
        guardada.refresh_from_db()
        assert guardada.miniatura == espera


@pytest.mark.django_db
def test_the_sweep_keeps_a_picture_with_its_file_and_takes_one_without(guia, tmp_path):
    factories.MensagemFactory(midia=guia, tipo="documento")
    midia.fazer_miniaturas()
    orfa = tmp_path / lugar_da_miniatura(factories.MidiaFactory().pk)
    orfa.parent.mkdir(parents=True, exist_ok=True)
    orfa.write_bytes(b"RIFF")
    midia.limpar_sobras(-1)
    assert not orfa.exists()
    assert (tmp_path / lugar_da_miniatura(guia.pk)).is_file()
    assert (tmp_path / guia.arquivo).is_file()


@pytest.mark.django_db
def test_it_is_served_as_a_picture_under_the_same_isolation(guia):
    pedido = RequestFactory().get("/", {"miniatura": "1"})
    with pytest.raises(Http404):
        servir.responder(pedido, guia)
    midia.fazer_miniaturas()
    guia.refresh_from_db()
    inteira, pequena = (
        servir.responder(RequestFactory().get("/"), guia),
        servir.responder(pedido, guia),
    )
    assert pequena["Content-Type"] == "image/webp"
    assert pequena["Content-Disposition"] == 'inline; filename="guia.pdf.webp"'
    for nome in ("Content-Security-Policy", "X-Content-Type-Options", "Cache-Control"):
        assert pequena[nome] == inteira[nome]
    assert pequena["ETag"] != inteira["ETag"]
    assert b"".join(pequena.streaming_content)[:4] == b"RIFF"
    b"".join(inteira.streaming_content)
