"""Approved templates: the body to send, the checks before it, and what it will look like.

Values are a list (gaps {{1}}, {{2}}…) or a dict (gaps {{nome}}); Meta refuses a template whose
values are missing, too many, or hold line breaks (132000, 132012, 132018).
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from prefeitura.whatsapp.mensagens.base import Corpo, MensagemInvalida, caber, milhar, vazio
from prefeitura.whatsapp.mensagens.livres import ponto

Valores = Sequence[str] | Mapping[str, str]
Componentes = Sequence[Mapping[str, Any]]

CORPO_MAXIMO = 1024
CABECALHO_MAXIMO = 60
MIDIAS = {"imagem": "image", "video": "video", "documento": "document"}
_MIDIA_DO_FORMATO = {"IMAGE": "imagem", "VIDEO": "video", "DOCUMENT": "documento"}
_LACUNA = re.compile(r"\{\{\s*([A-Za-z0-9_]+)\s*\}\}")
_PROIBIDO_NO_VALOR = re.compile(r"[\n\r\t\u2028\u2029]| {5,}")
# Marks of an address stay; accents and spaces are percent-encoded (§9).
_NA_URL = "/?&=#%+-_.~:@!$'()*,;"
_PAYLOAD_MAXIMO = 256
_CUPOM_MAXIMO = 15


def modelo(
    nome: str,
    idioma: str,
    corpo: Valores = (),
    cabecalho: Mapping[str, Any] | None = None,
    botoes: Mapping[int, Mapping[str, str]] | None = None,
) -> Corpo:
    """A template message. Check the values against the template first (`validar_modelo`).

    Args:
        idioma: exactly as approved ("pt_BR").
        corpo: values of the text, in order or by name.
        cabecalho: one of {"texto": value} (or {"texto": {name: value}}), {"imagem": ""},
            {"video": ""}, {"documento": file name} (the id comes at send time), or
            {"localizacao": {"latitude", "longitude", "nome"?, "endereco"?}}.
        botoes: by position from 0: {"url": suffix}, {"payload": …} of a quick reply,
            {"cupom": …} or {"formulario": flow token}; buttons without a gap need nothing.

    Raises:
        MensagemInvalida: a value that Meta refuses.
    """
    componentes: list[dict[str, Any]] = []
    if cabecalho:
        componentes.append({"type": "header", "parameters": _cabecalho(cabecalho)})
    if corpo:
        componentes.append({"type": "body", "parameters": _textos(corpo)})
    for posicao, valor in sorted((botoes or {}).items()):
        componentes.append(_botao(posicao, valor))
    bloco: dict[str, Any] = {"name": nome, "language": {"code": idioma}}
    if componentes:
        bloco["components"] = componentes
    return {"type": "template", "template": bloco}


def _textos(valores: Valores) -> list[dict[str, str]]:
    if isinstance(valores, Mapping) and all(nome.isdecimal() for nome in valores):
        # {{1}}, {{2}}… by number: Meta takes them in order, without names.
        valores = [valores[nome] for nome in sorted(valores, key=int)]
    if isinstance(valores, Mapping):
        return [
            {"type": "text", "parameter_name": nome, "text": _valor(texto, nome)}
            for nome, texto in valores.items()
        ]
    return [
        {"type": "text", "text": _valor(texto, str(posicao))}
        for posicao, texto in enumerate(valores, 1)
    ]


def _valor(texto: str, nome: str) -> str:
    texto = str(texto)
    if vazio(texto):
        raise MensagemInvalida(nome, f"O campo “{nome}” está vazio.")
    if _PROIBIDO_NO_VALOR.search(texto.strip()):
        raise MensagemInvalida(
            nome, f"O campo “{nome}” não pode ter quebra de linha nem muitos espaços seguidos."
        )
    return caber(texto, nome, CORPO_MAXIMO, nome=f"campo “{nome}”")


def _cabecalho(cabecalho: Mapping[str, Any]) -> list[dict[str, Any]]:
    (tipo, valor), *outros = cabecalho.items()
    if outros:
        raise MensagemInvalida("cabecalho", "O cabeçalho tem uma parte só.")
    if tipo == "texto":
        return _textos(valor if isinstance(valor, Mapping) else [valor])
    if tipo == "localizacao":
        bloco = ponto(valor.get("latitude"), valor.get("longitude"))
        bloco["name"] = caber(valor.get("nome", ""), "nome", 1000, nome="nome do local")
        bloco["address"] = caber(valor.get("endereco", ""), "endereco", 1000, nome="endereço")
        return [{"type": "location", "location": bloco}]
    if tipo not in MIDIAS:
        raise MensagemInvalida("cabecalho", "O cabeçalho não é de um tipo conhecido.")
    arquivo = {"filename": str(valor)} if tipo == "documento" and valor else {}
    return [{"type": MIDIAS[tipo], MIDIAS[tipo]: arquivo}]


def _botao(posicao: int, valor: Mapping[str, str]) -> dict[str, Any]:
    (tipo, texto), *_ = valor.items()
    texto = _valor(texto, f"botão {posicao + 1}")
    if tipo == "url":
        sub_type, parametro = "url", {"type": "text", "text": quote(texto.strip(), safe=_NA_URL)}
    elif tipo == "payload":
        caber(texto, "botoes", _PAYLOAD_MAXIMO, nome="código do botão")
        sub_type, parametro = "quick_reply", {"type": "payload", "payload": texto}
    elif tipo == "cupom":
        caber(texto, "botoes", _CUPOM_MAXIMO, nome="cupom")
        sub_type, parametro = "copy_code", {"type": "coupon_code", "coupon_code": texto}
    elif tipo == "formulario":
        sub_type, parametro = "flow", {"type": "action", "action": {"flow_token": texto}}
    else:
        raise MensagemInvalida("botoes", "O botão não é de um tipo conhecido.")
    return {
        "type": "button",
        "sub_type": sub_type,
        "index": str(posicao),
        "parameters": [parametro],
    }


def lacunas(texto: str) -> list[str]:
    """Names of the gaps of a text, in order, each once: ["1", "2"] or ["nome", "setor"]."""
    return list(dict.fromkeys(_LACUNA.findall(texto)))


def partes(componentes: Componentes, tipo: str) -> Mapping[str, Any]:
    """The component of a type ("BODY", "HEADER"…), empty when the template has none."""
    for componente in componentes:
        if str(componente.get("type", "")).upper() == tipo:
            return componente
    return {}


def validar_modelo(
    componentes: Componentes,
    valores: Valores,
    cabecalho: Mapping[str, Any] | None = None,
    botoes: Mapping[int, Mapping[str, str]] | None = None,
) -> None:
    """Checks values against the approved template, so that Meta does not refuse it later.

    Args:
        componentes: Meta's own JSON of the template (`message_templates`).
        valores, cabecalho, botoes: as in `modelo`.

    Raises:
        MensagemInvalida: a gap without a value, a value without a gap, a value that Meta
            refuses, or the text too long when filled.
    """
    corpo = str(partes(componentes, "BODY").get("text", ""))
    preenchido = _preencher(corpo, valores, exigir=True)
    if len(preenchido) > CORPO_MAXIMO:
        raise MensagemInvalida(
            "corpo",
            f"Preenchido, o modelo tem {milhar(len(preenchido))} caracteres; o WhatsApp aceita "
            f"{milhar(CORPO_MAXIMO)}. Encurte os campos.",
        )
    _validar_cabecalho(partes(componentes, "HEADER"), cabecalho)
    _validar_botoes(partes(componentes, "BUTTONS").get("buttons") or [], botoes or {})


def _validar_cabecalho(parte: Mapping[str, Any], cabecalho: Mapping[str, Any] | None) -> None:
    formato = str(parte.get("format", "")).upper()
    dado = next(iter(cabecalho), "") if cabecalho else ""
    texto = str(parte.get("text", ""))
    if formato in _MIDIA_DO_FORMATO:
        esperado = _MIDIA_DO_FORMATO[formato]
    elif formato == "LOCATION":
        esperado = "localizacao"
    else:
        esperado = "texto" if lacunas(texto) else ""
    if dado != esperado:
        nomes = {"documento": "documento", "imagem": "imagem", "video": "vídeo"}
        falta = nomes.get(esperado, "local" if esperado == "localizacao" else "texto")
        frase = f"Falta o cabeçalho do modelo: {falta}." if esperado else "O modelo não pede isto."
        raise MensagemInvalida("cabecalho", frase)
    if cabecalho:
        _cabecalho(cabecalho)
        if esperado == "texto":
            valor = cabecalho["texto"]
            valores = valor if isinstance(valor, Mapping) else [valor]
            preenchido = _preencher(texto, valores, exigir=True)
            caber(preenchido, "cabecalho", CABECALHO_MAXIMO, nome="cabeçalho preenchido")


def _validar_botoes(
    do_modelo: Sequence[Mapping[str, Any]], botoes: Mapping[int, Mapping[str, str]]
) -> None:
    for posicao, botao in enumerate(do_modelo):
        precisa = lacunas(str(botao.get("url", ""))) or botao.get("type") == "COPY_CODE"
        if precisa and posicao not in botoes:
            rotulo = botao.get("text") or "Copiar código"
            raise MensagemInvalida("botoes", f"Falta preencher o botão “{rotulo}”.")
    for posicao, valor in botoes.items():
        if not 0 <= posicao < len(do_modelo):
            raise MensagemInvalida("botoes", "O modelo não tem este botão.")
        _botao(posicao, valor)


def previa_do_modelo(
    componentes: Componentes, valores: Valores, cabecalho: Mapping[str, Any] | None = None
) -> str:
    """What the citizen reads: header, text and footer filled in, each a paragraph.

    Gaps without a value stay visible as {{…}}; never raises for want of values.
    """
    titulo = str(partes(componentes, "HEADER").get("text", ""))
    do_titulo = (cabecalho or {}).get("texto", ())
    if isinstance(do_titulo, str):
        do_titulo = [do_titulo]
    paragrafos = (
        _preencher(titulo, do_titulo, exigir=False),
        _preencher(str(partes(componentes, "BODY").get("text", "")), valores, exigir=False),
        str(partes(componentes, "FOOTER").get("text", "")),
    )
    return "\n\n".join(p for p in paragrafos if p)


def _preencher(texto: str, valores: Valores, *, exigir: bool) -> str:
    nomes = lacunas(texto)
    if isinstance(valores, Mapping):
        mapa = {str(nome): str(valor) for nome, valor in valores.items()}
    else:
        mapa = {str(posicao): str(valor) for posicao, valor in enumerate(valores, 1)}
    if exigir:
        for nome in nomes:
            if nome not in mapa:
                raise MensagemInvalida(nome, f"Falta preencher: {nome}.")
            _valor(mapa[nome], nome)
        for nome in mapa:
            if nome not in nomes:
                raise MensagemInvalida(nome, f"O modelo não tem o campo “{nome}”.")
    return _LACUNA.sub(lambda m: mapa.get(m[1], m[0]).strip(), texto)
