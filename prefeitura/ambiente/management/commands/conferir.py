"""`manage.py conferir`: is everything that must be true of the data true?"""

from django.core.management.base import BaseCommand, CommandError

from prefeitura.ambiente.invariantes import INVARIANTES

MOSTRADOS = 20


class Command(BaseCommand):
    """One line for each invariant; exit code 1 when any is broken. Prints ids, never content."""

    help = "Confere se os dados obedecem às regras da casa; termina com 1 se alguma for violada."

    def handle(self, *args, **opcoes):
        violadas = 0
        for invariante in INVARIANTES:
            achadas = invariante.violacoes()
            violadas += bool(achadas)
            marca = "certo" if not achadas else "VIOLADA"
            self.stdout.write(f"{invariante.id:<4}{marca:<8} {invariante.frase}")
            for achada in achadas[:MOSTRADOS]:
                self.stdout.write(f"    {achada}")
            if len(achadas) > MOSTRADOS:
                self.stdout.write(f"    e mais {len(achadas) - MOSTRADOS}")
        if violadas:
            raise CommandError(f"{violadas} regra(s) violada(s).", returncode=1)
        self.stdout.write("Tudo certo.")
