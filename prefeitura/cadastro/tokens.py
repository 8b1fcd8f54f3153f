"""API tokens of a person, for what must end when the password changes."""

from knox.models import get_token_model


def revogar(servidor_id: int) -> int:
    """Delete every API token of a person; return how many there were."""
    return get_token_model().objects.filter(user_id=servidor_id).delete()[0]
