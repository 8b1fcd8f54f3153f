"""Pages by cursor: stable while rows come in, never counting."""

from rest_framework.exceptions import NotFound
from rest_framework.pagination import CursorPagination
from rest_framework.response import Response

MAIOR_PAGINA = 200


class PorCursor(CursorPagination):
    """`results` and `next`, the whole address of what follows or null."""

    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = MAIOR_PAGINA
    invalid_cursor_message = "Cursor inválido; comece de novo sem ele."
    ordering = "-id"

    def decode_cursor(self, request):
        """Refuse what is not a cursor of ours; DRF reads any base64 as the first page."""
        cursor = super().decode_cursor(request)
        dado = request.query_params.get(self.cursor_query_param)
        vazio = cursor is None or not (cursor.position or cursor.reverse or cursor.offset)
        if dado and vazio:
            raise NotFound(self.invalid_cursor_message)
        return cursor

    def get_paginated_response(self, data):
        return Response({"next": self.get_next_link(), "results": data})

    def get_paginated_response_schema(self, schema):
        return {
            "type": "object",
            "required": ["next", "results"],
            "properties": {
                "next": {"type": ["string", "null"], "format": "uri"},
                "results": schema,
            },
        }


class MaisAntigasPrimeiro(PorCursor):
    """The order of a conversation; Meta's clock counts seconds, so a batch may share a moment."""

    ordering = ("momento", "id")
    offset_cutoff = 100_000


class NotasMaisAntigasPrimeiro(MaisAntigasPrimeiro):
    """The same order, by the hour at which a note was kept."""

    ordering = ("criada_em", "id")
