"""Files of conversations: fetched from Meta, taken from servants, served, cleaned up.

`registrar` notes what a message brings, `baixar` fetches it, `guardar` takes what a servant
sends, `servir` answers a browser (whoever calls it has checked the permission), `tipos` tells a
file by its bytes, `miniatura` draws the first page of PDFs, `limpar` removes what belongs to
nobody. The apps use the names below and `servir`.
"""

from prefeitura.whatsapp.midia.baixar import DIAS_NA_META, baixar, pendentes, tentar_de_novo
from prefeitura.whatsapp.midia.guardar import (
    MAXIMO_DE_ARQUIVOS,
    ArquivoGrande,
    SemEspaco,
    exigir_quantidade,
    guardar_enviada,
)
from prefeitura.whatsapp.midia.limpar import limpar_sobras
from prefeitura.whatsapp.midia.miniatura import fazer_miniaturas, ha_miniaturas
from prefeitura.whatsapp.midia.registrar import registrar_recebidas

__all__ = [
    "DIAS_NA_META",
    "MAXIMO_DE_ARQUIVOS",
    "ArquivoGrande",
    "SemEspaco",
    "baixar",
    "exigir_quantidade",
    "fazer_miniaturas",
    "guardar_enviada",
    "ha_miniaturas",
    "limpar_sobras",
    "pendentes",
    "registrar_recebidas",
    "tentar_de_novo",
]
