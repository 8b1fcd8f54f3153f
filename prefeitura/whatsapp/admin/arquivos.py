"""Files of conversations, as rows: what came, what was refused, what was lost."""

from django.contrib import admin, messages

from prefeitura.cadastro.administracao import (
    ComBotoes,
    SoLeitura,
    TabelaGrande,
    auditar,
    coluna,
)
from prefeitura.whatsapp import midia
from prefeitura.whatsapp.models import Midia


@admin.register(Midia)
class MidiaAdmin(ComBotoes, SoLeitura, TabelaGrande):
    list_display = [
        "id",
        "criada_em",
        "do_numero",
        "estado",
        "tipo",
        "tamanho",
        "tentativas",
        "erro",
    ]
    list_filter = ["estado", "numero", ("criada_em", admin.DateFieldListFilter)]
    list_select_related = ["numero"]
    search_fields = ["=id", "=media_id"]
    fields = [
        "id",
        "do_numero",
        "media_id",
        "estado",
        "declarado",
        "tipo",
        "tamanho",
        "tentativas",
        "nao_antes_de",
        "erro",
        "criada_em",
        "baixada_em",
    ]
    ordering = ["-criada_em"]
    actions = ["baixar_agora"]
    do_numero = coluna("numero", "número")

    @admin.action(description="Tentar baixar agora", permissions=["change"])
    def baixar_agora(self, request, midias):
        """Ask for the files again; Meta keeps them for seven days."""
        pedidas = [m for m in midias[:200] if midia.tentar_de_novo(midia=m)]
        auditar(request, pedidas, "Pediu o arquivo à Meta outra vez.")
        self.message_user(request, f"{len(pedidas)} arquivo(s) pedido(s) à Meta.", messages.SUCCESS)
