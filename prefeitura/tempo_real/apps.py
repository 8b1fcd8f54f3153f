from django.apps import AppConfig


class TempoRealConfig(AppConfig):
    name = "prefeitura.tempo_real"
    label = "tempo_real"

    def ready(self):
        from prefeitura.tempo_real import receptores  # noqa: F401 (connects the signals)
