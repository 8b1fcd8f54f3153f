"""Messages with something to press: buttons, list, link, requests for place and phone."""

from collections.abc import Sequence
from typing import Any

from prefeitura.whatsapp.mensagens.base import (
    Corpo,
    MensagemInvalida,
    caber,
    endereco_da_web,
    exigir,
)

CORPO_MAXIMO = 1024
CABECALHO_MAXIMO = RODAPE_MAXIMO = 60
BOTOES_MAXIMOS = 3
TITULO_DE_BOTAO_MAXIMO = ROTULO_MAXIMO = 20
ID_DE_BOTAO_MAXIMO = 256
SECOES_MAXIMAS = LINHAS_MAXIMAS = 10
TITULO_DE_LINHA_MAXIMO = TITULO_DE_SECAO_MAXIMO = 24
DESCRICAO_MAXIMA = 72
ID_DE_LINHA_MAXIMO = 200
MIDIAS_DE_CABECALHO = {"imagem": "image", "video": "video", "documento": "document"}


def _partes(
    corpo: str, cabecalho: str | dict[str, str] | None, rodape: str, *, midia: bool
) -> dict[str, Any]:
    partes: dict[str, Any] = {}
    if isinstance(cabecalho, dict):
        if not midia:
            raise MensagemInvalida("cabecalho", "Aqui o cabeçalho só pode ser de texto.")
        partes["header"] = _cabecalho_de_midia(cabecalho)
    elif cabecalho:
        limpo = caber(cabecalho, "cabecalho", CABECALHO_MAXIMO, nome="cabeçalho")
        if limpo:
            partes["header"] = {"type": "text", "text": limpo}
    # A list takes 4,096 today, but the older schema says 1,024: the smaller always passes.
    partes["body"] = {"text": exigir(corpo, "corpo", CORPO_MAXIMO, nome="texto")}
    rodape = caber(rodape, "rodape", RODAPE_MAXIMO, nome="rodapé")
    if rodape:
        partes["footer"] = {"text": rodape}
    return partes


def _cabecalho_de_midia(cabecalho: dict[str, str]) -> dict[str, Any]:
    tipo = MIDIAS_DE_CABECALHO.get(cabecalho.get("tipo", ""))
    if tipo is None:
        raise MensagemInvalida("cabecalho", "O cabeçalho pode ser imagem, vídeo ou documento.")
    nome = {"filename": cabecalho["nome"]} if tipo == "document" and cabecalho.get("nome") else {}
    return {"type": tipo, tipo: nome}


def _interativa(tipo: str, partes: dict[str, Any], acao: dict[str, Any]) -> Corpo:
    return {"type": "interactive", "interactive": {"type": tipo, **partes, "action": acao}}


def _sem_repetir(valores: Sequence[str], campo: str, nome: str) -> None:
    if len(set(valores)) != len(valores):
        raise MensagemInvalida(campo, f"Há {nome} repetidos.")


def botoes(
    corpo: str,
    opcoes: Sequence[tuple[str, str]],
    cabecalho: str | dict[str, str] | None = None,
    rodape: str = "",
) -> Corpo:
    """Up to three answers to press; the id comes back, the title is what the citizen sees.

    Args:
        opcoes: (id, title): title up to 20 characters, both unique.
        cabecalho: text, or {"tipo": "imagem"|"video"|"documento", "nome"?} filled at send time.

    Raises:
        MensagemInvalida: any limit of Meta broken.
    """
    if not 1 <= len(opcoes) <= BOTOES_MAXIMOS:
        raise MensagemInvalida("botoes", "Coloque de 1 a 3 botões.")
    prontos = [
        {
            "type": "reply",
            "reply": {
                "id": exigir(id_, "botoes", ID_DE_BOTAO_MAXIMO, nome="código do botão"),
                "title": exigir(
                    titulo, "botoes", TITULO_DE_BOTAO_MAXIMO, nome=f"botão “{titulo[:40]}”"
                ),
            },
        }
        for id_, titulo in opcoes
    ]
    _sem_repetir([b["reply"]["id"] for b in prontos], "botoes", "códigos de botão")
    _sem_repetir([b["reply"]["title"] for b in prontos], "botoes", "títulos de botão")
    partes = _partes(corpo, cabecalho, rodape, midia=True)
    return _interativa("button", partes, {"buttons": prontos})


def lista(
    corpo: str,
    rotulo: str,
    secoes: Sequence[tuple[str, Sequence[tuple[str, str, str]]]],
    cabecalho: str | None = None,
    rodape: str = "",
) -> Corpo:
    """A menu of up to ten options behind one button.

    Args:
        rotulo: what the button that opens it says, up to 20 characters.
        secoes: (title, [(id, title, description)]): up to 10 options in all; a section needs a
            title when there is more than one. Titles up to 24, descriptions up to 72.

    Raises:
        MensagemInvalida: any limit of Meta broken.
    """
    secoes = [(titulo, list(linhas)) for titulo, linhas in secoes if linhas]
    total = sum(len(linhas) for _, linhas in secoes)
    if not 1 <= total <= LINHAS_MAXIMAS:
        raise MensagemInvalida("lista", f"Coloque de 1 a 10 opções na lista (há {total}).")
    prontas = []
    for titulo, linhas in secoes:
        secao: dict[str, Any] = {"rows": [_linha(*linha) for linha in linhas]}
        if len(secoes) > 1 or titulo:
            secao["title"] = exigir(titulo, "lista", TITULO_DE_SECAO_MAXIMO, nome="título da seção")
        prontas.append(secao)
    _sem_repetir([r["id"] for s in prontas for r in s["rows"]], "lista", "códigos de opção")
    acao = {
        "button": exigir(rotulo, "rotulo", ROTULO_MAXIMO, nome="botão da lista"),
        "sections": prontas,
    }
    return _interativa("list", _partes(corpo, cabecalho, rodape, midia=False), acao)


def _linha(id_: str, titulo: str, descricao: str = "") -> dict[str, str]:
    linha = {
        "id": exigir(id_, "lista", ID_DE_LINHA_MAXIMO, nome="código da opção"),
        "title": exigir(titulo, "lista", TITULO_DE_LINHA_MAXIMO, nome=f"título “{titulo[:40]}”"),
    }
    descricao = caber(
        descricao,
        "lista",
        DESCRICAO_MAXIMA,
        nome=f"descrição de “{titulo[:40]}”",
        artigo="A",
    )
    return {**linha, "description": descricao} if descricao else linha


def link(
    corpo: str,
    rotulo: str,
    url: str,
    cabecalho: str | dict[str, str] | None = None,
    rodape: str = "",
) -> Corpo:
    """One button that opens a page; Meta does not tell us whether it was pressed.

    Raises:
        MensagemInvalida: any limit of Meta broken, or not an http(s) address.
    """
    parametros = {
        "display_text": exigir(rotulo, "rotulo", ROTULO_MAXIMO, nome="botão"),
        "url": endereco_da_web(url, "url"),
    }
    partes = _partes(corpo, cabecalho, rodape, midia=True)
    return _interativa("cta_url", partes, {"name": "cta_url", "parameters": parametros})


def pedir_localizacao(corpo: str) -> Corpo:
    """A button that opens the map; the answer is a location that quotes this message."""
    return _interativa(
        "location_request_message",
        _partes(corpo, None, "", midia=False),
        {"name": "send_location"},
    )


def pedir_contato(corpo: str) -> Corpo:
    """A button that shares the citizen's own number, for those known only by username (§3)."""
    return _interativa(
        "request_contact_info",
        _partes(corpo, None, "", midia=False),
        {"name": "request_contact_info"},
    )
