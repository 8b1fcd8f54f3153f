"""The calls to the Graph API that the product makes, one function each."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

from django.conf import settings

from prefeitura.whatsapp import mensagens
from prefeitura.whatsapp.cliente import transporte
from prefeitura.whatsapp.cliente.classificar import (
    Aceita,
    Adiada,
    NumeroParado,
    Resultado,
    Troca,
    classificar,
    erro_da_meta,
    ler_json,
)
from prefeitura.whatsapp.cliente.formulario import Formulario
from prefeitura.whatsapp.metricas import GRAPH_ERROS, GRAPH_SEGUNDOS
from prefeitura.whatsapp.models import Conta, Numero

CAMPOS_DO_NUMERO = (
    "display_phone_number,verified_name,quality_rating,status,throughput,"
    "whatsapp_business_manager_messaging_limit"
)
MODELOS_POR_PAGINA = 100
PAGINAS = 50


class ErroDoGraph(Exception):
    """A call that is not a send failed. `codigo` is Meta's, None when no answer was understood.

    `definitivo` is True when the same call will fail again.
    """

    def __init__(self, codigo: int | None, detalhe: str, http: int | None, definitivo: bool):
        super().__init__(detalhe or "A Meta não respondeu.")
        self.codigo, self.http, self.definitivo = codigo, http, definitivo


@dataclass(frozen=True, slots=True)
class InfoDaMidia:
    """Where a file of a citizen can be fetched for the next 5 minutes."""

    url: str
    tipo: str
    sha256: str
    tamanho: int | None


def _url(*partes: object) -> str:
    caminho = "/".join(str(parte) for parte in partes)
    return f"{settings.WHATSAPP_GRAPH_URL}/{settings.WHATSAPP_GRAPH_VERSAO}/{caminho}"


def enviar(numero: Numero, corpo: dict[str, Any]) -> Resultado:
    """POST one message, whole as `mensagens.enderecar` made it, and say what that proved."""
    inicio = perf_counter()
    troca = transporte.trocar(
        "POST", _url(numero.phone_number_id, "messages"), numero.conta.token, json=corpo
    )
    resultado = classificar(troca)
    _medir("messages", inicio, "" if isinstance(resultado, Aceita) else type(resultado).__name__)
    return resultado


def _pedir(rota: str, metodo: str, url: str, token: str, **opcoes) -> dict[str, Any]:
    """Make a call whose repetition is harmless; return its JSON or raise ErroDoGraph."""
    inicio = perf_counter()
    troca = transporte.trocar(metodo, url, token, **opcoes)
    dados = ler_json(troca.corpo)
    if troca.http is not None and 200 <= troca.http < 300 and isinstance(dados, dict):
        _medir(rota, inicio)
        return dados
    _medir(rota, inicio, "resposta" if troca.http else "rede")
    raise _erro(troca, dados)


def _erro(troca: Troca, dados: Any) -> ErroDoGraph:
    codigo, _, detalhe = erro_da_meta(dados) or (None, None, "")
    proibe = codigo is not None and troca.http is not None and 400 <= troca.http < 500
    momentaneo = proibe and isinstance(classificar(troca), Adiada | NumeroParado)
    return ErroDoGraph(codigo, detalhe, troca.http, proibe and not momentaneo)


def _medir(rota: str, inicio: float, classe: str = "") -> None:
    GRAPH_SEGUNDOS.labels(rota).observe(perf_counter() - inicio)
    if classe:
        GRAPH_ERROS.labels(rota, classe).inc()


def subir_midia(numero: Numero, caminho: Path, *, nome: str, tipo: str, prazo: float) -> str:
    """Upload the file at `caminho` and return its media id, valid for 30 days at Meta.

    Args:
        nome, tipo: file name and MIME type declared to Meta.
        prazo: seconds for the whole upload.

    Raises ErroDoGraph.
    """
    with caminho.open("rb") as arquivo:
        campos = {"messaging_product": "whatsapp", "type": tipo}
        formulario = Formulario(campos, arquivo, caminho.stat().st_size, nome, tipo)
        dados = _pedir(
            "media",
            "POST",
            _url(numero.phone_number_id, "media"),
            numero.conta.token,
            data=formulario,
            cabecalhos={"Content-Type": formulario.tipo},
            prazo=prazo,
        )
    if not isinstance(dados.get("id"), str):
        raise ErroDoGraph(None, "A Meta não deu o identificador do arquivo.", 200, False)
    return dados["id"]


def consultar_midia(numero: Numero, media_id: str) -> InfoDaMidia:
    """Ask the address of a received file. Raises ErroDoGraph."""
    dados = _pedir(
        "media_url",
        "GET",
        _url(_seguro(media_id)),
        numero.conta.token,
        params={"phone_number_id": numero.phone_number_id},
    )
    if not isinstance(dados.get("url"), str):
        raise ErroDoGraph(None, "A Meta não deu o endereço do arquivo.", 200, False)
    tamanho = str(dados.get("file_size", ""))
    return InfoDaMidia(
        url=dados["url"],
        tipo=str(dados.get("mime_type") or ""),
        sha256=str(dados.get("sha256") or ""),
        tamanho=int(tamanho) if tamanho.isdigit() and len(tamanho) < 16 else None,
    )


def _seguro(identificador: str) -> str:
    """A media id came in a webhook: it may only be a path segment."""
    if not identificador.replace("-", "").replace("_", "").isalnum():
        raise ErroDoGraph(100, "Identificador de arquivo inválido.", None, True)
    return identificador


@contextmanager
def baixar(numero: Numero, url: str, *, prazo: float) -> Iterator[Iterator[bytes]]:
    """Yield the bytes of a received file, in chunks.

    Raises ErroDoGraph for an answer that is not 200, DestinoProibido for an address outside
    Meta's hosts, and transporte.Interrompido when the network fails.
    """
    inicio = perf_counter()
    with transporte.abrir(url, numero.conta.token, prazo=prazo) as (http, _, pedacos):
        if http != 200:
            _medir("download", inicio, "resposta")
            raise ErroDoGraph(None, f"HTTP {http} ao baixar.", http, False)
        yield pedacos
    _medir("download", inicio)


def marcar_lida(numero: Numero, wamid: str, *, digitando: bool = False) -> bool:
    """Tell the citizen's phone that the message was read; False when Meta did not take it."""
    corpo = mensagens.leitura_e_digitando(wamid, digitando)
    url = _url(numero.phone_number_id, "messages")
    try:
        dados = _pedir("lida", "POST", url, numero.conta.token, json=corpo, prazo=20)
    except ErroDoGraph:
        return False
    return dados.get("success") is True


def mudar_bloqueio(numero: Numero, corpo: dict[str, Any], *, bloquear: bool) -> None:
    """Put into the number's block list, or take out of it, who `mensagens.bloqueio` named.

    Raises ErroDoGraph, also when Meta refused only a part.
    """
    url = _url(numero.phone_number_id, "block_users")
    metodo = "POST" if bloquear else "DELETE"
    _pedir("bloqueio", metodo, url, numero.conta.token, json=corpo, prazo=20)


def listar_modelos(conta: Conta) -> Iterator[dict[str, Any]]:
    """Yield every template of the account, page by page, as Meta writes it. Raises ErroDoGraph."""
    parametros = {
        "limit": MODELOS_POR_PAGINA,
        "fields": "id,name,language,status,category,correct_category,components,"
        "parameter_format,quality_score,rejected_reason",
    }
    for _ in range(PAGINAS):
        pagina = _pedir(
            "modelos",
            "GET",
            _url(conta.waba_id, "message_templates"),
            conta.token,
            params=parametros,
        )
        yield from (m for m in pagina.get("data") or [] if isinstance(m, dict))
        # The cursor, never `paging.next`: that address carries the token.
        depois = ((pagina.get("paging") or {}).get("cursors") or {}).get("after")
        if not depois or not (pagina.get("paging") or {}).get("next"):
            return
        parametros = {**parametros, "after": depois}


def ler_numero(numero: Numero) -> dict[str, Any]:
    """Return the number's fields at Meta: name, quality, status, throughput. Raises ErroDoGraph."""
    return _pedir(
        "numero",
        "GET",
        _url(numero.phone_number_id),
        numero.conta.token,
        params={"fields": CAMPOS_DO_NUMERO},
    )


def ler_webhooks(conta: Conta) -> list[dict[str, Any]]:
    """Return the apps subscribed to the account's webhooks. Raises ErroDoGraph."""
    dados = _pedir("webhooks", "GET", _url(conta.waba_id, "subscribed_apps"), conta.token)
    return [app for app in dados.get("data") or [] if isinstance(app, dict)]
