"""Tell open pages that a person's session, account or teams changed, so that they ask again."""

from django.contrib.auth.signals import user_logged_out
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from prefeitura.cadastro.models import Equipe, Participacao, Servidor
from prefeitura.tempo_real.eventos import grupo_do_servidor
from prefeitura.tempo_real.publicar import publicar


def _avisar(servidor_id: int | None) -> None:
    if servidor_id:
        publicar([grupo_do_servidor(servidor_id)], {"tipo": "sessao"})


@receiver(user_logged_out)
def ao_sair(*, user, **_) -> None:
    """A session ended: its sockets close at once."""
    _avisar(getattr(user, "pk", None))


@receiver(post_save, sender=Servidor)
def ao_mudar_conta(*, instance: Servidor, created: bool, update_fields=None, **_) -> None:
    """An account was changed or turned off; the date of a login is no news."""
    if not created and update_fields != frozenset({"last_login"}):
        _avisar(instance.pk)


@receiver([post_save, post_delete], sender=Participacao)
def ao_mudar_participacao(*, instance: Participacao, **_) -> None:
    """Somebody joined or left a team: the groups of their sockets are read again."""
    _avisar(instance.servidor_id)


@receiver(post_save, sender=Equipe)
def ao_mudar_equipe(*, instance: Equipe, **_) -> None:
    """A team is new, or moved: who sees its whole secretaria must hear of it."""
    da_secretaria = Participacao.objects.filter(secretaria=instance.secretaria_id, equipe=None)
    for servidor_id in set(da_secretaria.values_list("servidor_id", flat=True)):
        _avisar(servidor_id)
