"""`manage.py reprocessar`: try again what could not be applied, after its cause was mended."""

from datetime import datetime

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from prefeitura.whatsapp import pendencias


class Command(BaseCommand):
    help = "Aplica de novo os itens parados. Repetir não duplica nada."

    def add_arguments(self, parser):
        parser.add_argument("--erro", default="", help="só os que pararam por este motivo, inteiro")
        parser.add_argument("--desde", default="", help="só os parados desde AAAA-MM-DD[THH:MM]")
        parser.add_argument(
            "--simular", action="store_true", help="só conta o que seria feito, sem fazer"
        )

    def handle(self, *args, erro, desde, simular, **opcoes):
        filtro = {"erro": erro, "desde": _ler_momento(desde)}
        if simular:
            self._contar(filtro)
            return
        total, ate = 0, 0
        while True:
            andamento = pendencias.reprocessar_trecho(**filtro, depois_de=ate)
            if not andamento.quantos:
                break
            total, ate = total + andamento.quantos, andamento.ate
            for frase, quantos in andamento.resultados.items():
                self.stdout.write(f"até o evento {ate}: {quantos} × {frase}")
        self.stdout.write(f"{total} evento(s) reprocessado(s).")

    def _contar(self, filtro: dict) -> None:
        itens = pendencias.pendentes(**filtro)
        for grupo in pendencias.por_erro():
            quantos = itens.filter(motivo=grupo["motivo"]).count()
            if quantos:
                self.stdout.write(f"{quantos} × {grupo['motivo']}")
        eventos = itens.values("evento_id").distinct().count()
        self.stdout.write(f"{eventos} evento(s) seriam reprocessados. Nada foi feito.")


def _ler_momento(texto: str) -> datetime | None:
    """Return the moment in the city's zone; raises CommandError for what is none."""
    if not texto:
        return None
    try:
        momento = parse_datetime(texto)
        if momento is None and (dia := parse_date(texto)):
            momento = datetime(dia.year, dia.month, dia.day)
    except ValueError:
        momento = None
    if momento is None:
        raise CommandError(
            f"Não entendi --desde {texto!r}. Exemplo: 2026-11-25 ou 2026-11-25T14:30"
        )
    return timezone.make_aware(momento) if timezone.is_naive(momento) else momento
