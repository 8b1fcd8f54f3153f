"""Reading of JSON bodies, with a size: the framework itself would read whatever comes."""

from django.conf import settings
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import FormParser, JSONParser, MultiPartParser


class GrandeDemais(APIException):
    status_code = 413
    default_detail = "O corpo da chamada é grande demais."


class JSONLimitado(JSONParser):
    """JSON up to settings.DATA_UPLOAD_MAX_MEMORY_SIZE bytes; files go by multipart."""

    def parse(self, stream, media_type=None, parser_context=None):
        request = (parser_context or {}).get("request")
        tamanho = request.META.get("CONTENT_LENGTH") if request else None
        if tamanho and int(tamanho) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise GrandeDemais
        try:
            return super().parse(stream, media_type, parser_context)
        except RecursionError as erro:
            raise ParseError from erro


LEITORES = [JSONLimitado, MultiPartParser, FormParser]
