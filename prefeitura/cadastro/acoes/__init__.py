"""Changes to who is who. Keyword-only, inside the caller's transaction when there is one."""

from prefeitura.cadastro.acoes.acesso import registrar_acesso
from prefeitura.cadastro.acoes.identificar import Identificados, Quem, conhecido, identificar
from prefeitura.cadastro.acoes.por_telefone import TelefoneInvalido, cidadao_do_telefone
from prefeitura.cadastro.acoes.trocar_identidade import trocar_identidade

__all__ = [
    "Identificados",
    "Quem",
    "TelefoneInvalido",
    "cidadao_do_telefone",
    "conhecido",
    "identificar",
    "registrar_acesso",
    "trocar_identidade",
]
