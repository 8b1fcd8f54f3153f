"""The sheet: fonts that have our accents and the emoji, page numbers, and a few kinds of line."""

import re

from django.conf import settings
from fpdf import FPDF
from fpdf.enums import XPos, YPos

FONTES = settings.BASE_DIR / "static" / "fontes"
TINTA, CINZA, AZUL, RISCO = (34, 34, 34), (95, 95, 95), (19, 81, 180), (200, 200, 200)
LADO = 18.0  # mm of margin

# Joiners, variation marks and skin tones have no drawing of their own; controls would break lines.
_SEM_DESENHO = re.compile(
    "[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff\U0001f3fb-\U0001f3ff"
    "\U000e0000-\U000e007f\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]"
)


def limpar(texto: str) -> str:
    """Return `texto` without what has no drawing of its own; line breaks stay."""
    return _SEM_DESENHO.sub("", texto.replace("\r\n", "\n").replace("\t", "    "))


class Folha(FPDF):
    """A4 pages with a running foot. `rodape` goes on every one of them."""

    def __init__(self, titulo: str, rodape: str):
        super().__init__(format="A4")
        self.rodape = rodape
        self.set_title(titulo)
        self.set_lang("pt-BR")
        self.set_margins(LADO, LADO, LADO)
        self.set_auto_page_break(True, margin=LADO + 4)
        self.add_font("texto", "", FONTES / "DejaVuSans.ttf")
        self.add_font("texto", "B", FONTES / "DejaVuSans-Bold.ttf")
        self.add_font("emoji", "", FONTES / "NotoEmoji-Regular.ttf")
        self.set_fallback_fonts(["emoji"], exact_match=False)
        self.add_page()

    def footer(self) -> None:
        self.set_y(-LADO)
        self._tinta("", 7.5, CINZA)
        self.cell(0, 6, f"{self.rodape} · página {self.page_no()} de {{nb}}", align="C")

    def linha(
        self,
        texto: str,
        *,
        forte: bool = False,
        tamanho: float = 9,
        cor: tuple[int, int, int] = TINTA,
        recuo: float = 0,
        centro: bool = False,
    ) -> None:
        """Write `texto` down to its end, wrapped; `recuo` in mm, `tamanho` in points."""
        self._tinta("B" if forte else "", tamanho, cor)
        self.set_x(LADO + recuo)
        self.multi_cell(
            self.epw - recuo,
            tamanho * 0.5,
            limpar(texto) or " ",
            align="C" if centro else "L",
            new_x=XPos.LMARGIN,
            new_y=YPos.NEXT,
        )

    def dado(self, nome: str, valor: str) -> None:
        """Write one line of the head: the name of a field, and its value beside it."""
        if not valor:
            return
        self._tinta("", 9, CINZA)
        self.cell(42, 5, nome)
        self._tinta("B", 9, TINTA)
        self.multi_cell(
            self.epw - 42, 5, limpar(valor), align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT
        )

    def risco(self) -> None:
        """Draw a thin line across."""
        self.ln(2)
        self.set_draw_color(*RISCO)
        self.line(LADO, self.get_y(), LADO + self.epw, self.get_y())
        self.ln(3)

    def _tinta(self, estilo: str, tamanho: float, cor: tuple[int, int, int]) -> None:
        self.set_font("texto", estilo, tamanho)
        self.set_text_color(*cor)
