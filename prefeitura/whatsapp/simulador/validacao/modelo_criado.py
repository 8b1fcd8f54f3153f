"""Meta's rules for creating and editing a template (WHATSAPP.md section 9)."""

import re
from typing import Any

from prefeitura.whatsapp.simulador.erros import ErroGraph
from prefeitura.whatsapp.simulador.validacao.modelo_enviado import variaveis

NOME = re.compile(r"^[a-z0-9_]{1,512}$")
IDIOMA = re.compile(r"^[a-z]{2,3}(_[A-Z]{2,3})?$")
CATEGORIAS = {"MARKETING", "UTILITY", "AUTHENTICATION"}
FORMATOS = {"TEXT", "IMAGE", "VIDEO", "DOCUMENT", "LOCATION", "PRODUCT", "GIF"}
MAXIMOS = {
    "QUICK_REPLY": 10,
    "URL": 2,
    "PHONE_NUMBER": 1,
    "COPY_CODE": 1,
    "OTP": 1,
    "FLOW": 1,
    "CATALOG": 1,
    "MPM": 1,
    "SPM": 1,
    "ORDER_DETAILS": 1,
    "VOICE_CALL": 1,
    "REQUEST_CONTACT_INFO": 1,
    "CALL_PERMISSION_REQUEST": 1,
}
DO_MODELO = {
    "name",
    "language",
    "category",
    "components",
    "parameter_format",
    "message_send_ttl_seconds",
    "allow_category_change",
    "sub_category",
    "display_format",
    "library_template_name",
    "library_template_body_inputs",
    "library_template_button_inputs",
    "cta_url_link_tracking_opted_out",
    "is_primary_device_delivery_only",
    "bid_spec",
    "degrees_of_freedom_spec",
    "creative_sourcing_spec",
    "messaging_product",
}
VALIDADES = {"AUTHENTICATION": (30, 900), "UTILITY": (30, 43_200), "MARKETING": (43_200, 2_592_000)}


def recusa(subcodigo: int, titulo: str, texto: str) -> ErroGraph:
    """Return a management refusal: code 100 with subcode and words for the user."""
    return ErroGraph(
        100,
        mensagem="Invalid parameter",
        subcodigo=subcodigo,
        titulo_usuario=titulo,
        texto_usuario=texto,
    )


def parametro(texto: str) -> ErroGraph:
    return ErroGraph(100, mensagem=f"(#100) {texto}")


def validar(corpo: dict[str, Any]) -> None:
    """Check the whole body of a creation."""
    for chave in corpo:
        if chave not in DO_MODELO:
            raise parametro(f'Unexpected key "{chave}" on param "template".')
    for chave in ("name", "language", "category"):
        if not isinstance(corpo.get(chave), str) or not corpo[chave]:
            raise parametro(f"The parameter {chave} is required.")
    if not NOME.match(corpo["name"]):
        raise parametro(
            "Param name must be at most 512 lowercase alphanumeric characters and underscores."
        )
    if not IDIOMA.match(corpo["language"]):
        raise parametro(f"Param language must be a supported code - got {corpo['language']!r}.")
    if corpo["category"].upper() not in CATEGORIAS:
        raise parametro(f"Param category must be one of {{{', '.join(sorted(CATEGORIAS))}}}.")
    formato = str(corpo.get("parameter_format") or "POSITIONAL").upper()
    if formato not in ("NAMED", "POSITIONAL"):
        raise parametro("Param parameter_format must be one of {NAMED, POSITIONAL}.")
    validade(corpo.get("message_send_ttl_seconds"), corpo["category"].upper())
    if not corpo.get("library_template_name"):
        componentes(corpo.get("components"), formato, corpo["category"].upper())


def validade(segundos: Any, categoria: str) -> None:
    """Check `message_send_ttl_seconds` against its category (section 9)."""
    if segundos is None:
        return
    minimo, maximo = VALIDADES[categoria]
    try:
        lido = int(segundos)
    except (TypeError, ValueError):
        raise parametro("Param message_send_ttl_seconds must be an integer.") from None
    if lido != -1 and not minimo <= lido <= maximo:
        raise parametro(
            f"Param message_send_ttl_seconds must be between {minimo} and {maximo} for {categoria}."
        )


def componentes(lista: Any, formato: str, categoria: str) -> None:
    """Check all components together: one body, at most one of each."""
    if not isinstance(lista, list) or not lista or not all(isinstance(c, dict) for c in lista):
        raise parametro("The parameter components is required.")
    tipos = [str(c.get("type", "")).upper() for c in lista]
    repetidos = {tipo for tipo in tipos if tipos.count(tipo) > 1}
    if repetidos:
        raise parametro(f"Components may appear only once: {', '.join(sorted(repetidos))}.")
    if "BODY" not in tipos:
        raise parametro("components must have a BODY.")
    for componente, tipo in zip(lista, tipos, strict=True):
        if not isinstance(componente.get("example"), dict | None):
            raise parametro("Param components['example'] must be a JSON object.")
        if tipo == "HEADER":
            cabecalho(componente, formato)
        elif tipo == "BODY":
            corpo_do_modelo(componente, formato, categoria)
        elif tipo == "FOOTER":
            rodape(componente, categoria)
        elif tipo == "BUTTONS":
            botoes(componente)
        elif tipo not in ("CAROUSEL", "LIMITED_TIME_OFFER", "CALL_PERMISSION_REQUEST"):
            raise parametro(f"Param components type {tipo!r} is not supported.")


def cabecalho(componente: dict[str, Any], formato: str) -> None:
    """Header: text up to 60 with one variable, or media with a sample handle."""
    tipo = str(componente.get("format", "")).upper()
    if tipo not in FORMATOS:
        raise recusa(2388047, "Formato do cabeçalho inválido", "Use texto, mídia ou localização.")
    exemplo = componente.get("example") or {}
    if tipo == "TEXT":
        texto = componente.get("text")
        if not isinstance(texto, str) or not texto:
            raise recusa(2388047, "Cabeçalho sem texto", "Escreva o texto do cabeçalho.")
        if len(texto) > 60:
            raise recusa(2388040, "Texto longo demais", "O cabeçalho tem no máximo 60 caracteres.")
        nomes = variaveis(texto)
        if len(nomes) > 1 or re.search(r"[\n*_~`]", re.sub(r"\{\{.*?\}\}", "", texto)):
            raise recusa(
                2388047,
                "Formato do cabeçalho inválido",
                "O cabeçalho aceita uma variável e nenhuma marca de formatação ou quebra.",
            )
        nomes_validos(nomes, formato, 2388047)
        exemplos(nomes, exemplo, "header_text", formato)
    elif tipo in ("IMAGE", "VIDEO", "DOCUMENT", "GIF") and not exemplo.get("header_handle"):
        raise recusa(2388043, "Falta o exemplo", "Envie um arquivo de exemplo do cabeçalho.")


def corpo_do_modelo(componente: dict[str, Any], formato: str, categoria: str) -> None:
    """Body: up to 1024, variables in the middle, apart, in sequence, each with an example."""
    if categoria == "AUTHENTICATION":
        return
    texto = componente.get("text")
    if not isinstance(texto, str) or not texto.strip():
        raise recusa(2388042, "Falta o texto", "Escreva o corpo do modelo.")
    if len(texto) > 1024:
        raise recusa(2388040, "Texto longo demais", "O corpo tem no máximo 1.024 caracteres.")
    nomes = variaveis(texto)
    limpo = texto.strip(" .,!?;:")
    if limpo.startswith("{{") or limpo.endswith("}}"):
        raise recusa(
            2388299,
            "As variáveis não podem estar no início ou no fim",
            "Escreva palavras antes da primeira e depois da última variável.",
        )
    palavras = len(re.sub(r"\{\{.*?\}\}", " ", texto).split())
    if nomes and (palavras < 2 * len(nomes) + 1 or re.search(r"\}\}\s*\{\{", texto)):
        raise recusa(
            2388293,
            "Variáveis demais para o tamanho do texto",
            "Use menos variáveis ou escreva mais texto entre elas.",
        )
    if "\n" * 5 in texto or "{{" in re.sub(r"\{\{\s*[A-Za-z0-9_]+\s*\}\}", "", texto):
        raise recusa(2388072, "Formato do corpo inválido", "Confira as chaves das variáveis.")
    nomes_validos(nomes, formato, 2388072)
    exemplos(nomes, componente.get("example") or {}, "body_text", formato)


def nomes_validos(nomes: list[str], formato: str, subcodigo: int) -> None:
    """Positional variables count from 1; named ones are lowercase words."""
    if formato == "POSITIONAL":
        certo = sorted(nomes) == sorted(str(n) for n in range(1, len(nomes) + 1))
    else:
        certo = all(re.fullmatch(r"[a-z][a-z0-9_]*", nome) for nome in nomes)
    if not certo:
        raise recusa(
            subcodigo,
            "Variáveis em formato incorreto",
            "Numere de {{1}} em diante, ou use nomes em minúsculas com parameter_format NAMED.",
        )


def exemplos(nomes: list[str], exemplo: dict[str, Any], chave: str, formato: str) -> None:
    """Each variable needs its example."""
    if not nomes:
        return
    if formato == "NAMED":
        dados = exemplo.get(f"{chave}_named_params") or []
        if not isinstance(dados, list):
            raise parametro(f"Param example['{chave}_named_params'] must be an array.")
        tem = {str(d.get("param_name")) for d in dados if isinstance(d, dict) and d.get("example")}
        certo = set(nomes) <= tem
    else:
        valores = exemplo.get(chave) or []
        if not isinstance(valores, list):
            raise parametro(f"Param example['{chave}'] must be an array.")
        if chave == "body_text" and valores and isinstance(valores[0], list):
            valores = valores[0]
        certo = len(valores) == len(nomes)
    if not certo:
        raise recusa(2388043, "Falta o exemplo", "Dê um exemplo para cada variável.")


def rodape(componente: dict[str, Any], categoria: str) -> None:
    texto = componente.get("text")
    if categoria == "AUTHENTICATION" and texto is None:
        return
    if not isinstance(texto, str) or not texto:
        raise recusa(2388073, "Formato do rodapé inválido", "Escreva o texto do rodapé.")
    if len(texto) > 60:
        raise recusa(2388040, "Texto longo demais", "O rodapé tem no máximo 60 caracteres.")
    if variaveis(texto):
        raise recusa(2388073, "Formato do rodapé inválido", "O rodapé não aceita variáveis.")


def botoes(componente: dict[str, Any]) -> None:
    """Buttons: how many of each kind, labels up to 25, quick replies side by side."""
    lista = componente.get("buttons")
    if not isinstance(lista, list) or not lista or not all(isinstance(b, dict) for b in lista):
        raise parametro("Param buttons must be a non-empty array of objects.")
    tipos = [str(botao.get("type", "")).upper() for botao in lista]
    if len(lista) > 10:
        raise parametro("Templates may have at most 10 buttons.")
    for tipo in tipos:
        if tipo not in MAXIMOS:
            raise parametro(f"Param button type {tipo!r} is not supported.")
        if tipos.count(tipo) > MAXIMOS[tipo]:
            raise parametro(f"Templates may have at most {MAXIMOS[tipo]} buttons of type {tipo}.")
    trocas = sum(
        (a == "QUICK_REPLY") != (b == "QUICK_REPLY") for a, b in zip(tipos, tipos[1:], strict=False)
    )
    if trocas > 1:
        raise parametro("Quick reply buttons must be grouped together.")
    for botao, tipo in zip(lista, tipos, strict=True):
        if tipo not in ("COPY_CODE", "OTP", "REQUEST_CONTACT_INFO", "CATALOG"):
            rotulo = botao.get("text")
            if not isinstance(rotulo, str) or not 1 <= len(rotulo) <= 25:
                raise recusa(2388040, "Rótulo inválido", "O botão tem de 1 a 25 caracteres.")
        if tipo == "URL":
            endereco_do_botao(botao)
        elif tipo == "PHONE_NUMBER":
            telefone = str(botao.get("phone_number", ""))
            if not re.fullmatch(r"\+?\d{1,20}", telefone):
                raise parametro("Param phone_number must have at most 20 digits.")


def endereco_do_botao(botao: dict[str, Any]) -> None:
    """URL button: up to 2000, at most one variable, at the end, with its example."""
    url = botao.get("url")
    if not isinstance(url, str) or not re.match(r"^https?://\S+$", url) or len(url) > 2000:
        raise parametro("Param url must be a valid URL of at most 2000 characters.")
    nomes = variaveis(url)
    if nomes and (nomes != ["1"] or not url.endswith("}}")):
        raise parametro("Param url may have one variable, {{1}}, at its end.")
    if nomes and not botao.get("example"):
        raise recusa(2388043, "Falta o exemplo", "Dê um exemplo do endereço completo.")
