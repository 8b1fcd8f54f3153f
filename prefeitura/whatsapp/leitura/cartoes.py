"""Contact cards inside a message."""

from typing import Any

from prefeitura.whatsapp.leitura.limpeza import linha, objeto, objetos, texto
from prefeitura.whatsapp.leitura.pecas import Conteudo, TipoAusente

TELEFONES_MOSTRADOS = 20


def contatos(mensagem: dict[str, Any], tipo: str) -> Conteudo:
    """Contact cards.

    dados: contatos [{nome, empresa, cargo, telefones [{numero, wa_id, user_id, tipo}],
    telefones_a_mais, emails, enderecos, sites, aniversario}], contatos_a_mais,
    numero_compartilhado.

    `numero_compartilhado` is proof: the answer to our request, not a card that anybody can make.
    """
    if not isinstance(mensagem.get("contacts"), list):
        raise TipoAusente
    cartoes = objetos(mensagem, "contacts")
    lidos = [_cartao(c) for c in cartoes[:TELEFONES_MOSTRADOS]]
    dados = {
        "contatos": lidos,
        "contatos_a_mais": max(0, len(cartoes) - len(lidos)),
        "numero_compartilhado": any(texto(c, "origin") == "contact_request" for c in cartoes),
    }
    nomes = [c["nome"] or (c["telefones"][0]["numero"] if c["telefones"] else "") for c in lidos]
    return Conteudo("contatos", ", ".join(filter(None, nomes)), dados)


def _cartao(cartao: dict[str, Any]) -> dict[str, Any]:
    nome, empresa = objeto(cartao, "name"), objeto(cartao, "org")
    inteiro_ou_partes = texto(nome, "formatted_name") or _juntos(
        nome, " ", "prefix", "first_name", "middle_name", "last_name", "suffix"
    )
    telefones = objetos(cartao, "phones")
    return {
        "nome": linha(inteiro_ou_partes, 200),
        "empresa": linha(texto(empresa, "company"), 200),
        "cargo": linha(_juntos(empresa, ", ", "title", "department"), 200),
        "telefones": [
            {
                "numero": linha(texto(t, "phone"), 40),
                "wa_id": linha(texto(t, "wa_id"), 40),
                "user_id": linha(texto(t, "user_id"), 140),
                "tipo": linha(texto(t, "type"), 20),
            }
            for t in telefones[:TELEFONES_MOSTRADOS]
        ],
        "telefones_a_mais": max(0, len(telefones) - TELEFONES_MOSTRADOS),
        "emails": [
            linha(texto(e, "email"), 254) for e in objetos(cartao, "emails")[:TELEFONES_MOSTRADOS]
        ],
        "enderecos": [
            linha(_juntos(e, ", ", "street", "city", "state", "zip", "country"), 500)
            for e in objetos(cartao, "addresses")[:TELEFONES_MOSTRADOS]
        ],
        "sites": [
            linha(texto(s, "url"), 500) for s in objetos(cartao, "urls")[:TELEFONES_MOSTRADOS]
        ],
        "aniversario": linha(texto(cartao, "birthday"), 10),
    }


def _juntos(dono: dict[str, Any], separador: str, *chaves: str) -> str:
    return separador.join(filter(None, (texto(dono, chave) for chave in chaves)))
