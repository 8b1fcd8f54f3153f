"""A plain Django view behind uvicorn: signature, one INSERT, 200.

`uvicorn benchmarks.pares.django_insert:application`.
"""

import hmac
import os
import sys

import environ
from django.conf import settings

SEGREDO = os.environ["WHATSAPP_APP_SECRET"].encode()
settings.configure(
    SECRET_KEY="so-para-medir",
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    DATABASES={"default": environ.Env.db_url_config(os.environ["DATABASE_URL"])},
)

settings.DATABASES["default"].setdefault("OPTIONS", {})["pool"] = {"min_size": 2, "max_size": 16}

import django  # noqa: E402

django.setup()

from django.core.asgi import get_asgi_application  # noqa: E402
from django.db import connection, models  # noqa: E402
from django.http import HttpResponse  # noqa: E402
from django.urls import path  # noqa: E402


class Recebido(models.Model):
    corpo = models.BinaryField()

    class Meta:
        app_label = "bench"
        db_table = "bench_django"

    def __str__(self):
        return f"recebido {self.pk}"


def criar_tabela() -> None:
    """Once, before the server starts."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE IF NOT EXISTS bench_django"
            " (id bigserial PRIMARY KEY, corpo bytea NOT NULL)"
        )


def receber(request):
    """Store one body."""
    certa = "sha256=" + hmac.digest(SEGREDO, request.body, "sha256").hex()
    if not hmac.compare_digest(certa, request.headers["X-Hub-Signature-256"]):
        return HttpResponse(status=403)
    Recebido.objects.create(corpo=request.body)
    return HttpResponse(headers={"Content-Length": "0"})


urlpatterns = [path("webhook/whatsapp/", receber)]
application = get_asgi_application()

if __name__ == "__main__":
    sys.exit(criar_tabela())
