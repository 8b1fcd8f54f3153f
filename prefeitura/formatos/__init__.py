"""How dates are written where Django writes them, as in the lists of the admin."""
