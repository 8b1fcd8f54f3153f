"""The files of a conversation in its PDF: pictures on the page, the rest attached, all listed."""

import io
from dataclasses import dataclass, field

from django.template.defaultfilters import filesizeformat
from PIL import Image, ImageOps

from atendimento.pdf.folha import CINZA, Folha, limpar
from prefeitura.whatsapp.midia.servir import caminho_pronto
from prefeitura.whatsapp.models import Midia

IMAGENS = {"image/jpeg", "image/png", "image/webp", "image/gif"}
MAIOR_LADO = 1_400  # pixels; the original's sha256 is listed
MAIOR_IMAGEM = 50_000_000  # pixels: decoded, more would take too much memory
ANEXOS_MAXIMO = 50_000_000  # bytes attached to one PDF; the rest is listed only
LARGURA, ALTURA = 90.0, 110.0  # mm


def e_imagem(midia: Midia) -> bool:
    """Whether it is shown on the page."""
    return midia.tipo in IMAGENS


@dataclass
class Arquivos:
    """Puts files into `folha` one by one, and keeps the list of the end."""

    folha: Folha
    anexado: int = 0
    quantos: int = 0
    lista: list[str] = field(default_factory=list)

    def por(self, midia: Midia) -> None:
        """Show, attach or only name one file, where the log is now."""
        nome = limpar(midia.nome) or "arquivo"
        self.quantos = numero = self.quantos + 1
        caminho = caminho_pronto(midia)
        if caminho is None:
            motivo = midia.erro or midia.get_estado_display()
            self._dizer(numero, nome, f"não está aqui ({motivo})")
            self.lista.append(f"{numero}. {nome}: não está aqui")
            return
        if e_imagem(midia) and (imagem := _reduzir(caminho)):
            self._mostrar(imagem)
            como = "na página"
        elif self.anexado + (midia.tamanho or 0) <= ANEXOS_MAXIMO and caminho.stat().st_size:
            self.folha.embed_file(
                bytes=caminho.read_bytes(),
                basename=f"{numero:03d}-{_nome_simples(nome)}",
                mime_type=midia.tipo or "application/octet-stream",
                desc=nome,
                compress=True,
            )
            self.anexado += midia.tamanho or 0
            como = "anexado a este PDF"
        else:
            como = "não anexado: passa do limite deste PDF"
        self._dizer(numero, nome, como)
        tamanho = filesizeformat(midia.tamanho or 0).replace("\xa0", " ")
        self.lista.append(f"{numero}. {nome} · {midia.tipo} · {tamanho} · {como}")
        self.lista.append(f"sha256 {midia.sha256}")

    def listar(self) -> None:
        """Write the list of all files, with what proves that each is the same."""
        if not self.lista:
            return
        self.folha.risco()
        self.folha.linha("Arquivos desta conversa", forte=True, tamanho=11)
        for linha in self.lista:
            self.folha.linha(linha, tamanho=8, recuo=6 if linha.startswith("sha256") else 0)

    def _dizer(self, numero: int, nome: str, como: str) -> None:
        self.folha.linha(f"[Arquivo {numero}: {nome}, {como}]", tamanho=8, cor=CINZA)

    def _mostrar(self, imagem: Image.Image) -> None:
        largura = min(LARGURA, ALTURA * imagem.width / imagem.height)
        altura = largura * imagem.height / imagem.width
        if self.folha.will_page_break(altura + 5):
            self.folha.add_page()
        self.folha.image(imagem, w=largura, h=altura, alt_text="Imagem da conversa")
        self.folha.ln(1)


def _nome_simples(nome: str) -> str:
    """A file name that no reader of PDF misunderstands."""
    simples = "".join(c if c.isalnum() or c in ".-_ " else "_" for c in nome)
    return simples.strip(". ")[-100:] or "arquivo"


def _reduzir(caminho) -> Image.Image | None:
    """Return the picture, upright, small and without transparency; None when it is not one."""
    try:
        with Image.open(caminho) as aberta:
            if aberta.width * aberta.height > MAIOR_IMAGEM:
                return None
            aberta.draft("RGB", (MAIOR_LADO, MAIOR_LADO))
            imagem = ImageOps.exif_transpose(aberta).convert("RGBA")
        imagem.thumbnail((MAIOR_LADO, MAIOR_LADO))
        branca = Image.new("RGB", imagem.size, "white")
        branca.paste(imagem, mask=imagem.getchannel("A"))
        # Going through JPEG keeps the PDF small: fpdf2 stores other pictures without loss.
        comprimida = io.BytesIO()
        branca.save(comprimida, "JPEG", quality=80)
        return Image.open(comprimida)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
