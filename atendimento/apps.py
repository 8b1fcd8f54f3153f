from django.apps import AppConfig


class AtendimentoConfig(AppConfig):
    name = "atendimento"
    verbose_name = "Atendimento"

    def ready(self):
        from atendimento import receptores, rodadas  # noqa: F401 (connects the signals)

        rodadas.registrar()
