"""One Graph request as data: path parts, query, body in any form that Graph accepts, files."""

import base64
import json
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request

from prefeitura.whatsapp.simulador.erros import ErroGraph, caminho_desconhecido, sem_objeto

# Parameters of any Graph call; they are never part of what a call says.
GLOBAIS = {
    "access_token",
    "appsecret_proof",
    "appsecret_time",
    "date_format",
    "debug",
    "format",
    "locale",
    "method",
    "pretty",
    "suppress_http_code",
}
# Objects and lists, which Graph also takes as strings of JSON, in any body.
COMPOSTOS = {
    "audio",
    "block_users",
    "calling",
    "categories",
    "commands",
    "components",
    "contacts",
    "context",
    "document",
    "hsm_ids",
    "image",
    "interactive",
    "language",
    "languages",
    "location",
    "prompts",
    "reaction",
    "session",
    "sticker",
    "storage_configuration",
    "template",
    "text",
    "typing_indicator",
    "user_identity_change",
    "video",
    "webhook_configuration",
    "websites",
}


@dataclass
class Arquivo:
    nome: str
    mime: str
    conteudo: bytes


@dataclass
class Pedido:
    metodo: str
    versao: str
    partes: list[str]
    consulta: dict[str, str]
    corpo: dict[str, Any]
    arquivos: dict[str, Arquivo]
    cabecalhos: dict[str, str]
    cru: bytes
    base_url: str
    json_invalido: bool = False
    extras: dict[str, Any] = field(default_factory=dict)

    @property
    def token(self) -> str:
        """Return the access token of the header or, without one, of the parameters."""
        esquema, _, token = self.cabecalhos.get("authorization", "").partition(" ")
        if esquema.lower() not in ("bearer", "oauth"):
            token = self.consulta.get("access_token", "")
        return token.strip()

    @property
    def caminho(self) -> str:
        return "/" + "/".join(self.partes)

    def dado(self, nome: str, padrao: Any = None) -> Any:
        """Return a parameter from the body or, as Graph allows, from the query string."""
        valor = self.corpo.get(nome)
        return self.consulta.get(nome, padrao) if valor is None else valor

    def campos(self) -> list[str]:
        """Return the base names of `fields`, without nested selections or modifiers."""
        nomes, nivel, atual = [], 0, ""
        for letra in self.consulta.get("fields", "") + ",":
            nivel += (letra in "({") - (letra in ")}")
            if letra == "," and nivel == 0:
                nomes.append(re.split(r"[.({]", atual.strip())[0])
                atual = ""
            else:
                atual += letra
        return [nome for nome in nomes if nome]

    def somente(self, *ignoradas: str) -> dict[str, Any]:
        """Return the body without null values and without the keys that the caller handles."""
        return {c: v for c, v in self.corpo.items() if v is not None and c not in ignoradas}

    def exigir_json(self) -> None:
        if self.json_invalido:
            raise ErroGraph(100, mensagem="(#100) Request body is not valid JSON")

    def sem_objeto(self) -> ErroGraph:
        return sem_objeto(self.metodo, self.partes[0])

    def desconhecido(self) -> ErroGraph:
        return caminho_desconhecido(self.caminho)

    def resumo_do_corpo(self) -> Any:
        """Return what the call log keeps: the JSON, or fields and file facts without bytes."""
        if not self.arquivos:
            return self.corpo or None
        fichas = {
            nome: {"nome": a.nome, "tipo": a.mime, "tamanho": len(a.conteudo)}
            for nome, a in self.arquivos.items()
        }
        return self.corpo | {"arquivos": fichas}


async def ler(request: Request, versao: str, resto: str, base_url: str) -> Pedido:
    """Read the whole request; JSON, urlencoded and multipart bodies all become `corpo`."""
    pedido = Pedido(
        metodo="GET" if request.method == "HEAD" else request.method,
        versao=versao,
        partes=[parte for parte in resto.split("/") if parte],
        consulta=dict(request.query_params),
        corpo={},
        arquivos={},
        cabecalhos={nome.lower(): valor for nome, valor in request.headers.items()},
        cru=b"",
        base_url=base_url,
    )
    tipo = pedido.cabecalhos.get("content-type", "").lower()
    if tipo.startswith("multipart/form-data"):
        await _ler_multipart(request, pedido)
    else:
        pedido.cru = await request.body()
        if not (pedido.partes and pedido.partes[0].startswith("upload:")):
            _ler_corpo(pedido, tipo)
    if pedido.metodo != "GET" and not pedido.cru and not pedido.arquivos and not pedido.corpo:
        pedido.corpo = {n: v for n, v in pedido.consulta.items() if n not in GLOBAIS}
    pedido.corpo = {n: _abrir(v) if n in COMPOSTOS else v for n, v in pedido.corpo.items()}
    for nome in GLOBAIS & pedido.corpo.keys():
        pedido.consulta[nome] = str(pedido.corpo.pop(nome))
    if pedido.metodo == "POST" and pedido.consulta.get("method", "").upper() in ("GET", "DELETE"):
        pedido.metodo = pedido.consulta["method"].upper()
        pedido.consulta |= {n: v for n, v in pedido.corpo.items() if isinstance(v, str)}
    return pedido


def _ler_corpo(pedido: Pedido, tipo: str) -> None:
    """Read a form or JSON body; in any other content type Graph sees no parameters at all."""
    if tipo.startswith("application/x-www-form-urlencoded"):
        for nome, valor in parse_qsl(pedido.cru.decode("utf-8", "replace"), keep_blank_values=True):
            _por(pedido.corpo, nome, valor)
    elif "json" in tipo and pedido.cru.strip():
        try:
            lido = json.loads(pedido.cru)
        except (ValueError, RecursionError):
            lido = None
        if isinstance(lido, dict):
            pedido.corpo = lido
        else:
            pedido.json_invalido = True


async def _ler_multipart(request: Request, pedido: Pedido) -> None:
    try:
        async with request.form(max_part_size=110 * 1024 * 1024) as formulario:
            for nome, valor in formulario.multi_items():
                if isinstance(valor, UploadFile):
                    conteudo = await valor.read()
                    mime = valor.content_type or "application/octet-stream"
                    pedido.arquivos[nome] = Arquivo(valor.filename or "arquivo", mime, conteudo)
                else:
                    _por(pedido.corpo, nome, valor)
    except HTTPException:
        pedido.json_invalido = True


def _por(corpo: dict[str, Any], nome: str, valor: str) -> None:
    """Put a form field in the body; `text[body]` and `websites[0]` become nested values."""
    partes = re.findall(r"\[([^\[\]]*)\]", nome)
    raiz = nome.split("[", 1)[0]
    if not partes or raiz + "".join(f"[{parte}]" for parte in partes) != nome:
        corpo[nome] = valor
        return
    alvo: Any = corpo.setdefault(raiz, [] if partes[0].isdigit() or not partes[0] else {})
    for parte, seguinte in zip(partes, [*partes[1:], None], strict=True):
        filho: Any = valor
        if seguinte is not None:
            filho = [] if seguinte.isdigit() or not seguinte else {}
        if isinstance(alvo, list):
            posicao = int(parte) if parte.isdigit() else len(alvo)
            if posicao >= len(alvo):
                alvo.append(filho)
            alvo = alvo[min(posicao, len(alvo) - 1)]
        elif isinstance(alvo, dict):
            alvo = alvo.setdefault(parte, filho)


def _abrir(valor: Any) -> Any:
    """Decode a value that holds JSON (Graph accepts nested objects this way)."""
    if isinstance(valor, str) and valor[:1] in ("{", "["):
        try:
            return json.loads(valor)
        except (ValueError, RecursionError):
            return valor
    return valor


@dataclass
class Resposta:
    """A JSON answer, or bytes with a MIME type."""

    dados: Any
    http: int = 200
    mime: str = "application/json; charset=UTF-8"
    cabecalhos: dict[str, str] = field(default_factory=dict)
    wamid: str = ""

    def bytes(self) -> bytes:
        if isinstance(self.dados, bytes):
            return self.dados
        return json.dumps(self.dados, ensure_ascii=False).encode()


SUCESSO: dict[str, Any] = {"success": True}


def paginar(pedido: Pedido, itens: list[Any], endereco: str, padrao: int = 25) -> dict[str, Any]:
    """Return one page with Graph's cursors; `after` and `before` are offsets in disguise."""

    def cursor(posicao: int) -> str:
        return base64.urlsafe_b64encode(str(posicao).encode()).decode().rstrip("=")

    def abrir(nome: str) -> int | None:
        valor = pedido.consulta.get(nome)
        if valor is None:
            return None
        try:
            return int(base64.urlsafe_b64decode(valor + "=" * (-len(valor) % 4)))
        except ValueError:
            raise ErroGraph(100, mensagem=f"(#100) Invalid cursor in {nome}") from None

    try:
        limite = max(1, min(int(pedido.consulta.get("limit", padrao)), 1000))
    except ValueError:
        raise ErroGraph(100, mensagem="(#100) Param limit must be an integer") from None
    depois, antes = abrir("after"), abrir("before")
    inicio = depois + 1 if depois is not None else 0
    if antes is not None:
        inicio = max(0, antes - limite)
        limite = min(limite, antes - inicio) if antes else 0
    pagina = itens[inicio : inicio + limite]
    resposta: dict[str, Any] = {"data": pagina}
    if pagina:
        fim = inicio + len(pagina) - 1
        resposta["paging"] = {"cursors": {"before": cursor(inicio), "after": cursor(fim)}}
        fora = ("after", "before", "appsecret_proof")
        outros = {c: v for c, v in pedido.consulta.items() if c not in fora}
        consulta = urlencode(outros | {"access_token": pedido.token, "limit": limite})
        base = f"{pedido.base_url}/{pedido.versao}{endereco}?{consulta}"
        if fim + 1 < len(itens):
            resposta["paging"]["next"] = f"{base}&after={cursor(fim)}"
        if inicio > 0:
            resposta["paging"]["previous"] = f"{base}&before={cursor(inicio)}"
    return resposta
