"""`manage.py recifrar`: finish a change of FIELD_ENCRYPTION_KEY."""

from django.core.management.base import BaseCommand
from django.db import transaction

from prefeitura.whatsapp.models import Conta


class Command(BaseCommand):
    """Encrypt every stored token with the newest key, so that the old one can be taken away."""

    help = "Cifra de novo os tokens com a chave mais nova de FIELD_ENCRYPTION_KEY."

    @transaction.atomic
    def handle(self, *args, **options):
        perdidos = []
        contas = Conta.objects.order_by("pk").select_for_update()
        guardados = set(Conta.objects.exclude(token="").values_list("pk", flat=True))
        for conta in contas:
            if conta.token:
                conta.save(update_fields=["token"])
            elif conta.pk in guardados:
                perdidos.append(conta.nome)
        self.stdout.write(f"{len(contas) - len(perdidos)} conta(s) com a chave nova.")
        if perdidos:
            self.stderr.write(
                f"Nenhuma das chaves abre o token de: {', '.join(perdidos)}. Cole-o de novo."
            )
