"""Tell the simulator who had already written: it plays Meta, which knows every open window."""

import json
from datetime import timedelta
from pathlib import Path

from atendimento.models import Conversa


def escrever_conhecidos(pasta: Path) -> int:
    """Write `pasta`/conhecidos.json for the simulator to read at its start; return how many."""
    conversas = Conversa.objects.filter(janela_ate__isnull=False).select_related(
        "cidadao", "numero"
    )
    pessoas = [
        {
            "wa_id": conversa.cidadao.wa_id,
            "user_id": conversa.cidadao.user_id,
            "username": conversa.cidadao.username,
            "nome": conversa.cidadao.como_chamar,
            "numero": conversa.numero.phone_number_id,
            "ultima_entrada": (conversa.janela_ate - timedelta(hours=24)).timestamp(),
        }
        for conversa in conversas.order_by("pk")
    ]
    pasta.mkdir(parents=True, exist_ok=True)
    (pasta / "conhecidos.json").write_text(json.dumps(pessoas, ensure_ascii=False), "utf-8")
    return len(pessoas)
