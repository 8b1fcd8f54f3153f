"""The PDF of an atendimento: all that was said, its files, and who took it."""

import hashlib
import io
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone
from PIL import Image
from pypdf import PdfReader

from atendimento import acoes
from atendimento.pdf import documento
from atendimento.pdf.folha import limpar
from atendimento.views.apresentar.mensagem import DESCONHECIDO
from prefeitura.cadastro.models import RegistroDeAcesso
from prefeitura.whatsapp.models import Midia
from tests.factories import MensagemFactory, MidiaFactory, NotaFactory


@pytest.fixture
def guardar(numero):
    """Return a function: stores bytes as a ready file."""

    def _guardar(conteudo: bytes, tipo: str, nome: str, **mais):
        midia = MidiaFactory(
            pronta=True,
            numero=numero,
            tipo=tipo,
            nome=nome,
            tamanho=len(conteudo),
            sha256=hashlib.sha256(conteudo).hexdigest(),
            **mais,
        )
        caminho = Path(settings.MEDIA_ROOT) / midia.arquivo
        caminho.parent.mkdir(parents=True, exist_ok=True)
        caminho.write_bytes(conteudo)
        return midia

    return _guardar


@pytest.fixture
def baixar(atendimento, entrar, ana, municipio):
    """Return a function: downloads it as Ana; gives the response."""
    return lambda: entrar(ana).get(f"/atendimento/{atendimento.pk}/pdf/")


def ler(resposta) -> PdfReader:
    assert resposta.status_code == 200
    return PdfReader(io.BytesIO(resposta.content))


def escrito(resposta) -> str:
    texto = " ".join(pagina.extract_text() for pagina in ler(resposta).pages)
    return " ".join(texto.split())


def imagem(formato="PNG", modo="RGBA", tamanho=(40, 30)) -> bytes:
    saida = io.BytesIO()
    Image.new(modo, tamanho, "red").save(saida, formato)
    return saida.getvalue()


def test_says_the_city_the_protocol_and_all_that_was_said(atendimento, ana, baixar):
    acoes.assumir(atendimento_id=atendimento.pk, servidor=ana)
    MensagemFactory(
        atendimento=atendimento,
        da_prefeitura=True,
        autor=ana,
        texto="Não há vagas às terças. Ação já!\nLinha dois 👍🏽",
        envio__lida=True,
    )
    resposta = baixar()
    assert resposta["Content-Type"] == "application/pdf"
    assert resposta["Content-Disposition"] == (
        f'attachment; filename="atendimento-{atendimento.protocolo}.pdf"'
    )
    texto = escrito(resposta)
    for pedaco in (
        "Vila Esperança · SP",
        f"Atendimento {atendimento.protocolo}",
        atendimento.conversa.cidadao.como_chamar,
        "Bom dia, queria marcar consulta.",
        "Não há vagas às terças. Ação já!",
        "Linha dois 👍",
        "Ana Souza assumiu às",
        "✓✓ lida em",
        "por Ana Souza",
        "página 1 de 1",
    ):
        assert pedaco in texto
    assert texto.index("queria marcar") < texto.index("Ana Souza assumiu") < texto.index("vagas")


def test_internal_notes_stay_out(atendimento, ana, baixar):
    acoes.assumir(atendimento_id=atendimento.pk, servidor=ana)
    acoes.devolver(atendimento_id=atendimento.pk, servidor=ana, nota="Pessoa difícil.")
    texto = escrito(baixar())
    assert "devolveu à fila" in texto
    assert "difícil" not in texto


def test_pictures_are_shown_and_other_files_attached(atendimento, baixar, guardar):
    foto = guardar(imagem("JPEG", "RGB", (3_000, 1_000)), "image/jpeg", "rua.jpg")
    guia = guardar(b"%PDF-1.4 guia", "application/pdf", "guia do IPTU – março.pdf")
    for midia, tipo in ((foto, "imagem"), (guia, "documento")):
        MensagemFactory(atendimento=atendimento, tipo=tipo, texto="veja", midia=midia)
    resposta = baixar()
    lido = ler(resposta)
    (mostrada,) = [i for pagina in lido.pages for i in pagina.images]
    assert max(mostrada.image.size) <= 1_400
    (nome,) = lido.attachments
    assert lido.attachments[nome] == [b"%PDF-1.4 guia"]
    assert nome == "002-guia do IPTU _ março.pdf"
    texto = escrito(resposta)
    assert foto.sha256 in texto.replace(" ", "")
    assert guia.sha256 in texto.replace(" ", "")
    assert "na página" in texto
    assert "anexado a este PDF" in texto


@pytest.mark.parametrize(
    "conteudo", [imagem("WEBP"), imagem("GIF", "P"), imagem("PNG", "LA"), imagem("PNG", "1")]
)
def test_every_kind_of_picture_is_shown(atendimento, baixar, guardar, conteudo):
    midia = guardar(conteudo, "image/webp", "figura")
    MensagemFactory(atendimento=atendimento, tipo="figurinha", texto="", midia=midia)
    assert sum(len(pagina.images) for pagina in ler(baixar()).pages) == 1


def test_what_is_not_a_picture_after_all_is_attached(atendimento, baixar, guardar):
    midia = guardar(b"\x89PNG quebrada", "image/png", "a.png")
    MensagemFactory(atendimento=atendimento, tipo="imagem", texto="", midia=midia)
    assert list(ler(baixar()).attachments) == ["001-a.png"]


def test_missing_and_too_large_files_are_only_listed(
    atendimento, baixar, guardar, numero, monkeypatch
):
    monkeypatch.setattr("atendimento.pdf.arquivos.ANEXOS_MAXIMO", 10)
    grande = guardar(b"a" * 11, "text/plain", "grande.txt")
    perdida = MidiaFactory(
        numero=numero, nome="sumiu.ogg", estado=Midia.Estado.PERDIDA, erro="Expirou na Meta."
    )
    for midia in (grande, perdida):
        MensagemFactory(atendimento=atendimento, tipo="documento", texto="", midia=midia)
    resposta = baixar()
    assert not ler(resposta).attachments
    texto = escrito(resposta)
    assert "passa do limite deste PDF" in texto
    assert "não está aqui (Expirou na Meta.)" in texto


@pytest.mark.parametrize(
    ("tipo", "campos", "pedaco"),
    [
        (
            "localizacao",
            {"latitude": -23.5, "longitude": -46.6, "nome": "Praça"},
            "Praça -23.5, -46",
        ),
        (
            "contatos",
            {"contatos": [{"nome": "Zé", "telefones": [{"numero": "5511987650001"}]}]},
            "Zé · (11) 98765-0001",
        ),
        ("botao", {"titulo": "Sim, confirmo"}, "Sim, confirmo"),
        ("formulario", {"respostas": {"bairro": "Centro"}}, "bairro: Centro"),
        ("sistema", {}, "[Aviso do WhatsApp]"),
        ("coisa_nova", {}, DESCONHECIDO[1]),
    ],
)
def test_other_kinds_are_said_in_words(atendimento, baixar, tipo, campos, pedaco):
    MensagemFactory(atendimento=atendimento, tipo=tipo, texto="", dados=campos)
    assert pedaco in escrito(baixar())


def test_deleted_message_is_not_brought_back(atendimento, baixar):
    MensagemFactory(atendimento=atendimento, texto="arrependi", apagada_em=timezone.now())
    texto = escrito(baixar())
    assert "arrependi" not in texto
    assert "apagada por quem escreveu" in texto


def test_failure_says_why(atendimento, ana, baixar):
    MensagemFactory(atendimento=atendimento, da_prefeitura=True, autor=ana, envio__falhou=True)
    assert "não enviada" in escrito(baixar())


@pytest.mark.parametrize("texto", ["\u202eabc\u200f", "\ud800", "中文 عربى", "a" * 4_000, "\x00"])
def test_strange_text_never_breaks_it(texto):
    folha = documento.Folha("t", "r")
    folha.linha(texto)
    assert folha.output()
    assert "\ud800" not in limpar(texto)


def test_taking_it_is_recorded(atendimento, ana, baixar):
    baixar()
    registro = RegistroDeAcesso.objects.get(acao="exportou")
    assert (registro.quem, registro.objeto) == (ana, f"atendimento {atendimento.pk}")
    assert registro.cidadao == atendimento.conversa.cidadao


@pytest.mark.parametrize(
    ("limite", "frase"),
    [
        ("MENSAGENS", "mais de 2.000 mensagens"),
        ("LETRAS", "texto demais"),
        ("BYTES_DE_IMAGEM", "passam de 50 MB"),
    ],
)
def test_too_large_is_refused_with_a_sentence(
    atendimento, baixar, guardar, monkeypatch, limite, frase
):
    midia = guardar(imagem(), "image/png", "a.png")
    MensagemFactory(atendimento=atendimento, tipo="imagem", texto="b", midia=midia)
    monkeypatch.setattr(documento, limite, 1)
    resposta = baixar()
    assert resposta.status_code == 422
    assert frase in resposta.content.decode()
    assert not RegistroDeAcesso.objects.filter(acao="exportou").exists()


def test_one_at_a_time_in_each_process(baixar, monkeypatch):
    monkeypatch.setattr(documento, "ESPERA_S", 0.01)
    soltas = []
    monkeypatch.setattr(documento, "soltar", lambda: soltas.append(1))
    with documento._vez:
        resposta = baixar()
    assert soltas == [1], "quem espera não segura uma conexão"
    assert resposta.status_code == 429
    assert "Outro PDF" in resposta.content.decode()


def test_the_page_offers_it(atendimento, ana, entrar, municipio):
    pagina = entrar(ana).get(f"/atendimento/{atendimento.pk}/").content.decode()
    assert f"/atendimento/{atendimento.pk}/pdf/" in pagina


def test_what_servants_tell_each_other_stays_out(atendimento, ana, baixar):
    NotaFactory(atendimento=atendimento, autor=ana, texto="Só para os colegas")
    texto = escrito(baixar())
    assert "queria marcar consulta" in texto
    assert "colegas" not in texto
    assert "Nota" not in texto
