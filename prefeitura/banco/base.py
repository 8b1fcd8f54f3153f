"""Connections that give up rather than hold the house.

Libpq's own `options` cannot be used: `transaction_timeout` exists only from PostgreSQL 17 and an
unknown name refuses the connection. Where it is missing, `manage.py varredor` ends old
transactions instead.
"""

from django.conf import settings
from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    """PostgreSQL with statement, lock, idle and transaction time limits, by role of process."""

    def _configure_connection(self, connection):
        commit = super()._configure_connection(connection)
        limites = settings.LIMITES_DO_BANCO
        if not limites:
            return commit
        nomes = {"lock_timeout": "3s", "idle_in_transaction_session_timeout": "15s"} | limites
        # Tells our processes from a backup or a migration, which may take their time.
        nomes["application_name"] = f"prefeitura-{settings.PAPEL}"
        if connection.info.server_version < 170000:
            nomes.pop("transaction_timeout", None)
        pares = ", ".join(f"set_config('{n}', '{v}', false)" for n, v in nomes.items())
        connection.execute(f"SELECT {pares}")  # noqa: S608 (names and values are ours)
        return True
