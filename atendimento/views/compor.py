"""What the composer puts together besides text and files: buttons, lists, places, contacts."""

import json
import re

from atendimento.acoes.conteudo import Contato, Interativo, Localizacao
from atendimento.erros import Invalido
from prefeitura.cadastro.telefone import mostrar, normalizar_digitado
from prefeitura.whatsapp import mensagens

# 156, 192: numbers of public services have no area code.
CURTO = re.compile(r"1\d{2}|\d{4,5}")
SEM_DDD = "Escreva o telefone com DDD, como (34) 3333-0000."
FORA_DO_MAPA = "Escreva a latitude e a longitude em graus, como -18,9186 e -48,2772."
MAIOR = 100_000


def composta(especie: str, bruto: str) -> Interativo | Localizacao | Contato:
    """Return what the page composed, told by its kind and its JSON.

    Raises Invalido for what is not of that form; the limits of Meta are asked when it is sent.
    """
    montar = _ESPECIES.get(especie)
    try:
        dados = json.loads(bruto[:MAIOR])
    except (ValueError, RecursionError):
        dados = None
    if montar is None or not isinstance(dados, dict):
        raise Invalido("Não deu para enviar. Recarregue a conversa e tente de novo.")
    try:
        return montar(dados)
    except mensagens.MensagemInvalida as erro:
        raise Invalido(erro.frase, campo=erro.campo) from erro


def _botoes(dados: dict) -> Interativo:
    titulos = [_linha(titulo) for titulo in _lista(dados, "botoes")]
    opcoes = [(f"botao-{n}", titulo) for n, titulo in enumerate(titulos, 1)]
    return Interativo(mensagens.botoes(_texto(dados, "texto"), opcoes))


def _secoes(dados: dict) -> Interativo:
    secoes, quantas = [], 0
    for secao in _objetos(dados, "secoes"):
        linhas = []
        for opcao in _objetos(secao, "opcoes"):
            quantas += 1
            linhas.append((f"opcao-{quantas}", _texto(opcao, "titulo"), _texto(opcao, "descricao")))
        secoes.append((_texto(secao, "titulo"), linhas))
    return Interativo(mensagens.lista(_texto(dados, "texto"), _texto(dados, "rotulo"), secoes))


def _localizacao(dados: dict) -> Localizacao:
    try:
        graus = [float(_texto(dados, c).replace(",", ".")) for c in ("latitude", "longitude")]
    except ValueError as erro:
        raise Invalido(FORA_DO_MAPA, campo="latitude") from erro
    return Localizacao(*graus, nome=_texto(dados, "nome"), endereco=_texto(dados, "endereco"))


def _contato(dados: dict) -> Contato:
    escrito = _texto(dados, "telefone")
    if not CURTO.fullmatch(escrito) and not (numero := normalizar_digitado(escrito)):
        raise Invalido(SEM_DDD, campo="telefone")
    curto = CURTO.fullmatch(escrito)
    return Contato(
        nome=_texto(dados, "nome"),
        telefone=escrito if curto else f"+{numero}",
        mostrado=escrito if curto else mostrar(numero),
        empresa=_texto(dados, "empresa"),
        no_whatsapp=not curto and dados.get("whatsapp") is True,
    )


_ESPECIES = {
    "botoes": _botoes,
    "lista": _secoes,
    "localizacao": _localizacao,
    "contato": _contato,
}


def _texto(dados: dict, nome: str) -> str:
    return _linha(dados.get(nome))


def _linha(valor: object) -> str:
    return valor.strip() if isinstance(valor, str) else ""


def _lista(dados: dict, nome: str) -> list:
    valor = dados.get(nome)
    return valor if isinstance(valor, list) else []


def _objetos(dados: dict, nome: str) -> list[dict]:
    return [item for item in _lista(dados, nome) if isinstance(item, dict)]
