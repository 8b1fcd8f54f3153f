"""The durable outbox: from a row written with the message to what Meta told of it.

`enfileirar` writes, `enviar` carries one row through one try, `concluir` records what the try
proved, `status` applies receipts, `varrer` finds what was left behind, `pessoa` holds what a
person decides. The two products and `entrada` use the names below and nothing deeper.
"""

from prefeitura.whatsapp.saida.enfileirar import cancelar, enfileirar, enfileirar_lote
from prefeitura.whatsapp.saida.enviar import enviar
from prefeitura.whatsapp.saida.leitura import avisar_leitura
from prefeitura.whatsapp.saida.pessoa import (
    NaoPodeReenviar,
    desistir,
    marcar_como_enviada,
    reenviar,
)
from prefeitura.whatsapp.saida.status import aplicar_status, conferir_orfaos
from prefeitura.whatsapp.saida.varrer import (
    acordar_pendentes,
    pendentes_vencidos,
    vencer_prazos,
)

__all__ = [
    "NaoPodeReenviar",
    "acordar_pendentes",
    "aplicar_status",
    "avisar_leitura",
    "cancelar",
    "conferir_orfaos",
    "desistir",
    "enfileirar",
    "enfileirar_lote",
    "enviar",
    "marcar_como_enviada",
    "pendentes_vencidos",
    "reenviar",
    "vencer_prazos",
]
