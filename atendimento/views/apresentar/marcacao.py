"""WhatsApp's own markup as safe HTML: *bold* _italic_ ~strike~ ```mono``` and links.

One pass over the text, so that no input makes it slow, and every piece is escaped on its way out.
"""

import re

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

ETIQUETAS = {"*": "strong", "_": "em", "~": "s"}
CODIGO = re.compile(r"```(.+?)```|`([^`\n]+)`", re.DOTALL)
ENDERECO = re.compile(r"https?://[^\s<>\"“”]+", re.IGNORECASE)
NO_FIM = ".,;:!?'\")]}*_~"


def formatar(texto: str) -> SafeString:
    """Return `texto` as HTML: the marks become elements, all else is escaped.

    Source of the marks: WhatsApp's help page on formatting. Links open apart and tell the other
    site nothing about us.
    """
    saida, ultimo = [], 0
    for achado in CODIGO.finditer(texto):
        saida.append(_com_marcas(texto[ultimo : achado.start()]))
        saida.append(f"<code>{escape(achado[1] or achado[2])}</code>")
        ultimo = achado.end()
    saida.append(_com_marcas(texto[ultimo:]))
    return mark_safe("".join(saida))  # noqa: S308 (every piece was escaped above)


def sem_marcas(texto: str) -> str:
    """Return one line of plain text for previews: the marks and line breaks go."""
    limpo = re.sub(r"```|(?<!\w)[*_~](?=\S)|(?<=\S)[*_~](?!\w)", "", texto[:300])
    return " ".join(limpo.split())


def _com_marcas(texto: str) -> str:
    """Close each mark with its pair on the same line; a lonely one stays a character.

    A link is one piece: marks may go around it, never inside.
    """
    pedacos: list[str] = []
    abertas: list[tuple[str, int]] = []
    enderecos = _enderecos(texto)
    inicio = i = 0
    while i < len(texto):
        c = texto[i]
        if i in enderecos:
            fim = enderecos[i]
            seguro = escape(texto[i:fim])
            pedacos.append(escape(texto[inicio:i]))
            pedacos.append(
                f'<a href="{seguro}" target="_blank" '
                f'rel="noopener noreferrer nofollow">{seguro}</a>'
            )
            inicio = i = fim
            continue
        if c == "\n":
            abertas.clear()
        elif c in ETIQUETAS:
            pedacos.append(escape(texto[inicio:i]))
            _marcar(pedacos, abertas, c, _vizinhos(texto, i))
            inicio = i + 1
        i += 1
    pedacos.append(escape(texto[inicio:]))
    return "".join(pedacos)


def _marcar(
    pedacos: list[str], abertas: list[tuple[str, int]], marca: str, vizinhos: tuple[str, str]
) -> None:
    antes, depois = vizinhos
    par = next((n for n, (aberta, _) in enumerate(abertas) if aberta == marca), None)
    if par is not None and not antes.isspace() and not depois.isalnum():
        onde = abertas[par][1]
        if any(pedacos[n] for n in range(onde + 1, len(pedacos))):
            pedacos[onde] = f"<{ETIQUETAS[marca]}>"
            pedacos.append(f"</{ETIQUETAS[marca]}>")
            del abertas[par:]
            return
    if par is None and not antes.isalnum() and not depois.isspace():
        abertas.append((marca, len(pedacos)))
    pedacos.append(marca)


def _vizinhos(texto: str, i: int) -> tuple[str, str]:
    return (texto[i - 1] if i else " ", texto[i + 1] if i + 1 < len(texto) else " ")


def _enderecos(texto: str) -> dict[int, int]:
    """Return {start: end} of the links of `texto`."""
    achados = {}
    for achado in ENDERECO.finditer(texto):
        endereco = achado[0].rstrip(NO_FIM)
        if len(endereco) > len("https://"):
            achados[achado.start()] = achado.start() + len(endereco)
    return achados
