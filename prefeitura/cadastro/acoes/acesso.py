"""The one helper that records who opened personal data."""

from datetime import timedelta

from django.db.models.functions import Now

from prefeitura.cadastro.models import Cidadao, RegistroDeAcesso, Servidor

INTERVALO = timedelta(minutes=10)


def registrar_acesso(
    *,
    quem: Servidor,
    acao: str,
    objeto: str,
    cidadao: Cidadao | None = None,
    motivo: str = "",
) -> bool:
    """Record that `quem` did `acao` on `objeto` ("atendimento 42"), once per ten minutes.

    Returns whether a row was written. LGPD art. 37 asks for a record of treatment.
    """
    recente = RegistroDeAcesso.objects.filter(
        quem=quem, acao=acao, objeto=objeto, quando__gt=Now() - INTERVALO
    )
    if recente.exists():
        return False
    RegistroDeAcesso.objects.create(
        quem=quem, acao=acao, objeto=objeto, cidadao=cidadao, motivo=motivo
    )
    return True
