"""Give the connection back to the pool before something long."""

from django.db import connection


def soltar() -> None:
    """Return this thread's connection to the pool; the next query takes one again.

    For a view that waits, or sends a large file down a slow line: each process has twelve
    connections, and the rest of the site needs them. Inside a transaction it does nothing.
    """
    if not connection.in_atomic_block:
        connection.close()
