"""What the register tells the products, which it does not know."""

from django.dispatch import Signal

# servidor: the account that is off from now on. Sent inside the transaction that turns it off;
# a receiver returns a sentence for whoever did it, or nothing.
servidor_desligado = Signal()
