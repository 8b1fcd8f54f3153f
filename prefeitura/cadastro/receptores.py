"""Count who enters, by the signals of Django."""

from django.contrib.auth.signals import user_logged_in, user_login_failed
from django.dispatch import receiver

from prefeitura.cadastro.metricas import LOGIN


@receiver(user_logged_in)
def ao_entrar(**_) -> None:
    """The password was right, on the page."""
    LOGIN.labels("certo").inc()


@receiver(user_login_failed)
def ao_errar(**_) -> None:
    """It was not, on the page or in the API."""
    LOGIN.labels("errado").inc()
