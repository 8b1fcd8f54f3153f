"""Answers to what we offered: buttons, lists, forms, permission to call."""

from collections.abc import Callable
from typing import Any

from prefeitura.whatsapp.leitura.corpo import abrir_texto
from prefeitura.whatsapp.leitura.limpeza import (
    Ilegivel,
    iso,
    limpar,
    momento,
    objeto,
    objetos,
    texto,
)
from prefeitura.whatsapp.leitura.pecas import Conteudo, TipoAusente, parte

_BRUTO_CORTADO = 4000


def interativa(mensagem: dict[str, Any], tipo: str) -> Conteudo:
    """The answer to something that we offered; a kind that we do not know is TipoAusente."""
    bloco = parte(mensagem, "interactive")
    leitor = _INTERATIVAS.get(texto(bloco, "type", 60))
    if leitor is not None:
        return leitor(bloco)
    if isinstance(bloco.get("action"), dict):
        return _oferta(bloco)
    raise TipoAusente


def _oferta(bloco: dict[str, Any]) -> Conteudo:
    """What the city hall offered by another tool. dados: opcoes (what is written on them)."""
    acao = objeto(bloco, "action")
    linhas = [r for secao in objetos(acao, "sections") for r in objetos(secao, "rows")]
    botoes = [objeto(b, "reply") for b in objetos(acao, "buttons")]
    ditas = [texto(o, "title", 100) for o in (*botoes, *linhas)]
    ditas.append(texto(objeto(acao, "parameters"), "display_text", 100))
    escritos = (texto(objeto(bloco, p), "text") for p in ("header", "body", "footer"))
    return Conteudo(
        "interativo", "\n".join(filter(None, escritos)), {"opcoes": list(filter(None, ditas))}
    )


def modelo_enviado(mensagem: dict[str, Any], tipo: str) -> Conteudo:
    """A template that another tool sent. dados: nome, idioma."""
    bloco = parte(mensagem, "template")
    nome = texto(bloco, "name", 512)
    idioma = texto(objeto(bloco, "language"), "code", 12)
    return Conteudo("modelo", f"Modelo {nome}", {"nome": nome, "idioma": idioma}, guarda_bruto=True)


def _botao(bloco: dict[str, Any]) -> Conteudo:
    """dados: id, titulo, origem "mensagem" (our buttons) or "modelo" (a template's)."""
    resposta = parte(bloco, "button_reply")
    titulo = texto(resposta, "title")
    return Conteudo(
        "botao", titulo, {"id": texto(resposta, "id"), "titulo": titulo, "origem": "mensagem"}
    )


def botao_de_modelo(mensagem: dict[str, Any], tipo: str) -> Conteudo:
    """A template's quick reply; `id` is the payload. dados as in the button of a message."""
    resposta = parte(mensagem, "button")
    titulo = texto(resposta, "text")
    return Conteudo(
        "botao", titulo, {"id": texto(resposta, "payload"), "titulo": titulo, "origem": "modelo"}
    )


def _lista(bloco: dict[str, Any]) -> Conteudo:
    """dados: id, titulo, descricao."""
    resposta = parte(bloco, "list_reply")
    titulo = texto(resposta, "title")
    dados = {
        "id": texto(resposta, "id"),
        "titulo": titulo,
        "descricao": texto(resposta, "description"),
    }
    return Conteudo("lista", titulo, dados)


def _formulario(bloco: dict[str, Any]) -> Conteudo:
    """dados: nome, legivel, token, respostas {field: value}, linhas [[field, answer]]; or bruta
    when it is not JSON.

    The lines, and the text, keep the order of the form, which jsonb does not, and have those
    inside others too (`endereco.rua`).
    """
    resposta = parte(bloco, "nfm_reply")
    cru = resposta.get("response_json")
    respostas = cru if isinstance(cru, dict) else abrir_texto(cru) if isinstance(cru, str) else None
    try:
        respostas = None if respostas is None else limpar(respostas)
    except Ilegivel:
        respostas = None
    dados: dict[str, Any] = {"nome": texto(resposta, "name"), "legivel": respostas is not None}
    if respostas is None:
        dados["bruta"] = texto(resposta, "response_json", _BRUTO_CORTADO)
        return Conteudo("formulario", "", dados, guarda_bruto=True)
    dados["token"] = str(respostas.pop("flow_token", "") or "")
    dados["respostas"] = respostas
    dados["linhas"] = _em_linhas(respostas)
    ditas = "\n".join(f"{campo}: {valor}" for campo, valor in dados["linhas"])
    return Conteudo("formulario", ditas, dados)


def _em_linhas(respostas: dict[str, Any], prefixo: str = "") -> list[list[str]]:
    """[field, answer] as people read them; empty answers are left out."""
    linhas = []
    for campo, valor in respostas.items():
        if isinstance(valor, dict):
            linhas += _em_linhas(valor, f"{prefixo}{campo}.")
        elif dito := _dito(valor):
            linhas.append([f"{prefixo}{campo}", dito])
    return linhas


def _dito(valor: Any) -> str:
    if isinstance(valor, bool):
        return "sim" if valor else "não"
    if isinstance(valor, list):
        return ", ".join(filter(None, map(_dito, valor)))
    if isinstance(valor, dict):
        return "; ".join(f"{campo}: {dito}" for campo, dito in _em_linhas(valor))
    return "" if valor is None else str(valor)


def _permissao(bloco: dict[str, Any]) -> Conteudo:
    """dados: aceita, ate (ISO 8601 or None), origem (Meta's word)."""
    resposta = parte(bloco, "call_permission_reply")
    dados = {
        "aceita": texto(resposta, "response") == "accept",
        "ate": iso(momento(resposta.get("expiration_timestamp"))),
        "origem": texto(resposta, "response_source", 40),
    }
    return Conteudo("permissao_de_ligacao", "", dados)


_INTERATIVAS: dict[str, Callable[[dict[str, Any]], Conteudo]] = {
    "button_reply": _botao,
    "list_reply": _lista,
    "nfm_reply": _formulario,
    "call_permission_reply": _permissao,
}
