"""Tables of who is who."""

from prefeitura.cadastro.models.acesso import RegistroDeAcesso
from prefeitura.cadastro.models.autorizacao import AutorizacaoDeContato
from prefeitura.cadastro.models.cidadao import Cidadao, Identidade
from prefeitura.cadastro.models.estrutura import Assunto, Equipe, Municipio, Secretaria
from prefeitura.cadastro.models.servidor import Participacao, Servidor

__all__ = [
    "Assunto",
    "AutorizacaoDeContato",
    "Cidadao",
    "Equipe",
    "Identidade",
    "Municipio",
    "Participacao",
    "RegistroDeAcesso",
    "Secretaria",
    "Servidor",
]
