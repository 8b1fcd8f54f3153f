"""`manage.py semear`: the invented city of the demonstration."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from atendimento.demonstracao.cidade import semear
from atendimento.demonstracao.conhecidos import escrever_conhecidos


class Command(BaseCommand):
    """Write the demonstration city, once; a second run changes nothing."""

    help = "Cria a cidade de demonstração, com contas e conversas inventadas."

    def add_arguments(self, parser):
        parser.add_argument(
            "--cidade",
            choices=["demo", "vazia"],
            default="demo",
            help="demo: com 90 dias de conversas; vazia: só estrutura, contas, número e modelos.",
        )

    def handle(self, *args, cidade: str, **opcoes):
        if settings.MODO == "producao":
            raise CommandError(
                "A cidade de demonstração não pode ser criada em produção: as senhas dela são "
                "públicas. Use: python manage.py instalar"
            )
        if semear(cidade, self.stdout.write):
            escrever_conhecidos(settings.DADOS / "simulador")
