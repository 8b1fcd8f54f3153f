"""`manage.py saude`: is everything well? One sentence a line; exit code 1 when something is not."""

import sys

from django.core.management.base import BaseCommand
from django.db import Error

from prefeitura.ambiente import alertas, diagnostico

MARCAS = {"ok": "ok    ", "falha": "FALHA ", "duvida": "?     "}


class Command(BaseCommand):
    help = "Diz como está cada parte do sistema e o que fazer. Sai com 1 se algo não está bem."
    # It must speak also when the database is away.
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument(
            "--sem-rede", action="store_true", help="não pergunta à Meta nem prova o endereço"
        )

    def handle(self, *args, sem_rede, **opcoes):
        linhas = diagnostico.partes()
        if all(linha.bem for linha in linhas[:2]):  # the database, and its tables
            linhas += _alertas()
            if not sem_rede:
                linhas += diagnostico.testes()
        for linha in linhas:
            self.stdout.write(f"{MARCAS[linha.marca]}{linha.frase}")
            if linha.fazer:
                self.stdout.write(f"      → {linha.fazer}")
        if any(linha.bem is False for linha in linhas):
            sys.exit(1)


def _alertas() -> list[diagnostico.Linha]:
    try:
        alertas.conferir()
        return [
            diagnostico.Linha(False, f"{dito.regra.titulo}. {dito.frase}", dito.regra.passo)
            for dito in alertas.ditos()
        ]
    except Error:
        return [diagnostico.Linha(None, "Não deu para conferir os alertas.")]
