from django.apps import AppConfig


class ComunicadosConfig(AppConfig):
    name = "comunicados"
    verbose_name = "Comunicados"
