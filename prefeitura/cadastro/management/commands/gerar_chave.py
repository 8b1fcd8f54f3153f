"""Print fresh secrets, ready for the environment file."""

from django.core.management.base import BaseCommand

from prefeitura.cadastro import chaves


class Command(BaseCommand):
    help = "Gera SECRET_KEY e FIELD_ENCRYPTION_KEY novas, para copiar para o ambiente."
    requires_system_checks = []

    def handle(self, *args, **options):
        """Write two lines of NAME=value on standard output."""
        self.stdout.write(chaves.novas())
