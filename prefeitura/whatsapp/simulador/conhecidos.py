"""Citizens who wrote before the simulator existed: the demonstration's ninety days of history.

Without them every answer to a seeded conversation would be refused with 131047, since their
24-hour windows are facts that only Meta's side knows.
"""

import json
from pathlib import Path

from prefeitura.whatsapp.simulador.estado import Cidadao, Estado
from prefeitura.whatsapp.simulador.identidades import bsuid_de, com_nono

ARQUIVO = "conhecidos.json"


def carregar_conhecidos(estado: Estado, pasta: Path) -> int:
    """Register the people listed in `pasta`/conhecidos.json and return how many are new.

    Each has `wa_id`, `user_id`, `username`, `nome`, `numero` (phone_number_id) and
    `ultima_entrada` (Unix seconds). Who is known already keeps what the simulator remembers.
    """
    arquivo = pasta / ARQUIVO
    if not arquivo.exists():
        return 0
    novos = 0
    for pessoa in json.loads(arquivo.read_text(encoding="utf-8")):
        wa_id, user_id = pessoa["wa_id"], pessoa["user_id"]
        cidadao = estado.achar(user_id or wa_id)
        if cidadao is None:
            cidadao = estado.registrar(
                Cidadao(
                    user_id or bsuid_de(com_nono(wa_id)),
                    wa_id,
                    pessoa["nome"],
                    pessoa["username"],
                    sem_telefone=not wa_id,
                )
            )
            novos += 1
        conversa = cidadao.com(pessoa["numero"])
        conversa.ultima_entrada = max(conversa.ultima_entrada, pessoa["ultima_entrada"])
    return novos
