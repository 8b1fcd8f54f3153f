"""What one exchange with Meta proves: the table of GUARANTEES 3.0, as a pure function.

A new POST may only follow an answer that proves the refusal, or nothing having left this host.
Everything else is doubt. Decide by Meta's code, never by its message (WHATSAPP.md §5.4, §8).
"""

import json
from dataclasses import dataclass
from typing import Any

from prefeitura.whatsapp import erros
from prefeitura.whatsapp.erros import Politica

# The whole number must slow down: the message itself is fine.
VAZAO = frozenset({4, 613, 80007, 130429, 131057})
TOKEN = 190


@dataclass(frozen=True, slots=True)
class Troca:
    """One HTTP exchange as it was seen.

    Args:
        saiu: whether any byte of the request may have left this host.
        http: status, or None when no answer was understood.
        corpo: the whole body; None when it was cut, too long or never came.
        aguardar: seconds asked by `Retry-After` or by Meta's usage header.
        falha: class name of the network error, for the log.
    """

    saiu: bool
    http: int | None = None
    corpo: bytes | None = None
    aguardar: float | None = None
    falha: str = ""


@dataclass(frozen=True, slots=True)
class Aceita:
    """Meta took the message. It says nothing yet of delivery."""

    wamid: str
    wa_id: str = ""
    user_id: str = ""


@dataclass(frozen=True, slots=True)
class Recusada:
    """Never as it is: the code's sentence goes to the servant."""

    codigo: int
    detalhe: str = ""


@dataclass(frozen=True, slots=True)
class Adiada:
    """Proven not accepted; try later. `codigo` is None when nothing left this host.

    `limite` tells whose limit it was: "numero", "par", or "" for momentary trouble.
    """

    codigo: int | None = None
    aguardar: float | None = None
    limite: str = ""


@dataclass(frozen=True, slots=True)
class NumeroParado:
    """The channel itself is refused: pause it for `aguardar` seconds, keep the message.

    `da_conta` is True when every number of the account is hit.
    """

    codigo: int
    detalhe: str
    aguardar: float
    da_conta: bool


@dataclass(frozen=True, slots=True)
class Quarentena:
    """5xx in Meta's own words: wait for a status with our id before another try."""

    codigo: int
    detalhe: str = ""


@dataclass(frozen=True, slots=True)
class Incerta:
    """It may have been accepted: never sent again by itself."""

    motivo: str


Resultado = Aceita | Recusada | Adiada | NumeroParado | Quarentena | Incerta


def classificar(troca: Troca) -> Resultado:
    """Return what `troca`, a POST to `/messages`, proves."""
    if troca.http is None:
        if not troca.saiu:
            return Adiada()
        return Incerta("A Meta recebeu o pedido e a resposta não chegou.")
    dados = ler_json(troca.corpo)
    if 200 <= troca.http < 300:
        return _aceita(dados)
    erro = erro_da_meta(dados)
    if erro is None:
        return Incerta(f"Resposta que não é da Meta (HTTP {troca.http}).")
    codigo, subcodigo, detalhe = erro
    politica = erros.politica(codigo, subcodigo)
    if politica is Politica.PAUSAR_NUMERO or troca.http == 401:
        pausa = erros.pausa(codigo, subcodigo) or erros.pausa(TOKEN)
        da_conta = troca.http == 401 or erros.atinge_a_conta(codigo, subcodigo)
        return NumeroParado(codigo, detalhe, max(pausa, troca.aguardar or 0), da_conta)
    if troca.http >= 500:
        return Quarentena(codigo, detalhe)
    if troca.http < 400:
        return Incerta(f"Resposta que não é da Meta (HTTP {troca.http}).")
    if politica is Politica.AGUARDAR_PAR:
        return Adiada(codigo, troca.aguardar, "par")
    if politica is Politica.TEMPORARIO:
        return Adiada(codigo, troca.aguardar, "numero" if codigo in VAZAO else "")
    return Recusada(codigo, detalhe)


def _aceita(dados: Any) -> Resultado:
    mensagens = dados.get("messages") if isinstance(dados, dict) else None
    primeira = mensagens[0] if isinstance(mensagens, list) and mensagens else None
    wamid = primeira.get("id") if isinstance(primeira, dict) else None
    if not isinstance(wamid, str) or not 0 < len(wamid) <= 255:
        return Incerta("A Meta respondeu sem o identificador da mensagem.")
    contatos = dados.get("contacts")
    contato = contatos[0] if isinstance(contatos, list) and contatos else {}
    contato = contato if isinstance(contato, dict) else {}
    return Aceita(wamid, _texto(contato.get("wa_id")), _texto(contato.get("user_id")))


def erro_da_meta(dados: Any) -> tuple[int, int | None, str] | None:
    """Return (code, subcode, details) of Meta's error, or None when `dados` is not one."""
    erro = dados.get("error") if isinstance(dados, dict) else None
    if not isinstance(erro, dict):
        return None
    codigo = erro.get("code")
    if isinstance(codigo, bool) or not isinstance(codigo, int) or not -(2**31) <= codigo < 2**31:
        return None
    subcodigo = erro.get("error_subcode")
    extra = erro.get("error_data")
    if isinstance(extra, dict):
        extra = extra.get("details")
    subcodigo = subcodigo if isinstance(subcodigo, int) else None
    return codigo, subcodigo, _texto(extra) or _texto(erro.get("message"))


def ler_json(corpo: bytes | None) -> Any:
    """Return the parsed body, or None when there is none or it is not JSON."""
    try:
        return json.loads(corpo) if corpo else None
    except (ValueError, RecursionError):
        return None


def _texto(valor: Any) -> str:
    if not isinstance(valor, str):
        return ""
    return valor.encode("utf-8", "replace").decode().replace("\x00", "")[:500]
