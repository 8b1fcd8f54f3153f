"""Small pictures and PDFs drawn on the spot: nothing photographed, nobody's document."""

import io
import random

from PIL import Image, ImageDraw, ImageFilter

LARGURA, ALTURA = 600, 800
PAPEIS = {
    "calendario",
    "carne",
    "comprovante",
    "documento",
    "encaminhamento",
    "laudo",
    "protocolo",
    "receita",
}
CASAS = {"fachada", "sofa"}
VERDES = {"arvore", "barranco"}


def jpeg(assunto: str, acaso: random.Random) -> bytes:
    """Return a JPEG that reminds of `assunto`: a paper on a table, a street, a tree, a screen."""
    imagem = Image.new("RGB", (LARGURA, ALTURA), _cor(acaso, 190, 235))
    pincel = ImageDraw.Draw(imagem)
    if assunto in PAPEIS:
        imagem = _papel(imagem, pincel, acaso)
    elif assunto == "golpe":
        _tela(pincel, acaso)
    elif assunto in CASAS:
        _casa(pincel, acaso)
    else:
        _rua(pincel, acaso, verde=assunto in VERDES, agua=assunto == "alagamento")
    saida = io.BytesIO()
    imagem.save(saida, "JPEG", quality=70)
    return saida.getvalue()


def figurinha(acaso: random.Random) -> bytes:
    """Return a smiling sticker: WebP of 512 × 512 with a transparent ground."""
    imagem = Image.new("RGBA", (512, 512), (0, 0, 0, 0))
    pincel = ImageDraw.Draw(imagem)
    pincel.ellipse((40, 40, 472, 472), fill=(*_cor(acaso, 180, 250), 255), outline="black", width=8)
    for x in (180, 332):
        pincel.ellipse((x - 25, 190, x + 25, 240), fill="black")
    pincel.arc((150, 220, 362, 390), 15, 165, fill="black", width=14)
    saida = io.BytesIO()
    imagem.save(saida, "WEBP", quality=60)
    return saida.getvalue()


def pdf(titulo: str, linhas: list[str]) -> bytes:
    """Return a one-page A4 PDF with a title and lines of text (Latin-1)."""
    texto = ["BT /F1 18 Tf 60 770 Td (", _pdf_texto(titulo), ") Tj /F1 11 Tf 0 -16 Td"]
    for linha in linhas:
        texto += [" 0 -20 Td (", _pdf_texto(linha), ") Tj"]
    fluxo = "".join([*texto, " ET"]).encode("latin-1", "replace")
    objetos = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(fluxo), fluxo),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    saida, lugares = b"%PDF-1.4\n", []
    for numero, objeto in enumerate(objetos, 1):
        lugares.append(len(saida))
        saida += b"%d 0 obj\n%s\nendobj\n" % (numero, objeto)
    tabela = b"".join(b"%010d 00000 n \n" % lugar for lugar in lugares)
    return (
        saida
        + b"xref\n0 6\n0000000000 65535 f \n%strailer\n<< /Size 6 /Root 1 0 R >>\n" % (tabela)
        + b"startxref\n%d\n%%%%EOF\n" % len(saida)
    )


def _pdf_texto(texto: str) -> str:
    return texto.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def _cor(acaso: random.Random, menor: int, maior: int) -> tuple[int, int, int]:
    return tuple(acaso.randint(menor, maior) for _ in range(3))


def _papel(imagem, pincel, acaso: random.Random):
    """A form, a little crooked and out of focus, as people photograph them."""
    pincel.rectangle((0, 0, LARGURA, ALTURA), fill=(120, 88, 60))
    folha = Image.new("RGB", (440, 620), (248, 247, 240))
    lapis = ImageDraw.Draw(folha)
    lapis.rectangle((30, 30, 90, 80), fill=(60, 90, 150))
    for y in range(110, 560, 26):
        lapis.rectangle((30, y, 30 + acaso.randint(150, 370), y + 8), fill=(90, 90, 95))
    for x in range(60, 360, 7):
        lapis.rectangle((x, 570, x + acaso.randint(1, 4), 600), fill="black")
    folha = folha.rotate(acaso.uniform(-6, 6), expand=True, fillcolor=(120, 88, 60))
    imagem.paste(folha, (60, 80))
    return imagem.filter(ImageFilter.GaussianBlur(acaso.uniform(0.4, 1.6)))


def _tela(pincel, acaso: random.Random) -> None:
    pincel.rectangle((0, 0, LARGURA, ALTURA), fill=(18, 24, 27))
    pincel.rectangle((0, 0, LARGURA, 80), fill=(32, 44, 51))
    for y in range(130, 640, 150):
        pincel.rounded_rectangle((40, y, 480, y + 110), 18, fill=(38, 50, 56))
        for linha in range(3):
            fim = acaso.randint(260, 450)
            pincel.rectangle((64, y + 22 + 26 * linha, fim, y + 32 + 26 * linha), fill="white")


def _rua(pincel, acaso: random.Random, *, verde: bool, agua: bool) -> None:
    horizonte = 330
    pincel.rectangle((0, 0, LARGURA, horizonte), fill=(150, 190, 225))
    for x in range(0, LARGURA, 100):
        topo = acaso.randint(180, 300)
        pincel.rectangle((x, topo, x + 90, horizonte), fill=_cor(acaso, 130, 210))
    chao = (96, 110, 118) if not agua else (134, 106, 72)
    pincel.rectangle((0, horizonte, LARGURA, ALTURA), fill=chao)
    if verde:
        pincel.rectangle((260, 200, 320, 700), fill=(92, 64, 40))
        for _ in range(14):
            x, y = acaso.randint(80, 430), acaso.randint(40, 380)
            pincel.ellipse((x, y, x + 130, y + 110), fill=(40, acaso.randint(90, 140), 50))
    else:
        x, y = acaso.randint(120, 240), acaso.randint(480, 560)
        pincel.ellipse(
            (x, y, x + 260, y + 110), fill=(52, 46, 42), outline=(140, 130, 120), width=7
        )
        for _ in range(20):
            px, py = acaso.randint(40, 540), acaso.randint(440, 760)
            pincel.ellipse((px, py, px + 12, py + 8), fill=_cor(acaso, 70, 120))


def _casa(pincel, acaso: random.Random) -> None:
    pincel.rectangle((0, 0, LARGURA, 420), fill=(165, 200, 230))
    pincel.rectangle((0, 560, LARGURA, ALTURA), fill=(150, 146, 138))
    pincel.rectangle((90, 300, 510, 620), fill=_cor(acaso, 170, 235))
    pincel.polygon([(60, 300), (300, 150), (540, 300)], fill=(150, 80, 60))
    pincel.rectangle((150, 430, 240, 620), fill=(100, 70, 50))
    pincel.rectangle((320, 400, 450, 490), fill=(90, 130, 160))
