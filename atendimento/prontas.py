"""The blanks of a canned reply: those that the house fills in, and those left for the servant.

A blank is a word in braces, `{nome}`. Anything else in braces is only text.
"""

import re
from collections.abc import Mapping
from datetime import datetime

from atendimento.models import Atendimento, RespostaPronta
from prefeitura.cadastro.models import Municipio, Servidor

LACUNA = re.compile(r"\{([^\W\d]\w+)\}")
SEM_CHAVES = str.maketrans("", "", "{}")
VARIAVEIS = {
    "nome": "primeiro nome da pessoa",
    "nome_completo": "nome da pessoa",
    "protocolo": "protocolo do atendimento",
    "servidor": "seu primeiro nome",
    "equipe": "nome da equipe",
    "secretaria": "nome da secretaria",
    "prefeitura": "nome da cidade",
    "hoje": "data de hoje",
    "saudacao": "Bom dia, Boa tarde ou Boa noite",
}


def valores(*, atendimento: Atendimento, servidor: Servidor, agora: datetime) -> dict[str, str]:
    """What each variable is worth in this matter; empty where nobody knows.

    Args:
        agora: in the city's zone.
    """
    cidadao, equipe = atendimento.conversa.cidadao, atendimento.equipe
    return {
        "nome": cidadao.primeiro_nome,
        "nome_completo": cidadao.nome or cidadao.nome_no_whatsapp,
        "protocolo": atendimento.protocolo,
        "servidor": servidor.get_short_name(),
        "equipe": equipe.nome if equipe else "",
        "secretaria": equipe.secretaria.nome if equipe else "",
        "prefeitura": Municipio.atual().nome,
        "hoje": f"{agora:%d/%m/%Y}",
        "saudacao": saudacao(agora),
    }


def saudacao(agora: datetime) -> str:
    """What people say at this hour."""
    if agora.hour < 12:
        return "Bom dia"
    return "Boa tarde" if agora.hour < 18 else "Boa noite"


def preencher(texto: str, valores: Mapping[str, str]) -> str:
    """Write the known values in their blanks; the others stay, for the servant.

    A value loses its braces: what people call themselves is never a blank.
    """
    return LACUNA.sub(
        lambda achada: valores.get(achada[1].lower(), "").translate(SEM_CHAVES) or achada[0], texto
    )


def faltam(texto: str) -> list[str]:
    """The blanks still open in a text, each once, in order."""
    return list(dict.fromkeys(LACUNA.findall(texto)))


def oferecidas(
    *, atendimento: Atendimento, servidor: Servidor, agora: datetime
) -> list[tuple[RespostaPronta, str]]:
    """The replies for this matter, each with its text filled in; of one shortcut, the nearest."""
    prontas = RespostaPronta.objects.para(atendimento, servidor).select_related(
        "equipe__secretaria", "secretaria"
    )
    perto = {p.atalho: p for p in sorted(prontas, key=lambda p: -p.distancia)}
    sabidos = valores(atendimento=atendimento, servidor=servidor, agora=agora) if perto else {}
    return [(perto[a], preencher(perto[a].texto, sabidos)) for a in sorted(perto)]
