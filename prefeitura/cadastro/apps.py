from django.apps import AppConfig


class CadastroConfig(AppConfig):
    name = "prefeitura.cadastro"
    verbose_name = "Cadastro"

    def ready(self):
        # They connect the signals.
        from prefeitura.cadastro import receptores, sessoes  # noqa: F401
