"""Registration of the app."""

from django.apps import AppConfig


class AmbienteConfig(AppConfig):
    """Commands of the demo, health, figures and alerts; no models."""

    name = "prefeitura.ambiente"
    label = "ambiente"
    verbose_name = "Ambiente"

    def ready(self) -> None:
        from prefeitura.ambiente import avisos, carga, provas
        from prefeitura.whatsapp.varredura import extras

        extras.registrar(5, carga.medir)
        extras.registrar(30, avisos.vigiar)
        extras.registrar(3600, provas.medir_certificado)
