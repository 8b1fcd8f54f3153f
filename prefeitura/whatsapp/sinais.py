"""The only signals of the house: how the gateway tells the products without knowing them.

Each is sent inside the transaction that makes the change, so what a receiver writes is committed
together with it, or not at all.
"""

from django.dispatch import Signal

# recebidos: list[entrada.Recebido], in order; all for registered numbers.
mensagens_recebidas = Signal()

# envios: list[uuid.UUID] whose visible state changed.
envios_mudaram = Signal()

# midias: list[uuid.UUID] whose state changed. A file has a life of its own, after its message
# and without any Envio, so neither of the two above could tell an open page to show it.
midias_mudaram = Signal()

# de, para: uuid.UUID. A person ordered a new try: what showed the one shows the other from now on.
envio_refeito = Signal()
