"""Icons, times and WhatsApp's markup in templates."""

from django import template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html, format_html_join

from atendimento.views.apresentar import tempo
from atendimento.views.apresentar.marcacao import formatar
from prefeitura.banco.busca import realces
from prefeitura.cadastro.models import Servidor

register = template.Library()
register.filter("marcacao", formatar)
register.filter("na_lista", tempo.na_lista)
register.filter("micros", tempo.micros)
register.filter("dia_e_hora", tempo.dia_e_hora)
register.filter("rotulo_do_dia", tempo.rotulo_do_dia)


@register.simple_tag
def icone(nome: str, classe: str = ""):
    """Draw an icon of the sprite; it is decoration, the word beside it says the same."""
    return format_html(
        '<svg class="ic {}" aria-hidden="true"><use href="{}#{}"/></svg>',
        classe,
        static("icones/icones.svg"),
        nome,
    )


@register.filter
def hora(quando) -> str:
    """Write the hour and minute in the city's zone."""
    return timezone.localtime(quando).strftime("%H:%M")


@register.filter
def tamanho(bytes_: int | None) -> str:
    """Write a size as people read it: "84 KB", "1,2 MB"."""
    if not bytes_:
        return ""
    if bytes_ < 1_000_000:
        return f"{max(1, round(bytes_ / 1000))} KB"
    return f"{bytes_ / 1_000_000:.1f} MB".replace(".", ",")


@register.filter
def ate_99(numero: int | None) -> str:
    """Write a count that never breaks its badge; nothing when nobody counted."""
    if numero is None:
        return ""
    return "99+" if numero > 99 else str(numero)


@register.simple_tag
def fuso() -> str:
    """Name of the city's zone, for the page's own clock."""
    return timezone.get_current_timezone_name()


@register.simple_tag
def temas() -> list[tuple[str, str, str]]:
    """The choices of colours: value, name and icon."""
    figuras = {"": "monitor", "claro": "sun", "escuro": "moon", "contraste": "contrast"}
    return [(valor, nome, figuras[valor]) for valor, nome in Servidor.Tema.choices]


@register.simple_tag
def emojis_de_reacao() -> list[tuple[str, str]]:
    """The reactions at one press: the emoji and its name."""
    return [
        ("👍", "Joinha"),
        ("❤️", "Coração"),
        ("🙏", "Mãos juntas"),
        ("😂", "Risada"),
        ("😮", "Surpresa"),
        ("😢", "Tristeza"),
    ]


@register.simple_tag
def grupos_de_emoji() -> list[tuple[str, str, str]]:
    """Groups of the emoji picker: number in the vendored data, name and figure."""
    return [
        ("usados", "Mais usados", "🕘"),
        ("0", "Carinhas", "😀"),
        ("1", "Pessoas", "👋"),
        ("3", "Animais e natureza", "🌳"),
        ("4", "Comidas e bebidas", "🍎"),
        ("5", "Viagens e lugares", "🏥"),
        ("6", "Atividades", "⚽"),
        ("7", "Objetos", "💡"),
        ("8", "Símbolos", "✅"),
        ("9", "Bandeiras", "🏁"),
    ]


@register.filter
def folhas(nomes: str) -> list[str]:
    """Addresses of our style sheets, by name, in order."""
    return [static(f"css/{nome}.css") for nome in nomes.split()]


@register.filter
def ate_quando(quando) -> str:
    """ "28/11 às 08:00", or "a próxima mensagem" when there is no moment."""
    return tempo.ate_quando(quando or None)


@register.filter
def dia_local(quando) -> str:
    """The date in the city's zone, as the page compares it."""
    return timezone.localdate(quando).isoformat()


@register.filter
def abas(lista) -> list[tuple[str, str, int]]:
    """The tabs with their counts; there is room for one more only as a sign."""
    c = lista.contagens
    return [
        ("minhas", "Minhas", c["minhas"]),
        ("sem-atendente", "Sem atendente", c["sem_atendente"]),
        ("todas", "Todas", c["todas"]),
        ("mencoes", "Menções", c["mencoes"]),
    ]


@register.filter
def abas_menores(lista) -> list[tuple[str, str, str, int | None]]:
    """The lists that are less looked at: what was put off, and what is over (never counted)."""
    adiadas = lista.contagens["adiadas"]
    return [
        ("adiadas", "Adiados", "alarm-clock", adiadas or 0),
        ("encerradas", "Encerrados", "archive", None),
    ]


@register.simple_tag
def outra_lista(filtro, **mudancas) -> str:
    """The query string of a list that differs from `filtro`; another tab has its own order."""
    return filtro.endereco(**mudancas, **({"ordem": "", "q": ""} if "aba" in mudancas else {}))


@register.filter
def primeiro_nome(cidadao) -> str:
    """How to greet: the first name, else whatever we call the person."""
    return cidadao.primeiro_nome or cidadao.como_chamar


@register.filter
def iniciais(cidadao) -> str:
    """Two characters for the avatar, also of somebody known only by @username."""
    achadas = cidadao.iniciais
    return f"@{cidadao.username[0]}" if achadas == "?" and cidadao.username else achadas


@register.filter
def realcar(texto: str, procurado: str):
    """Mark in `texto` what a search found there, accents or not."""
    pares, ultimo = [], 0
    for inicio, fim in realces(texto, procurado):
        pares.append((texto[ultimo:inicio], texto[inicio:fim]))
        ultimo = fim
    return format_html("{}{}", format_html_join("", "{}<mark>{}</mark>", pares), texto[ultimo:])


@register.filter
def tipo_curto(mime: str) -> str:
    """ "PDF" for application/pdf: what people call a kind of file."""
    nomes = {
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "Word",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "Excel",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation": "PowerPoint",
        "application/msword": "Word",
        "application/vnd.ms-excel": "Excel",
        "text/plain": "texto",
    }
    return nomes.get(mime) or mime.rpartition("/")[2].split(";")[0].upper()[:8] or "arquivo"


@register.filter
def rotulo_da_variavel(nome: str) -> str:
    """Label of a blank of a template: its name, or its number."""
    return f"Campo {nome}" if nome.isdecimal() else nome.replace("_", " ").capitalize()
