"""`manage.py varredor`: the only scheduler of the installation."""

import signal

from django.core.management.base import BaseCommand

from prefeitura.ambiente import partida
from prefeitura.whatsapp.varredura.ciclo import Varredor


class Command(BaseCommand):
    help = "Acorda os trabalhadores e retoma o que ficou para trás. Deixe sempre um ligado."
    # The database may be away when it starts; the loop waits for it.
    requires_system_checks = ()

    def handle(self, *args, **opcoes):
        partida.conferir()
        partida.esperar_migracoes()
        varredor = Varredor()
        for sinal in (signal.SIGTERM, signal.SIGINT):
            signal.signal(sinal, lambda *_: varredor.parar.set())
        varredor.rodar()
