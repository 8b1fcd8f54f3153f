"""Where the database is, for psycopg connections that Django does not hold."""

from django.db import connections

DE_DJANGO = {"pool", "cursor_factory", "context", "assume_role", "isolation_level"}


def parametros() -> dict:
    """Return psycopg's connection parameters of the default database (no pool, no cursor).

    Read at each use: the test runner changes the name of the database after the settings.
    """
    todos = connections["default"].get_connection_params()
    return {nome: valor for nome, valor in todos.items() if nome not in DE_DJANGO}
