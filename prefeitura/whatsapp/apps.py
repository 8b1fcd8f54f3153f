from django.apps import AppConfig


class WhatsappConfig(AppConfig):
    name = "prefeitura.whatsapp"
    label = "whatsapp"
    verbose_name = "WhatsApp"

    def ready(self):
        # Without the application, a process that only publishes would use Celery's own default
        # broker instead of ours.
        import prefeitura.celery  # noqa: F401
