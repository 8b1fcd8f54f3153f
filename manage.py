#!/usr/bin/env python
"""Django's command line for this city hall."""

import os
import sys


def main() -> None:
    """Run a management command with this project's settings."""
    if sys.argv[1:2] == ["demo"]:
        # These two make the very settings that every other command needs.
        os.execv(sys.executable, [sys.executable, "-m", "prefeitura.ambiente.demo"])  # noqa: S606
    if sys.argv[1:2] == ["gerar_chave"]:
        from prefeitura.cadastro import chaves

        print(chaves.novas())
        return
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "prefeitura.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
