"""Files of citizens that did not come, as the administration's page lists them."""

from django.db import models
from django.db.models import Q

from prefeitura.whatsapp.models import Midia

INSISTENCIA = 3  # failed tries after which a file that is still looked for is worth a look


class Perdidas(models.Manager):
    """What was given up, refused, or keeps failing."""

    def get_queryset(self):
        insiste = Q(estado=Midia.Estado.PENDENTE, tentativas__gte=INSISTENCIA)
        desistiu = Q(estado__in=[Midia.Estado.PERDIDA, Midia.Estado.RECUSADA])
        return super().get_queryset().filter(desistiu | insiste)


class MidiaPerdida(Midia):
    """A file that we do not have. It lives here, since only a matter can ask for it again."""

    objects = Perdidas()

    class Meta:
        proxy = True
        verbose_name = "mídia perdida"
        verbose_name_plural = "mídias perdidas"
