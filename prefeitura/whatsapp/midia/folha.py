"""The first page of a PDF as a small WebP: a program of its own, read on stdin, written on stdout.

The file may be hostile, so nothing of the house is imported here, nothing of its environment is
given, and time and memory are limited before the PDF library is even loaded (decision 0028).
"""

import contextlib
import resource
import sys

SEGUNDOS = 5
MEMORIA = 256 * 1024 * 1024
MAIOR = 256 * 1024
LARGURA, ALTURA_MAXIMA = 256, 384
AUMENTO_MAXIMO = 4
LIMITES = {
    resource.RLIMIT_CPU: SEGUNDOS,
    resource.RLIMIT_AS: MEMORIA,
    resource.RLIMIT_FSIZE: MAIOR,
    resource.RLIMIT_CORE: 0,
    resource.RLIMIT_NOFILE: 32,
}


def limitar() -> None:
    """Bind this process; what the system does not know how to limit stays as it is."""
    for qual, quanto in LIMITES.items():
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(qual, (quanto, quanto))


def desenhar(entrada, saida) -> None:
    """Draw the page of the file `entrada` into the file `saida`. Raises whatever goes wrong."""
    import pypdfium2

    documento = pypdfium2.PdfDocument(entrada)
    pagina = documento[0]
    largura, altura = pagina.get_size()
    # Written this way NaN is refused too.
    if not (0 < largura < 1e7 and 0 < altura < 1e7):
        raise ValueError("page without size")
    escala = min(LARGURA / largura, AUMENTO_MAXIMO)
    sobra = max(0.0, altura - ALTURA_MAXIMA / escala)
    imagem = pagina.render(scale=escala, crop=(0, sobra, 0, 0), may_draw_forms=False).to_pil()
    imagem.convert("RGB").save(saida, "WEBP", quality=80)


if __name__ == "__main__":
    limitar()
    with open(0, "rb", buffering=0, closefd=False) as pdf:
        desenhar(pdf, sys.stdout.buffer)
