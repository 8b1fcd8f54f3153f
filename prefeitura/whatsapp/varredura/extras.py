"""Jobs that the products add to the sweep: the gateway may not know them, so they register.

An app calls `registrar` in its `ready`. A job must be short, and enqueue what may take long.
"""

from collections.abc import Callable

_registrados: dict[str, tuple[float, Callable[[], object]]] = {}


def registrar(cada: float, fazer: Callable[[], object]) -> None:
    """Run `fazer` every `cada` seconds in the sweep; registering it again changes nothing."""
    _registrados[f"{fazer.__module__}.{fazer.__qualname__}"] = (cada, fazer)


def registrados() -> list[tuple[float, Callable[[], object]]]:
    """Return (seconds, job) of each."""
    return list(_registrados.values())
