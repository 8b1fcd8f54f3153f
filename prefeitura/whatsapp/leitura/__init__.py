"""Meta's webhook JSON → typed values. Pure: the only reader of Meta's webhook JSON.

Standard library only: no Django, no clock, no network. `entrada` calls `ler`; whoever receives
items imports their types from here. Nobody else reads a webhook body.
"""

from prefeitura.whatsapp.leitura.conteudo import TIPOS
from prefeitura.whatsapp.leitura.corpo import CorpoInvalido
from prefeitura.whatsapp.leitura.leitor import Leitura, ler
from prefeitura.whatsapp.leitura.tipos import (
    CampoDesconhecido,
    CampoIgnorado,
    Contexto,
    Eco,
    ErroDaMeta,
    ErroDoAplicativo,
    IdentidadeMudou,
    Item,
    ItemIlegivel,
    Ligacao,
    MensagemRecebida,
    MidiaRecebida,
    OutroObjeto,
    Preco,
    PreferenciaDeDivulgacao,
    Remetente,
    StatusRecebido,
)
from prefeitura.whatsapp.leitura.tipos_da_conta import (
    CategoriaDeModelo,
    ComponentesDeModelo,
    DaConta,
    DeModelo,
    NomeDeUsuarioDaEmpresa,
    NomeDoNumero,
    QualidadeDeModelo,
    QualidadeDoNumero,
    SituacaoDaConta,
    SituacaoDeModelo,
)

__all__ = [
    "TIPOS",
    "CampoDesconhecido",
    "CampoIgnorado",
    "CategoriaDeModelo",
    "ComponentesDeModelo",
    "Contexto",
    "CorpoInvalido",
    "DaConta",
    "DeModelo",
    "Eco",
    "ErroDaMeta",
    "ErroDoAplicativo",
    "IdentidadeMudou",
    "Item",
    "ItemIlegivel",
    "Leitura",
    "Ligacao",
    "MensagemRecebida",
    "MidiaRecebida",
    "NomeDeUsuarioDaEmpresa",
    "NomeDoNumero",
    "OutroObjeto",
    "Preco",
    "PreferenciaDeDivulgacao",
    "QualidadeDeModelo",
    "QualidadeDoNumero",
    "Remetente",
    "SituacaoDaConta",
    "SituacaoDeModelo",
    "StatusRecebido",
    "ler",
]
