"""Admin of the gateway: accounts and numbers; what came in; what goes out; files; health.

For administration and support. Bodies of events are shown behind a permission, with a record.
"""

from prefeitura.whatsapp.admin import arquivos, contas, entrada, saida, saude

__all__ = ["arquivos", "contas", "entrada", "saida", "saude"]
