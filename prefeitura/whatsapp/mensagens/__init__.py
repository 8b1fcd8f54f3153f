"""What we say → Meta's JSON for `POST /{phone_number_id}/messages`. Pure: the only builder.

Each builder checks Meta's limits and raises MensagemInvalida before anything is queued. Bodies
carry neither address (`enderecar`) nor file id (`com_midia`): both are added at send time.
`atendimento`, `comunicados` and `saida` may import it.
"""

from prefeitura.whatsapp.mensagens.base import (
    Corpo,
    MensagemInvalida,
    em_resposta,
    enderecar,
    tamanho,
    vazio,
)
from prefeitura.whatsapp.mensagens.interativas import (
    botoes,
    link,
    lista,
    pedir_contato,
    pedir_localizacao,
)
from prefeitura.whatsapp.mensagens.livres import (
    audio,
    bloqueio,
    contatos,
    documento,
    figurinha,
    imagem,
    leitura_e_digitando,
    localizacao,
    reacao,
    texto,
    video,
)
from prefeitura.whatsapp.mensagens.midia import com_midia, pede_midia
from prefeitura.whatsapp.mensagens.modelos import (
    lacunas,
    modelo,
    previa_do_modelo,
    validar_modelo,
)
from prefeitura.whatsapp.mensagens.resumo import resumo

__all__ = [
    "Corpo",
    "MensagemInvalida",
    "audio",
    "bloqueio",
    "botoes",
    "com_midia",
    "contatos",
    "documento",
    "em_resposta",
    "enderecar",
    "figurinha",
    "imagem",
    "lacunas",
    "leitura_e_digitando",
    "link",
    "lista",
    "localizacao",
    "modelo",
    "pede_midia",
    "pedir_contato",
    "pedir_localizacao",
    "previa_do_modelo",
    "reacao",
    "resumo",
    "tamanho",
    "texto",
    "validar_modelo",
    "vazio",
    "video",
]
