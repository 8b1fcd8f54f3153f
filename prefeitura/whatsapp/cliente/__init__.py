"""The only HTTP client of Meta's Graph API; nothing else in the house imports `requests`.

`chamadas` has the calls, `transporte` moves bytes with deadlines and no second tries, `destinos`
says where a connection may go, `classificar` decides what an answer proves. `saida`, `midia`,
`modelos`, `bloqueio` and `tasks` may import it.
"""

from prefeitura.whatsapp.cliente.chamadas import (
    ErroDoGraph,
    InfoDaMidia,
    baixar,
    consultar_midia,
    enviar,
    ler_numero,
    ler_webhooks,
    listar_modelos,
    marcar_lida,
    mudar_bloqueio,
    subir_midia,
)
from prefeitura.whatsapp.cliente.classificar import (
    Aceita,
    Adiada,
    Incerta,
    NumeroParado,
    Quarentena,
    Recusada,
    Resultado,
    classificar,
)
from prefeitura.whatsapp.cliente.transporte import DestinoProibido, SemTransacao, Troca

__all__ = [
    "Aceita",
    "Adiada",
    "DestinoProibido",
    "ErroDoGraph",
    "Incerta",
    "InfoDaMidia",
    "NumeroParado",
    "Quarentena",
    "Recusada",
    "Resultado",
    "SemTransacao",
    "Troca",
    "baixar",
    "classificar",
    "consultar_midia",
    "enviar",
    "ler_numero",
    "ler_webhooks",
    "listar_modelos",
    "marcar_lida",
    "mudar_bloqueio",
    "subir_midia",
]
